"""Say that the parcel waits to be picked up, before it goes back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import OrderFacts, ParcelFacts, PolicyFacts, Wanted, Withheld
from orders.words import NoteKind, ScanStatus

KIND, WAITING = NoteKind.AVAILABLE_FOR_PICKUP, ScanStatus.AVAILABLE_FOR_PICKUP
EXPIRES_AFTER = timedelta(days=7)

UNLESS = Reason(_("the parcel is picked up before"))
CANCELLED = Reason(_("The order was cancelled."))
DELIVERED = Reason(_("The parcel has arrived already."))
BACK = Reason(_("The carrier sends the parcel back to you."))
NOT_WAITING = Reason(_("The parcel does not wait to be picked up."))


def available_for_pickup(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Wanted | Withheld:
    """Due at that scan, at any hour; for 7 days."""
    about, scanned_at = parcel.parcel, parcel.status_at
    if order.cancelled_at is not None:
        return Withheld(KIND, CANCELLED, about)
    if parcel.delivered_at is not None:
        return Withheld(KIND, DELIVERED, about)
    if parcel.returned:
        return Withheld(KIND, BACK, about)
    if parcel.status != WAITING or scanned_at is None:
        return Withheld(KIND, NOT_WAITING, about)
    return Wanted(KIND, scanned_at, scanned_at + EXPIRES_AFTER, UNLESS, about, in_window=False)
