"""Ask the buyer about an address that cannot be delivered to: when the seller says so."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import OrderFacts, PolicyFacts, Wanted, Withheld
from orders.words import NoteKind

KIND = NoteKind.ADDRESS_QUESTION

UNLESS = Reason(_("the address is changed or found to be good"))
CANCELLED = Reason(_("The order was cancelled."))
NOTHING_TO_SHIP = Reason(_("Nothing in this order needs shipping."))
SHIPPED = Reason(_("Everything has been shipped."))
CHANGED = Reason(_("The address has been changed."))
GOOD = Reason(_("The address has been found to be good."))
NOT_ASKED = Reason(_("You have not asked about the address."))


def address_questions(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[Wanted | Withheld]:
    """Due when the seller asked, for the address as it is now; at most once for each address.

    The note's subject is the address it asks about. One about an address that the order no longer
    has is withheld.
    """
    found = [_question(order)]
    for kind, about in order.notes:
        if kind == KIND and about != order.address_key:
            found.append(Withheld(KIND, CHANGED, about))
    return found


def _question(order: OrderFacts) -> Wanted | Withheld:
    about = order.address_key
    reason = _not_needed(order)
    if reason is not None:
        return Withheld(KIND, reason, about)
    asked = order.decisions.get((KIND, about))
    if asked is None or asked.send_now_at is None:
        return Withheld(KIND, NOT_ASKED, about)
    return Wanted(KIND, asked.send_now_at, None, UNLESS, about, in_window=False)


def _not_needed(order: OrderFacts) -> Reason | None:
    if order.cancelled_at is not None:
        return CANCELLED
    if not order.needs_shipping:
        return NOTHING_TO_SHIP
    if order.shipped_at is not None:
        return SHIPPED
    return GOOD if order.address_is_good else None
