"""Ask once, kindly, after some silent days, when an order is unpaid."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import OrderFacts, PolicyFacts, Wanted, Withheld
from notifications.rules.relist import payment_deadline
from orders.words import NoteKind

KIND = NoteKind.PAYMENT_REMINDER

UNLESS = Reason(_("the buyer writes or pays"))
PAID = Withheld(KIND, Reason(_("The order is paid.")))
CANCELLED = Withheld(KIND, Reason(_("The order was cancelled.")))
ON_DELIVERY = Withheld(KIND, Reason(_("The order is paid on delivery.")))


def payment_reminder(order: OrderFacts, policy: PolicyFacts, now: datetime) -> Wanted | Withheld:
    """Due `reminder_after` days of 24 hours after the later of placing and the buyer's last word.

    Until the payment deadline. A part payment is not paid. At most one for each order, ever.
    """
    if order.cancelled_at is not None:
        return CANCELLED
    if order.paid_at is not None:
        return PAID
    if order.on_delivery:
        return ON_DELIVERY
    silent_since = order.placed_at
    if order.last_word_at is not None and order.last_word_at > silent_since:
        silent_since = order.last_word_at
    return Wanted(
        KIND,
        due_at=silent_since + timedelta(days=policy.reminder_after),
        expires_at=payment_deadline(order, policy),
        unless=UNLESS,
    )
