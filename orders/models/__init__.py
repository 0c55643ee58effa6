"""What happened, as tables."""

from orders.models.buyer import Buyer
from orders.models.imports import (
    FileRole,
    ImportFile,
    ImportPiece,
    ImportProblem,
    ImportRun,
    ImportState,
)
from orders.models.order import Money, Order, OrderLine, Payment, Refund
from orders.models.packing import PackedItem, PackingExtra
from orders.models.shipment import Shipment, TrackingEvent
from orders.models.shop import Channel, Member, Policy, Shop
from orders.models.timeline import EarlyFact, Flag, OrderEvent, Watch

__all__ = [
    "Buyer",
    "Channel",
    "EarlyFact",
    "FileRole",
    "Flag",
    "ImportFile",
    "ImportPiece",
    "ImportProblem",
    "ImportRun",
    "ImportState",
    "Member",
    "Money",
    "Order",
    "OrderEvent",
    "OrderLine",
    "PackedItem",
    "PackingExtra",
    "Payment",
    "Policy",
    "Refund",
    "Shipment",
    "Shop",
    "TrackingEvent",
    "Watch",
]
