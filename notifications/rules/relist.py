"""Unpaid at the payment deadline: the item can be offered again."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import (
    FlagDown,
    FlagWanted,
    No,
    OrderFacts,
    PolicyFacts,
    Wanted,
    Withheld,
    no,
)
from orders.words import FlagKind, NoteKind

FLAG, NOTE = FlagKind.RELIST, NoteKind.RELIST

UNLESS = Reason(_("the buyer pays, or you give more time or cancel"))
PAID = no(FLAG, NOTE, Reason(_("The order is paid.")))
CANCELLED = no(FLAG, NOTE, Reason(_("The order was cancelled.")))
RELISTED = no(FLAG, NOTE, Reason(_("You relisted the item.")))
ON_DELIVERY = no(FLAG, NOTE, Reason(_("The order is paid on delivery.")))
WROTE = _("Not paid by %(deadline)s. The buyer last wrote on %(word)s.")
GIVEN_TIME = _("Not paid by %(until)s, the time you gave. The buyer never wrote.")
SILENT = _("Not paid by %(deadline)s, and the buyer never wrote.")
OLD = _("It was unpaid past %(deadline)s already when you imported it.")


def payment_deadline(order: OrderFacts, policy: PolicyFacts) -> datetime:
    """`payment_window` days of 24 hours after placing, or the last date the seller gave (UTC)."""
    return order.extended_until or order.placed_at + timedelta(days=policy.payment_window)


def relist(order: OrderFacts, policy: PolicyFacts, now: datetime) -> FlagWanted | FlagDown:
    """Up from the payment deadline on, whether or not the buyer wrote."""
    not_so = _not_so(order)
    if not_so is not None:
        return not_so.flag
    deadline = payment_deadline(order, policy)
    values = {"deadline": deadline, "word": order.last_word_at, "until": order.extended_until}
    if order.last_word_at is not None:
        text = WROTE
    elif order.extended_until is not None:
        text = GIVEN_TIME
    else:
        text = SILENT
    return FlagWanted(FLAG, deadline, Reason(text, values, policy.zone), UNLESS)


def relist_notice(order: OrderFacts, policy: PolicyFacts, now: datetime) -> Wanted | Withheld:
    """A mail to the seller when the flag goes up.

    Orders that were past their deadline when we learned of them are flagged and stand in the
    digest, but an import of last year's orders does not fill the seller's inbox.
    """
    not_so = _not_so(order)
    if not_so is not None:
        return not_so.note
    deadline = payment_deadline(order, policy)
    # More time given later moves the deadline on: the same order may need a second notice.
    subject = "" if order.extended_until is None else f"{order.extended_until:%Y-%m-%dT%H:%M:%SZ}"
    if deadline < order.recorded_at:
        return Withheld(NOTE, Reason(OLD, {"deadline": deadline}, policy.zone), subject)
    return Wanted(NOTE, deadline, None, UNLESS, subject)


def _not_so(order: OrderFacts) -> No | None:
    if order.relisted_at is not None:
        return RELISTED
    if order.cancelled_at is not None:
        return CANCELLED
    if order.paid_at is not None:
        return PAID
    if order.on_delivery:
        return ON_DELIVERY
    return None
