"""Not there by the day the carrier had named: a flag, and a word to the buyer that waits."""

from datetime import date, datetime

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.calendar import end_of_day
from notifications.rules.findings import (
    FlagDown,
    FlagWanted,
    OrderFacts,
    ParcelFacts,
    PolicyFacts,
    Wanted,
    Withheld,
)
from notifications.rules.timing import WAITS_FOR_CLICK
from orders.shipping.expected import expected_day
from orders.words import FlagKind, NoteKind

FLAG, NOTE = FlagKind.LATE_DELIVERY, NoteKind.LATE_DELIVERY

UNLESS = Reason(_("the parcel arrives before"))
CANCELLED = Reason(_("The order was cancelled."))
DELIVERED = Reason(_("The parcel has arrived."))
BACK = Reason(_("The carrier sends the parcel back to you."))
NO_DAY = Reason(_("The carrier has not said when the parcel will arrive."))
EXPECTED = _("It was expected on %(day)s.")
NOT_LATE = Reason(_("The parcel is not late; it will wait for your click then."))


def late_delivery(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> FlagWanted | FlagDown:
    """Up from the midnight (shop's time) that ends the day the parcel was expected on.

    Until it arrives or is sent back; a later day named by the carrier moves it.
    """
    day = _expected(parcel, order, policy)
    if isinstance(day, Reason):
        return FlagDown(FLAG, day, parcel.parcel)
    why = Reason(EXPECTED, {"day": day})
    return FlagWanted(FLAG, end_of_day(day, policy.zone), why, UNLESS, parcel.parcel)


def late_delivery_note(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Wanted | Withheld:
    """A word to the buyer about a late parcel, once; it goes when the seller says so."""
    day = _expected(parcel, order, policy)
    if isinstance(day, Reason):
        return Withheld(NOTE, day, parcel.parcel)
    since = end_of_day(day, policy.zone)
    if since > now:
        return Withheld(NOTE, NOT_LATE, parcel.parcel)
    decision = order.decisions.get((NOTE, parcel.parcel))
    if decision is None or decision.send_now_at is None:
        return Withheld(NOTE, WAITS_FOR_CLICK, parcel.parcel)
    return Wanted(NOTE, since, None, UNLESS, parcel.parcel)


def _expected(parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts) -> date | Reason:
    """The day on which the parcel is awaited; or why it is not, in a sentence."""
    if order.cancelled_at is not None:
        return CANCELLED
    if parcel.delivered_at is not None:
        return DELIVERED
    if parcel.returned:
        return BACK
    if parcel.expected_at is None:
        return NO_DAY
    return expected_day(parcel.expected_at, policy.zone)
