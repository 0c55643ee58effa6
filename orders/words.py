"""The fixed words of the trade: states, kinds and choices that are stored and shown.

They live apart from the models so that pure code (facts, state, rules) can use them freely.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderStatus(TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
    PAID = "paid", _("paid")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")


class ChannelKind(TextChoices):
    ETSY = "etsy", "Etsy"
    EBAY = "ebay", "eBay"
    SHOPIFY = "shopify", "Shopify"
    WOOCOMMERCE = "woocommerce", "WooCommerce"
    OWN = "own", _("own site")
    IN_PERSON = "in_person", _("in person")


class PaymentTerms(TextChoices):
    PREPAID = "prepaid", _("paid in advance")
    ON_DELIVERY = "on_delivery", _("paid on delivery")


class Role(TextChoices):
    OWNER = "owner", _("owner")
    HELPER = "helper", _("helper")


class NoteKind(TextChoices):
    """The notes a shop can send, in the order of an order's life."""

    THANK_YOU = "thank_you", _("thank-you")
    PAYMENT_RECEIVED = "payment_received", _("payment received")
    PAYMENT_REMINDER = "payment_reminder", _("payment reminder")
    RELIST = "relist", _("relist notice")
    ADDRESS_QUESTION = "address_question", _("question about the address")
    TRACKING_NOTICE = "tracking_notice", _("tracking notice")
    DELAY_NOTICE = "delay_notice", _("delay notice")
    OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
    AVAILABLE_FOR_PICKUP = "available_for_pickup", _("ready to be picked up")
    LATE_DELIVERY = "late_delivery", _("word about a late parcel")
    RETURNED = "returned", _("word about a returned parcel")
    ARRIVAL_CHECK = "arrival_check", _("arrival check")
    DIGEST = "digest", _("morning digest")


# Notes that go to the seller; all others go to the buyer.
SELLER_NOTES = frozenset({NoteKind.RELIST, NoteKind.DIGEST})
BUYER_NOTES = tuple(kind for kind in NoteKind if kind not in SELLER_NOTES)
# Notes of which an order may have one for each parcel.
ABOUT_PARCELS = frozenset(
    {
        NoteKind.TRACKING_NOTICE,
        NoteKind.OUT_FOR_DELIVERY,
        NoteKind.AVAILABLE_FOR_PICKUP,
        NoteKind.LATE_DELIVERY,
        NoteKind.RETURNED,
    }
)


class FlagKind(TextChoices):
    RELIST = "relist", _("relist")
    LATE_TO_SHIP = "late_to_ship", _("late to ship")
    ADDRESS_CHANGED = "address_changed", _("address changed after the label")
    STALLED = "stalled", _("parcel stalled")
    EXCEPTION = "exception", _("parcel in trouble")
    LATE_DELIVERY = "late_delivery", _("parcel late")
    RETURNED = "returned", _("parcel returned")
    UNANSWERED = "unanswered", _("buyer waits for an answer")
    UNDELIVERABLE = "undeliverable", _("mail undeliverable")
    PAID_AFTER_CANCEL = "paid_after_cancel", _("paid after cancelling")


class ChannelMode(TextChoices):
    """How a note to a buyer of this channel leaves the house."""

    SEND = "send", _("send by e-mail")
    COPY = "copy", _("copy into the marketplace conversation")
    MARKETPLACE_DOES = "marketplace_does", _("the marketplace does it")


class ScanStatus(TextChoices):
    """A tracker's statuses, named as EasyPost names them.

    Source: https://docs.easypost.com/docs/trackers#tracking-statuses
    """

    UNKNOWN = "unknown", _("unknown")
    PRE_TRANSIT = "pre_transit", _("label made")
    IN_TRANSIT = "in_transit", _("on its way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
    DELIVERED = "delivered", _("delivered")
    AVAILABLE_FOR_PICKUP = "available_for_pickup", _("waiting to be picked up")
    RETURN_TO_SENDER = "return_to_sender", _("on its way back")
    FAILURE = "failure", _("delivery failed")
    CANCELLED = "cancelled", _("cancelled by the carrier")
    ERROR = "error", _("tracking error")


# A label that was made, or a tracker that knows nothing, is not a carrier's scan: nobody has
# touched the parcel yet.
CARRIER_SCANS = frozenset(
    {
        ScanStatus.IN_TRANSIT,
        ScanStatus.OUT_FOR_DELIVERY,
        ScanStatus.DELIVERED,
        ScanStatus.AVAILABLE_FOR_PICKUP,
        ScanStatus.RETURN_TO_SENDER,
        ScanStatus.FAILURE,
    }
)


class Rule(TextChoices):
    """Everything a shop can switch off; the notes and the flags."""

    THANK_YOU = "thank_you", _("thank-you")
    PAYMENT_RECEIVED = "payment_received", _("payment received")
    PAYMENT_REMINDER = "payment_reminder", _("payment reminder")
    RELIST = "relist", _("relist")
    ADDRESS_QUESTION = "address_question", _("question about the address")
    TRACKING_NOTICE = "tracking_notice", _("tracking notice")
    LATE_TO_SHIP = "late_to_ship", _("late to ship")
    DELAY_NOTICE = "delay_notice", _("delay notice")
    STALLED = "stalled", _("parcel stalled")
    EXCEPTION = "exception", _("parcel in trouble")
    OUT_FOR_DELIVERY = "out_for_delivery", _("out for delivery")
    AVAILABLE_FOR_PICKUP = "available_for_pickup", _("ready to be picked up")
    LATE_DELIVERY = "late_delivery", _("parcel late")
    RETURNED = "returned", _("parcel returned")
    ARRIVAL_CHECK = "arrival_check", _("arrival check")
    UNANSWERED = "unanswered", _("buyer waits for an answer")
    DIGEST = "digest", _("morning digest")
