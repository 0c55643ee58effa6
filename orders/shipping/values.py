"""What goes to EasyPost and what comes back, in our own words.

Weights in grams, measures in millimetres, money as Decimal with its currency, times UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from orders.facts import Address
from orders.words import ScanStatus


@dataclass(frozen=True, slots=True)
class Contact:
    """An address with what carriers want besides: who to call."""

    address: Address
    phone: str = ""
    email: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class ParcelSize:
    """Outside measures; without them the carrier prices by weight alone."""

    weight_g: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None


@dataclass(frozen=True, slots=True)
class CustomsItem:
    """So many of one thing for customs; `value` and `weight_g` are of all of them together."""

    description: str
    quantity: int
    value: Decimal
    currency: str
    weight_g: int
    hs_code: str
    origin: str


@dataclass(frozen=True, slots=True)
class Customs:
    """The customs form. `signer` vouches for it; `contents` as EasyPost names them."""

    signer: str
    items: tuple[CustomsItem, ...]
    contents: str = "merchandise"
    eel_pfc: str = "NOEEI 30.37(a)"


@dataclass(frozen=True, slots=True)
class ShipmentRequest:
    """One parcel to be priced. `reference` is ours, and stays with it for good."""

    reference: str
    sender: Contact
    recipient: Contact
    size: ParcelSize
    customs: Customs | None = None
    is_return: bool = False
    label_format: str = "PDF"


@dataclass(frozen=True, slots=True)
class Rate:
    """What one service would cost, and in how many days it arrives, if the carrier says."""

    id: str
    carrier: str
    service: str
    price: Decimal
    currency: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A shipment at EasyPost: priced, and bought when it has a tracking code and a label.

    `files` maps PDF, PNG and ZPL to addresses; `notes` are what carriers answered in place of a
    price. `refund` is empty or EasyPost's refund status (submitted, refunded, rejected, …).
    """

    id: str
    reference: str
    rates: tuple[Rate, ...] = ()
    notes: tuple[str, ...] = ()
    bought: Rate | None = None
    tracking_code: str = ""
    files: dict[str, str] = field(default_factory=dict)
    insured: Decimal = Decimal(0)
    insurance_cost: Decimal = Decimal(0)
    refund: str = ""
    tracker_id: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """The carrier's answer about an address: good or not, how it would write it, and why not."""

    is_deliverable: bool
    address: Address
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CarrierScan:
    """One line of a parcel's history."""

    at: datetime
    status: ScanStatus
    detail: str = ""
    message: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class TrackerNews:
    """All that EasyPost knows of one tracking number at one moment.

    `shipment_id` is the EasyPost shipment when the label was bought there. `went_back` says that
    what was delivered went to the sender. `updated_at` is when EasyPost last learned something.
    """

    id: str
    tracking_code: str
    carrier: str
    status: ScanStatus
    detail: str = ""
    scans: tuple[CarrierScan, ...] = ()
    expected_at: datetime | None = None
    updated_at: datetime | None = None
    shipment_id: str = ""
    went_back: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A scan form: its state (`creating`, `created`, `failed`) and where it can be printed."""

    id: str
    status: str
    url: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """A claim to be filed: `kind` is loss, damage or theft; attachments are data URLs."""

    tracking_code: str
    kind: str
    amount: Decimal
    description: str
    contact_email: str
    recipient_name: str
    email_evidence: tuple[str, ...] = ()
    invoices: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimNews:
    """How a claim stands. `history` is (when, state, detail), oldest first."""

    id: str
    status: str
    detail: str = ""
    approved: Decimal | None = None
    history: tuple[tuple[datetime, str, str], ...] = ()
