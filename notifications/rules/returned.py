"""A parcel on its way back, or back: a flag until the seller acts, and a word that waits."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
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
from orders.words import FlagKind, NoteKind, ScanStatus

FLAG, NOTE = FlagKind.RETURNED, NoteKind.RETURNED

UNLESS = Reason(_("the parcel arrives, or you send another or refund the money"))
NOT_RETURNED = Reason(_("The carrier does not send the parcel back."))
DELIVERED = Reason(_("The parcel has arrived."))
CANCELLED = Reason(_("The order was cancelled."))
REFUNDED = Reason(_("All the money has been refunded."))
REPLACED = Reason(_("You have sent another parcel."))
COMING = _("On its way back to you, reported on %(at)s. Ask the buyer where it is to go.")
BACK = _("Back with you since %(at)s. Send it again, or refund the money.")


def returned(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> FlagWanted | FlagDown:
    """Up from the moment the parcel is sent back, until something is done about it."""
    reason = settled(parcel, order)
    if reason is not None:
        return FlagDown(FLAG, reason, parcel.parcel)
    at = parcel.status_at or parcel.shipped_at
    text = BACK if parcel.status == ScanStatus.DELIVERED else COMING
    why = Reason(text, {"at": at}, policy.zone)
    return FlagWanted(FLAG, at, why, UNLESS, parcel.parcel)


def returned_note(
    parcel: ParcelFacts, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Wanted | Withheld:
    """A word to the buyer about a parcel that is sent back, once; when the seller says so."""
    reason = settled(parcel, order)
    if reason is not None:
        return Withheld(NOTE, reason, parcel.parcel)
    decision = order.decisions.get((NOTE, parcel.parcel))
    if decision is None or decision.send_now_at is None:
        return Withheld(NOTE, WAITS_FOR_CLICK, parcel.parcel)
    return Wanted(NOTE, parcel.status_at or parcel.shipped_at, None, UNLESS, parcel.parcel)


def settled(parcel: ParcelFacts, order: OrderFacts) -> Reason | None:
    """Why a return needs nobody: there is none, or the seller has seen to it; else None."""
    if not parcel.returned:
        return NOT_RETURNED
    if parcel.delivered_at is not None:
        return DELIVERED
    if order.cancelled_at is not None:
        return CANCELLED
    if order.is_refunded:
        return REFUNDED
    return REPLACED if _is_replaced(parcel, order) else None


def _is_replaced(parcel: ParcelFacts, order: OrderFacts) -> bool:
    """Whether another parcel was sent after this one, when everything had been sent already."""
    if order.shipped_at is None:
        return False
    after = max(order.shipped_at, parcel.shipped_at)
    return any(other.shipped_at > after for other in order.parcels)
