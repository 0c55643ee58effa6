"""Money, days and times as the pages show them, for one shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time
from django.utils.translation import get_language, gettext

from notifications.amounts import money
from orders.models import Shop


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

    def day_and_time(self, at: datetime) -> str:
        """The shop's local day and time of `at` (UTC), like Tue, 24 Nov, 09:00.

        The year is left out when it is the present one there.
        """
        local = at.astimezone(self.shop.zone)
        this_year = datetime.now(self.shop.zone).year == local.year
        day = self._written(at, "MMMEd" if this_year else "yMMMEd")
        time = format_time(local, "short", locale=self._words())
        return gettext("%(day)s, %(time)s") % {"day": day, "time": time}

    def country(self, code: str) -> str:
        """The name of a country (ISO 3166-1 alpha-2) in the page's language; else the code."""
        return str(self._words().territories.get(code, code))

    def _written(self, at: datetime, skeleton: str) -> str:
        return _day_text(at.astimezone(self.shop.zone).date(), skeleton, self._words())

    def _words(self) -> Locale:
        return locale_of(get_language() or "en", self.shop.country)


@lru_cache(maxsize=4_096)
def _day_text(day: date, skeleton: str, locale: Locale) -> str:
    return str(format_skeleton(skeleton, datetime(*day.timetuple()[:3]), locale=locale))  # noqa: DTZ001


@lru_cache(maxsize=256)
def locale_of(language: str, country: str) -> Locale:
    """The locale of a language in a country; the language alone, or English, if there is none."""
    tag = language.strip().replace("-", "_")
    for candidate in (f"{tag.partition('_')[0]}_{country}", tag, tag.partition("_")[0]):
        try:
            return Locale.parse(candidate)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")
