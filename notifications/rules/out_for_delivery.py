"""Say that the parcel comes today."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.calendar import end_of_day
from notifications.rules.findings import OrderFacts, ParcelFacts, PolicyFacts, Wanted, Withheld
from orders.words import NoteKind, ScanStatus

KIND, OUT = NoteKind.OUT_FOR_DELIVERY, ScanStatus.OUT_FOR_DELIVERY

UNLESS = Reason(_("the parcel arrives before"))
CANCELLED = Reason(_("The order was cancelled."))
DELIVERED = Reason(_("The parcel has arrived already."))
BACK = Reason(_("The carrier sends the parcel back to you."))
NOT_OUT = Reason(_("The parcel is not out for delivery."))
OLD = Reason(_("It was out for delivery before you recorded the parcel."))


def out_for_delivery(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Wanted | Withheld:
    """Due at that scan, at any hour; until that day (shop's time) is over."""
    about, scanned_at = parcel.parcel, parcel.status_at
    if order.cancelled_at is not None:
        return Withheld(KIND, CANCELLED, about)
    if parcel.delivered_at is not None:
        return Withheld(KIND, DELIVERED, about)
    if parcel.returned:
        return Withheld(KIND, BACK, about)
    if parcel.status != OUT or scanned_at is None:
        return Withheld(KIND, NOT_OUT, about)
    if scanned_at < parcel.recorded_at:
        return Withheld(KIND, OLD, about)
    day_ends_at = end_of_day(scanned_at.astimezone(policy.zone).date(), policy.zone)
    return Wanted(KIND, scanned_at, day_ends_at, UNLESS, about, in_window=False)
