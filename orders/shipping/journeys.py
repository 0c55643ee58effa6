"""What a carrier's news means for one parcel: which scans are its own, and how long to listen.

Pure. Numbers are used again: USPS keeps them apart for months, others for a year or so. So a
parcel's own are the scans between `since` and `until`, both kept or worked out from what we
know of the parcel, never from when the news came.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from orders.facts import Scan
from orders.shipping.carriers import folded
from orders.shipping.tracker_news import ends_at_sender
from orders.shipping.values import CarrierScan, TrackerNews
from orders.words import ScanStatus

# Scans from before the order cannot be its parcel's, nor those from long before it was shipped.
# Sellers record a parcel some days after they handed it over, and orders with a day alone.
BEFORE_ORDER = timedelta(days=1)
BEFORE_SHIPMENT = timedelta(days=10)
# The numbers with which EasyPost lets one try tracking: their made-up scans are a month old.
# Source: https://docs.easypost.com/docs/trackers#test-tracking-codes
TRIAL_NUMBER = re.compile(r"EZ([1-7])0{8}\1")
BEFORE_TRIAL = timedelta(days=60)
# A parcel is on its way no longer than this; what is scanned later is another with its number.
LONGEST_JOURNEY = timedelta(days=180)
# Parcels of one shop with one number: recorded within this time they are one parcel for several
# orders, else the number was used again.
SAME_PARCEL = timedelta(days=60)
# Without a word for so long we stop asking.
LONGEST_SILENCE = timedelta(days=60)
# How long a tracker may be silent before we ask: where EasyPost reports by itself, and where not.
SILENT_AFTER_REPORT = timedelta(hours=6)
SILENT_AFTER_ASKING = timedelta(hours=1)
LONGEST_PAUSE = timedelta(hours=24)
MOST_DOUBLINGS = 5
# A scan's words are part of its key, which PostgreSQL indexes.
LONGEST_MESSAGE = 300

# How EasyPost names the carriers that we name otherwise (folded); empty lets it guess.
# Source: https://docs.easypost.com/carriers
AT_EASYPOST = {
    "australiapost": "AustraliaPost",
    "canadapost": "CanadaPost",
    "dhlexpress": "DHLExpress",
    "dhlpaket": "DHLPaket",
    "fedex": "FedEx",
    "purolator": "Purolator",
    "royalmail": "RoyalMail",
    "ups": "UPS",
    "usps": "USPS",
}


@dataclass(frozen=True, slots=True)
class Journey:
    """A parcel on its way: its scans lie between `since` and `until` (UTC, `until` excluded)."""

    order: str
    parcel: str
    # As carriers write it (see `recognise.tidy`).
    tracking_code: str
    since: datetime
    until: datetime


def scans_of(news: TrackerNews, journey: Journey) -> list[Scan]:
    """The facts that the news tells of this parcel; none when all of it is about another.

    1. Scans outside the journey are of another parcel that had the number.
    2. A state that no scan tells (trackers say "error", or a carrier is short of words) is one
       scan more, at the moment when EasyPost learned it.
    3. "Delivered" to the sender: the return is told as well, right before it.
    """
    own = [scan for scan in news.scans if journey.since <= scan.at < journey.until]
    others = [scan for scan in news.scans if scan not in own]
    if own or not others:
        own += _unsaid(news, own, journey)
    if news.went_back and (ends_at_sender(own) or not ends_at_sender(others)):
        own = list(_with_return(own))
    return [_fact(scan, journey) for scan in own]


def expected_of(news: TrackerNews, journey: Journey) -> tuple[datetime, datetime] | None:
    """When the parcel is expected, and when that was said; both UTC.

    Midnight in UTC is how EasyPost writes a day without a time: it becomes that day's noon, so
    that it stays the same day in the shop's zone.
    """
    said_at = news.updated_at or max((scan.at for scan in news.scans), default=None)
    at = news.expected_at
    if at is None or said_at is None or not journey.since <= at < journey.until:
        return None
    if news.scans and all(not journey.since <= s.at < journey.until for s in news.scans):
        return None
    is_a_day = at.timetz().replace(tzinfo=None) == time(0)
    return (at + timedelta(hours=12) if is_a_day else at), said_at


def begins(code: str, *, placed_at: datetime, shipped_at: datetime) -> datetime:
    """From when on scans of `code` are of a parcel shipped at `shipped_at`."""
    if TRIAL_NUMBER.fullmatch(code):
        return shipped_at - BEFORE_TRIAL
    return max(placed_at - BEFORE_ORDER, shipped_at - BEFORE_SHIPMENT)


def ends(since: datetime, all_of_number: Iterable[datetime]) -> datetime:
    """Until when scans of a number are of the parcel that has had it `since` then.

    `all_of_number`: since when the shop's parcels with this number have had it.
    """
    again = [other for other in all_of_number if other > since + SAME_PARCEL]
    return min([since + LONGEST_JOURNEY, *again])


def next_look(
    now: datetime, *, last_word_at: datetime, attempts: int, is_reported: bool
) -> datetime | None:
    """When to ask EasyPost if nothing is heard until then; None after too long a silence.

    `attempts`: how often we asked in vain. Each doubles the pause, up to a day.
    """
    if now - last_word_at > LONGEST_SILENCE:
        return None
    pause = SILENT_AFTER_REPORT if is_reported else SILENT_AFTER_ASKING
    return now + min(pause * (1 << min(attempts, MOST_DOUBLINGS)), LONGEST_PAUSE)


def easypost_name(carrier: str) -> str:
    """The carrier as EasyPost names it; empty when we are not sure, and it shall guess."""
    return AT_EASYPOST.get(folded(carrier), "")


def same_carrier(ours: str, theirs: str) -> bool:
    """Whether EasyPost's carrier may be ours; an unknown name may be any.

    EasyPost names accounts of a carrier apart, like UPSDAP or FedExDefault.
    """
    name = easypost_name(ours)
    return not name or not theirs or folded(theirs).startswith(folded(name))


def _unsaid(news: TrackerNews, own: list[CarrierScan], journey: Journey) -> list[CarrierScan]:
    at = news.updated_at
    if at is None or not journey.since <= at < journey.until:
        return []
    if news.status == ScanStatus.UNKNOWN or news.status in {scan.status for scan in own}:
        return []
    if own and news.status == ScanStatus.PRE_TRANSIT:
        return []
    return [CarrierScan(at, news.status, news.detail)]


def _with_return(own: list[CarrierScan]) -> Iterable[CarrierScan]:
    """Each delivery that no return came before gets one a second earlier."""
    turned = False
    for scan in own:
        if scan.status == ScanStatus.DELIVERED and not turned:
            turned = True
            yield replace(
                scan, at=scan.at - timedelta(seconds=1), status=ScanStatus.RETURN_TO_SENDER
            )
        turned = turned or scan.status == ScanStatus.RETURN_TO_SENDER
        yield scan


def _fact(scan: CarrierScan, journey: Journey) -> Scan:
    return Scan(
        order=journey.order,
        at=scan.at,
        parcel=journey.parcel,
        status=scan.status,
        message=_kept(scan.message),
        location=_kept(scan.location),
        tracking_code=journey.tracking_code,
    )


def _kept(text: str) -> str:
    """What the database can hold of a carrier's words."""
    shown = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return shown if len(shown) <= LONGEST_MESSAGE else shown[: LONGEST_MESSAGE - 1] + "…"
