"""A shop's messages as a list: narrowed by what became of them and by note, newest first.

Made for a million messages: a page begins where the last one ended and never counts. Each part
of the list is read from an index that holds it in order, and the parts are put together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from notifications.models import Message
from notifications.words import MessageState
from orders.models import Shop
from orders.paging import Key, Place, cut, place_of
from orders.words import NoteKind


class Became(TextChoices):
    """What became of a message, as a seller asks for it."""

    WAITING = "waiting", _("waiting")
    TO_COPY = "to_copy", _("to be copied")
    SENT = "sent", _("went out")
    LOST = "lost", _("did not arrive")
    CANCELLED = "cancelled", _("not sent")


STATES: dict[str, tuple[MessageState, ...]] = {
    Became.WAITING: (MessageState.QUEUED, MessageState.SENDING),
    Became.TO_COPY: (MessageState.TO_COPY,),
    Became.SENT: (MessageState.SENT, MessageState.DELIVERED, MessageState.COPIED),
    Became.LOST: (MessageState.FAILED, MessageState.BOUNCED, MessageState.COMPLAINED),
    Became.CANCELLED: (MessageState.CANCELLED,),
}
# Few at any time, and each of their states has an index of its own.
RARE = (Became.WAITING, Became.TO_COPY, Became.LOST)


@dataclass(frozen=True, slots=True)
class Page:
    """Messages, newest first, and the cursors of the pages beside; empty for none."""

    messages: list[Message]
    newer: str = ""
    older: str = ""


def page_of(
    shop: Shop,
    *,
    became: str = "",
    kind: str = "",
    after: str = "",
    before: str = "",
    size: int = 30,
) -> Page:
    """The messages after, or before, a cursor, with their orders and buyers.

    `became` and `kind` narrow unless empty; a cursor that makes no sense stands for the beginning.
    """
    page = cut(partial(_keys, shop, became, kind), place_of(after, before), size)
    rows = Message.objects.select_related("order__buyer", "order__channel").defer("order__search")
    found = rows.in_bulk(page.ids)
    return Page([found[pk] for pk in page.ids if pk in found], page.newer, page.older)


def _keys(shop: Shop, became: str, kind: str, place: Place | None, most: int) -> list[Key]:
    """Due time and id of the first `most` messages from `place` on."""
    found = Message.objects.filter(shop=shop)
    if place is not None:
        found = found.filter(*place.beyond("due_at"))
    order = ("due_at", "id") if place is not None and place.backwards else ("-due_at", "-id")
    parts = [
        part.order_by(*order).values_list("due_at", "id")[:most]
        for part in _parts(found, became, kind)
    ]
    if len(parts) == 1:
        return list(parts[0])
    return list(parts[0].union(*parts[1:], all=True).order_by(*order)[:most])


def _parts(found: QuerySet[Message], became: str, kind: str) -> list[QuerySet[Message, Message]]:
    """What together is asked for, each part in the order of one index."""
    if became in RARE:
        narrowed = found.filter(kind=kind) if kind else found
        return [narrowed.filter(state=state) for state in STATES[became]]
    narrowed = found.filter(state__in=STATES[became]) if became else found
    return [narrowed.filter(kind=one) for one in ([kind] if kind else NoteKind.values)]
