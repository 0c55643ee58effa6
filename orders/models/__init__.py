"""What happened, as tables."""

from orders.models.address_check import AddressCheck, AddressVerdict
from orders.models.buyer import Buyer
from orders.models.channel import Channel
from orders.models.claim import Claim, ClaimKind, ClaimState, Insurer
from orders.models.imports import (
    FileRole,
    ImportFile,
    ImportPiece,
    ImportProblem,
    ImportRun,
    ImportState,
)
from orders.models.label import Label, LabelRun, LabelState, ScanForm
from orders.models.order import Money, Order, OrderLine, Payment, Refund
from orders.models.packing import PackedItem, PackingExtra, PackScan
from orders.models.parcels import Box, ItemDetails, LabelFormat, ShippingProfile, Units
from orders.models.policy import Policy
from orders.models.shipment import Shipment, TrackingEvent
from orders.models.shop import Member, Shop
from orders.models.timeline import EarlyFact, Flag, OrderEvent, Watch
from orders.models.tracking import ExpectedDelivery, Tracker, TrackingReport

__all__ = [
    "AddressCheck",
    "AddressVerdict",
    "Box",
    "Buyer",
    "Channel",
    "Claim",
    "ClaimKind",
    "ClaimState",
    "EarlyFact",
    "ExpectedDelivery",
    "FileRole",
    "Flag",
    "ImportFile",
    "ImportPiece",
    "ImportProblem",
    "ImportRun",
    "ImportState",
    "Insurer",
    "ItemDetails",
    "Label",
    "LabelFormat",
    "LabelRun",
    "LabelState",
    "Member",
    "Money",
    "Order",
    "OrderEvent",
    "OrderLine",
    "PackScan",
    "PackedItem",
    "PackingExtra",
    "Payment",
    "Policy",
    "Refund",
    "ScanForm",
    "Shipment",
    "ShippingProfile",
    "Shop",
    "Tracker",
    "TrackingEvent",
    "TrackingReport",
    "Units",
    "Watch",
]
