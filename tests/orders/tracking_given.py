"""What the tests of tracking start from: shops, parcels, and EasyPost's reports about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from orders.facts import Fact, Shipment, stamp
from orders.models import Order, ShippingProfile, Shop, TrackingReport
from orders.shipping.secrets import encrypt
from orders.shipping.tracking_reports import take_in, work_off
from tests.easypost import KEY
from tests.factory import MONDAY, make_order, make_shop

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SHIPPED = MONDAY + 2 * DAY
CODE = "9400111899223100001118"
SECRET = "sécret of the shop"

_events = count(1)


def connected_shop(slug: str = "lucky-bead", **profile: Any) -> Shop:
    """A shop with an EasyPost account."""
    shop = make_shop(slug)
    values = {"easypost_key": encrypt(KEY), "webhook_secret": encrypt(SECRET), "webhook_id": "hook"}
    ShippingProfile.objects.create(shop=shop, **(values | profile))
    return shop


def parcel_order(
    shop: Shop,
    number: str = "1001",
    *,
    code: str = CODE,
    carrier: str = "USPS",
    placed_at: datetime = MONDAY,
    shipped_at: datetime | None = None,
    facts: Sequence[Fact] = (),
) -> Order:
    """An order, paid for and shipped two days after it was placed unless told otherwise."""
    at = shipped_at or placed_at + 2 * DAY
    sent = Shipment(order=number, at=at, carrier=carrier, tracking_code=code)
    return make_order(
        shop, number, placed_at=placed_at, paid_at=placed_at + HOUR, facts=[sent, *facts]
    )


def detail(
    at: datetime | str | None, status: str, message: str = "", **more: Any
) -> dict[str, Any]:
    """One line of a tracker's history."""
    return {
        "object": "TrackingDetail",
        "message": message or status.replace("_", " "),
        "status": status,
        "status_detail": None,
        "datetime": stamp(at) if isinstance(at, datetime) else at,
        "tracking_location": {"city": "Radnor", "state": "PA", "country": None, "zip": None},
        **more,
    }


def tracker(details: Sequence[dict[str, Any]], code: str = CODE, **more: Any) -> dict[str, Any]:
    """A tracker of EasyPost; its status is that of its last line."""
    times = [line["datetime"] for line in details if line["datetime"]]
    return {
        "id": f"trk_{code}",
        "object": "Tracker",
        "tracking_code": code,
        "carrier": "USPS",
        "status": details[-1]["status"] if details else "unknown",
        "status_detail": "unknown",
        "created_at": stamp(SHIPPED),
        "updated_at": max(times, default=stamp(SHIPPED)),
        "est_delivery_date": None,
        "shipment_id": None,
        "tracking_details": list(details),
        **more,
    }


def report(body: dict[str, Any], event: str = "") -> bytes:
    """A webhook's raw body about a tracker."""
    return json.dumps(
        {
            "id": event or f"evt_{next(_events)}_{uuid4().hex[:6]}",
            "object": "Event",
            "description": "tracker.updated",
            "result": body,
        }
    ).encode()


def told(shop: Shop, *bodies: dict[str, Any], now: datetime | None = None) -> None:
    """Reports about these trackers come in one by one, each worked off at once."""
    for body in bodies:
        take_in(shop.pk, report(body), now or SHIPPED + 9 * DAY)
        work_off(now or SHIPPED + 9 * DAY)


def history(*, ends: str = "delivered") -> list[dict[str, Any]]:
    """A parcel's life from its label on."""
    steps = ["pre_transit", "in_transit", "in_transit", "out_for_delivery", ends]
    return [
        detail(SHIPPED + number * 8 * HOUR, status, f"{status} {number}")
        for number, status in enumerate(steps)
    ]


def problems() -> list[str]:
    """What is wrong with the reports, oldest first."""
    return list(TrackingReport.objects.order_by("id").values_list("problem", flat=True))
