"""The address was changed after a label had been bought: the parcel must not go like this."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.findings import FlagDown, FlagWanted, OrderFacts, PolicyFacts
from orders.words import FlagKind

KIND = FlagKind.ADDRESS_CHANGED

UNLESS = Reason(_("you refund the label or keep it as it is"))
NO_SUCH_LABEL = FlagDown(KIND, Reason(_("No unused label has another address.")))
CANCELLED = Reason(_("The order was cancelled."))
KEPT = Reason(_("You keep the label as it is."))


def address_changed(
    order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[FlagWanted | FlagDown]:
    """Up for each parcel with a label for an address that has been changed since.

    Until the label is refunded or used, or the seller keeps it; a further change asks again.
    """
    if not order.old_labels:
        return [NO_SUCH_LABEL]
    found: list[FlagWanted | FlagDown] = []
    for label in order.old_labels:
        decision = order.decisions.get((KIND, kept(label.parcel, order.address_key)))
        if order.cancelled_at is not None:
            found.append(FlagDown(KIND, CANCELLED, label.parcel))
        elif decision is not None and decision.skipped_at is not None:
            found.append(FlagDown(KIND, KEPT, label.parcel))
        else:
            text = _("The label was bought on %(bought)s, the address changed on %(changed)s.")
            values = {"bought": label.bought_at, "changed": label.changed_at}
            why = Reason(text, values, policy.zone)
            found.append(FlagWanted(KIND, label.changed_at, why, UNLESS, label.parcel))
    return found


def kept(parcel: str, address_key: str) -> str:
    """What a decision to keep a label is about: this parcel, although the address is that."""
    return f"{parcel}:{address_key}"
