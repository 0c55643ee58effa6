"""Shopify's orders export."""

from decimal import Decimal
from pathlib import Path

import pytest

from orders.facts import ParcelLine
from orders.words import PaymentTerms
from tests.orders.intake_files import OWN, read, utc, write

HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Total,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem fulfillment status\n"
)


def row(number: str, item: str, *, head: bool = True, total: str = "20.00", **kw: str) -> str:
    order = f"a@example.com,{kw.get('financial', 'paid')},2026-03-01 10:00:00 +0100,"
    order += (
        f"{kw.get('fulfillment', 'unfulfilled')},{kw.get('fulfilled_at', '')},EUR,20.00,{total}"
    )
    if not head:
        order = "a@example.com,,,,,,,"
    return (
        f"{number},{order},2026-03-01 09:00:00 +0100,1,{item},10.00,{kw.get('line', 'pending')}\n"
    )


def test_the_lines_of_an_order_come_from_all_its_rows() -> None:
    orders, problems = read("shopify", OWN / "shopify.csv")

    order = orders["1001"]
    assert not problems
    assert [(x.title, x.sku, x.quantity, x.needs_shipping) for x in order.placed.lines] == [
        ("Mug", "MUG", 2, True),
        ("Gift card", "", 1, False),
    ]
    assert (order.placed.total, order.placed.shipping, order.placed.discount) == (
        Decimal("24.90"),
        Decimal("4.90"),
        Decimal("2.00"),
    )
    assert order.placed.note == "Wrap it,\nplease"
    assert order.placed.at == utc("2026-03-01 09:00")
    assert [(x.at, x.amount, x.reference) for x in order.payments] == [
        (utc("2026-03-01 09:00:05"), Decimal("24.90"), "shopify:1001")
    ]
    assert [(x.at, x.parcel, x.lines) for x in order.shipments] == [
        (utc("2026-03-03 08:00"), "1", (ParcelLine("MUG", 2),))
    ]


def test_cash_on_delivery_is_not_awaited_beforehand() -> None:
    order = read("shopify", OWN / "shopify.csv")[0]["1002"]

    assert order.placed.terms == PaymentTerms.ON_DELIVERY
    assert not order.payments
    assert (order.placed.address.street2, order.placed.address.postcode) == ("Firma GmbH", "01067")


def test_a_part_payment_is_what_is_no_longer_outstanding() -> None:
    order = read("shopify", OWN / "shopify.csv")[0]["1003"]

    assert [(x.amount, x.reference) for x in order.payments] == [
        (Decimal("30.00"), "shopify:1003:part")
    ]
    assert order.placed.address.city == "Bonn"


def test_a_voided_order_is_cancelled() -> None:
    order = read("shopify", OWN / "shopify.csv")[0]["1004"]

    assert (order.cancelled, order.cancelled_at, order.payments) == (True, None, ())


def test_a_part_that_is_fulfilled_is_the_parcel(tmp_path: Path) -> None:
    text = row("#1", "Mug", fulfillment="partial", line="fulfilled") + row("#1", "Cup", head=False)

    order = read("shopify", write(tmp_path, HEADER + text))[0]["1"]

    assert [x.lines for x in order.shipments] == [(ParcelLine("Mug", 1),)]
    assert order.shipments[0].at == order.payments[0].at


def test_a_pending_line_of_a_fulfilled_order_will_not_be_sent(tmp_path: Path) -> None:
    text = row("#1", "Mug", fulfillment="fulfilled", line="fulfilled")
    text += row("#1", "Cup", head=False, line="pending")

    order = read("shopify", write(tmp_path, HEADER + text))[0]["1"]

    assert [x.needs_shipping for x in order.placed.lines] == [True, False]
    assert [x.lines for x in order.shipments] == [(ParcelLine("Mug", 1),)]


@pytest.mark.parametrize("financial", ["pending", "authorized", "expired", "unpaid"])
def test_money_that_did_not_come_is_no_payment(tmp_path: Path, financial: str) -> None:
    path = write(tmp_path, HEADER + row("#1", "Mug", financial=financial))

    assert not read("shopify", path)[0]["1"].payments


def test_an_order_exported_twice_counts_once_and_the_later_copy_holds(tmp_path: Path) -> None:
    first = row("#1", "Mug", financial="pending") + row("#1", "Cup", head=False)
    other = row("#2", "Bowl")
    second = row("#1", "Mug") + row("#1", "Cup", head=False)

    orders, _ = read("shopify", write(tmp_path, HEADER + first + other + second))

    assert [x.title for x in orders["1"].placed.lines] == ["Mug", "Cup"]
    assert len(orders["1"].payments) == 1


def test_a_re_sorted_file_still_finds_each_orders_first_row(tmp_path: Path) -> None:
    text = row("#1", "Cup", head=False) + row("#2", "Bowl") + row("#1", "Mug")

    orders, problems = read("shopify", write(tmp_path, HEADER + text))

    assert not problems
    assert [x.title for x in orders["1"].placed.lines] == ["Mug", "Cup"]


def test_order_columns_filled_down_are_lines_all_the_same(tmp_path: Path) -> None:
    text = row("#1", "Mug") + row("#1", "Cup")

    assert len(read("shopify", write(tmp_path, HEADER + text))[0]["1"].placed.lines) == 2


def test_a_bad_order_is_rejected_whole_and_the_others_are_read(tmp_path: Path) -> None:
    bad = row("#1", "Mug", total="twenty").replace("2026-03-01 09:00:00 +0100", "soon")
    text = bad + row("#1", "Cup", head=False) + row("#2", "Bowl")

    orders, problems = read("shopify", write(tmp_path, HEADER + text))

    assert list(orders) == ["2"]
    assert [(x.row, x.column, x.value) for x in problems] == [
        (2, "Total", "twenty"),
        (2, "Created at", "soon"),
    ]


def test_lines_without_their_orders_first_row_are_a_problem(tmp_path: Path) -> None:
    _, problems = read("shopify", write(tmp_path, HEADER + row("#1", "Cup", head=False)))

    assert [(x.column, "first row" in x.problem) for x in problems] == [("Total", True)]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_left_out(tmp_path: Path) -> None:
    lines = [line.split(",")[::-1] for line in (HEADER + row("#1", "Mug")).strip().split("\n")]
    text = "\n".join("\t".join(["?", *cells]) for cells in lines)

    order = read("shopify", write(tmp_path, text.encode("utf-16")))[0]["1"]

    assert (order.placed.total, order.placed.lines[0].title) == (Decimal("20.00"), "Mug")


def test_a_european_spreadsheets_decimal_commas_are_read(tmp_path: Path) -> None:
    text = (HEADER + row("#1", "Mug")).replace(",", ";").replace("20.00", "1.024,00")

    assert read("shopify", write(tmp_path, text))[0]["1"].placed.total == Decimal("1024.00")
