"""Money and dates as a letter writes them: in its language, in the order's currency.

A price of its own kind that computes as a number, and days in the forms that sellers ask for.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from django.utils.translation import gettext

from orders.showing import locale_of, money

_NAMED_FORMATS = frozenset({"short", "medium", "long", "full"})
# strftime directives, which shop owners know from Liquid, as CLDR pattern letters.
_DIRECTIVES = {
    "%d": "dd", "%-d": "d", "%e": "d", "%m": "MM", "%-m": "M", "%b": "MMM", "%h": "MMM",
    "%B": "MMMM", "%y": "yy", "%Y": "y", "%a": "EEE", "%A": "EEEE", "%j": "DDD",
}  # fmt: skip
_DIRECTIVE = re.compile(r"%-?[A-Za-z%]")


class Amount(Decimal):
    """A sum of money that compares and computes as a number and prints as a price."""

    currency: str
    language: str

    @classmethod
    def of(cls, value: Decimal, currency: str, language: str) -> "Amount":
        """Return *value* as an amount of *currency* that prints in *language*."""
        amount = cls(value)
        amount.currency = currency
        amount.language = language
        return amount

    def __str__(self) -> str:
        return money(Decimal(self), self.currency, self.language)


class Day(dt.date):
    """A local date that prints in the letter's language."""

    language: str

    @classmethod
    def of(cls, day: dt.date, language: str) -> "Day":
        """Return *day* as a date that prints in *language*."""
        named = cls(day.year, day.month, day.day)
        named.language = language
        return named

    def __str__(self) -> str:
        return day_text(self, "long", self.language)


@lru_cache(maxsize=4_096)
def day_text(day: dt.date, form: str, language: str) -> str:
    """Return *day* as text; *form* is short, medium, long, full or a strftime pattern.

    Raises ValueError for a pattern with a directive that a date does not have.
    """
    plain = dt.date(day.year, day.month, day.day)
    if form not in _NAMED_FORMATS:
        form = _cldr_pattern(form)
    return format_date(plain, form, locale=locale_of(language))


def _cldr_pattern(form: str) -> str:
    if "%" not in form:
        told = gettext("“{form}” is no date format; use short, medium, long, full or %d.%m.%Y")
        raise ValueError(told.format(form=form))
    pieces, end = [], 0
    for found in _DIRECTIVE.finditer(form):
        pieces += [_quoted(form[end : found.start()]), _directive(found.group())]
        end = found.end()
    return "".join(pieces) + _quoted(form[end:])


def _directive(directive: str) -> str:
    if directive == "%%":
        return "%"
    if directive not in _DIRECTIVES:
        told = gettext("{directive} has no meaning for a date without a time")
        raise ValueError(told.format(directive=directive))
    return _DIRECTIVES[directive]


def _quoted(literal: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: f"'{word.group()}'", literal.replace("'", "''"))
