"""A label that was bought before the address was changed."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from notifications import decisions
from notifications.sweep import sweep
from orders.facts import AddressGiven, Cancel, Shipment
from orders.models import Flag, Label, LabelState, Order
from orders.shipping.label_events import tell
from tests.factory import MONDAY, NYGADE, make_order, record

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
BOUGHT_AT = MONDAY + 2 * HOUR
OFFICE = NYGADE.__class__(
    name="Zoë Ørsted", street1="Vestergade 3", city="Aarhus", postcode="8000", country="DK"
)


def make_label(order: Order, **fields: Any) -> Label:
    """A label for the order's address as it is now."""
    values = {
        "parcel": "1",
        "state": LabelState.BOUGHT,
        "bought_at": BOUGHT_AT,
        "cost": Decimal("8.50"),
        "weight_g": 200,
        "tracking_code": "9400",
        "address": asdict(order.address),
    }
    return Label.objects.create(shop=order.shop, order=order, **(values | fields))


@pytest.fixture
def order() -> Order:
    return make_order(number="1001", paid_at=MONDAY)


def move(order: Order, at: datetime = BOUGHT_AT + HOUR, **changes: Any) -> None:
    """The buyer says that it goes to the office."""
    address = changes.pop("address", OFFICE)
    record(order.shop, AddressGiven(order=order.number, at=at, address=address), **changes)


def flags(now: datetime) -> list[tuple[str, str]]:
    """The open flags of the kind after a sweep at `now`, with their reasons."""
    sweep(now)
    found = Flag.objects.filter(kind="address_changed", cleared_at=None)
    return list(found.values_list("subject", "reason"))


LATER = BOUGHT_AT + 2 * HOUR


def test_a_change_after_the_label_was_bought_is_flagged(order: Order) -> None:
    make_label(order)

    move(order)

    assert flags(LATER) == [
        (
            "1",
            "The label was bought on Mon 2 Nov, 12:30, the address changed on Mon 2 Nov, 13:30.",
        )
    ]


def test_without_a_change_nothing_is_flagged(order: Order) -> None:
    make_label(order)

    assert flags(LATER) == []


def test_a_label_bought_for_the_new_address_is_not_flagged(order: Order) -> None:
    move(order, MONDAY + HOUR)
    order.refresh_from_db()

    make_label(order)

    assert flags(LATER) == []


def test_a_change_that_came_while_the_label_was_being_bought_is_flagged(order: Order) -> None:
    make_label(order, bought_at=BOUGHT_AT + 2 * HOUR)

    move(order, BOUGHT_AT + HOUR)

    assert len(flags(LATER)) == 1


def test_a_label_that_does_not_say_its_address_goes_by_time(order: Order) -> None:
    make_label(order, address={})
    make_label(order, parcel="2", address={}, bought_at=BOUGHT_AT + 2 * HOUR)

    move(order)

    assert [parcel for parcel, _reason in flags(LATER)] == ["1"]


def test_a_change_taken_back_clears_the_flag(order: Order) -> None:
    make_label(order)
    move(order)
    assert len(flags(LATER)) == 1

    move(order, LATER, address=NYGADE)

    assert flags(LATER) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"is_return": True},
        {"state": LabelState.REFUNDING},
        {"state": LabelState.REFUNDED},
        {"state": LabelState.FAILED},
    ],
    ids=["for_a_return", "refund_asked_for", "refunded", "not_bought"],
)
def test_other_labels_are_not_flagged(order: Order, fields: dict[str, Any]) -> None:
    make_label(order, **fields)

    move(order)

    assert flags(LATER) == []


def act_ship(order: Order) -> None:
    record(order.shop, Shipment(order=order.number, at=LATER, parcel="1", tracking_code="9400"))


def act_cancel(order: Order) -> None:
    record(order.shop, Cancel(order=order.number, at=LATER))


def act_keep(order: Order) -> None:
    decisions.keep_label(order=order, parcel="1", now=LATER)


def act_refund(order: Order) -> None:
    Label.objects.update(state=LabelState.REFUNDING)
    tell(Label.objects.get(), "refund_asked", LATER)


@pytest.mark.parametrize("act", [act_ship, act_cancel, act_keep, act_refund])
def test_what_the_seller_does_clears_the_flag(order: Order, act: Callable[[Order], None]) -> None:
    make_label(order)
    move(order)
    assert len(flags(LATER)) == 1

    act(order)

    assert flags(LATER) == []


def test_a_further_change_asks_again_about_a_label_that_was_kept(order: Order) -> None:
    make_label(order)
    move(order)
    act_keep(order)
    assert flags(LATER) == []

    other = OFFICE.__class__(**(asdict(OFFICE) | {"street1": "Vestergade 33"}))
    move(order, LATER, address=other)

    assert len(flags(LATER + HOUR)) == 1


def test_keeping_the_label_twice_is_harmless(order: Order) -> None:
    make_label(order)
    move(order)

    act_keep(order)
    act_keep(order)

    assert flags(LATER) == []
