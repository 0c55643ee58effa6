"""The parcels of an order as its page shows them: where they are, and when they are expected."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from orders.models import Order, Shipment
from orders.shipping.carriers import tracking_url
from orders.shipping.expected import expected_day
from orders.shipping.recognise import tidy
from orders.showing import Showing
from orders.words import ScanStatus
from shopcare.dashboard.timeline import TROUBLE


def parcel_cards(order: Order, showing: Showing) -> list[dict[str, Any]]:
    """What `dashboard/_parcel.html` asks for, parcel by parcel."""
    parcels = order.shipments.all()
    if parcels:
        prefetch_related_objects([order], "expected_deliveries", "trackers")
    return [_card(order, parcel, showing) for parcel in parcels]


def _card(order: Order, parcel: Shipment, showing: Showing) -> dict[str, Any]:
    in_trouble = parcel.returned or parcel.status in TROUBLE
    expected = _expected(order, parcel, showing)
    return {
        "parcel": parcel,
        "tone": "ok" if parcel.delivered_at else "alert" if in_trouble else "go",
        "status": _status(parcel),
        "shipped": showing.day_and_time(parcel.shipped_at),
        "url": tracking_url(parcel.carrier, parcel.tracking_code),
        "expected": expected[0][0] if expected else "",
        "expected_before": expected[1:],
        "problem": _problem(order, parcel),
    }


def _status(parcel: Shipment) -> str:
    if parcel.returned:
        is_back = parcel.status == ScanStatus.DELIVERED
        return _("back with you") if is_back else _("on its way back")
    if parcel.delivered_at:
        return str(ScanStatus.DELIVERED.label)
    return str(ScanStatus(parcel.status).label) if parcel.status else _("sent")


def _expected(order: Order, parcel: Shipment, showing: Showing) -> list[tuple[str, str]]:
    """The expected days, each with the day it was said, the newest first.

    Only what is different from what was said before; none for a parcel that has arrived.
    """
    if parcel.delivered_at or parcel.returned:
        return []
    changes: list[tuple[str, str]] = []
    zone = showing.shop.zone
    for said in order.expected_deliveries.all():
        day = showing.day(_noon(expected_day(said.expected_at, zone), zone))
        if said.parcel == parcel.parcel and (not changes or changes[0][0] != day):
            changes.insert(0, (day, showing.day(said.said_at)))
    return changes


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), tzinfo=zone)


def _problem(order: Order, parcel: Shipment) -> str:
    """What keeps the parcel from being followed; in the words it was kept in."""
    code = tidy(parcel.tracking_code)
    for tracker in order.trackers.all():
        is_this = tracker.parcel == parcel.parcel and tracker.tracking_code == code
        if is_this and tracker.carrier == parcel.carrier and tracker.problem:
            return _(tracker.problem)
    return ""
