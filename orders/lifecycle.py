"""Recording facts: the only code that writes what happened or changes an order's status.

Everything goes through `record`, whether one payment or a thousand imported orders. A fact has a
natural key; recording it again changes nothing. A fact about an order that we have not heard of
yet waits as an EarlyFact until the order is placed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from orders import placing, projection, rows
from orders.dossier import Dossier
from orders.facts import Fact, Placed
from orders.models import Buyer, EarlyFact, Order, Shop
from orders.recorded import from_timeline
from orders.words import ChannelKind

ATTEMPTS = 3


class Outcome(StrEnum):
    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    # Recorded, but the order itself is not known yet.
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one fact; `reason` says why it was refused."""

    fact: Fact
    outcome: Outcome
    reason: str = ""


def record(shop: Shop, facts: Sequence[Fact], *, now: datetime, source: str = "") -> list[Result]:
    """Record `facts` about orders of `shop`, given in any order; a result for each.

    1. Lock the orders concerned and read what is known of them.
    2. Place the orders that are new; facts that came early join them.
    3. Add what is new; facts of orders not placed yet wait.
    4. Derive the state of each order that changed, write it, and have it looked at, at once.

    `now` (UTC) is when we learn of the facts. One transaction: all of it or nothing.
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _record(shop, facts, now, source)
        except IntegrityError:
            # Somebody placed the same order in this very moment: the next attempt finds it.
            # Any other violation comes again, and then it is raised.
            continue
    return _record(shop, facts, now, source)


@transaction.atomic
def _record(shop: Shop, facts: Sequence[Fact], now: datetime, source: str) -> list[Result]:
    dossiers = _open(shop, {fact.order for fact in facts})
    new = placing.place(
        shop, [f for f in facts if isinstance(f, Placed) and f.order not in dossiers]
    )
    dossiers.update(new)
    _join_early_facts(shop, new)
    results = [_add(dossiers.get(fact.order), fact, now, source) for fact in facts]
    projection.write(shop.pk, [d for d in dossiers.values() if d.is_touched], now)
    _keep_for_later(shop, [r.fact for r in results if r.outcome == Outcome.WAITING], now, source)
    return results


def _open(shop: Shop, numbers: Collection[str]) -> dict[str, Dossier]:
    """The known orders among `numbers`, locked, each with its recorded facts."""
    prepared = len(numbers) <= rows.FEW
    # NO KEY UPDATE: a sweep that writes a message about the order is not held up. Ordered, so
    # that two of us who record facts of the same orders cannot lock each other out.
    found = rows.select(
        """SELECT o.id, o.number, c.kind, o.placed_at, o.total, o.ship_name, o.ship_street1,
                  o.ship_city, EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id)
           FROM orders_order o JOIN orders_channel c ON c.id = o.channel_id
           WHERE o.shop_id = %s AND o.number = ANY(%b)
           ORDER BY o.id FOR NO KEY UPDATE OF o""",
        [shop.pk, list(numbers)],
        prepared=prepared,
    )
    by_id = {}
    for order_id, number, channel, placed_at, total, name, street, city, has_lines in found:
        by_id[order_id] = Dossier(
            order_id=order_id,
            number=number,
            channel=channel,
            placed_at=placed_at,
            total=total,
            has_address=bool(name or street or city),
            has_lines=has_lines,
        )
    if not by_id:
        return {}
    events = rows.select(
        """SELECT order_id, kind, key, at, data::text FROM orders_orderevent
           WHERE order_id = ANY(%b) AND kind <> ALL(%s)""",
        [list(by_id), list(projection.NOT_FACTS)],
        prepared=prepared,
    )
    for order_id, kind, key, at, data in events:
        by_id[order_id].known[key] = (kind, at, data)
    return {dossier.number: dossier for dossier in by_id.values()}


def _add(dossier: Dossier | None, fact: Fact, now: datetime, source: str) -> Result:
    if dossier is None:
        return Result(fact, Outcome.WAITING)
    if isinstance(fact, Placed):
        if fact.channel != dossier.channel:
            return Result(fact, Outcome.REFUSED, known_elsewhere(fact, dossier.channel))
        amended = dossier.amend(fact)
    else:
        amended = False
    added = dossier.add(fact, now, source)
    return Result(fact, Outcome.RECORDED if added or amended else Outcome.UNCHANGED)


def known_elsewhere(placed: Placed, channel: str) -> str:
    """Why an order that came from `channel` cannot be placed by another."""
    told = gettext(
        "Order %(order)s is already known from %(channel)s. If this is another order, give it "
        "another number, for example %(example)s."
    )
    return told % {
        "order": placed.order,
        "channel": ChannelKind(channel).label,
        "example": f"{placed.channel}-{placed.order}",
    }


def _join_early_facts(shop: Shop, dossiers: dict[str, Dossier]) -> int:
    """Move the facts that waited for these orders into their dossiers; how many were new."""
    if not dossiers:
        return 0
    waiting = rows.select(
        """DELETE FROM orders_earlyfact WHERE shop_id = %s AND number = ANY(%b)
           RETURNING number, kind, at, recorded_at, source, data""",
        [shop.pk, list(dossiers)],
        prepared=len(dossiers) <= rows.FEW,
    )
    return sum(
        dossiers[number].add(from_timeline(number, kind, at, data), recorded_at, source)
        for number, kind, at, recorded_at, source, data in waiting
    )


def _keep_for_later(shop: Shop, facts: Iterable[Fact], now: datetime, source: str) -> None:
    EarlyFact.objects.bulk_create(
        [
            EarlyFact(
                shop=shop,
                number=fact.order,
                kind=fact.kind,
                key=fact.key,
                at=fact.at,
                recorded_at=now,
                source=source,
                data=fact.data(),
            )
            for fact in facts
        ],
        ignore_conflicts=True,
    )


def record_early_facts(*, now: datetime, limit: int = 1000) -> int:
    """Record facts that still wait although their orders have been placed; how many were new.

    `record` does this when it places an order; left over is only what another process wrote in
    the same instant.
    """
    placed = Order.objects.filter(shop=OuterRef("shop"), number=OuterRef("number"))
    late = EarlyFact.objects.filter(Exists(placed)).values_list("shop_id", "number")
    numbers: dict[int, set[str]] = defaultdict(set)
    for shop_id, number in late[:limit]:
        numbers[shop_id].add(number)
    count = 0
    for shop in Shop.objects.filter(pk__in=numbers):
        with transaction.atomic():
            dossiers = _open(shop, numbers[shop.pk])
            count += _join_early_facts(shop, dossiers)
            projection.write(shop.pk, [d for d in dossiers.values() if d.is_touched], now)
    return count


@transaction.atomic
def pause_buyer(*, buyer: Buyer, at: datetime, now: datetime) -> bool:
    """Hold back every note to `buyer` from `at` on; whether anything changed."""
    changed = Buyer.objects.filter(pk=buyer.pk, paused_at__isnull=True).update(paused_at=at)
    _look_again(buyer, now)
    return bool(changed)


@transaction.atomic
def resume_buyer(*, buyer: Buyer, now: datetime) -> bool:
    """Let notes to `buyer` go out again; what has expired meanwhile stays unsent."""
    changed = Buyer.objects.filter(pk=buyer.pk, paused_at__isnull=False).update(paused_at=None)
    _look_again(buyer, now)
    return bool(changed)


def _look_again(buyer: Buyer, now: datetime) -> None:
    order_ids = [
        row[0]
        for row in rows.select(
            """UPDATE orders_order SET version = version + 1 WHERE id IN (
                 SELECT id FROM orders_order WHERE buyer_id = %s ORDER BY id FOR NO KEY UPDATE)
               RETURNING id""",
            [buyer.pk],
        )
    ]
    projection.look_at(order_ids, now)
