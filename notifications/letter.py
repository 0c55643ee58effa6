"""The plain values a letter is written from, and the letter itself.

The sender fills a LetterContext from the database; nothing here knows models, requests or
settings. Every value has an empty default, so a letter can be written from whatever is known.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: a subject on one line, the plain text part and the HTML part."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Shop:
    """Who writes. The signature may have several lines."""

    name: str = ""
    sender_name: str = ""
    signature: str = ""
    url: str = ""
    reply_to: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who is written to. first_name is empty when no first name can be told from the name."""

    first_name: str = ""
    name: str = ""
    language: str = ""
    is_returning: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One bought item; amounts in the order's currency."""

    title: str
    quantity: int = 1
    unit_price: Decimal = ZERO
    line_total: Decimal = ZERO
    variation: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order as the buyer knows it.

    placed_on is the shop's local date, address the lines in postal order, open what is
    still to pay, terms "prepaid" or "on_delivery", currency an ISO 4217 code, page_url the
    buyer's own page of the order.
    """

    number: str = ""
    placed_on: date | None = None
    status: str = "awaiting_payment"
    is_paid: bool = False
    paid_quickly: bool = False
    currency: str = "EUR"
    lines: tuple[Line, ...] = ()
    subtotal: Decimal = ZERO
    shipping: Decimal = ZERO
    tax: Decimal = ZERO
    discount: Decimal = ZERO
    total: Decimal = ZERO
    paid: Decimal = ZERO
    open: Decimal = ZERO
    address: tuple[str, ...] = ()
    terms: str = "prepaid"
    note: str = ""
    page_url: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """How the shop wants to be paid, in its own words, and until which local date."""

    how_to_pay: str = ""
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel. lines is None when it holds the whole order; of_several when more exist.

    expected_on is the day the carrier named last, pickup_place where it waits for the buyer,
    is_back true when a return has reached the seller.
    """

    number: str = ""
    carrier: str = ""
    service: str = ""
    tracking_code: str = ""
    tracking_url: str = ""
    is_corrected: bool = False
    lines: tuple[Line, ...] | None = None
    of_several: bool = False
    expected_on: date | None = None
    pickup_place: str = ""
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """The local date by which the order was to be sent, and why it was not."""

    promised_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """What needs the seller: why, since which local date, and when the buyer last wrote."""

    reason: str = ""
    since: date | None = None
    buyer_wrote_on: date | None = None
    order_url: str = ""


@dataclass(frozen=True, slots=True)
class DigestSection:
    """One group of the morning list: its title and its entries, each a text and a link."""

    title: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LetterContext:
    """Everything one letter may speak about.

    language is that of the wording, such as "de" or "de-AT": amounts, dates and the words of
    the order summary follow it. Left empty, the buyer's and then the shop's language is taken.
    """

    shop: Shop
    buyer: Buyer = field(default_factory=Buyer)
    order: Order = field(default_factory=Order)
    payment: Payment = field(default_factory=Payment)
    parcel: Parcel = field(default_factory=Parcel)
    delay: Delay = field(default_factory=Delay)
    flag: Flag = field(default_factory=Flag)
    digest: tuple[DigestSection, ...] = ()
    unsubscribe_url: str = ""
    language: str = ""
