"""Confirm the payment, when the thank-you could not do it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import (
    Due,
    OrderFacts,
    PolicyFacts,
    Upcoming,
    Wanted,
    Withheld,
)
from notifications.rules.thank_you import thank_you
from notifications.rules.timing import settle
from orders.words import NoteKind

KIND = NoteKind.PAYMENT_RECEIVED
THANKS = (NoteKind.THANK_YOU, "")
GOES_OUT = (Due, Upcoming)
EXPIRES_AFTER = timedelta(hours=48)

UNLESS = Reason(_("the order is cancelled"))
CANCELLED = Withheld(KIND, Reason(_("The order was cancelled.")))
UNPAID = Withheld(KIND, Reason(_("The order is not fully paid yet.")))
NOTHING_TO_PAY = Withheld(KIND, Reason(_("There was nothing to pay.")))
SAID = Withheld(KIND, Reason(_("The thank-you, sent after the payment, says so already.")))
WILL_SAY = Withheld(KIND, Reason(_("The thank-you is still to go out and will say so.")))


def payment_received(order: OrderFacts, policy: PolicyFacts, now: datetime) -> Wanted | Withheld:
    """Due when the order becomes fully paid, for 48 hours, unless the thank-you tells it."""
    if order.cancelled_at is not None:
        return CANCELLED
    if order.paid_at is None:
        return UNPAID
    if order.last_payment_at is None:
        return NOTHING_TO_PAY
    thanks = order.notes.get(THANKS)
    if thanks is not None and thanks.is_sent:
        if thanks.sent_at is not None and thanks.sent_at >= order.paid_at:
            return SAID
    elif isinstance(settle(thank_you(order, policy, now), order, policy, now), GOES_OUT):
        return WILL_SAY
    return Wanted(
        KIND,
        due_at=order.paid_at,
        expires_at=order.paid_at + EXPIRES_AFTER,
        unless=UNLESS,
        in_window=False,
    )
