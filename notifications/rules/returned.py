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
NOTHING_SHIPPED = Reason(_("Nothing has been shipped yet."))
NO_FLAG, NO_NOTE = [FlagDown(FLAG, NOTHING_SHIPPED)], [Withheld(NOTE, NOTHING_SHIPPED)]
NOT_RETURNED = Reason(_("The carrier does not send the parcel back."))
DELIVERED = Reason(_("The parcel has arrived."))
CANCELLED = Reason(_("The order was cancelled."))
REFUNDED = Reason(_("All the money has been refunded."))
REPLACED = Reason(_("You have sent another parcel."))
COMING = _("On its way back to you, reported on %(at)s. Ask the buyer where it is to go.")
BACK = _("Back with you since %(at)s. Send it again, or refund the money.")


def returned(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[FlagDown] | list[FlagWanted | FlagDown]:
    """Up for each parcel from the moment it is sent back, until something is done about it."""
    if not order.parcels:
        return NO_FLAG
    found: list[FlagWanted | FlagDown] = []
    for parcel in order.parcels:
        reason = settled(parcel, order)
        if reason is not None:
            found.append(FlagDown(FLAG, reason, parcel.parcel))
        else:
            at = parcel.status_at or parcel.shipped_at
            text = BACK if parcel.status == ScanStatus.DELIVERED else COMING
            why = Reason(text, {"at": at}, policy.zone)
            found.append(FlagWanted(FLAG, at, why, UNLESS, parcel.parcel))
    return found


def returned_notes(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[Withheld] | list[Wanted | Withheld]:
    """A word to the buyer for each parcel that is sent back, once; when the seller says so."""
    if not order.parcels:
        return NO_NOTE
    return [_note(parcel, order) for parcel in order.parcels]


def _note(parcel: ParcelFacts, order: OrderFacts) -> Wanted | Withheld:
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
