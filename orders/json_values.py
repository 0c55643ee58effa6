"""Single values as JSON tells them: text, money, times, countries. Strict; each says what is wrong.

`key` is where the value stood, for the sentence.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import list_currencies

MOST_DIGITS = 30
AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
# Enough to tell a typing error; whether a mailbox exists only its server knows.
EMAIL = re.compile(r"[^\s@<>,;:\"\x00-\x1f\x7f]+@[^\s@<>,;:\"\x00-\x1f\x7f]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


class FactError(ValueError):
    """What was told is no fact; the message is a sentence or two for whoever told it."""


def exact(literal: str) -> Decimal:
    """A number of JSON with a point or an exponent. Raises FactError beyond all measure."""
    with suppress(InvalidOperation):
        found = Decimal(literal)
        if abs(found.adjusted()) < MOST_DIGITS:
            return found
    raise FactError(f"{shown(literal)} is no number that could be an amount.")


def refuse_constant(name: str) -> Any:
    """For NaN and Infinity, which JSON's grammar does not know. Raises FactError."""
    raise FactError(f"“{name}” is no number.")


def text(value: Any, key: str) -> str:
    """Text without blanks around it; whole numbers pass as their digits. Raises FactError."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise FactError(f"{key}: {shown(value)} is not text; put it in quotes.")


def amount(value: Any, key: str) -> Decimal:
    """An amount in the order's currency, as a string or number. Raises FactError."""
    if isinstance(value, str) and AMOUNT.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise FactError(f'{key}: {shown(value)} is no amount; write it like "12.00".')


def quantity(value: Any, key: str) -> int:
    """A whole number from 1. Raises FactError."""
    found = None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        found = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        found = value
    if found is None or found < 1:
        raise FactError(f"{key}: {shown(value)} is no quantity; write a whole number from 1.")
    return found


def truth(value: Any, key: str) -> bool:
    """true or false. Raises FactError."""
    if not isinstance(value, bool):
        raise FactError(f"{key}: {shown(value)} is neither true nor false.")
    return value


def moment(value: Any, key: str, zone: ZoneInfo) -> datetime:
    """A moment in ISO 8601; without an offset it is local to `zone`, a date alone its noon.

    Raises FactError.
    """
    try:
        if not isinstance(value, str):
            raise ValueError
        written = value.strip()
        if len(written) == 10:
            found = datetime.combine(date.fromisoformat(written), time(12))
        else:
            found = datetime.fromisoformat(written)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        # Conversion fails at the ends of the calendar; better here than later.
        return found.astimezone(zone)
    except (ValueError, OverflowError) as wrong:
        raise FactError(
            f"{key}: {shown(value)} is no time; write it like 2026-11-02T09:30:00Z."
        ) from wrong


def email(value: Any, key: str) -> str:
    """An e-mail address by its shape. Raises FactError."""
    written = text(value, key)
    if written and not EMAIL.fullmatch(written):
        raise FactError(f"{key}: {shown(value)} is no e-mail address; leave it out if unknown.")
    return written


def language(value: Any, key: str) -> str:
    """A language tag like en or de-AT. Raises FactError."""
    written = text(value, key)
    if written and not LANGUAGE.fullmatch(written):
        raise FactError(f"{key}: {shown(value)} is no language; write it like en or de-AT.")
    return written.replace("_", "-")


def country(value: Any, key: str) -> str:
    """Two letters of ISO 3166-1. Raises FactError."""
    written = text(value, key).upper()
    if written and written not in _countries():
        raise FactError(
            f"{key}: {shown(value)} is no country; write the two letters of ISO 3166, like DK "
            "(the United Kingdom is GB)."
        )
    return written


def currency(value: Any, key: str) -> str:
    """Three letters of ISO 4217. Raises FactError."""
    written = text(value, key).upper()
    if written not in _currencies():
        raise FactError(
            f"{key}: {shown(value)} is no currency; write the three letters of ISO 4217, like EUR."
        )
    return written


@cache
def _countries() -> frozenset[str]:
    """The two-letter regions of the CLDR that a parcel can go to."""
    names = Locale("en").territories
    return frozenset(
        str(code) for code in names if len(str(code)) == 2 and code not in ("EU", "EZ", "UN")
    )


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def shown(value: Any) -> str:
    """A value as it stands in a sentence: short, in quotation marks."""
    written = str(value)
    cut = written if len(written) <= 60 else written[:59] + "…"
    return f"“{cut.encode('utf-8', 'replace').decode()}”"
