"""The dashboard's sections as the navigation shows them, with what waits in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from notifications.waiting import MOST, waiting
from orders.models import Shop
from orders.words import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Place:
    """Where a section is: the name of its address, the letter that goes there, what it is for."""

    name: str
    go: str
    label: _StrPromise
    about: _StrPromise
    is_for_owners: bool = False


PLACES = {
    "today": Place("shop", "t", _("Today"), _("What needs you now, most urgent first.")),
    "orders": Place("orders", "o", _("Orders"), _("Every order: find it, see how it stands.")),
    "ship": Place("ship", "s", _("Ship"), _("Pack, scan, done: an evening's parcels.")),
    "messages": Place(
        "messages", "m", _("Messages"), _("What went out, what waits, what did not arrive.")
    ),
    "imports": Place("imports", "i", _("Imports"), _("Load your marketplace's orders file.")),
    "reports": Place("reports", "r", _("Reports"), _("How fast, how often, how well.")),
    "policy": Place("policy", "p", _("Policy"), _("When each note goes out, and to whom."), True),
    "wording": Place("wording", "w", _("Wording"), _("Your own words for each note."), True),
    "shipping": Place(
        "shipping", "b", _("Postage"), _("Boxes, weights, services: what labels are made of."), True
    ),
    "members": Place("members", "", _("Members"), _("Who works in this shop."), True),
}


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation; `waits` is empty when nothing does."""

    key: str
    url: str
    label: str
    about: str
    go: str
    waits: str = ""


def sections(shop: Shop, role: Role) -> list[Section]:
    """The sections a member with `role` may open, in one query."""
    numbers = waiting(shop)
    waits = {"today": _shown(numbers.today), "ship": _shown(numbers.to_ship)}
    return [
        replace(section, waits=waits[section.key]) if section.key in waits else section
        for section in _open_to(role, shop.slug, get_language() or "en")
    ]


@lru_cache(maxsize=1_024)
def _open_to(role: Role, slug: str, language: str) -> list[Section]:
    # `language` is the one at work: it is here to be told apart by.
    return [
        Section(key, reverse(place.name, args=[slug]), str(place.label), str(place.about), place.go)
        for key, place in PLACES.items()
        if role == Role.OWNER or not place.is_for_owners
    ]


def _shown(number: int) -> str:
    if number >= MOST:
        return gettext("%(number)d+") % {"number": MOST - 1}
    return str(number) if number else ""
