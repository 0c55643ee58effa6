"""The rules: one follow-up each, in the order of an order's life. All pure."""

from notifications.rules.address_changed import address_changed
from notifications.rules.address_question import address_questions
from notifications.rules.arrival_check import arrival_check
from notifications.rules.attention import paid_after_cancel, unanswered, undeliverable
from notifications.rules.available_for_pickup import available_for_pickup
from notifications.rules.late_delivery import late_deliveries, late_delivery_notes
from notifications.rules.late_to_ship import delay_notice, late_to_ship
from notifications.rules.out_for_delivery import out_for_delivery
from notifications.rules.parcels import exceptions, stalled
from notifications.rules.payment_received import payment_received
from notifications.rules.payment_reminder import payment_reminder
from notifications.rules.relist import relist, relist_notice
from notifications.rules.returned import returned, returned_notes
from notifications.rules.thank_you import thank_you
from notifications.rules.tracking_notice import tracking_notices

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
# … or for several: one for each parcel, one for each note that came back.
MANY_RULES = (
    address_questions,
    address_changed,
    tracking_notices,
    stalled,
    exceptions,
    out_for_delivery,
    available_for_pickup,
    late_deliveries,
    late_delivery_notes,
    returned,
    returned_notes,
    undeliverable,
)

__all__ = ["MANY_RULES", "SINGLE_RULES"]
