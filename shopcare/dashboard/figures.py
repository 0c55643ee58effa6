"""Numbers, shares and days of a report, written for people and for spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language

from orders.models import Shop
from orders.showing import locale_of


class Share(float):
    """A part of a whole, from 0 to 1."""


Cell = str | int | float | date | Share | None

# A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
# Source: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def share(part: int, whole: int) -> Share | None:
    """`part` of `whole`; None of nothing."""
    return Share(part / whole) if whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Writes numbers in the shop's locale, and days in the words of the page's language."""

    shop: Shop

    def write(self, value: Cell) -> str:
        """A value as people read it; nothing known is a dash."""
        match value:
            case None:
                return "–"
            case Share():
                return str(format_percent(value, locale=self._numbers()))
            case int():
                return str(format_decimal(value, locale=self._numbers()))
            case float():
                return str(format_decimal(value, format="#,##0.0", locale=self._numbers()))
            case date():
                return self.short_day(value)
            case _:
                return value

    def short_day(self, day: date) -> str:
        """Like 24 Nov; the year only when it is another one."""
        skeleton = "MMMd" if day.year == datetime.now(self.shop.zone).year else "yMMMd"
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day, not a moment
        return str(format_skeleton(skeleton, moment, locale=self._words()))

    def _numbers(self) -> Locale:
        return locale_of(self.shop.language, self.shop.country)

    def _words(self) -> Locale:
        return locale_of(get_language() or "en", self.shop.country)


def csv_cell(value: Cell) -> str:
    """A value as a spreadsheet takes it: plain numbers, ISO days, and never a formula."""
    match value:
        case None:
            return ""
        case float():
            return f"{value:.4g}"
        case date():
            return value.isoformat()
        case int():
            return str(value)
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
