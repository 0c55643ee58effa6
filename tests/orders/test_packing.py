"""Packing lists: what is on them, what is ticked, and what is left after a parcel."""

from datetime import timedelta

import pytest

from orders.checkpoints import Gate, checkpoints
from orders.facts import Line, ParcelLine, Payment, Refund, Shipment
from orders.models import Order, PackingExtra
from orders.packing import (
    left_of_lines,
    next_parcel,
    packing_list,
    parcel_lines,
    progress,
    set_extras,
    set_ticks,
    ticks,
)
from orders.showing import Showing
from orders.to_ship import to_ship
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LINES = (
    Line("Lucky bead", sku="LB-1", quantity=2),
    Line("Ring"),
    Line("Pattern to download", needs_shipping=False),
)


@pytest.fixture
def order() -> Order:
    shop = make_shop()
    set_extras(shop=shop, names=["Card"])
    return make_order(shop, "1001", paid_at=MONDAY, lines=LINES)


def packed(order: Order) -> tuple[str, str]:
    """The packed checkpoint's state and evidence."""
    found = checkpoints(
        order,
        list(order.shipments.all()),
        username="",
        showing=Showing(order.shop),
        packing=progress(order),
    )
    gate = next(point for point in found if point.name == "packed")
    return gate.state, gate.evidence


def numbers_to_ship(order: Order) -> list[str]:
    return [found.number for found in to_ship(order.shop)]


def test_the_list_holds_what_is_shipped_and_the_shops_extras(order: Order) -> None:
    items = packing_list(order, PackingExtra.objects.all(), set())

    assert [(item.name, item.left) for item in items] == [
        ("Lucky bead", 2),
        ("Ring", 1),
        ("Card", 1),
    ]


def test_ticking_everything_passes_the_packed_checkpoint(order: Order) -> None:
    keys = [item.key for item in packing_list(order, PackingExtra.objects.all(), set())]

    before = packed(order)
    set_ticks(order=order, keys=keys[:1], now=MONDAY)
    some = packed(order)
    set_ticks(order=order, keys=keys, now=MONDAY)

    assert before == (Gate.OPEN, "Nothing has been packed yet.")
    assert some == (Gate.OPEN, "1 of 3 things on the packing list are ticked.")
    assert packed(order) == (Gate.PASSED, "Everything on the packing list is ticked.")


def test_ticks_can_be_taken_back_and_strange_keys_are_ignored(order: Order) -> None:
    set_ticks(order=order, keys=["line:1", "line:2", "line:99", "extra:0"], now=MONDAY)
    set_ticks(order=order, keys=["line:2"], now=MONDAY)

    assert ticks(order) == {"line:2"}


def test_an_extra_that_keeps_its_name_keeps_its_ticks(order: Order) -> None:
    card = PackingExtra.objects.get()
    set_ticks(order=order, keys=[f"extra:{card.pk}"], now=MONDAY)

    set_extras(shop=order.shop, names=["Lucky bead", " Card ", "Card", ""])

    assert list(PackingExtra.objects.values_list("name", flat=True)) == ["Lucky bead", "Card"]
    assert progress(order).ticked == 1


def test_a_parcel_with_all_that_is_left_names_no_lines(order: Order) -> None:
    left = left_of_lines(order)

    assert parcel_lines(left, {}) is None
    assert parcel_lines(left, {1: 2, 2: 7}) is None
    assert parcel_lines(left, {1: 1, 2: 0}) == (ParcelLine("LB-1", 1),)


def test_what_went_in_the_first_parcel_is_not_left_for_the_second(order: Order) -> None:
    inside = (ParcelLine("LB-1", 1), ParcelLine("Ring", 1))
    record(order.shop, Shipment(order="1001", at=MONDAY + HOUR, lines=inside))

    assert [quantity for _line, quantity in left_of_lines(order)] == [1, 0]
    assert next_parcel(order) == "2"
    assert numbers_to_ship(order) == ["1001"]


def test_an_order_that_is_all_shipped_has_nothing_left(order: Order) -> None:
    record(order.shop, Shipment(order="1001", at=MONDAY + HOUR))
    order.refresh_from_db()

    assert [quantity for _line, quantity in left_of_lines(order)] == [0, 0]
    assert numbers_to_ship(order) == []


def test_what_is_paid_or_paid_on_delivery_is_to_be_shipped(order: Order) -> None:
    make_order(order.shop, "unpaid")
    make_order(order.shop, "on delivery", terms="on_delivery", placed_at=MONDAY + HOUR)
    make_order(order.shop, "download", paid_at=MONDAY, lines=LINES[2:])
    make_order(order.shop, "shipped", paid_at=MONDAY, shipped_at=MONDAY + HOUR)

    assert numbers_to_ship(order) == ["1001", "on delivery"]


def test_what_was_refunded_is_not_to_be_shipped(order: Order) -> None:
    make_order(order.shop, "1002", paid_at=MONDAY)

    record(order.shop, Refund(order="1002", at=MONDAY + HOUR))
    record(order.shop, Payment(order="1001", at=MONDAY + HOUR))

    assert numbers_to_ship(order) == ["1001"]
