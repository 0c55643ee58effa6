"""Reasons: why a note is withheld or a flag is up, in a sentence that a seller understands."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext


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
    return formats.date_format(local, gettext("D j M, H:i"))
