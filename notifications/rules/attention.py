"""What else needs the seller: a buyer who waits, a mail that came back, a late payment."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import FlagDown, FlagWanted, OrderFacts, PolicyFacts
from orders.words import FlagKind

UNLESS_ANSWERED = Reason(_("you answer"))
UNLESS_SENT = Reason(_("you reach the buyer in another way"))
UNLESS_SETTLED = Reason(_("you reinstate the order or refund the money"))
NO_WORD = FlagDown(FlagKind.UNANSWERED, Reason(_("The buyer has not written.")))
ANSWERED = FlagDown(FlagKind.UNANSWERED, Reason(_("You have answered.")))
LOST = _("The note “%(kind)s” could not be delivered: %(detail)s")
ALL_SENT = FlagDown(FlagKind.UNDELIVERABLE, Reason(_("No mail came back.")))
NOT_CANCELLED = FlagDown(FlagKind.PAID_AFTER_CANCEL, Reason(_("The order is not cancelled.")))
NOT_PAID_LATER = FlagDown(
    FlagKind.PAID_AFTER_CANCEL, Reason(_("No money came in after it was cancelled."))
)
REFUNDED = FlagDown(FlagKind.PAID_AFTER_CANCEL, Reason(_("The money has been refunded.")))


def unanswered(order: OrderFacts, policy: PolicyFacts, now: datetime) -> FlagWanted | FlagDown:
    """Up when the buyer's last word has waited `answer_within_hours` for an answer."""
    word_at = order.last_word_at
    if word_at is None:
        return NO_WORD
    if order.answered_at is not None and order.answered_at >= word_at:
        return ANSWERED
    since = word_at + timedelta(hours=policy.answer_within_hours)
    why = Reason(_("The buyer wrote on %(at)s and waits."), {"at": word_at}, policy.zone)
    return FlagWanted(FlagKind.UNANSWERED, since, why, UNLESS_ANSWERED)


def undeliverable(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[FlagWanted | FlagDown]:
    """Up for each note that came back or was given up."""
    found: list[FlagWanted | FlagDown] = []
    for note in order.notes.values():
        if note.is_lost:
            since = note.settled_at or note.due_at
            values = {"kind": note.kind.replace("_", " "), "detail": note.detail or "?"}
            about = f"{note.kind}/{note.subject}" if note.subject else note.kind
            why = Reason(LOST, values)
            found.append(FlagWanted(FlagKind.UNDELIVERABLE, since, why, UNLESS_SENT, about))
    return found or [ALL_SENT]


def paid_after_cancel(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> FlagWanted | FlagDown:
    """Up when money came in after the order was cancelled or its item relisted."""
    paid_at, cancelled_at = order.last_payment_at, order.cancelled_at
    if cancelled_at is None:
        return NOT_CANCELLED
    # Relisted means: given up as unpaid. Money that came in before that, and was booked late, is
    # as much of a surprise as money that came in after.
    if paid_at is None or (paid_at <= cancelled_at and order.relisted_at is None):
        return NOT_PAID_LATER
    if order.is_refunded:
        return REFUNDED
    why = Reason(
        _("Money came in on %(paid)s; the order was cancelled on %(cancelled)s."),
        {"paid": paid_at, "cancelled": cancelled_at},
        policy.zone,
    )
    since = max(paid_at, cancelled_at)
    return FlagWanted(FlagKind.PAID_AFTER_CANCEL, since, why, UNLESS_SETTLED)
