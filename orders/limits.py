"""What the database cannot hold, told before it refuses: too long, too large, or impossible.

Cheap (a few microseconds), because every fact of every import passes here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import attrgetter, gt
from typing import NamedTuple

from django.utils.translation import gettext as _

from orders.facts import (
    AddressGiven,
    Extend,
    Fact,
    Payment,
    Placed,
    Refund,
    Scan,
    Shipment,
    TrackingCode,
)
from orders.words import ChannelKind, PaymentTerms


class Fault(NamedTuple):
    """What cannot be stored: the field's name, its value, and what is wrong with it.

    The problem is told in the language that is active.
    """

    field: str
    value: str
    problem: str


EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
# Money has 14 digits in the database, three of them after the point.
TOO_MUCH = Decimal(10) ** 11
LONGEST_TEXT = 100_000
MOST_LINES = 32_767
MOST_OF_AN_ITEM = 2_147_483_647
# So little of either can be added up without passing the limits.
MANY = 10_000
MUCH = Decimal(1_000_000)
# These are part of a fact's key, and PostgreSQL indexes no entry of more than 2,700 bytes.
LONGEST_IN_KEY = 500

LONGEST_BUYER = (("name", 300), ("email", 320), ("username", 200), ("language", 12))
LONGEST_ADDRESS = (
    *(("name", 300), ("street1", 300), ("street2", 300), ("city", 200), ("region", 200)),
    *(("postcode", 40), ("country", 2)),
)
LONGEST_LINE = (("title", LONGEST_TEXT), ("variation", LONGEST_TEXT), ("sku", 200))
LONGEST_PARCEL = (("parcel", 100), ("carrier", 100), ("service", 100), ("tracking_code", 100))
LONGEST_SCAN = (
    *(("parcel", 100), ("message", LONGEST_IN_KEY)),
    *(("location", LONGEST_TEXT), ("tracking_code", 100)),
)
LONGEST_MONEY = (("reference", LONGEST_IN_KEY), ("method", 100))
LONGEST_OTHERS = (("reason", LONGEST_TEXT), ("text", LONGEST_TEXT), ("parcel", 100))

CHANNELS = frozenset(ChannelKind.values)
TERMS = frozenset(PaymentTerms.values)


# The texts of each kind of fact, taken all at once, and how long each may be.
PLACED_TEXTS = attrgetter(
    *("order", "currency", "note", "requested_service"),
    *(f"buyer.{name}" for name, _most in LONGEST_BUYER),
    *(f"address.{name}" for name, _most in LONGEST_ADDRESS),
)
PLACED_LONGEST = (
    *(100, 3, LONGEST_TEXT, 100),
    *(most for _name, most in LONGEST_BUYER),
    *(most for _name, most in LONGEST_ADDRESS),
)


def fault(fact: Fact) -> Fault | None:
    """The first thing about `fact` that the database cannot hold; None when there is nothing."""
    if isinstance(fact, Placed) and _looks_fine(fact):
        return None
    return next(_faults(fact), None)


def _looks_fine(placed: Placed) -> bool:
    """Whether an ordinary order is storable for certain, seen without looking at each field.

    Most are; `_faults` would say the same in ten times the time.
    """
    if not (_is_plain(placed.shipping) and _is_plain(placed.tax) and _is_plain(placed.discount)):
        return False
    texts = PLACED_TEXTS(placed)
    for line in placed.lines:
        if not _is_plain(line.unit_price) or not 1 <= line.quantity <= MANY or line.sku[200:]:
            return False
        texts += (line.title, line.variation, line.sku)
    total = placed.grand_total
    together = "".join(texts)
    return (
        not any(map(gt, map(len, texts), PLACED_LONGEST))
        and len(together) <= LONGEST_TEXT
        and "\0" not in together
        and (together.isascii() or _can_be_encoded(together))
        and _is_plain(total)
        and total >= 0
        and total.as_tuple().exponent in (0, -1, -2, -3)
        and bool(placed.order)
        and EARLIEST <= placed.at < LATEST
        and (placed.ship_by is None or _is_possible(placed.ship_by))
        and _is_currency(placed.currency)
        and placed.channel in CHANNELS
        and placed.terms in TERMS
        and len(placed.lines) < MANY
    )


def _is_plain(amount: Decimal) -> bool:
    return amount.is_finite() and -MUCH < amount < MUCH


def _is_currency(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def _faults(fact: Fact) -> Iterator[Fault]:
    if not fact.order:
        yield Fault("order", "", _("An order needs a number."))
    yield from _texts(fact, (("order", 100),))
    yield from _moment("at", fact.at)
    match fact:
        case Placed():
            yield from _placed(fact)
        case AddressGiven():
            yield from _texts(fact.address, LONGEST_ADDRESS)
            if not fact.address.is_known:
                yield Fault("address", "", _("An address needs a name, a street or a city."))
        case Payment() | Refund():
            yield from _texts(fact, LONGEST_MONEY[: 2 if isinstance(fact, Payment) else 1])
            if fact.amount is not None:
                yield from _positive(fact.amount)
        case Shipment():
            yield from _texts(fact, LONGEST_PARCEL)
            yield from _parcel_lines(fact)
        case TrackingCode():
            yield from _texts(fact, (*LONGEST_PARCEL[:2], LONGEST_PARCEL[3]))
        case Scan():
            yield from _texts(fact, LONGEST_SCAN)
        case Extend():
            yield from _moment("until", fact.until)
        case _:
            yield from _texts(fact, [x for x in LONGEST_OTHERS if hasattr(fact, x[0])])


def _placed(placed: Placed) -> Iterator[Fault]:
    currency = placed.currency
    if not _is_currency(currency):
        told = _("Use the three capital letters of ISO 4217, like EUR.")
        yield Fault("currency", currency, told)
    if placed.channel not in CHANNELS:
        yield Fault("channel", placed.channel, _("There are: %s.") % ", ".join(ChannelKind.values))
    if placed.terms not in TERMS:
        yield Fault("terms", placed.terms, _("There are: %s.") % ", ".join(PaymentTerms.values))
    yield from _texts(placed, (("note", LONGEST_TEXT), ("requested_service", 100)))
    yield from _texts(placed.buyer, LONGEST_BUYER)
    yield from _texts(placed.address, LONGEST_ADDRESS)
    if placed.ship_by is not None and not _is_possible(placed.ship_by):
        yield Fault("ship_by", str(placed.ship_by), _("It must lie between 1970 and 2200."))
    if len(placed.lines) > MOST_LINES:
        told = _("At most %s lines can be kept.") % MOST_LINES
        yield Fault("lines", str(len(placed.lines)), told)
    for line in placed.lines:
        yield from _texts(line, LONGEST_LINE)
        yield from _quantity(line.quantity)
        yield from _size("unit_price", line.unit_price)
    yield from _sums(placed)


def _sums(placed: Placed) -> Iterator[Fault]:
    """Parts may be finer than the database keeps them; what is owed must be kept exactly."""
    for name in ("shipping", "tax", "discount"):
        yield from _size(name, getattr(placed, name))
    total = placed.grand_total
    yield from _size("total", total)
    if total.is_finite():
        if total < 0:
            yield Fault("total", f"{total:f}", _("An order's total cannot be below zero."))
        if _is_too_fine(total):
            yield Fault("total", f"{total:f}", _("Amounts have at most three decimals."))
        yield from _size("subtotal", placed.subtotal)


def _texts(holder: object, longest: Sequence[tuple[str, int]]) -> Iterator[Fault]:
    for name, most in longest:
        text = getattr(holder, name)
        if not text:
            continue
        if len(text) > most:
            told = _("It is %(length)s characters long; at most %(most)s can be kept.")
            yield Fault(name, _short(text), told % {"length": len(text), "most": most})
        if "\0" in text or not (text.isascii() or _can_be_encoded(text)):
            yield Fault(name, _short(text), _("It holds characters that are no text."))


def _can_be_encoded(text: str) -> bool:
    """False for the halves of a surrogate pair, which JSON can smuggle in."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _moment(name: str, at: datetime) -> Iterator[Fault]:
    if not EARLIEST <= at < LATEST:
        yield Fault(name, at.isoformat(), _("It must lie between 1970 and 2200."))


def _is_possible(day: date) -> bool:
    return EARLIEST.date() <= day < LATEST.date()


def _positive(amount: Decimal) -> Iterator[Fault]:
    yield from _size("amount", amount)
    if not amount.is_finite():
        return
    if amount <= 0:
        yield Fault("amount", f"{amount:f}", _("The amount must be more than zero."))
    if _is_too_fine(amount):
        yield Fault("amount", f"{amount:f}", _("Amounts have at most three decimals."))


def _size(name: str, amount: Decimal) -> Iterator[Fault]:
    if not amount.is_finite():
        yield Fault(name, str(amount), _("It is no amount."))
    elif abs(amount) >= TOO_MUCH:
        told = _("It is too large: at most 99999999999.999.")
        yield Fault(name, _short(f"{amount:f}"), told)


def _is_too_fine(amount: Decimal) -> bool:
    return amount.as_tuple().exponent < -3 and amount.normalize().as_tuple().exponent < -3  # type: ignore[operator]


def _parcel_lines(shipment: Shipment) -> Iterator[Fault]:
    for line in shipment.lines or ():
        yield from _texts(line, (("item", LONGEST_TEXT),))
        yield from _quantity(line.quantity)


def _quantity(quantity: int) -> Iterator[Fault]:
    if not 1 <= quantity <= MOST_OF_AN_ITEM:
        yield Fault("quantity", str(quantity), _("The quantity must be 1 or more."))


def _short(text: str) -> str:
    """The beginning of a text, fit to be shown whatever it holds."""
    shown = text if len(text) <= 60 else text[:59] + "…"
    return shown.encode("utf-8", "replace").decode()
