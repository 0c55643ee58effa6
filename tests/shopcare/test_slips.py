"""Packing slips: one, several, with and without prices, on three papers."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from orders.models import Shop
from orders.packing import set_extras
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

SLIPS = "/shops/lucky-bead/ship/slips/"


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def page(member: Client, address: str) -> str:
    answer = member.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_slip_shows_address_things_and_extras_but_no_prices(member: Client, shop: Shop) -> None:
    set_extras(shop=shop, names=["Card"])
    make_order(shop, "A/1", note="For Ida")

    html = page(member, "/shops/lucky-bead/orders/A~2F1/slip/")

    for words in ("Order A/1", "Nygade 7", "2 × <bdi>Lucky bead", "Card", "For Ida"):
        assert words in html
    assert "€" not in html


def test_prices_are_shown_when_asked_for(member: Client, shop: Shop) -> None:
    Shop.objects.update(language="de")
    make_order(shop, "1001")

    html = page(member, "/shops/lucky-bead/orders/1001/slip/?prices=1")

    assert "9,00\u00a0€" in html
    assert "12,00\u00a0€" in html


def test_all_that_is_to_be_shipped_is_printed_together(member: Client, shop: Shop) -> None:
    for number in ("1001", "1002"):
        make_order(shop, number, paid_at=MONDAY)
    make_order(shop, "shipped", paid_at=MONDAY, shipped_at=MONDAY + timedelta(hours=1))

    html = page(member, SLIPS)

    assert html.count('<article class="slip') == 2


def test_several_orders_are_chosen_by_number(member: Client, shop: Shop) -> None:
    for number in ("1001", "1002", "1003"):
        make_order(shop, number)

    html = page(member, SLIPS + "?order=1001&order=1003")

    assert "Order 1001" in html
    assert "Order 1002" not in html
    assert "order=1001&amp;order=1003&amp;paper=label" in html


@pytest.mark.parametrize(("country", "paper"), [("DE", "a4"), ("US", "letter"), ("CA", "letter")])
def test_the_paper_is_that_of_the_country(
    member: Client, shop: Shop, country: str, paper: str
) -> None:
    Shop.objects.update(country=country)
    make_order(shop, "1001")

    assert f"paper-{paper}" in page(member, SLIPS + "?order=1001")
    assert "paper-label" in page(member, SLIPS + "?order=1001&paper=label")


def test_nothing_to_ship_is_said_and_another_shops_order_is_not_found(
    member: Client, shop: Shop
) -> None:
    make_order(make_shop("other"), "theirs")

    assert "There is nothing to be shipped." in page(member, SLIPS)
    assert member.get(SLIPS + "?order=theirs").status_code == 404


def test_slips_cost_a_constant_number_of_queries(
    member: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make_order(shop, str(number), paid_at=MONDAY)
    member.get(SLIPS)

    with django_assert_max_num_queries(14):
        member.get(SLIPS)
