"""Who may come in: a member of the shop. Every single address is tried in test_isolation.py."""

import re

import pytest
from django.test import Client

from orders.models import Shop
from tests.factory import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = make_shop(owner=make_user())
    make_order(shop, "1001")
    return shop


def test_a_superuser_who_is_no_member_finds_nothing(client: Client, shop: Shop) -> None:
    make_user("root@example.com", is_superuser=True, is_staff=True)
    client.login(email="root@example.com", password="beads")

    assert client.get("/shops/lucky-bead/orders/").status_code == 404


def test_one_shop_never_shows_the_order_of_another(client: Client, shop: Shop) -> None:
    other = make_shop("other", owner=make_user("other@example.com"))
    make_order(other, "theirs")
    client.login(email="maker@example.com", password="beads")

    assert client.get("/shops/lucky-bead/orders/theirs/").status_code == 404
    assert b"theirs" not in client.get("/shops/lucky-bead/orders/").content


def test_signing_up_is_closed(client: Client) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"email": "a@example.com", "password1": "long-enough-7", "password2": "long-enough-7"},
    )

    assert b"closed" in answer.content.lower()


def test_one_logs_in_by_e_mail_and_lands_in_the_shop(client: Client, shop: Shop) -> None:
    answer = client.post(
        "/accounts/login/", {"login": "Maker@Example.com", "password": "beads"}, follow=True
    )

    assert answer.redirect_chain[-1][0] == "/shops/lucky-bead/"


@pytest.mark.parametrize(
    "address",
    ["/", "/accounts/login/", "/accounts/password/reset/", "/accounts/2fa/", "/nowhere/"],
)
def test_no_page_needs_inline_scripts_or_styles(client: Client, shop: Shop, address: str) -> None:
    client.login(email="maker@example.com", password="beads")

    answer = client.get(address, follow=True)

    html = answer.content.decode()
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
