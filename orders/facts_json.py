"""Facts as JSON objects, for `manage.py record` and for machines: parsed strictly.

Unknown keys and values that mean nothing are refused with a sentence that names key and value;
guessing would record what nobody said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from orders import json_values as values
from orders.facts import FACTS, Address, BuyerDetails, Fact, Line, ParcelLine
from orders.json_values import FactError
from orders.limits import fault
from orders.words import ChannelKind, PaymentTerms, ScanStatus

__all__ = ["KEYS", "FactError", "parse_fact", "read_object"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact is told: the shop's zone and currency, and the moment we learn of it (UTC)."""

    now: datetime
    zone: ZoneInfo
    currency: str


Parse = Callable[[Any, str, Place], Any]


def parse_fact(obj: Any, *, now: datetime, zone: ZoneInfo, currency: str = "") -> Fact:
    """The fact that a JSON object tells.

    `at` left out is `now`; times without a zone are local to `zone`, and a date alone is its
    noon. `currency` is that of an order that names none. Raises FactError.
    """
    if not isinstance(obj, Mapping):
        raise FactError('A fact is a JSON object, like {"fact": "pause", "order": "1001"}.')
    told = {key: value for key, value in obj.items() if value is not None}
    kind = told.pop("fact", "")
    if not isinstance(kind, str) or kind not in FACTS:
        raise FactError(_not_one_of("fact", kind, FACTS))
    place = Place(now, zone, currency)
    given = _members(told, KEYS[kind], f"the fact “{kind}”", place)
    _demand(given, kind, place)
    fact = FACTS[kind](**{"at": now, **given})
    found = fault(fact)
    if found is not None:
        raise FactError(f"{found.field}: “{found.value}” cannot be kept. {found.problem}")
    return fact


def read_object(line: str) -> Any:
    """One line of JSON; amounts become Decimal, never float. Raises FactError."""
    try:
        return json.loads(line, parse_float=values.exact, parse_constant=values.refuse_constant)
    except FactError:
        raise
    except json.JSONDecodeError as wrong:
        raise FactError(f"This is not JSON: {wrong.msg} at character {wrong.pos + 1}.") from wrong
    except (ValueError, RecursionError) as wrong:
        raise FactError("This is not JSON that a fact could be told in.") from wrong


def _members(
    told: Mapping[str, Any], known: Mapping[str, Parse], holder: str, place: Place, path: str = ""
) -> dict[str, Any]:
    """The values of an object whose keys must be `known`."""
    given = {}
    for key, value in told.items():
        parse = known.get(key)
        if parse is None:
            raise FactError(_unknown_key(key, known, holder))
        if value is not None:
            given[key] = parse(value, path + key, place)
    return given


def _demand(given: dict[str, Any], kind: str, place: Place) -> None:
    """Raise FactError when a key is missing that the fact cannot do without."""
    if kind == "placed" and place.currency:
        given.setdefault("currency", place.currency)
    for key in ("order", *NEEDED.get(kind, ())):
        if given.get(key) in (None, ""):
            raise FactError(f"The fact “{kind}” needs the key “{key}”.")


def _unknown_key(key: str, known: Collection[str], holder: str) -> str:
    nearest = get_close_matches(key, known, n=1)
    hint = f"did you mean “{nearest[0]}”?" if nearest else f"it has: {', '.join(known)}."
    return f"There is no key “{key}” in {holder}; {hint}"


def _not_one_of(key: str, value: object, known: Collection[str]) -> str:
    if not value:
        return f"The key “{key}” is missing; it is one of: {', '.join(known)}."
    nearest = get_close_matches(str(value), known, n=1)
    hint = f"did you mean “{nearest[0]}”?" if nearest else f"use one of: {', '.join(known)}."
    return f"{key}: there is no “{value}”; {hint}"


def _one_of(known: type[ChannelKind] | type[PaymentTerms] | type[ScanStatus]) -> Parse:
    def parse(value: Any, key: str, place: Place) -> Any:
        if value not in known.values:
            raise FactError(_not_one_of(key, value, known.values))
        return known(value)

    return parse


def _text(value: Any, key: str, place: Place) -> str:
    return values.text(value, key)


def _amount(value: Any, key: str, place: Place) -> Any:
    return values.amount(value, key)


def _moment(value: Any, key: str, place: Place) -> datetime:
    return values.moment(value, key, place.zone).astimezone(UTC)


def _day(value: Any, key: str, place: Place) -> date:
    return values.moment(value, key, place.zone).astimezone(place.zone).date()


def _object(value: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise FactError(f'{key}: expected an object with keys, like {{"name": "Zoë"}}.')
    return value


def _objects(value: Any, key: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise FactError(f"{key}: expected a list of objects, one for each item.")
    return [_object(item, f"{key}[{number}]") for number, item in enumerate(value)]


def _buyer(value: Any, key: str, place: Place) -> BuyerDetails:
    return BuyerDetails(**_members(_object(value, key), BUYER_KEYS, "a buyer", place, "buyer."))


def _address(value: Any, key: str, place: Place) -> Address:
    members = _members(_object(value, key), ADDRESS_KEYS, "an address", place, "address.")
    return Address(**members)


def _lines(value: Any, key: str, place: Place) -> tuple[Line, ...]:
    lines = []
    for number, item in enumerate(_objects(value, key)):
        given = _members(item, LINE_KEYS, "a line", place, f"{key}[{number}].")
        if not given.get("title"):
            raise FactError(f"{key}[{number}]: a line needs a title.")
        lines.append(Line(**given))
    return tuple(lines)


def _parcel_lines(value: Any, key: str, place: Place) -> tuple[ParcelLine, ...]:
    lines = []
    for number, item in enumerate(_objects(value, key)):
        given = _members(item, PARCEL_LINE_KEYS, "a parcel's line", place, f"{key}[{number}].")
        name = given.get("sku") or given.get("title")
        if not name:
            raise FactError(f"{key}[{number}]: name the item by its sku, or its title.")
        lines.append(ParcelLine(name, given.get("quantity", 1)))
    return tuple(lines)


def _plain(parse: Callable[[Any, str], Any]) -> Parse:
    return lambda value, key, place: parse(value, key)


BUYER_KEYS: dict[str, Parse] = {
    "name": _text,
    "email": _plain(values.email),
    "username": _text,
    "language": _plain(values.language),
}
ADDRESS_KEYS: dict[str, Parse] = {
    **dict.fromkeys(("name", "street1", "street2", "city", "region", "postcode"), _text),
    "country": _plain(values.country),
}
LINE_KEYS: dict[str, Parse] = {
    "title": _text,
    "sku": _text,
    "quantity": _plain(values.quantity),
    "unit_price": _amount,
    "variation": _text,
    "needs_shipping": _plain(values.truth),
}
PARCEL_LINE_KEYS: dict[str, Parse] = {
    "sku": _text,
    "title": _text,
    "quantity": _plain(values.quantity),
}
EVERY: dict[str, Parse] = {"order": _text, "at": _moment}
MONEY: dict[str, Parse] = {**EVERY, "amount": _amount, "reference": _text}
PARCEL: dict[str, Parse] = {**EVERY, "parcel": _text}
CODE: dict[str, Parse] = {**PARCEL, "carrier": _text, "tracking_code": _text}
# The keys of each fact, besides "fact" itself.
KEYS: dict[str, dict[str, Parse]] = {
    "placed": {
        **EVERY,
        "channel": _one_of(ChannelKind),
        "currency": _plain(values.currency),
        "terms": _one_of(PaymentTerms),
        "ship_by": _day,
        "buyer": _buyer,
        "address": _address,
        "lines": _lines,
        **dict.fromkeys(("shipping", "tax", "discount", "total"), _amount),
        **dict.fromkeys(("note", "requested_service"), _text),
    },
    "address": {**EVERY, "address": _address},
    "payment": {**MONEY, "method": _text},
    "unpay": {**EVERY, "payment": _text},
    "refund": MONEY,
    "shipment": {**CODE, "service": _text, "lines": _parcel_lines},
    "tracking_code": CODE,
    "scan": {
        **PARCEL,
        "status": _one_of(ScanStatus),
        **dict.fromkeys(("message", "location", "tracking_code"), _text),
    },
    "unship": PARCEL,
    "word": {**EVERY, "text": _text},
    "answer": {**EVERY, "text": _text},
    "cancel": {**EVERY, "reason": _text},
    "reinstate": EVERY,
    "extend": {**EVERY, "until": _moment},
    "pause": EVERY,
    "resume": EVERY,
    "relisted": EVERY,
}
NEEDED = {
    "placed": ("currency",),
    "address": ("address",),
    "tracking_code": ("tracking_code",),
    "scan": ("status",),
    "unpay": ("payment",),
    "extend": ("until",),
}
