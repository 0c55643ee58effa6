"""A shop's orders as a list: narrowed by what is asked for, newest first, page by page.

Made for a million orders: a page begins where the last one ended and never counts, and words are
looked for among the latest orders first, because a common word is met there at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from orders import search
from orders.models import Flag, Order, Shop
from orders.models.order import TO_SHIP
from orders.paging import Cut, Key, Place, cut, place_of

# A common word fills a page from the first so many orders. One so seldom among the first thousand
# that the next would not fill it has few orders, and the index of words finds them quickly.
LATEST = (1_000, 6_000)
CHUNK = 1_000
# A word that no more of so many orders have is rare.
RARE = CHUNK // 10


@dataclass(frozen=True, slots=True)
class Wish:
    """Which orders are asked for; what is left empty does not narrow. Times UTC.

    `words` as somebody typed them; placed at or after `since` and before `until`.
    """

    words: str = ""
    status: str = ""
    channel: str = ""
    flag: str = ""
    since: datetime | None = None
    until: datetime | None = None
    to_ship: bool = False
    paused: bool = False

    @property
    def is_anything(self) -> bool:
        return self != Wish()


def page_of(shop: Shop, wish: Wish, *, after: str = "", before: str = "", size: int = 50) -> Cut:
    """The orders after, or before, a cursor; what it costs does not grow with how far one paged.

    A cursor that makes no sense stands for the beginning.
    """
    return cut(partial(_keys, shop, wish), place_of(after, before), size)


def every_id(shop: Shop, wish: Wish) -> Iterator[list[int]]:
    """All the orders asked for, newest first, a thousand ids at a time."""
    after = ""
    while True:
        page = page_of(shop, wish, after=after, size=CHUNK)
        if page.ids:
            yield page.ids
        if not page.older:
            return
        after = page.older


def narrowed(shop: Shop, wish: Wish) -> QuerySet[Order]:
    """The shop's orders that `wish` asks for, words aside; in no order yet."""
    found = Order.objects.filter(shop=shop)
    if wish.status:
        found = found.filter(status=wish.status)
    if wish.channel:
        # By its id: the planner knows how common each channel is.
        channel = shop.channels.filter(kind=wish.channel).values_list("pk", flat=True).first()
        found = found.filter(channel=channel or 0)
    if wish.flag:
        up = Flag.objects.filter(shop=shop, kind=wish.flag, cleared_at__isnull=True)
        found = found.filter(pk__in=up.values("order"))
    if wish.since:
        found = found.filter(placed_at__gte=wish.since)
    if wish.until:
        found = found.filter(placed_at__lt=wish.until)
    if wish.to_ship:
        found = found.filter(TO_SHIP)
    if wish.paused:
        found = found.filter(paused_at__isnull=False)
    return found


def _keys(shop: Shop, wish: Wish, place: Place | None, most: int) -> list[Key]:
    """Time and id of the first `most` orders from `place` on."""
    terms = search.terms(wish.words)
    if wish.words and not terms:
        return []
    found = narrowed(shop, replace(wish, words=""))
    if place is not None:
        found = found.filter(*place.beyond("placed_at"))
    down = "" if place is not None and place.backwards else "-"
    ordered = found.order_by(f"{down}placed_at", f"{down}id")
    if not terms:
        return list(ordered.values_list("placed_at", "id")[:most])
    sought = search.together(terms)
    return _among_the_latest(ordered, sought, most) or _by_words(found, ordered, terms, most)


def _among_the_latest(ordered: QuerySet[Order], sought: str, most: int) -> list[Key]:
    """A full page from the first few thousand orders; nothing when they do not fill one."""
    for latest in LATEST:
        first = ordered.values("placed_at", "id", "search")[:latest]
        inner, params = first.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT placed_at, id FROM ({inner}) latest WHERE search @@ %s::tsquery"
                f" {_order_by(ordered)} LIMIT %s",
                [*params, sought, most],
            )
            keys: list[Key] = cursor.fetchall()
        if len(keys) == most:
            return keys
        if len(keys) * LATEST[-1] < most * latest:
            break
    return []


def _by_words(
    found: QuerySet[Order], ordered: QuerySet[Order], terms: list[str], most: int
) -> list[Key]:
    """The orders with these words: by the index of words those with the rare ones, then the rest.

    The index takes long over a word that most orders have, even beside a rare one.
    """
    has_words = RawSQL(
        '"orders_order"."search" @@ %s::tsquery',
        [search.together(_rare(ordered, terms))],
        output_field=BooleanField(),
    )
    some = found.filter(has_words).order_by().values("placed_at", "id", "search")
    inner, params = some.query.sql_with_params()
    with connection.cursor() as cursor:
        # Materialized, or the database walks down the list after all, hoping to meet them soon.
        cursor.execute(
            f"WITH hits AS MATERIALIZED ({inner}) SELECT placed_at, id FROM hits"
            f" WHERE search @@ %s::tsquery {_order_by(ordered)} LIMIT %s",
            [*params, search.together(terms), most],
        )
        keys: list[Key] = cursor.fetchall()
    return keys


def _rare(ordered: QuerySet[Order], terms: list[str]) -> list[str]:
    """Those terms that few of the first thousand orders have; all when each is common."""
    if len(terms) == 1:
        return terms
    inner, params = ordered.values("search")[:CHUNK].query.sql_with_params()
    counts = ", ".join(["count(*) FILTER (WHERE search @@ %s::tsquery)"] * len(terms))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts} FROM ({inner}) latest", [*terms, *params])
        shares = cursor.fetchone()
    return [term for term, share in zip(terms, shares, strict=True) if share <= RARE] or terms


def _order_by(ordered: QuerySet[Order]) -> str:
    way = "ASC" if ordered.query.order_by[0] == "placed_at" else "DESC"
    return f"ORDER BY placed_at {way}, id {way}"
