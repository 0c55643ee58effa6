"""Money, days and times as they are shown about one shop, on pages and in sentences.

Babel's formatting costs tens of microseconds; patterns and results are cached because thousands
of letters go out in a minute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time
from babel.numbers import format_currency
from django.utils.translation import get_language, gettext

from orders.models import Shop

# CLDR keeps a code such as KWD apart from the digits; Babel writes KWD1.500.
_CODE_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")


@dataclass(frozen=True, slots=True)
class Showing:
    """How to show things to somebody who reads about `shop`.

    Money follows the shop's own locale. Days and times are the shop's local ones, in the way of
    its country and in the words of the page's language: a German month in an English sentence
    helps nobody.
    """

    shop: Shop

    def money(self, amount: Decimal, currency: str) -> str:
        """`amount` as a price, like $1,234.50 or 1.234,50 €."""
        return money(amount, currency, str(locale_of(self.shop.language, self.shop.country)))

    def day(self, at: datetime) -> str:
        """The shop's local day of `at` (UTC), like 24 Nov 2026."""
        return self._written(at, "yMMMd")

    def weekday(self, at: datetime) -> str:
        """The shop's local day of `at` (UTC), like Tue, 24 Nov."""
        return self._written(at, self._near(at))

    def day_and_time(self, at: datetime) -> str:
        """The shop's local day and time of `at` (UTC), like Tue, 24 Nov, 09:00.

        The year is left out when it is the present one there.
        """
        day = self._written(at, self._near(at))
        return gettext("%(day)s, %(time)s") % {"day": day, "time": self.time(at)}

    def time(self, at: datetime) -> str:
        """The shop's local time of `at` (UTC), like 09:00."""
        return format_time(at.astimezone(self.shop.zone), "short", locale=self._words())

    def country(self, code: str) -> str:
        """The name of a country (ISO 3166-1 alpha-2) in the page's language; else the code."""
        return str(self._words().territories.get(code, code))

    def _near(self, at: datetime) -> str:
        """How a day is written: with its year when that is not the present one."""
        this_year = datetime.now(self.shop.zone).year
        return "MMMEd" if at.astimezone(self.shop.zone).year == this_year else "yMMMEd"

    def _written(self, at: datetime, skeleton: str) -> str:
        return _day_text(at.astimezone(self.shop.zone).date(), skeleton, self._words())

    def _words(self) -> Locale:
        return locale_of(get_language() or "en", self.shop.country)


@lru_cache(maxsize=4_096)
def _day_text(day: date, skeleton: str, locale: Locale) -> str:
    return str(format_skeleton(skeleton, datetime(*day.timetuple()[:3]), locale=locale))  # noqa: DTZ001


@lru_cache(maxsize=256)
def locale_of(language: str, country: str = "") -> Locale:
    """The locale of a language tag such as "de-AT", in `country` if there is one like that.

    Else the nearest known one; English for a language that nobody knows.
    """
    tag = language.strip().replace("-", "_")
    for candidate in (
        f"{tag.partition('_')[0]}_{country}" if country else tag,
        tag,
        tag.partition("_")[0],
    ):
        try:
            return Locale.parse(candidate)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")


@lru_cache(maxsize=16_384)
def money(amount: Decimal, currency: str, language: str) -> str:
    """`amount` as a price in the way of `language`, with the decimals of `currency` (ISO 4217)."""
    price = format_currency(amount, currency, locale=locale_of(language))
    return _CODE_BEFORE_DIGIT.sub("\u00a0", price)
