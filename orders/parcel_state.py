"""One parcel's state, as its facts tell it; a part of `orders.state`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from orders.facts import ParcelLine, Scan, Shipment, TrackingCode
from orders.words import CARRIER_SCANS, ScanStatus

TROUBLE = frozenset({ScanStatus.FAILURE, ScanStatus.RETURN_TO_SENDER, ScanStatus.CANCELLED})


@dataclass(slots=True)
class Parcel:
    """One parcel as its facts tell it. All times UTC."""

    parcel: str
    shipped_at: datetime | None = None
    carrier: str = ""
    service: str = ""
    tracking_code: str = ""
    # Since when the parcel has this number, and how often it had this same number before.
    code_at: datetime | None = None
    code_repeat: int = 0
    lines: tuple[ParcelLine, ...] | None = None
    status: ScanStatus | None = None
    status_at: datetime | None = None
    first_scan_at: datetime | None = None
    last_scan_at: datetime | None = None
    delivered_at: datetime | None = None
    returned: bool = False
    codes_seen: Counter[str] = field(default_factory=Counter)

    @property
    def in_trouble(self) -> bool:
        """The carrier failed, sends it back or cancelled; a return stays a return."""
        return self.returned or self.status in TROUBLE


def apply_to_parcel(parcel: Parcel, fact: Shipment | TrackingCode | Scan) -> None:
    """What the fact, later than all before, makes of its parcel."""
    match fact:
        case Shipment():
            if parcel.shipped_at is None:
                parcel.shipped_at = fact.at
                parcel.lines = fact.lines
            elif fact.lines is not None:
                parcel.lines = fact.lines
            parcel.service = fact.service or parcel.service
            _set_code(parcel, fact.carrier, fact.tracking_code, fact.at)
        case TrackingCode():
            _set_code(parcel, fact.carrier, fact.tracking_code, fact.at)
        case Scan():
            _apply_scan(parcel, fact)


def _set_code(parcel: Parcel, carrier: str, code: str, at: datetime) -> None:
    """A blank never takes away what is known; the same number again is no change."""
    parcel.carrier = carrier or parcel.carrier
    if code and code != parcel.tracking_code:
        parcel.tracking_code = code
        parcel.code_at = at
        parcel.code_repeat = parcel.codes_seen[code]
        parcel.codes_seen[code] += 1


def _apply_scan(parcel: Parcel, fact: Scan) -> None:
    parcel.status, parcel.status_at = fact.status, fact.at
    if fact.status in CARRIER_SCANS:
        parcel.first_scan_at = parcel.first_scan_at or fact.at
        parcel.last_scan_at = fact.at
    if fact.status == ScanStatus.RETURN_TO_SENDER:
        parcel.returned = True
    # Carriers report a return that reached the sender as "delivered"; the buyer has nothing.
    if fact.status == ScanStatus.DELIVERED and not parcel.returned:
        parcel.delivered_at = parcel.delivered_at or fact.at
