"""The documented CSV and its template."""

from decimal import Decimal
from pathlib import Path

import pytest

from orders.facts import ParcelLine
from orders.intake.generic import generic_template
from orders.intake.generic_columns import COLUMNS
from orders.words import ChannelKind, PaymentTerms, ScanStatus
from tests.orders.intake_files import read, utc, write


def test_the_template_imports_and_names_every_column(tmp_path: Path) -> None:
    orders, problems = read("generic", write(tmp_path, generic_template()))

    assert generic_template().decode().splitlines()[0].split(",") == list(COLUMNS)
    assert not problems and list(orders) == ["1001", "1002"]
    order = orders["1001"]
    assert (order.placed.total, order.placed.grand_total) == (Decimal("14.50"), Decimal("14.50"))
    assert order.payments[0].reference == "pi_1"
    assert order.shipments[0].lines == (ParcelLine("LB-1", 2),)
    assert orders["1002"].placed.channel == ChannelKind.IN_PERSON
    assert orders["1002"].placed.terms == PaymentTerms.ON_DELIVERY


def test_headers_may_be_written_in_any_way_and_rows_lie_apart(tmp_path: Path) -> None:
    text = (
        "Order Number;Placed At;Item;QTY;unit-price\n"
        "7;31.03.2026 10:00;Mug;2;4,50\n8;01.04.2026;Bowl;1;9,00\n7;;Cup;1;3,00\n"
    )

    orders, problems = read("generic", write(tmp_path, text.encode("cp1252")))

    assert not problems
    assert orders["7"].placed.at == utc("2026-03-31 08:00")
    assert [(x.title, x.quantity, x.unit_price) for x in orders["7"].placed.lines] == [
        ("Mug", 2, Decimal("4.50")),
        ("Cup", 1, Decimal("3.00")),
    ]
    assert orders["7"].placed.grand_total == Decimal("12.00")
    assert orders["8"].placed.at == utc("2026-04-01 10:00")


def test_the_same_row_twice_is_a_copy_and_no_second_item(tmp_path: Path) -> None:
    row = "7,2026-03-31,Mug,1,4.50\n"
    text = "order,placed_at,item,quantity,unit_price\n" + row + "8,2026-03-31,Cup,1,1\n" + row

    assert len(read("generic", write(tmp_path, text))[0]["7"].placed.lines) == 1


def test_rows_of_an_order_that_contradict_each_other_are_a_problem(tmp_path: Path) -> None:
    text = "order,placed_at,item,total\n7,2026-03-31,Mug,9.00\n7,,Cup,8.00\n"

    orders, problems = read("generic", write(tmp_path, text))

    assert not orders
    assert [(x.row, x.column, x.value) for x in problems] == [(3, "total", "8.00")]


def test_parcels_payments_and_delivery_are_told_row_by_row(tmp_path: Path) -> None:
    text = (
        "order,placed_at,item,unit_price,paid_at,paid_amount,payment_reference,shipped_at,"
        "tracking_code,delivered_at\n"
        "7,2026-03-01,Mug,5,2026-03-01,5,a,2026-03-03,T2,\n"
        "7,,Cup,5,2026-03-02,5,b,2026-03-02,T1,2026-03-04\n"
    )

    order = read("generic", write(tmp_path, text))[0]["7"]

    assert [(x.reference, x.amount) for x in order.payments] == [
        ("a", Decimal(5)),
        ("b", Decimal(5)),
    ]
    assert [(x.parcel, x.tracking_code, x.lines) for x in order.shipments] == [
        ("1", "T1", (ParcelLine("Cup", 1),)),
        ("2", "T2", (ParcelLine("Mug", 1),)),
    ]
    assert [(x.parcel, x.status) for x in order.scans] == [("1", ScanStatus.DELIVERED)]


def test_paid_at_alone_pays_the_whole(tmp_path: Path) -> None:
    text = "order,placed_at,item,unit_price,shipping,paid_at\n7,2026-03-01,Mug,5,2,2026-03-02\n"

    order = read("generic", write(tmp_path, text))[0]["7"]

    assert [(x.amount, x.reference) for x in order.payments] == [(Decimal(7), "generic:7")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("placed_at", "soon"),
        ("total", "-3"),
        ("currency", "Euros"),
        ("quantity", "1.5"),
        ("channel", "bazaar"),
        ("terms", "later"),
        ("order", ""),
        ("order", "x" * 65),
    ],
)
def test_each_fault_is_one_problem_with_row_column_and_value(
    tmp_path: Path, column: str, value: str
) -> None:
    cells = {"order": "7", "placed_at": "2026-03-01", "item": "Mug", "unit_price": "5"}
    cells[column] = value
    good = (
        cells | {"order": "8", "placed_at": "2026-03-02", column: ""}
        if column
        not in (
            "order",
            "placed_at",
        )
        else {**cells, "order": "8", "placed_at": "2026-03-02"}
    )
    text = "\n".join(",".join(row) for row in (cells.keys(), cells.values(), good.values()))

    orders, problems = read("generic", write(tmp_path, text))

    assert list(orders) == ["8"]
    assert [(x.row, x.column) for x in problems] == [(2, column)]
    assert problems[0].value == value[:79] + ("…" if len(value) > 80 else "")
