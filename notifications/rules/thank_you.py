"""Say thank you, as soon as an order is placed."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import OrderFacts, PolicyFacts, Wanted, Withheld
from orders.words import NoteKind

KIND = NoteKind.THANK_YOU
EXPIRES_AFTER = timedelta(hours=48)

UNLESS = Reason(_("the order is cancelled"))
CANCELLED = Withheld(KIND, Reason(_("The order was cancelled.")))


def thank_you(order: OrderFacts, policy: PolicyFacts, now: datetime) -> Wanted | Withheld:
    """Due at placing, for 48 hours; at any hour, since it answers what has just happened."""
    if order.cancelled_at is not None:
        return CANCELLED
    return Wanted(
        KIND,
        due_at=order.placed_at,
        expires_at=order.placed_at + EXPIRES_AFTER,
        unless=UNLESS,
        in_window=False,
    )


def paid_quickly(order: OrderFacts, policy: PolicyFacts) -> bool:
    """Fully paid within `fast_payment_hours` of placing: the thank-you has a special word."""
    quick = timedelta(hours=policy.fast_payment_hours)
    return order.paid_at is not None and order.paid_at - order.placed_at <= quick
