"""What follows from an action, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from notifications.foresight import Change, Turn
from orders.showing import Showing
from orders.words import SELLER_NOTES
from shopcare.dashboard.forecast import name_of, named


def sentences(changes: Iterable[Change], showing: Showing) -> list[str]:
    """Each change in a sentence; the relist flag and the notice of it are told as one thing."""
    return list(dict.fromkeys(_sentence(change, showing) for change in changes))


def _sentence(change: Change, showing: Showing) -> str:
    values = {
        "name": _name(change),
        "at": showing.day_and_time(change.at) if change.at else "",
        "reason": str(change.reason) if change.reason else "",
    }
    return _text(change) % values


def _name(change: Change) -> str:
    """The flag's or the note's name; “relist” alone says little in a sentence."""
    if change.turn in (Turn.FLAG_UP, Turn.FLAG_LATER, Turn.FLAG_DOWN):
        return name_of(change.kind)
    return named(change.kind, change.subject)


def _text(change: Change) -> str:
    to_seller = change.kind in SELLER_NOTES
    match change.turn:
        case Turn.GOES_NOW if to_seller:
            return _("You get the %(name)s by mail now.")
        case Turn.GOES_NOW:
            return _("The %(name)s goes out now.")
        case Turn.TO_COPY:
            return _("The %(name)s waits here for you to copy it.")
        case Turn.GOES_LATER:
            return _("The %(name)s now goes out on %(at)s, unless %(reason)s.")
        case Turn.STAYS_HERE if change.reason is None:
            return _("The %(name)s does not go out any more.")
        case Turn.STAYS_HERE:
            return _("The %(name)s does not go out: %(reason)s")
        case Turn.FLAG_UP:
            return _("The flag “%(name)s” goes up.")
        case Turn.FLAG_LATER:
            return _("The flag “%(name)s” goes up on %(at)s, unless %(reason)s.")
        case Turn.FLAG_DOWN if change.reason is None:
            return _("The flag “%(name)s” comes down.")
        case Turn.FLAG_DOWN:
            return _("The flag “%(name)s” comes down: %(reason)s")
