"""An order written down by hand."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.by_hand import next_number
from orders.models import Order, Shop
from orders.words import OrderStatus
from tests.factory import MONDAY, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db

URL = "/shops/lucky-bead/orders/new/"


@pytest.fixture
def shop() -> Shop:
    return make_shop(owner=make_user())


@pytest.fixture
def member(client: Client, shop: Shop) -> Client:
    client.login(email="maker@example.com", password="beads")
    return client


def filled(**changes: str) -> dict[str, str]:
    """The form as somebody at a market stall fills it in."""
    return {
        "buyer_name": "Zoë Ørsted",
        "buyer_email": "zoe@example.com",
        "line-TOTAL_FORMS": "1",
        "line-INITIAL_FORMS": "0",
        "line-0-title": "Lucky bead",
        "line-0-price": "4,50",
        "line-0-quantity": "2",
        "paid": "cash",
        "handing": "over",
        "country": "DE",
        "channel": "in_person",
        "number": "M-1001",
        **changes,
    }


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_sale_at_the_stall_is_paid_and_needs_no_parcel(member: Client) -> None:
    answer = member.post(URL, filled())

    assert answer["Location"] == "/shops/lucky-bead/orders/M-1001/"
    order = Order.objects.get()
    assert (order.number, order.total, order.currency) == ("M-1001", Decimal(9), "EUR")
    assert (order.status, order.needs_shipping) == (OrderStatus.PAID, False)
    assert order.channel.kind == "in_person"
    assert order.payments.get().method == "cash"
    assert order.buyer.email == "zoe@example.com"


def test_the_seller_reads_what_follows_when_the_order_is_saved(member: Client) -> None:
    answer = member.post(URL, filled(), follow=True)

    assert "Order M-1001 is saved. Zoë gets your thank-you at once." in text(answer)


def test_without_an_e_mail_the_note_waits_to_be_copied(member: Client) -> None:
    answer = member.post(URL, filled(buyer_email="", look="1"))

    assert "it waits for you to copy it to Zoë" in text(answer)


def test_looking_ahead_saves_nothing_and_keeps_what_was_typed(member: Client) -> None:
    answer = member.post(URL, filled(look="1", paid="not_yet"))

    page = text(answer)
    assert "Zoë gets your thank-you at once." in page
    assert "Payment reminder" in page
    assert "9.00" in page or "9,00" in page
    assert 'value="Lucky bead"' in page
    assert not Order.objects.exists()


def test_htmx_gets_the_look_ahead_alone(member: Client) -> None:
    answer = member.post(URL, filled(), headers={"HX-Request": "true"})

    assert b"<form" not in answer.content
    assert "at once" in text(answer)
    assert not Order.objects.exists()


def test_an_order_that_ships_goes_to_its_address(member: Client) -> None:
    there = {"street1": "Nygade 7", "postcode": "8000", "city": "Aarhus", "country": "DK"}

    member.post(URL, filled(handing="ships", shipping="3,00", paid="not_yet", **there))

    order = Order.objects.get()
    assert (order.ship_name, order.ship_city, order.ship_country) == (
        "Zoë Ørsted",
        "Aarhus",
        "DK",
    )
    assert (order.total, order.status) == (Decimal(12), OrderStatus.AWAITING_PAYMENT)
    assert order.needs_shipping


def test_what_is_handed_over_needs_no_address(member: Client) -> None:
    member.post(URL, filled(street1="Nygade 7", city="Aarhus", shipping="3,00"))

    order = Order.objects.get()
    assert (order.ship_city, order.total) == ("", Decimal(9))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"buyer_name": ""}, "This field is required."),
        ({"buyer_email": "zoe"}, "Enter a valid email address."),
        ({"line-0-price": "cheap"}, "Write an amount like 12.50."),
        ({"line-0-price": "-3"}, "Write an amount like 12.50."),
        ({"line-0-quantity": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"line-0-title": ""}, "This field is required."),
        ({"handing": "ships"}, "Where should it go?"),
        ({"country": "XX", "handing": "ships"}, "Select a valid choice."),
        ({"number": ""}, "This field is required."),
        ({"line-TOTAL_FORMS": "x"}, "Enter a whole number."),
    ],
)
def test_a_mistake_is_told_in_place_and_nothing_is_lost(
    member: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = member.post(URL, filled(city="Aarhus", **changes))

    assert answer.status_code == 200
    assert sentence in text(answer)
    assert 'value="Aarhus"' in text(answer)
    assert not Order.objects.exists()


def test_a_row_is_added_without_losing_what_was_typed(member: Client) -> None:
    answer = member.post(URL, filled(add_row="1", **{"line-0-price": "half"}))

    page = text(answer)
    assert 'name="line-1-title"' in page
    assert 'value="half"' in page
    assert "Write an amount" not in page


def test_rows_that_stay_blank_are_left_out(member: Client) -> None:
    rows = {"line-TOTAL_FORMS": "3", "line-INITIAL_FORMS": "3"}
    rows |= {"line-1-title": "", "line-1-price": "", "line-1-quantity": "1"}
    rows |= {"line-2-title": "Mug", "line-2-price": "18", "line-2-quantity": "1"}

    member.post(URL, filled(**rows))

    order = Order.objects.get()
    assert [line.title for line in order.lines.all()] == ["Lucky bead", "Mug"]
    assert order.total == Decimal(27)


def test_two_clicks_save_one_order(member: Client) -> None:
    member.post(URL, filled())

    again = member.post(URL, filled())

    assert again["Location"] == "/shops/lucky-bead/orders/M-1001/"
    assert Order.objects.get().payments.count() == 1


def test_a_taken_number_is_refused_and_the_next_free_one_named(member: Client, shop: Shop) -> None:
    make_order(shop, "M-1001", placed_at=MONDAY)

    answer = member.post(URL, filled(buyer_name="Ada"))

    assert "M-1001 is taken; M-1002 is free." in text(answer)
    assert Order.objects.get().payments.count() == 0


def test_the_next_order_can_be_written_at_once(member: Client) -> None:
    answer = member.post(URL, filled(next="1"), follow=True)

    assert answer.redirect_chain[-1][0] == URL
    assert 'value="M-1002"' in text(answer)


@pytest.mark.parametrize("many", [0, 1, 9, 10, 11, 99, 101])
def test_the_number_after_the_last_is_proposed(shop: Shop, many: int) -> None:
    for number in range(many):
        make_order(shop, f"M-{1001 + number}")

    assert next_number(shop) == f"M-{1001 + many}"


def test_a_proposed_number_is_free_even_where_there_are_gaps(shop: Shop) -> None:
    for number in (1001, 1002, 1011, 1012, 1013, 2050):
        make_order(shop, f"M-{number}")

    proposed = next_number(shop)

    assert not Order.objects.filter(number=proposed).exists()


def test_finding_a_number_costs_a_handful_of_queries(shop: Shop) -> None:
    make_order(shop, "M-1001")

    with CaptureQueriesContext(connection) as captured:
        next_number(shop)

    assert len(captured) == 7


def test_numbers_of_another_shop_do_not_count(shop: Shop) -> None:
    make_order(make_shop("other"), "M-1001", placed_at=MONDAY + timedelta(days=1))

    assert next_number(shop) == "M-1001"
