"""Lists by time, newest first, paged by where the last page ended instead of by counting.

A place is a moment and the id that tells rows of that moment apart; its cursor stands in
addresses. What a page costs does not grow with how far one paged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# No id is larger: https://www.postgresql.org/docs/current/datatype-numeric.html
LARGEST_ID = 2**63 - 1

# Time (UTC) and id of a row.
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the list: beyond this row, towards the older, or `backwards` to the newer."""

    at: datetime
    pk: int
    backwards: bool

    def beyond(self, column: str) -> tuple[Q, Q]:
        """The rows beyond it, by their `column` of time.

        The first condition alone bounds the index scan; the second settles equal moments.
        """
        way = "gt" if self.backwards else "lt"
        return (
            Q(**{f"{column}__{way}e": self.at}),
            Q(**{f"{column}__{way}": self.at}) | Q(**{f"id__{way}": self.pk}),
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """The ids of one page, newest first, and the cursors of the pages beside; empty for none."""

    ids: list[int]
    newer: str = ""
    older: str = ""


def place_of(after: str, before: str) -> Place | None:
    """The place that one of two cursors names; None, the beginning, when neither is one of ours."""
    return _read(after, backwards=False) or _read(before, backwards=True)


def cut(keys_from: Callable[[Place | None, int], list[Key]], place: Place | None, size: int) -> Cut:
    """One page of `size` rows from `place` on.

    `keys_from` gives the keys of the first so many rows beyond a place, in that direction.
    """
    backwards = place is not None and place.backwards
    keys = keys_from(place, size + 1)
    has_more, keys = len(keys) > size, keys[:size]
    if backwards:
        keys.reverse()
    has_newer = has_more if backwards else place is not None
    has_older = backwards or has_more
    return Cut(
        [pk for _at, pk in keys],
        newer=_cursor(*keys[0]) if keys and has_newer else "",
        older=_cursor(*keys[-1]) if keys and has_older else "",
    )


def _cursor(at: datetime, pk: int) -> str:
    return f"{(at - EPOCH) // MICROSECOND}-{pk}"


def _read(cursor: str, *, backwards: bool) -> Place | None:
    micros, _dash, pk = cursor.partition("-")
    try:
        place = Place(EPOCH + int(micros) * MICROSECOND, int(pk), backwards)
    except (ValueError, OverflowError):
        return None
    return place if abs(place.pk) <= LARGEST_ID else None
