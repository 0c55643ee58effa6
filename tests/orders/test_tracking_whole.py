"""A tracker's whole history: expected dates, and one end whatever comes first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.models import Order, Shop, Tracker, TrackingReport
from orders.projection import DERIVED_COLUMNS
from orders.shipping import tracking
from orders.shipping.tracking_reports import take_in, work_off
from tests.orders.tracking_given import (
    DAY,
    HOUR,
    SHIPPED,
    connected_shop,
    detail,
    history,
    parcel_order,
    report,
    told,
    tracker,
)

pytestmark = pytest.mark.django_db


def test_the_expected_date_is_kept_with_its_history() -> None:
    shop = connected_shop()
    order = parcel_order(shop)
    line = detail(SHIPPED + HOUR, "in_transit")

    told(
        shop,
        tracker(
            [line], est_delivery_date="2026-11-07T00:00:00Z", updated_at="2026-11-05T08:00:00Z"
        ),
        tracker(
            [line], est_delivery_date="2026-11-09T18:30:00Z", updated_at="2026-11-06T08:00:00Z"
        ),
    )

    kept = [f"{e.said_at:%d} {e.expected_at:%d %H:%M}" for e in order.expected_deliveries.all()]
    assert kept == ["05 07 12:00", "06 09 18:30"]


@given(data=st.data())
@settings(max_examples=25)
def test_a_trackers_whole_history_in_any_order_and_repeated_makes_one_and_the_same_end(
    data: st.DataObject,
) -> None:
    ends = data.draw(st.sampled_from(["delivered", "failure", "return_to_sender", "cancelled"]))
    lines = history(ends=ends)
    bodies = [
        report(
            tracker(lines[: n + 1], est_delivery_date=f"2026-11-0{n + 5}T00:00:00Z"),
            event=f"evt_{n}",
        )
        for n in range(len(lines))
    ]
    mixed = data.draw(st.permutations([*bodies, *data.draw(st.lists(st.sampled_from(bodies)))]))
    shipped_after = data.draw(st.integers(0, len(mixed)))

    straight = _end(connected_or_empty("straight"), bodies, 0, list(range(len(bodies))))
    end = _end(
        connected_or_empty("mixed"), mixed, shipped_after, data.draw(st.lists(st.integers(0, 12)))
    )

    assert end == straight
    assert straight["parcel"]["status"] == ends


def _end(shop: Shop, bodies: list[bytes], shipped_after: int, pauses: list[int]) -> dict[str, Any]:
    """What is stored after these reports came in; the parcel is recorded after some of them."""
    for number in range(len(bodies) + 1):
        if number == shipped_after:
            parcel_order(shop)
        if number < len(bodies):
            take_in(shop.pk, bodies[number], SHIPPED + DAY)
        if number in pauses:
            work_off(SHIPPED + DAY)
    tracking.track_new(SHIPPED + DAY)
    work_off(SHIPPED + DAY)
    order = Order.objects.get(shop=shop)
    parcel = order.shipments.values().get()
    return {
        "order": {column: getattr(order, column) for column in DERIVED_COLUMNS},
        "parcel": {k: v for k, v in parcel.items() if k not in ("id", "order_id", "recorded_at")},
        "scans": list(order.events.filter(kind="scan").values("key", "data").order_by("key")),
        "expected": list(order.expected_deliveries.values_list("expected_at", "said_at")),
        "tracker": list(Tracker.objects.filter(shop=shop).values_list("status", "easypost_id")),
        "problems": list(
            TrackingReport.objects.filter(shop=shop).values_list("problem").distinct()
        ),
    }


def connected_or_empty(slug: str) -> Shop:
    """The shop, with nothing in it."""
    Order.objects.filter(shop__slug=slug).delete()
    TrackingReport.objects.filter(shop__slug=slug).delete()
    return Shop.objects.filter(slug=slug).first() or connected_shop(slug)
