"""Logging in: by e-mail, in any case, and never signing up."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from shopcare.accounts.models import User
from tests.factory import MONDAY

pytestmark = pytest.mark.django_db


def test_the_e_mail_logs_in_whatever_its_capitals(client: Client) -> None:
    User.objects.create_user("Zoe@example.com", "a long secret")

    answer = client.post(
        reverse("account_login"), {"login": "ZOE@example.com", "password": "a long secret"}
    )

    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_two_users_cannot_share_an_e_mail_by_its_capitals() -> None:
    User.objects.create_user("zoe@example.com")

    with pytest.raises(IntegrityError):
        User.objects.create_user("ZOE@example.com")


def test_a_stranger_cannot_sign_up(client: Client) -> None:
    answer = client.post(
        reverse("account_signup"),
        {"email": "a@example.com", "password1": "a long secret", "password2": "a long secret"},
    )

    assert answer.status_code == 200
    assert not User.objects.exists()


def test_the_admin_site_asks_for_the_same_log_in(client: Client) -> None:
    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_the_machine_questions_are_answered(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_code_that_is_typed_slowly_still_counts() -> None:
    secret = totp.generate_totp_secret()
    code = totp.format_hotp_value(totp.hotp_value(secret, int(MONDAY.timestamp()) // 30))

    for seconds, counts in ((29, True), (59, True), (61, False)):
        with time_machine.travel(MONDAY + timedelta(seconds=seconds), tick=False):
            assert totp.validate_totp_code(secret, code) == counts
