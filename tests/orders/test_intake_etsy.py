"""Etsy's two files, alone and joined."""

import re
from decimal import Decimal
from pathlib import Path

from orders.words import ChannelKind
from tests.orders.intake_files import OWN, read, utc, write

ORDERS, ITEMS = OWN / "etsy_orders.csv", OWN / "etsy_items.csv"


def test_the_orders_file_alone_tells_buyer_address_and_money() -> None:
    orders, problems = read("etsy", ORDERS)

    placed = orders["5001"].placed
    assert not problems and list(orders) == ["5001", "5002", "5003", "5004"]
    assert (placed.buyer.name, placed.buyer.username) == ("Hazel Grove", "hazel")
    assert (placed.address.postcode, placed.address.country) == ("01970", "US")
    assert (placed.total, placed.currency, placed.lines) == (Decimal("33.90"), "USD", ())
    assert placed.at == utc("2026-03-14 11:00")


def test_tax_that_etsy_keeps_is_told_by_the_total() -> None:
    assert read("etsy", ORDERS)[0]["5001"].placed.tax == Decimal("1.90")


def test_both_files_join_by_order_id_in_either_order() -> None:
    one, _ = read("etsy", ORDERS, ITEMS)
    other, _ = read("etsy", ITEMS, ORDERS)

    order = one["5001"]
    assert one == other and list(one) == ["5001", "5002", "5003", "5004", "4999"]
    assert [(x.title, x.sku, x.quantity, x.variation) for x in order.placed.lines] == [
        ('Blue Bowl "Sky"', "A-1", 1, "Size:Small"),
        ("Plate", "B-2", 2, ""),
    ]
    assert order.payments[0].at == utc("2026-03-15 11:00")
    assert order.shipments[0].at == utc("2026-03-16 11:00")
    assert one["5002"].placed.lines == ()


def test_the_items_file_alone_gives_whole_orders() -> None:
    orders, _ = read("etsy", ITEMS)

    placed = orders["5001"].placed
    assert (placed.total, placed.discount, placed.shipping, placed.tax) == (
        Decimal("33.90"),
        Decimal("3.00"),
        Decimal("5.00"),
        Decimal("1.90"),
    )
    assert (placed.buyer.username, placed.address.city) == ("hazel", "Salem")
    assert orders["4999"].placed.lines[0].needs_shipping is False


def test_references_are_the_same_whichever_file_tells() -> None:
    both = (read("etsy", ORDERS)[0]["5001"], read("etsy", ITEMS)[0]["5001"])

    assert {order.payments[0].reference for order in both} == {"etsy:5001"}


def test_a_cancelled_order_gave_its_money_back_and_a_guest_has_no_user_name() -> None:
    order = read("etsy", ORDERS)[0]["5002"]

    assert (order.cancelled, order.refunded) == (True, Decimal("21.00"))
    assert order.placed.buyer.username == ""


def test_an_adjusted_total_is_a_refund() -> None:
    assert read("etsy", ORDERS)[0]["5003"].refunded == Decimal("10.00")


def test_a_sale_in_person_is_paid_and_needs_no_parcel() -> None:
    order = read("etsy", ORDERS)[0]["5004"]

    assert order.placed.channel == ChannelKind.IN_PERSON
    assert [line.needs_shipping for line in order.placed.lines] == [False]
    assert [payment.amount for payment in order.payments] == [Decimal("8.00")]


def test_an_email_column_is_taken_where_there_is_one(tmp_path: Path) -> None:
    text = ORDERS.read_text().replace("InPerson Location", "Buyer Email").replace("Fair", "m@x.org")

    assert read("etsy", write(tmp_path, text))[0]["5004"].placed.buyer.email == "m@x.org"


def test_an_order_number_rounded_by_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    text = ORDERS.read_text().replace(",5001,", ",3.20984E+09,")

    orders, problems = read("etsy", write(tmp_path, text))

    assert "5002" in orders
    assert [(x.row, x.column, x.value) for x in problems] == [(2, "Order ID", "3.20984E+09")]


def test_days_first_are_told_by_the_column(tmp_path: Path) -> None:
    text = re.sub(r"(\d\d)/(\d\d)/26", r"\2/\1/26", ORDERS.read_text())

    orders, _ = read("etsy", write(tmp_path, text))

    assert orders["5001"].placed.at == utc("2026-03-14 11:00")
    assert orders["5004"].placed.at == utc("2026-03-11 11:00")


def test_a_fault_in_the_items_names_their_column_and_rejects_the_order(tmp_path: Path) -> None:
    items = write(tmp_path, ITEMS.read_text().replace(",1,10.00,", ",one,10.00,"))

    orders, problems = read("etsy", ORDERS, items)

    assert "5001" not in orders and "5002" in orders
    assert [(x.row, x.column, x.value) for x in problems] == [(2, "Quantity", "one")]
