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

from orders import rows, search
from orders.models import Flag, Order, Shop
from orders.models.order import TO_SHIP
from orders.paging import Cut, Key, Place, cut, place_of

CHUNK = 1_000
# A common word fills a page from the first so many orders. One so seldom among the first of them
# that the next would not fill it has few orders, and the index of words finds them quickly.
LATEST = (500, 6_000)
# A word that no more of so many orders have is rare.
RARE = LATEST[0] // 10
# So many that have the rare ones are looked through before a longer walk down the list.
FEW = 2_000


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


def numbered(shop: Shop, number: str) -> list[int]:
    """The shop's order with exactly this number, if there is one."""
    found = rows.select(
        "SELECT id FROM orders_order WHERE shop_id = %s AND number = %s",
        [shop.pk, number],
        prepared=True,
    )
    return [pk for (pk,) in found]


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
    return _with_words(found, ordered, terms, most)


def _with_words(
    found: QuerySet[Order], ordered: QuerySet[Order], terms: list[str], most: int
) -> list[Key]:
    """Those with all the words, by the first way that is quick.

    1. Common words fill a page from the latest orders.
    2. A rare word beside common ones: the index of words knows the few orders that have it.
    3. Words not quite so common fill a page from some more of the latest.
    4. Else by the index of words.
    """
    sought = search.together(terms)
    if len(terms) > 1:
        keys, rare = _at_a_glance(ordered, sought, terms, most)
    else:
        keys, rare = _among_the_latest(ordered, sought, most, LATEST[0]), terms
    if len(keys) == most:
        return keys
    if rare != terms:
        few = _by_words(found.filter(_has(rare)), ordered, sought, most, bound=FEW)
        if few is not None:
            return few
    if len(keys) * LATEST[-1] >= most * LATEST[0]:
        keys = _among_the_latest(ordered, sought, most, LATEST[-1])
        if len(keys) == most:
            return keys
    return _by_words(found.filter(_has(rare)), ordered, sought, most) or []


def _at_a_glance(
    ordered: QuerySet[Order], sought: str, terms: list[str], most: int
) -> tuple[list[Key], list[str]]:
    """The first with these words of the latest, and which of the terms few of those have.

    All terms when each is common.
    """
    inner, params = ordered.values("placed_at", "id", "search")[: LATEST[0]].query.sql_with_params()
    shares = ", ".join(["count(*) FILTER (WHERE search @@ %s::tsquery)"] * len(terms))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH latest AS MATERIALIZED ({inner}), first AS ("
            f"   SELECT placed_at, id FROM latest WHERE search @@ %s::tsquery"
            f"   {_order_by(ordered)} LIMIT %s)"
            " SELECT placed_at, id, shares.*"
            f" FROM (SELECT {shares} FROM latest) shares LEFT JOIN first ON true"
            f" {_order_by(ordered)}",
            [*params, sought, most, *terms],
        )
        found = cursor.fetchall()
    rare = [term for term, share in zip(terms, found[0][2:], strict=True) if share <= RARE]
    return [(at, pk) for at, pk, *_shares in found if pk is not None], rare or terms


def _among_the_latest(ordered: QuerySet[Order], sought: str, most: int, latest: int) -> list[Key]:
    """The first with these words of so many orders."""
    inner, params = ordered.values("placed_at", "id", "search")[:latest].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT placed_at, id FROM ({inner}) latest WHERE search @@ %s::tsquery"
            f" {_order_by(ordered)} LIMIT %s",
            [*params, sought, most],
        )
        keys: list[Key] = cursor.fetchall()
    return keys


def _has(terms: list[str]) -> RawSQL:
    return RawSQL(
        '"orders_order"."search" @@ %s::tsquery',
        [search.together(terms)],
        output_field=BooleanField(),
    )


def _by_words(
    found: QuerySet[Order], ordered: QuerySet[Order], sought: str, most: int, bound: int = 0
) -> list[Key] | None:
    """Of the orders `found` by the index of words, the first that have all that is sought.

    None when there are `bound` of them, which need not be all. The index takes long over a word
    that most orders have, even beside a rare one.
    """
    some = found.order_by().values("placed_at", "id", "search")
    inner, params = (some[:bound] if bound else some).query.sql_with_params()
    with connection.cursor() as cursor:
        # Materialized, or the database walks down the list after all, hoping to meet them soon.
        cursor.execute(
            f"WITH hits AS MATERIALIZED ({inner}), first AS ("
            f"   SELECT placed_at, id FROM hits WHERE search @@ %s::tsquery"
            f"   {_order_by(ordered)} LIMIT %s)"
            " SELECT placed_at, id, (SELECT count(*) FROM hits)"
            f" FROM (SELECT) one LEFT JOIN first ON true {_order_by(ordered)}",
            [*params, sought, most],
        )
        hits = cursor.fetchall()
    if bound and hits[0][2] == bound:
        return None
    return [(at, pk) for at, pk, _number in hits if pk is not None]


def _order_by(ordered: QuerySet[Order]) -> str:
    way = "ASC" if ordered.query.order_by[0] == "placed_at" else "DESC"
    return f"ORDER BY placed_at {way}, id {way}"
