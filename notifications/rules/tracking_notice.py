"""Say it is on its way: once for each parcel, and again when its number is corrected."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import (
    OrderFacts,
    ParcelFacts,
    PolicyFacts,
    Wanted,
    Withheld,
)
from orders.words import NoteKind

KIND = NoteKind.TRACKING_NOTICE
EXPIRES_AFTER = timedelta(days=7)

UNLESS = Reason(_("the parcel arrives before"))
DELIVERED = Reason(_("The parcel has arrived already."))
CANCELLED = Reason(_("The order was cancelled."))
NOT_SCANNED = Reason(_("The carrier has not scanned the parcel yet."))


def tracking_notice(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Wanted | Withheld:
    """Due when the parcel was recorded or, by policy, first scanned; for 7 days."""
    about = subject(parcel)
    if order.cancelled_at is not None:
        return Withheld(KIND, CANCELLED, about)
    if parcel.delivered_at is not None:
        return Withheld(KIND, DELIVERED, about)
    due_at = parcel.shipped_at
    if parcel.code_at is not None and parcel.code_at > due_at:
        due_at = parcel.code_at
    if policy.notice_on_first_scan and parcel.tracking_code:
        if parcel.first_scan_at is None:
            return Withheld(KIND, NOT_SCANNED, about)
        due_at = max(due_at, parcel.first_scan_at)
    return Wanted(KIND, due_at, due_at + EXPIRES_AFTER, UNLESS, about, in_window=False)


def subject(parcel: ParcelFacts) -> str:
    """A notice is about a parcel and the number it has; the same number again is a new change."""
    again = f"#{parcel.code_repeat + 1}" if parcel.code_repeat else ""
    return f"{parcel.parcel}:{parcel.tracking_code}{again}"
