"""WooCommerce's JSON."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orders.intake.checking import Progress
from orders.intake.incoming import UnreadableFile
from orders.intake.json_records import WINDOW, read_records
from orders.words import PaymentTerms
from tests.orders.intake_files import OWN, read, utc, write


def one(**changes: Any) -> dict[str, Any]:
    order = {
        "id": 5,
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-03-01T09:00:00",
        "date_paid_gmt": "2026-03-01T09:05:00",
        "total": "12.00",
        "billing": {"first_name": "Ida", "country": "DE"},
        "line_items": [{"name": "Ring", "quantity": 1, "subtotal": "12.00"}],
    }
    return order | changes


def test_an_order_is_read_with_its_money_parcels_and_refunds() -> None:
    orders, problems = read("woocommerce", OWN / "woocommerce.json")

    order = orders["801"]
    assert order.placed.at == utc("2026-03-29 00:30")
    assert order.placed.buyer.name == "Seán O’Conner"
    assert (order.placed.address.street1, order.placed.address.country) == ("1 Quay", "IE")
    assert [(x.title, x.sku, x.quantity, x.unit_price) for x in order.placed.lines] == [
        ("Lamp – tall", "4711", 1, Decimal("10.00")),
        ("Cloth", "CL", 1, Decimal("20.00")),
    ]
    assert [x.variation for x in order.placed.lines] == ["colour: green", "1.5 ×"]
    assert [(x.parcel, x.carrier, x.tracking_code) for x in order.shipments] == [
        ("1", "dhl", "JD01"),
        ("2", "An Post", "AP02"),
    ]
    assert order.refunded == Decimal("6.50")
    assert [(x.row, x.column) for x in problems] == [(3, "date_created_gmt"), (3, "total")]


def test_a_paid_state_without_a_date_counts_from_placing() -> None:
    order = read("woocommerce", OWN / "woocommerce.json")[0]["801"]

    assert order.payments[0].at == order.placed.at


def test_cash_on_delivery_is_paid_when_the_order_is_completed(tmp_path: Path) -> None:
    cod = {"payment_method": "cod", "date_paid_gmt": None}
    done = one(status="completed", date_completed_gmt="2026-03-05T10:00:00", **cod)

    open_order = read("woocommerce", write(tmp_path, json.dumps(one(**cod))))[0]["5"]
    done_order = read("woocommerce", write(tmp_path, json.dumps(done)))[0]["5"]

    assert (open_order.placed.terms, open_order.payments) == (PaymentTerms.ON_DELIVERY, ())
    assert done_order.payments[0].at == utc("2026-03-05 10:00")


@pytest.mark.parametrize("status", ["pending", "on-hold", "failed", "wc-pending"])
def test_unpaid_states_have_no_payment(tmp_path: Path, status: str) -> None:
    path = write(tmp_path, json.dumps(one(status=status, date_paid_gmt=None)))

    order = read("woocommerce", path)[0]["5"]

    assert (order.payments, order.shipments, order.cancelled) == ((), (), False)


def test_a_cancelled_order_is_cancelled_and_a_refunded_one_refunded(tmp_path: Path) -> None:
    orders = [one(id=1, status="cancelled"), one(id=2, status="refunded")]

    read_orders, _ = read("woocommerce", write(tmp_path, json.dumps(orders)))

    assert read_orders["1"].cancelled
    assert read_orders["2"].refunded == Decimal("12.00")


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft", "draft", "trash"])
def test_drafts_are_told_and_left_out(tmp_path: Path, status: str) -> None:
    orders, problems = read("woocommerce", write(tmp_path, json.dumps([one(status=status)])))

    assert not orders and "draft" in problems[0].problem


@pytest.mark.parametrize("wrap", ["data", "orders"])
def test_one_order_a_list_and_their_wrappers_are_all_read(tmp_path: Path, wrap: str) -> None:
    for shape in (one(), [one()], {wrap: one()}, {wrap: [one()]}):
        for text in (json.dumps(shape), json.dumps(shape, indent=2)):
            orders, problems = read("woocommerce", write(tmp_path, "\ufeff" + text))
            assert list(orders) == ["5"] and not problems


def test_a_list_that_breaks_off_keeps_what_stands_before(tmp_path: Path) -> None:
    text = json.dumps([one(id=1), one(id=2), one(id=3)])[:-200]

    orders, problems = read("woocommerce", write(tmp_path, text))

    assert list(orders) == ["1", "2"]
    assert [x.row for x in problems] == [3] and "breaks off" in problems[0].problem


def test_something_else_in_the_list_is_a_problem_of_its_own(tmp_path: Path) -> None:
    orders, problems = read(
        "woocommerce", write(tmp_path, json.dumps([one(id=1), {"id": 9}, 7, one(id=2)]))
    )

    assert (list(orders), [x.row for x in problems]) == (["1", "2"], [2, 3])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not a whole JSON file"),
        ("[1, 2", "no WooCommerce orders"),
        ("[]", "no orders in it"),
        ('[{"id": 1, "note": "x", "customer_note": false}]', "notes on an order"),
        ('[{"id": 1, "regular_price": "3"}]', "products"),
        ('{"code": "rest_forbidden", "message": "Sorry"}', "answered with an error"),
        ('{"results": [{"receipt_id": 5}]}', "Etsy's API"),
        ("[NaN]", "not a whole JSON file"),
        ("[" * 100_000, "not a whole JSON file"),
    ],
)
def test_other_json_gets_a_clear_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read("woocommerce", write(tmp_path, text))


def test_long_lists_stream_through_a_small_window(tmp_path: Path) -> None:
    records = [{"id": at, "text": "é" * (at % 3000), "price": 0.1} for at in range(2000)]
    path = write(tmp_path, json.dumps(records, ensure_ascii=False))
    progress = Progress()

    found = list(read_records(path, progress))

    assert path.stat().st_size > 4 * WINDOW
    assert [record.value["id"] for record in found] == list(range(2000))
    assert found[0].value["price"] == Decimal("0.1")
    assert progress.done == progress.total
