"""A tracker of EasyPost in our own values: every status by an exact table, every time in UTC."""

from __future__ import annotations

from collections.abc import Sequence

from orders.shipping.translating import (
    Json,
    Unexpected,
    leaves,
    listing,
    mapping,
    moment,
    needed,
    text,
)
from orders.shipping.values import CarrierScan, TrackerNews
from orders.words import ScanStatus

# Source: https://docs.easypost.com/docs/trackers. `canceled` is how some of its objects spell it.
STATUSES = {status.value: status for status in ScanStatus} | {"canceled": ScanStatus.CANCELLED}

# EasyPost's `status_detail` of a parcel that goes, or went, back to its sender.
WENT_BACK = frozenset({"return"})

# What carriers say when they brought a parcel to its sender and call that delivered; whole
# messages, in lower case, never a part of one.
BACK_AT_SENDER = frozenset(
    {
        "delivered, to original sender",
        "delivered to original sender",
        "delivered, returned to sender",
        "delivered to sender",
        "returned to sender",
        "returned to shipper",
        "the package was returned to the sender.",
        "your package was returned to the sender.",
    }
)


def tracker_news(body: Json) -> TrackerNews:
    """All that a tracker tells. Raises Unexpected when it names no tracker or number."""
    status, unknown_word = read_status(body.get("status"))
    scans = _scans(body.get("tracking_details"))
    detail = text(body.get("status_detail"))
    return TrackerNews(
        id=needed(body, "id"),
        tracking_code=needed(body, "tracking_code"),
        carrier=text(body.get("carrier")),
        status=status,
        detail=unknown_word or detail,
        scans=scans,
        expected_at=moment(body.get("est_delivery_date")),
        updated_at=moment(body.get("updated_at")),
        shipment_id=text(body.get("shipment_id")),
        went_back=status == ScanStatus.DELIVERED
        and (detail in WENT_BACK or body.get("is_return") is True or ends_at_sender(scans)),
    )


def news(body: object) -> TrackerNews | None:
    """The tracker in the JSON of a webhook's event; None for events about something else.

    Raises Unexpected when the event says that it is about a tracker and has none.
    """
    event = mapping(body)
    if event.get("description") not in ("tracker.created", "tracker.updated"):
        return None
    result = mapping(event.get("result"))
    if not result:
        raise Unexpected("result")
    return tracker_news(result)


def read_status(word: object) -> tuple[ScanStatus, str]:
    """The status, and the word itself when the table does not know it."""
    written = text(word)
    status = STATUSES.get(written)
    return (status, "") if status else (ScanStatus.UNKNOWN, written)


def _scans(found: object) -> tuple[CarrierScan, ...]:
    """Oldest first. A line without a readable time is left out: it cannot be put in order."""
    scans = [_scan(mapping(line)) for line in listing(found)]
    return tuple(sorted((scan for scan in scans if scan), key=lambda scan: scan.at))


def _scan(line: Json) -> CarrierScan | None:
    at = moment(line.get("datetime"))
    if at is None:
        return None
    status, unknown_word = read_status(line.get("status"))
    place = mapping(line.get("tracking_location"))
    return CarrierScan(
        at=at,
        status=status,
        detail=unknown_word or text(line.get("status_detail")),
        message=", ".join(leaves(line.get("message"))),
        location=", ".join(
            part for name in ("city", "state", "country") if (part := text(place.get(name)))
        ),
    )


def ends_at_sender(scans: Sequence[CarrierScan]) -> bool:
    """Whether the parcel was on its way back when it was delivered."""
    turned = False
    for scan in scans:
        if scan.status == ScanStatus.RETURN_TO_SENDER or scan.detail in WENT_BACK:
            turned = True
        if scan.message.lower() in BACK_AT_SENDER:
            return True
    return turned
