"""A shop's messages as a list: narrowed by what became of them and by note, newest first.

Made for a million messages: a page begins where the last one ended and never counts. Each part
of the list is read from an index that holds it in order, and the parts are put together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from notifications.models import Message
from notifications.words import MessageState
from orders.models import Shop
from orders.words import NoteKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    place = _place(after) or _place(before)
    backwards = bool(_place(before)) and not _place(after)
    keys = _keys(shop, became, kind, place, backwards, size + 1)
    has_more, keys = len(keys) > size, keys[:size]
    if backwards:
        keys.reverse()
    rows = Message.objects.select_related("order__buyer", "order__channel").defer("order__search")
    found = rows.in_bulk([pk for _at, pk in keys])
    has_newer = has_more if backwards else place is not None
    has_older = backwards or has_more
    return Page(
        [found[pk] for _at, pk in keys if pk in found],
        newer=_cursor(*keys[0]) if keys and has_newer else "",
        older=_cursor(*keys[-1]) if keys and has_older else "",
    )


Key = tuple[datetime, int]


def _keys(
    shop: Shop, became: str, kind: str, place: Key | None, backwards: bool, most: int
) -> list[Key]:
    """Due time and id of the first `most` messages from `place` on."""
    found = Message.objects.filter(shop=shop)
    if place is not None:
        beyond = "gt" if backwards else "lt"
        # The first condition alone bounds the index scan; the second settles equal moments.
        found = found.filter(
            Q(**{f"due_at__{beyond}e": place[0]}),
            Q(**{f"due_at__{beyond}": place[0]}) | Q(**{f"id__{beyond}": place[1]}),
        )
    order = ("due_at", "id") if backwards else ("-due_at", "-id")
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


def _cursor(at: datetime, pk: int) -> str:
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{pk}"


def _place(cursor: str) -> Key | None:
    """The place a cursor names, or None for anything that is no cursor of ours."""
    micros, _dash, pk = cursor.partition("-")
    try:
        place = EPOCH + timedelta(microseconds=int(micros)), int(pk)
    except (ValueError, OverflowError):
        return None
    # No key of a bigint column is larger.
    return place if abs(place[1]) < 2**63 else None
