"""Say that the parcel waits to be picked up, before it goes back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import OrderFacts, ParcelFacts, PolicyFacts, Wanted, Withheld
from orders.words import NoteKind, ScanStatus

KIND = NoteKind.AVAILABLE_FOR_PICKUP
EXPIRES_AFTER = timedelta(days=7)

UNLESS = Reason(_("the parcel is picked up before"))
NOT_SHIPPED = [Withheld(KIND, Reason(_("Nothing has been shipped yet.")))]
CANCELLED = Reason(_("The order was cancelled."))
DELIVERED = Reason(_("The parcel has arrived already."))
BACK = Reason(_("The carrier sends the parcel back to you."))
NOT_WAITING = Reason(_("The parcel does not wait to be picked up."))


def available_for_pickup(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[Withheld] | list[Wanted | Withheld]:
    """One for each parcel, due at that scan, at any hour; for 7 days."""
    if not order.parcels:
        return NOT_SHIPPED
    return [_notice(parcel, order) for parcel in order.parcels]


def _notice(parcel: ParcelFacts, order: OrderFacts) -> Wanted | Withheld:
    about, scanned_at = parcel.parcel, parcel.status_at
    if order.cancelled_at is not None:
        return Withheld(KIND, CANCELLED, about)
    if parcel.delivered_at is not None:
        return Withheld(KIND, DELIVERED, about)
    if parcel.returned:
        return Withheld(KIND, BACK, about)
    if parcel.status != ScanStatus.AVAILABLE_FOR_PICKUP or scanned_at is None:
        return Withheld(KIND, NOT_WAITING, about)
    return Wanted(KIND, scanned_at, scanned_at + EXPIRES_AFTER, UNLESS, about, in_window=False)
