"""Did it arrive well?"""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import OrderFacts, PolicyFacts, Wanted, Withheld
from orders.words import NoteKind

KIND = NoteKind.ARRIVAL_CHECK
EXPIRES_AFTER = timedelta(days=7)

UNLESS = Reason(_("a case is opened"))
CANCELLED = Withheld(KIND, Reason(_("The order was cancelled.")))
NOT_DELIVERED = Withheld(KIND, Reason(_("The order has not been delivered yet.")))


def arrival_check(order: OrderFacts, policy: PolicyFacts, now: datetime) -> Wanted | Withheld:
    """Due a day after the last parcel's delivery, until 7 days after it."""
    if order.cancelled_at is not None:
        return CANCELLED
    if order.delivered_at is None:
        return NOT_DELIVERED
    return Wanted(
        KIND,
        due_at=order.delivered_at + timedelta(days=policy.arrival_check_after),
        expires_at=order.delivered_at + EXPIRES_AFTER,
        unless=UNLESS,
    )
