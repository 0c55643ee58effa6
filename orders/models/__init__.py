"""What happened, as tables."""

from orders.models.buyer import Buyer
from orders.models.order import Money, Order, OrderLine, Payment, Refund
from orders.models.shipment import Shipment, TrackingEvent
from orders.models.shop import Channel, Member, Policy, Shop
from orders.models.timeline import EarlyFact, Flag, OrderEvent, Watch

__all__ = [
    "Buyer",
    "Channel",
    "EarlyFact",
    "Flag",
    "Member",
    "Money",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "Policy",
    "Refund",
    "Shipment",
    "Shop",
    "TrackingEvent",
    "Watch",
]
