"""What carriers say becomes facts of the right parcel, whatever its order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orders import lifecycle
from orders.facts import Shipment, TrackingCode
from orders.models import ExpectedDelivery, Order, Tracker, TrackingEvent
from orders.shipping import tracking
from orders.shipping.tracking_reports import work_off
from orders.words import OrderStatus, ScanStatus
from tests.factory import MONDAY
from tests.orders.tracking_given import (
    CODE,
    DAY,
    HOUR,
    SHIPPED,
    connected_shop,
    detail,
    history,
    parcel_order,
    problems,
    told,
    tracker,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", list(ScanStatus))
def test_a_scan_of_each_status_is_recorded_as_it_is(status: ScanStatus) -> None:
    shop = connected_shop()
    order = parcel_order(shop)

    told(shop, tracker([detail(SHIPPED + HOUR, status, "As it was said")]))

    scan = TrackingEvent.objects.get()
    assert (scan.status, scan.message) == (status, "As it was said")
    assert order.shipments.get().status == status


def test_a_word_that_begins_like_a_status_is_none() -> None:
    shop = connected_shop()
    order = parcel_order(shop)

    told(shop, tracker([detail(SHIPPED + HOUR, "could not be delivered")]))

    parcel = order.shipments.get()
    assert (parcel.status, parcel.delivered_at) == (ScanStatus.UNKNOWN, None)


def test_an_alert_is_not_shown_as_returned() -> None:
    shop = connected_shop()
    order = parcel_order(shop)

    told(shop, tracker([detail(SHIPPED + HOUR, "alert")]))

    assert not order.shipments.get().returned


def test_a_parcel_nobody_has_picked_up_is_not_in_transit() -> None:
    shop = connected_shop()
    order = parcel_order(shop)

    told(shop, tracker([detail(SHIPPED + HOUR, "pre_transit")]))

    parcel = order.shipments.get()
    assert (parcel.status, parcel.first_scan_at) == (ScanStatus.PRE_TRANSIT, None)


def test_a_return_reported_as_delivered_is_not_a_delivery() -> None:
    shop = connected_shop()
    order = parcel_order(shop)
    way_back = [
        detail(SHIPPED + DAY, "in_transit"),
        detail(SHIPPED + 2 * DAY, "return_to_sender"),
        detail(SHIPPED + 4 * DAY, "delivered"),
    ]

    told(shop, tracker(way_back))

    parcel = order.shipments.get()
    assert (parcel.returned, parcel.delivered_at) == (True, None)
    assert Order.objects.get().status == OrderStatus.SHIPPED


@pytest.mark.parametrize("more", [{"status_detail": "return"}, {"is_return": True}])
@pytest.mark.parametrize("is_told_first", [True, False])
def test_a_delivery_that_turns_out_a_return_is_taken_back(
    more: dict[str, Any], is_told_first: bool
) -> None:
    shop = connected_shop()
    order = parcel_order(shop)
    line = detail(SHIPPED + 4 * DAY, "delivered")
    if is_told_first:
        told(shop, tracker([line]))

    told(shop, tracker([line], **more))

    parcel = order.shipments.get()
    assert (parcel.returned, parcel.delivered_at) == (True, None)
    assert parcel.status == ScanStatus.DELIVERED


def test_a_carriers_word_that_it_went_to_the_sender_makes_it_a_return() -> None:
    shop = connected_shop()
    order = parcel_order(shop)

    told(shop, tracker([detail(SHIPPED + 4 * DAY, "delivered", "Delivered, To Original Sender")]))

    assert order.shipments.get().returned


def test_a_state_that_no_scan_tells_is_recorded_as_well() -> None:
    shop = connected_shop()
    order = parcel_order(shop)

    told(shop, tracker([], status="error", updated_at="2026-11-05T10:00:00Z"))

    assert order.shipments.get().status == ScanStatus.ERROR


def test_times_without_a_zone_are_utc_and_broken_ones_are_left_out() -> None:
    shop = connected_shop()
    parcel_order(shop)
    lines = [
        detail("2026-11-05T08:00:00", "in_transit", "no zone"),
        detail("2026-11-05T10:00:00+02:00", "in_transit", "a zone"),
        detail("soon", "delivered"),
        detail(None, "delivered"),
    ]

    told(shop, tracker(lines, status="in_transit", updated_at="2026-11-05T08:00:00Z"))

    scans = TrackingEvent.objects.order_by("message")
    assert [(scan.message, scan.at.hour) for scan in scans] == [("a zone", 8), ("no zone", 8)]


def test_a_recycled_number_does_not_attach_the_scans_of_the_parcel_before() -> None:
    shop = connected_shop()
    order = parcel_order(shop)
    last_year = [
        detail(SHIPPED - 365 * DAY + n * DAY, s) for n, s in enumerate(("in_transit", "delivered"))
    ]

    told(shop, tracker(last_year, est_delivery_date="2025-11-06T00:00:00Z"))
    assert order.shipments.get().status == ""
    assert problems() == [tracking.OTHER_PARCEL]

    told(shop, tracker([*last_year, detail(SHIPPED + DAY, "in_transit")]))
    parcel = order.shipments.get()
    assert (parcel.status, parcel.first_scan_at) == (ScanStatus.IN_TRANSIT, SHIPPED + DAY)
    assert not ExpectedDelivery.objects.exists()


def test_a_number_used_again_by_the_same_shop_is_about_the_newer_parcel() -> None:
    shop = connected_shop()
    before = parcel_order(shop, "1", placed_at=MONDAY - 100 * DAY)
    now = parcel_order(shop, "2")

    told(shop, tracker([detail(SHIPPED + DAY, "delivered")]))

    assert before.shipments.get().delivered_at is None
    assert now.shipments.get().delivered_at == SHIPPED + DAY


def test_one_parcel_with_two_orders_delivers_both() -> None:
    shop = connected_shop()
    parcel_order(shop, "1")
    parcel_order(shop, "2", placed_at=MONDAY + DAY)

    told(shop, tracker(history()))

    assert {order.status for order in Order.objects.all()} == {OrderStatus.DELIVERED}


def test_the_same_number_of_two_carriers_are_two_parcels() -> None:
    shop = connected_shop()
    parcel_order(shop, "1", carrier="UPS")
    parcel_order(shop, "2", carrier="USPS")

    told(shop, tracker([detail(SHIPPED + DAY, "delivered")], carrier="UPSDAP"))

    assert [order.status for order in Order.objects.order_by("number")] == ["delivered", "shipped"]


def test_another_shops_parcel_with_the_number_hears_nothing() -> None:
    shop, other = connected_shop(), connected_shop("other")
    parcel_order(other)

    told(shop, tracker(history()))

    assert Order.objects.get(shop=other).status == OrderStatus.SHIPPED
    assert problems() == [tracking.NO_PARCEL]


@pytest.mark.parametrize("word_first", [True, False])
def test_what_was_said_of_a_wrong_number_does_not_count_once_it_is_corrected(
    word_first: bool,
) -> None:
    shop = connected_shop()
    order = parcel_order(shop, code="WRONG1")
    wrong = tracker(history(), code="WRONG1")
    if word_first:
        told(shop, wrong)

    fix = TrackingCode(order="1001", at=SHIPPED + 5 * DAY, carrier="USPS", tracking_code=CODE)
    lifecycle.record(shop, [fix], now=SHIPPED + 5 * DAY)
    if not word_first:
        told(shop, wrong)

    parcel = order.shipments.get()
    assert (parcel.status, parcel.delivered_at) == ("", None)
    assert Order.objects.get().status == OrderStatus.SHIPPED
    assert not TrackingEvent.objects.exists()


def test_the_corrected_number_is_followed_in_place_of_the_wrong_one() -> None:
    shop = connected_shop()
    parcel_order(shop, code="WRONG1")
    tracking.track_new(SHIPPED)
    fix = TrackingCode(order="1001", at=SHIPPED + DAY, carrier="USPS", tracking_code=CODE)
    lifecycle.record(shop, [fix], now=SHIPPED + DAY)

    tracking.track_new(SHIPPED + DAY)
    told(shop, tracker(history(), code="WRONG1"), tracker(history()))

    old, new = Tracker.objects.order_by("id")
    assert (old.problem, old.next_poll_at) == (tracking.OTHER_NUMBER, None)
    assert (new.tracking_code, new.status) == (CODE, "delivered")


def test_a_parcel_recorded_later_hears_what_was_said_before() -> None:
    shop = connected_shop()
    told(shop, tracker(history()))
    assert problems() == [tracking.NO_PARCEL]

    order = parcel_order(shop)
    tracking.track_new(SHIPPED + 5 * DAY)
    work_off(SHIPPED + 5 * DAY)

    assert Order.objects.get(pk=order.pk).status == OrderStatus.DELIVERED
    assert problems() == [""]


def test_a_number_written_with_blanks_is_the_same_number() -> None:
    shop = connected_shop()
    order = parcel_order(shop, code="9400 1118 9922 3100 0011 18")
    tracking.track_new(SHIPPED + DAY)

    told(shop, tracker(history()))

    assert order.shipments.get().delivered_at is not None


def test_the_scans_from_before_the_order_are_another_parcels_even_if_close() -> None:
    shop = connected_shop()
    order = parcel_order(shop)

    told(shop, tracker([detail(MONDAY - timedelta(days=2), "delivered")]))

    assert order.shipments.get().delivered_at is None


def test_a_parcel_recorded_some_days_late_has_its_first_scans() -> None:
    shop = connected_shop()
    order = parcel_order(shop, shipped_at=MONDAY + 6 * DAY)

    told(shop, tracker([detail(MONDAY + 2 * DAY, "in_transit")]))

    assert order.shipments.get().first_scan_at == MONDAY + 2 * DAY


def test_taking_a_parcel_back_ends_what_was_said_of_it() -> None:
    shop = connected_shop()
    parcel_order(shop)
    tracking.track_new(SHIPPED)
    later = Shipment(
        order="1001", at=SHIPPED + 3 * DAY, parcel="2", carrier="USPS", tracking_code="X1"
    )
    lifecycle.record(shop, [later], now=SHIPPED + 3 * DAY)

    told(shop, tracker(history()))

    assert Order.objects.get().shipments.get(parcel="2").status == ""
