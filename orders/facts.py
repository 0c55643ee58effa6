"""Facts: what happened to an order, as plain values.

Each fact knows the order's number, when it happened (`at`, always UTC-aware) and its natural
key: recording a fact with a key that is there already changes nothing. Facts say nothing about
the database; `lifecycle` records them and `state` makes an order's state of them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, ClassVar

from orders.values import NOBODY, NOWHERE

# Spelled twice: whoever has facts has their parts from here too.
from orders.values import Address as Address
from orders.values import BuyerDetails as BuyerDetails
from orders.values import Line as Line
from orders.values import ParcelLine as ParcelLine
from orders.words import ChannelKind, PaymentTerms, ScanStatus

LONGEST_IN_KEY = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What all facts have. `at`: when it happened, UTC."""

    kind: ClassVar[str]
    # Facts of one and the same moment are applied in this order (see `state.derive`).
    rank: ClassVar[int]

    order: str
    at: datetime

    @property
    def key(self) -> str:
        """The fact's natural key within its order."""
        return f"{self.kind}:{stamp(self.at)}"

    def data(self) -> dict[str, Any]:
        """What the timeline keeps of the fact besides kind, key and time; JSON values only."""
        return {
            name: to_json(value)
            for name in OWN_FIELDS[self.kind]
            if (value := getattr(self, name)) not in (None, "")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Fact):
    """The order itself. `total` left out: lines + shipping + tax - discount."""

    kind = "placed"
    rank = 0

    channel: ChannelKind = ChannelKind.OWN
    currency: str
    terms: PaymentTerms = PaymentTerms.PREPAID
    ship_by: date | None = None
    buyer: BuyerDetails = NOBODY
    address: Address = NOWHERE
    lines: tuple[Line, ...] = ()
    shipping: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    total: Decimal | None = None
    note: str = ""
    # The way of shipping that the buyer asked for; empty for the shop's usual one.
    requested_service: str = ""

    @property
    def key(self) -> str:
        return self.kind

    @property
    def subtotal(self) -> Decimal:
        """The lines' sum in the order's currency."""
        return sum((line.unit_price * line.quantity for line in self.lines), Decimal(0))

    @property
    def grand_total(self) -> Decimal:
        """What the buyer owes in all, in the order's currency; never below zero."""
        if self.total is not None:
            return self.total
        return max(self.subtotal + self.shipping + self.tax - self.discount, Decimal(0))

    def data(self) -> dict[str, Any]:
        """Nothing: the order's own row and lines hold it all."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGiven(Fact):
    """Where the order goes was told anew, after it was placed. The whole address, not a part.

    It outdoes the address the order came with, whenever it was given; of several the last holds.
    """

    kind = "address"
    rank = 1

    address: Address

    @property
    def key(self) -> str:
        # An index entry holds no more than 2,700 bytes, and an address may be longer.
        given = sha256(repr(self.address.values()).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.kind}:{stamp(self.at)}:{given[:32]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Fact):
    """Money came in. `amount` None: all that was open at that moment.

    With `in_all` it states what had come in up to then, this included: so do files of orders.
    """

    kind = "payment"
    rank = 3

    amount: Decimal | None = None
    reference: str = ""
    method: str = ""
    in_all: Decimal | None = None

    @property
    def key(self) -> str:
        return money_key(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpay(Fact):
    """The seller took it back: the payment with the key `payment` never came."""

    kind = "unpay"
    rank = 16

    payment: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.payment}:{stamp(self.at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Fact):
    """Money went back. `amount` None: all that had been paid at that moment.

    With `in_all` it states what had gone back up to then, this included.
    """

    kind = "refund"
    rank = 4

    amount: Decimal | None = None
    reference: str = ""
    in_all: Decimal | None = None

    @property
    def key(self) -> str:
        return money_key(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(Fact):
    """A parcel was handed over. `lines` None: all that was left to ship."""

    kind = "shipment"
    rank = 5

    parcel: str = "1"
    carrier: str = ""
    service: str = ""
    tracking_code: str = ""
    lines: tuple[ParcelLine, ...] | None = None

    @property
    def key(self) -> str:
        # The contents belong to the key: a parcel recorded again with a longer list of lines or
        # another number is a new fact about the same parcel, and `state` merges them by time.
        inside = "" if self.lines is None else repr([(x.item, x.quantity) for x in self.lines])
        if len(inside) > LONGEST_IN_KEY:
            # An index entry holds no more than 2,700 bytes; a long list is known by its hash.
            inside = sha256(inside.encode()).hexdigest()
        return ":".join(
            [
                self.kind,
                self.parcel,
                stamp(self.at),
                self.carrier,
                self.service,
                self.tracking_code,
                inside,
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingCode(Fact):
    """A parcel's tracking number was given or corrected."""

    kind = "tracking_code"
    rank = 6

    parcel: str = "1"
    carrier: str = ""
    tracking_code: str

    @property
    def key(self) -> str:
        return ":".join([self.kind, self.parcel, stamp(self.at), self.carrier, self.tracking_code])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Fact):
    """A carrier's scan, or the seller's word that a parcel arrived (`delivered`).

    With a `tracking_code` it tells of the parcel only as long as the parcel has that number.
    """

    kind = "scan"
    rank = 7

    parcel: str = "1"
    status: ScanStatus
    message: str = ""
    location: str = ""
    tracking_code: str = ""

    @property
    def key(self) -> str:
        said = [self.kind, self.parcel, stamp(self.at), self.status, self.message]
        return ":".join([*said, self.tracking_code] if self.tracking_code else said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unship(Fact):
    """The seller took it back: the parcel was not handed over after all."""

    kind = "unship"
    # Last of one moment, so that it takes back what was said of the parcel in the same breath.
    rank = 15

    parcel: str = "1"

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.parcel}:{stamp(self.at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Fact):
    """The buyer said something, by whatever way."""

    kind = "word"
    rank = 8

    text: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{stamp(self.at)}:{self.text[:80]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Fact):
    """The seller answered the buyer."""

    kind = "answer"
    rank = 9

    text: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{stamp(self.at)}:{self.text[:80]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Fact):
    kind = "cancel"
    rank = 10

    reason: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{stamp(self.at)}:{self.reason[:80]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relisted(Fact):
    """The item was offered again: the order counts as cancelled, unpaid."""

    kind = "relisted"
    rank = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstate(Fact):
    """A cancelled order is alive again."""

    kind = "reinstate"
    rank = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(Fact):
    """The seller gave more time to pay, until `until` (UTC)."""

    kind = "extend"
    rank = 2

    until: datetime

    @property
    def key(self) -> str:
        return f"{self.kind}:{stamp(self.at)}:{stamp(self.until)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Fact):
    """Hold back every note about this order."""

    kind = "pause"
    rank = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Fact):
    kind = "resume"
    rank = 14


FACTS: dict[str, type[Fact]] = {
    fact.kind: fact
    for fact in (
        Placed,
        AddressGiven,
        Payment,
        Unpay,
        Refund,
        Shipment,
        TrackingCode,
        Scan,
        Unship,
        Word,
        Answer,
        Cancel,
        Reinstate,
        Extend,
        Pause,
        Resume,
        Relisted,
    )
}


# What facts of a kind have besides order and time.
OWN_FIELDS = {
    kind: tuple(field.name for field in fields(fact) if field.name not in ("order", "at"))
    for kind, fact in FACTS.items()
}


def stamp(at: datetime) -> str:
    """A moment as it stands in keys and JSON: UTC, `2026-11-02T09:30:00Z`."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat().replace("+00:00", "Z")


def money_key(fact: Payment | Refund) -> str:
    """A payment's reference names it; without one, its time and amount do."""
    if fact.reference:
        return f"{fact.kind}:{fact.reference}"
    amount = "all" if fact.amount is None else f"{fact.amount.normalize():f}"
    key = f"{fact.kind}:{stamp(fact.at)}:{amount}"
    return key if fact.in_all is None else f"{key}:of {fact.in_all.normalize():f}"


def to_json(value: Any) -> Any:
    """A fact's value as JSON can hold it: money and times as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Address):
        return {name: part for name, part in asdict(value).items() if part}
    if isinstance(value, tuple):
        return [{"item": line.item, "quantity": line.quantity} for line in value]
    return value
