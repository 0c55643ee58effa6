"""Dates and times as marketplaces and spreadsheets write them, read into UTC.

A date without a time is noon in the shop's zone: so it stays the same day nearly everywhere,
and a mail that is due "at once" does not leave at midnight.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names
from django.utils.translation import gettext, gettext_noop

from orders.intake.money import BLANKS, BadValue

NOON = time(12)
FIRST_YEAR, LAST_YEAR = 1995, 2100
NOT_A_DATE = gettext_noop("This is not a date: write it like 2026-03-31 or 2026-03-31 14:05.")

# The few zone names that exports write out; others are refused rather than guessed.
ZONES = {"z": 0, "utc": 0, "gmt": 0, "pst": -8, "pdt": -7, "mst": -7, "mdt": -6, "cst": -6} | {
    "cdt": -5,
    "est": -5,
    "edt": -4,
    "bst": 1,
    "mez": 1,
    "cet": 1,
    "mesz": 2,
    "cest": 2,
}


@lru_cache(maxsize=65536)
def read_moment(text: str, zone: ZoneInfo, day_first: bool = False) -> datetime | None:
    """The moment in a cell, UTC; None for an empty one.

    A time without an offset is local to `zone`. `day_first` decides `01/02/26` only when the
    value leaves it open. Raises BadValue when it is not a date between 1995 and 2100.
    """
    moment = _iso(text) if text[4:5] == "-" else None
    if moment is None:
        bare = text.strip().strip("'")
        if bare in BLANKS or bare.startswith("0000-00-00"):
            return None
        moment = _iso(bare) or _written(bare, day_first)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadValue(
            gettext("The year %(year)s cannot be right: please mend the date.")
            % {"year": moment.year}
        )
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def read_utc(text: str) -> datetime | None:
    """A time that is UTC without saying so (WooCommerce `*_gmt`); else as `read_moment`."""
    return read_moment(text, _UTC)


_UTC = ZoneInfo("UTC")


def read_day(text: str, zone: ZoneInfo, day_first: bool = False) -> date | None:
    """The local day in a cell; None for an empty one. Raises BadValue."""
    moment = read_moment(text, zone, day_first)
    return None if moment is None else moment.astimezone(zone).date()


def decisive_order(text: str) -> bool | None:
    """Whether a numeric date like `30/12/25` shows by itself that its day comes first."""
    if text[4:5] == "-":
        # ISO, the common case.
        return None
    for mark in "/-":
        parts = text.strip().split(" ", 1)[0].split(mark)
        if len(parts) == 3 and all(part.isdigit() for part in parts) and len(parts[0]) <= 2:
            first, second = int(parts[0]), int(parts[1])
            if first > 12 >= second:
                return True
            if second > 12 >= first:
                return False
    return None


def _iso(bare: str) -> datetime | None:
    """ISO 8601, also with a space before the offset as Shopify writes it."""
    if len(bare) < 10 or bare[4] != "-" or not bare[:4].isdigit():
        return None
    try:
        if len(bare) == 10:
            return datetime.combine(date.fromisoformat(bare), NOON)
        return datetime.fromisoformat(bare.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None


def _written(bare: str, day_first: bool) -> datetime:
    """`12/30/25`, `30.12.2025 14:05`, `Jul-25-26`, `01-Mrz-26`, `Dez 29, 2025`, `3:05 PM`."""
    clock, words = _split(bare)
    months = [word for word in words if word in months_by_name()]
    numbers = [word for word in words if word.isdigit()]
    try:
        if len(months) == 1 and len(numbers) == 2 and len(words) == 3:
            year_first = len(numbers[0]) == 4
            year, day = numbers if year_first else reversed(numbers)
            found = date(_year(year), months_by_name()[months[0]], int(day))
        elif len(numbers) == 3 and len(words) == 3:
            found = _numeric(numbers, day_first or "." in bare.split(" ")[0])
        else:
            raise BadValue(gettext(NOT_A_DATE))
        return datetime.combine(found, *clock)
    except (ValueError, OverflowError) as error:
        raise BadValue(gettext(NOT_A_DATE)) from error


def _numeric(numbers: list[str], day_first: bool) -> date:
    if len(numbers[0]) == 4:
        return date(int(numbers[0]), int(numbers[1]), int(numbers[2]))
    first, second, year = int(numbers[0]), int(numbers[1]), _year(numbers[2])
    if first > 12 or (day_first and second <= 12):
        return date(year, second, first)
    return date(year, first, second)


def _year(text: str) -> int:
    if len(text) not in (2, 4):
        raise BadValue(gettext(NOT_A_DATE))
    return int(text) + (2000 if len(text) == 2 else 0)


def _split(bare: str) -> tuple[tuple[time] | tuple[time, timezone], list[str]]:
    """A written date's clock (noon without one, with its zone when told) and its other words."""
    words: list[str] = []
    at: time | None = None
    offset: timezone | None = None
    half = ""
    for part in bare.replace(",", " ").split():
        folded = part.casefold().rstrip(".")
        if ":" in part:
            at, half = _clock(folded)
        elif folded in ("am", "pm", "a.m", "p.m"):
            half = folded[0]
        elif folded in ZONES and at is not None:
            offset = timezone(timedelta(hours=ZONES[folded]))
        elif folded != "uhr":
            words += [word for word in _pieces(folded) if word]
    if at is None:
        return (NOON,), words
    if half:
        at = at.replace(hour=at.hour % 12 + (12 if half == "p" else 0))
    return ((at,) if offset is None else (at, offset)), words


def _pieces(word: str) -> list[str]:
    return word.replace("/", " ").replace("-", " ").replace(".", " ").split(" ")


def _clock(text: str) -> tuple[time, str]:
    """`14:05`, `14:05:09`, `3:05pm`."""
    half = text[-2] if text.endswith(("am", "pm")) else ""
    parts = (text[:-2] if half else text).split(":")
    try:
        # Seconds may have a fraction, which nobody needs.
        hour, minute, second = (int(part.partition(".")[0]) for part in [*parts, "0"][:3])
        return time(hour, minute, second), half
    except (ValueError, OverflowError) as error:
        raise BadValue(gettext(NOT_A_DATE)) from error


@lru_cache(maxsize=1)
def months_by_name() -> dict[str, int]:
    """Months by their full and short names in the languages of the marketplaces, casefolded."""
    names = {"mrz": 3, "maerz": 3, "sept": 9, "jän": 1, "jänner": 1}
    for language in ("en", "de", "fr", "es", "it", "nl"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names.setdefault(name.casefold().rstrip("."), number)
    names |= {"jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8}
    return names | {"sep": 9, "okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12}
