"""What the address of the orders list asks for: ?q=, ?status=, ?channel=, ?flag=, ?from=, ?to=,
?to_ship=1, ?paused=1. Values that mean nothing are left out, so an old link still shows a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from orders.listing import Wish
from orders.models import Shop
from orders.showing import Showing
from orders.words import ChannelKind, FlagKind, OrderStatus
from shopcare.dashboard.choice_words import choices_of

LONGEST_WORDS = 200
CHOICES: dict[str, type[TextChoices]] = {
    "status": OrderStatus,
    "channel": ChannelKind,
    "flag": FlagKind,
}
DAYS = ("from", "to")
SWITCHES = ("to_ship", "paused")


@dataclass(frozen=True, slots=True)
class Filters:
    """The values that mean something, by their names in the address; and the shop's zone."""

    shop: Shop
    values: dict[str, str]

    def wish(self) -> Wish:
        """What to look for. Days are the shop's own, the last one included."""
        last = self._day("to")
        return Wish(
            words=self.values.get("q", ""),
            status=self.values.get("status", ""),
            channel=self.values.get("channel", ""),
            flag=self.values.get("flag", ""),
            since=self._midnight(self._day("from")),
            until=self._midnight(last + timedelta(days=1)) if last else None,
            to_ship="to_ship" in self.values,
            paused="paused" in self.values,
        )

    def query(self, **more: str) -> str:
        """The address's part after the path, with `more` in it; an empty value takes one out."""
        return "?" + urlencode({name: v for name, v in (self.values | more).items() if v})

    def pills(self) -> list[dict[str, Any]]:
        """The status filter: all, and each status."""
        now = self.values.get("status", "")
        return [
            {"label": label, "url": self.query(status=value), "is_on": value == now}
            for value, label in [("", _("all")), *choices_of(OrderStatus)]
        ]

    def chips(self, showing: Showing) -> list[dict[str, str]]:
        """What narrows the list besides status, each with the address without it."""
        return [
            {"label": self._told(name, showing), "url": self.query(**{name: ""})}
            for name in ("q", "channel", "flag", *DAYS, *SWITCHES)
            if name in self.values
        ]

    def choices(self) -> dict[str, list[tuple[str, str, bool]]]:
        """For each choice: value, label, and whether it is on."""
        return {
            name: [(v, label, self.values.get(name) == v) for v, label in choices_of(known)]
            for name, known in CHOICES.items()
        }

    def _told(self, name: str, showing: Showing) -> str:
        value = self.values[name]
        if name in CHOICES:
            return str(CHOICES[name](value).label)
        if name in DAYS:
            noon = datetime.combine(date.fromisoformat(value), time(12), self.shop.zone)
            words = _("from %(day)s") if name == "from" else _("until %(day)s")
            return words % {"day": showing.day(noon)}
        if name in SWITCHES:
            return _("to ship") if name == "to_ship" else _("paused")
        return f"“{value}”"

    def _day(self, name: str) -> date | None:
        return date.fromisoformat(self.values[name]) if name in self.values else None

    def _midnight(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time(), self.shop.zone).astimezone(UTC) if day else None


def filters_of(shop: Shop, asked: Mapping[str, str]) -> Filters:
    """The filters that `asked`, an address's values, names."""
    values = {}
    words = " ".join(asked.get("q", "").replace("\0", "").split())[:LONGEST_WORDS]
    if words:
        values["q"] = words
    for name, known in CHOICES.items():
        if asked.get(name) in known.values:
            values[name] = asked[name]
    for name in DAYS:
        if _is_day(asked.get(name, "")):
            values[name] = asked[name]
    for name in SWITCHES:
        if asked.get(name):
            values[name] = "1"
    return Filters(shop, values)


def _is_day(text: str) -> bool:
    try:
        return 1970 <= date.fromisoformat(text).year < 2200 and len(text) == 10
    except ValueError:
        return False
