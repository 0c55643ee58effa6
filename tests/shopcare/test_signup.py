"""Signing up where it is open, and what happens to those who try too often."""

import re

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from shopcare.accounts.models import User
from tests.factory import make_shop, make_user

pytestmark = pytest.mark.django_db

NEW = {"email": "new@example.com", "password1": "red wool 77", "password2": "red wool 77"}


@pytest.fixture
def is_open(settings: LazySettings) -> None:
    """As with ACCOUNT_ALLOW_SIGNUPS=on."""
    settings.ACCOUNT_ALLOW_SIGNUPS = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"


def test_the_log_in_page_leads_to_signing_up_only_where_it_is_open(
    client: Client, settings: LazySettings
) -> None:
    closed = client.get("/accounts/login/").content
    settings.ACCOUNT_ALLOW_SIGNUPS = True

    assert b"/accounts/signup/" not in closed
    assert b"/accounts/signup/" in client.get("/accounts/login/").content


def test_a_stranger_confirms_the_address_and_opens_a_shop(client: Client, is_open: None) -> None:
    client.post("/accounts/signup/", NEW)
    link = re.search(r"/accounts/confirm-email/\S+", str(mail.outbox[0].body))
    assert link is not None
    before = client.get("/", follow=True)

    client.post(link[0])
    client.post("/accounts/login/", {"login": "new@example.com", "password": "red wool 77"})

    assert before.redirect_chain[-1][0].startswith("/accounts/login/")
    assert client.get("/")["Location"] == "/setup/"


def test_opening_the_confirmation_link_confirms_nothing(client: Client, is_open: None) -> None:
    client.post("/accounts/signup/", NEW)
    link = re.search(r"/accounts/confirm-email/\S+", str(mail.outbox[0].body))
    assert link is not None

    client.get(link[0])
    client.post("/accounts/login/", {"login": "new@example.com", "password": "red wool 77"})

    assert "_auth_user_id" not in client.session


def test_who_is_vouched_for_needs_no_confirmation(client: Client, is_open: None) -> None:
    make_shop(owner=make_user())

    client.post("/accounts/login/", {"login": "maker@example.com", "password": "beads"})

    assert "_auth_user_id" in client.session


def test_nobody_learns_from_signing_up_who_has_an_account(client: Client, is_open: None) -> None:
    make_user("new@example.com")

    answer = client.post("/accounts/signup/", NEW)

    assert answer["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1


def test_too_many_tries_get_a_kind_page(client: Client, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _attempt in range(3):
        answer = client.post("/accounts/login/", {"login": "a@example.com", "password": "x"})

    assert answer.status_code == 429
    assert b"A little slower, please" in answer.content


def test_too_many_invitations_are_told_in_place(client: Client, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"invite": "1/h/key"}
    make_shop(owner=make_user())
    client.login(email="maker@example.com", password="beads")
    for name in ("anna", "bob"):
        answer = client.post(
            "/shops/lucky-bead/members/", {"email": f"{name}@example.com", "role": "helper"}
        )

    assert b"That were many invitations" in answer.content
    assert len(mail.outbox) == 1
