"""The rules: one follow-up each, in the order of an order's life. All pure."""

from datetime import datetime

from django.utils.translation import gettext_noop as _

from notifications.reasons import Reason
from notifications.rules.address_changed import address_changed
from notifications.rules.address_question import address_questions
from notifications.rules.arrival_check import arrival_check
from notifications.rules.attention import paid_after_cancel, unanswered, undeliverable
from notifications.rules.available_for_pickup import available_for_pickup
from notifications.rules.findings import FlagDown, OrderFacts, PolicyFacts, Want, Withheld
from notifications.rules.late_delivery import late_delivery, late_delivery_note
from notifications.rules.late_to_ship import delay_notice, late_to_ship
from notifications.rules.out_for_delivery import out_for_delivery
from notifications.rules.parcels import exception, stalled
from notifications.rules.payment_received import payment_received
from notifications.rules.payment_reminder import payment_reminder
from notifications.rules.relist import relist, relist_notice
from notifications.rules.returned import returned, returned_note
from notifications.rules.thank_you import thank_you
from notifications.rules.tracking_notice import tracking_notice
from orders.words import FlagKind, NoteKind

# Each answers for one note or flag …
SINGLE_RULES = (
    thank_you,
    payment_received,
    payment_reminder,
    relist,
    relist_notice,
    late_to_ship,
    delay_notice,
    arrival_check,
    unanswered,
    paid_after_cancel,
)
# … or for one of each parcel.
PARCEL_RULES = (
    tracking_notice,
    stalled,
    exception,
    out_for_delivery,
    available_for_pickup,
    late_delivery,
    late_delivery_note,
    returned,
    returned_note,
)
NOTHING_SHIPPED = Reason(_("Nothing has been shipped yet."))
# What the rules about parcels say while there is none.
NO_PARCEL = (
    Withheld(NoteKind.TRACKING_NOTICE, NOTHING_SHIPPED),
    FlagDown(FlagKind.STALLED, NOTHING_SHIPPED),
    FlagDown(FlagKind.EXCEPTION, NOTHING_SHIPPED),
    Withheld(NoteKind.OUT_FOR_DELIVERY, NOTHING_SHIPPED),
    Withheld(NoteKind.AVAILABLE_FOR_PICKUP, NOTHING_SHIPPED),
    FlagDown(FlagKind.LATE_DELIVERY, NOTHING_SHIPPED),
    Withheld(NoteKind.LATE_DELIVERY, NOTHING_SHIPPED),
    FlagDown(FlagKind.RETURNED, NOTHING_SHIPPED),
    Withheld(NoteKind.RETURNED, NOTHING_SHIPPED),
)


def wants(order: OrderFacts, policy: PolicyFacts, now: datetime) -> list[Want]:
    """What all rules ask for at `now` (UTC)."""
    found: list[Want] = [rule(order, policy, now) for rule in SINGLE_RULES]
    found += address_questions(order, policy, now)
    found += address_changed(order, policy, now)
    parcels = order.parcels
    if parcels:
        found += [rule(each, order, policy, now) for rule in PARCEL_RULES for each in parcels]
    else:
        found += NO_PARCEL
    found += undeliverable(order, policy, now)
    return found
