"""Reasons: why a note is withheld or a flag is up, in a sentence that a seller understands."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language, gettext


class Reason(NamedTuple):
    """A sentence with slots, put together and translated only when somebody reads it.

    Times in `values` are aware; they are shown in `zone`, the shop's.
    """

    text: str
    values: dict[str, Any] | None = None
    zone: ZoneInfo | None = None

    def __str__(self) -> str:
        if not self.values:
            return gettext(self.text)
        shown = {name: self._shown(value) for name, value in self.values.items()}
        return gettext(self.text) % shown

    def _shown(self, value: object) -> str:
        if isinstance(value, datetime):
            return day_and_time(value.astimezone(self.zone))
        if isinstance(value, date):
            return formats.date_format(value, "DATE_FORMAT")
        if isinstance(value, Decimal):
            return formats.number_format(value.normalize())
        return str(value)


def day_and_time(local: datetime) -> str:
    """“Tue 24 Nov, 09:00”, in the language of the moment."""
    return f"{_day(local.date(), get_language())}, {local:%H:%M}"


# A batch of flags tells of few days, and Django is slow at putting one into words.
@lru_cache(maxsize=1024)
def _day(day: date, language: str) -> str:
    return formats.date_format(day, gettext("D j M"))
