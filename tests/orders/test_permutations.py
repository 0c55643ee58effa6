"""Facts in any order, repeated, in any portions: the same order comes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders import lifecycle
from orders.facts import (
    Address,
    AddressGiven,
    Answer,
    Cancel,
    Extend,
    Fact,
    Line,
    ParcelLine,
    Pause,
    Payment,
    Refund,
    Reinstate,
    Relisted,
    Resume,
    Scan,
    Shipment,
    TrackingCode,
    Unpay,
    Unship,
    Word,
)
from orders.models import Order, Shop
from orders.projection import DERIVED_COLUMNS, PLACED_COLUMNS
from orders.state import Sale, derive, unfold
from orders.words import ScanStatus
from tests.factory import make_shop, placed

PLACED_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LINES = (
    Line("Bead", sku="B", quantity=2, unit_price=Decimal("4.50")),
    Line("Ring", quantity=1, unit_price=Decimal(8)),
    Line("Pattern to download", sku="P", unit_price=Decimal(2), needs_shipping=False),
)
SALE = Sale(PLACED_AT, Decimal("22.00"), {"B": 2, "Ring": 1})
PLACED = placed("1", PLACED_AT, lines=LINES)
SHIP_COLUMNS = [column for column in PLACED_COLUMNS if column.startswith("ship_")]

# Few moments and few values, so that facts fall together often.
moments = st.integers(0, 7).map(lambda number: PLACED_AT + number * timedelta(hours=7))
parcels = st.sampled_from(["1", "2"])
codes = st.sampled_from(["", "A1", "A2"])
amounts = st.none() | st.sampled_from([Decimal("5.00"), Decimal("17.00"), Decimal("22.00")])
sums = st.sampled_from([Decimal("5.00"), Decimal("22.00")])
contents = st.none() | st.lists(
    st.builds(ParcelLine, st.sampled_from(["B", "Ring"]), st.integers(1, 2)), max_size=2
).map(tuple)


def fact(kind: type[Fact], **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Fact]:
    return st.builds(kind, order=st.just("1"), at=moments, **values)


facts = st.one_of(
    fact(Payment, amount=amounts),
    fact(AddressGiven, address=st.builds(Address, name=codes, street1=st.just("Nygade 9"))),
    fact(Unpay, payment=moments.map(lambda at: Payment(order="1", at=at).key)),
    fact(Refund, amount=amounts),
    fact(Payment, amount=amounts, in_all=sums),
    fact(Refund, amount=amounts, in_all=sums),
    fact(Shipment, parcel=parcels, tracking_code=codes, lines=contents),
    fact(Shipment, parcel=parcels, carrier=st.sampled_from(["", "DHL"]), service=codes),
    fact(TrackingCode, parcel=parcels, tracking_code=st.sampled_from(["A1", "A2", "A3"])),
    fact(Scan, parcel=parcels, status=st.sampled_from(list(ScanStatus)), tracking_code=codes),
    fact(Unship, parcel=parcels),
    fact(Word, text=st.sampled_from(["", "Friday", "Thanks!"])),
    fact(Answer, text=st.sampled_from(["", "Gladly"])),
    fact(Cancel, reason=st.sampled_from(["", "unpaid", "sold out"])),
    fact(Relisted),
    fact(Reinstate),
    fact(Extend, until=moments),
    fact(Pause),
    fact(Resume),
)
some_facts = st.lists(facts, max_size=8)


@st.composite
def shuffled_with_repeats(draw: st.DrawFn) -> tuple[list[Fact], list[list[Fact]]]:
    """Facts in the order they happened, and the same in portions, shuffled, some repeated."""
    inside = [PLACED, *draw(some_facts)]
    repeated = draw(st.lists(st.sampled_from(inside), max_size=3))
    mixed = draw(st.permutations(inside + repeated))
    cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), max_size=3)))
    bounds = [0, *cuts, len(mixed)]
    portions = [mixed[a:b] for a, b in pairwise(bounds)]
    return sorted(inside, key=lambda one: one.at), [part for part in portions if part]


@given(inside=some_facts, data=st.data())
@settings(max_examples=500)
def test_the_derived_state_does_not_depend_on_the_order_of_facts(
    inside: list[Fact], data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations(inside + inside[:2]))

    assert derive(SALE, mixed) == derive(SALE, inside)


@given(inside=some_facts)
@settings(max_examples=500)
def test_a_state_that_moves_on_is_at_each_moment_what_the_facts_up_to_then_give(
    inside: list[Fact],
) -> None:
    known = list({fact.key: fact for fact in inside}.values())
    times = sorted({PLACED_AT, *(fact.at for fact in known)})

    for at, state in zip(times, unfold(SALE, known, times), strict=True):
        assert state == derive(SALE, [fact for fact in known if fact.at <= at])


@pytest.mark.django_db
@given(case=shuffled_with_repeats())
@settings(max_examples=60)
def test_recording_in_any_order_repeats_and_portions_ends_in_the_same_rows(
    case: tuple[list[Fact], list[list[Fact]]],
) -> None:
    in_order, portions = case
    straight, mixed = _shop("straight"), _shop("mixed")

    lifecycle.record(straight, in_order, now=PLACED_AT)
    for number, portion in enumerate(portions):
        lifecycle.record(mixed, portion, now=PLACED_AT + timedelta(minutes=number))

    assert _picture(mixed) == _picture(straight)


@pytest.mark.django_db
def test_a_whole_life_ends_the_same_in_any_order() -> None:
    day = timedelta(days=1)
    life: list[Fact] = [
        PLACED,
        Payment(order="1", at=PLACED_AT + day, amount=Decimal("22.00"), reference="pi_1"),
        Shipment(order="1", at=PLACED_AT + 2 * day, tracking_code="A1"),
        Scan(order="1", at=PLACED_AT + 3 * day, status=ScanStatus.IN_TRANSIT),
        Scan(order="1", at=PLACED_AT + 4 * day, status=ScanStatus.DELIVERED),
    ]
    lives = {f"{PLACED.order}-{number}": one for number, one in enumerate(permutations(life))}
    shop = make_shop()
    # One fact of each order at a time, in as many orders as there are permutations.
    for step in range(len(life)):
        portion = [replace(one[step], order=number) for number, one in lives.items()]
        lifecycle.record(shop, portion, now=PLACED_AT + 5 * day)
    pictures = [_picture(shop, number) for number in lives]

    assert all(picture == pictures[0] for picture in pictures)
    assert pictures[0]["order"]["status"] == "delivered"


def _shop(slug: str) -> Shop:
    """An empty shop of this name."""
    Order.objects.filter(shop__slug=slug).delete()
    return Shop.objects.filter(slug=slug).first() or make_shop(slug)


def _picture(shop: Shop, number: str = PLACED.order) -> dict[str, Any]:
    """All that is stored of one order, but ids and when we learned of it."""
    order = Order.objects.get(shop=shop, number=number)
    return {
        "order": {c: getattr(order, c) for c in (*DERIVED_COLUMNS, *SHIP_COLUMNS)},
        "parcels": _rows(order.shipments, "id", "order_id", "recorded_at"),
        "scans": sorted(
            order.shipments.values_list("parcel", "tracking_events__at", "tracking_events__status"),
            key=str,
        ),
        "payments": _rows(order.payments, "id", "order_id"),
        "refunds": _rows(order.refunds, "id", "order_id"),
        "timeline": _rows(order.events, "id", "order_id", "recorded_at"),
    }


def _rows(related: Any, *left_out: str) -> list[dict[str, Any]]:
    rows = [{k: v for k, v in row.items() if k not in left_out} for row in related.values()]
    return sorted(rows, key=str)
