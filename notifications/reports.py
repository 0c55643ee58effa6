"""Notes and promises of some weeks' orders: sent, taken back, lost; shipped in time or late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from typing import LiteralString, NamedTuple

from notifications.loading import load
from notifications.planner import plan
from notifications.rules.calendar import working_day_after
from orders import rows
from orders.models import Policy, Shop
from orders.reports import OF_SPAN, WEEK_OF, Grouped, Span, grouped

# Why notes are not sent is asked of the planner, order by order; so many take about a second.
MOST_PLANNED = 2_000


class Notes(NamedTuple):
    """Notes to buyers, by what became of them."""

    sent: int
    copied: int
    waiting: int
    cancelled: int
    bounced: int
    failed: int
    complained: int


class Shipping(NamedTuple):
    """Orders to be shipped: in time, late, and those that still wait. Days are calendar days."""

    orders: int
    in_time: int
    late: int
    waiting: int
    median_days: float | None


class Withheld(NamedTuple):
    """Notes that the rules hold back now, by kind, of the newest `asked` orders."""

    by_kind: dict[str, int]
    asked: int
    is_cut: bool


# Counted by state first: what is then added up in three ways is a few rows.
NOTES: LiteralString = f"""
  SELECT week, channel, kind,
    coalesce(sum(n) FILTER (WHERE state IN ('sent', 'delivered')), 0)::bigint,
    coalesce(sum(n) FILTER (WHERE state = 'copied'), 0)::bigint,
    coalesce(sum(n) FILTER (WHERE state IN ('queued', 'sending', 'to_copy')), 0)::bigint,
    coalesce(sum(n) FILTER (WHERE state = 'cancelled'), 0)::bigint,
    coalesce(sum(n) FILTER (WHERE state = 'bounced'), 0)::bigint,
    coalesce(sum(n) FILTER (WHERE state = 'failed'), 0)::bigint,
    coalesce(sum(n) FILTER (WHERE state = 'complained'), 0)::bigint
  FROM (SELECT {WEEK_OF} AS week, c.kind AS channel, m.kind, m.state, count(*) AS n
    {OF_SPAN.replace("WHERE", "JOIN notifications_message m ON m.order_id = o.id WHERE")}
      AND m.kind <> 'relist'
    GROUP BY 1, 2, 3, 4) AS counted
  GROUP BY GROUPING SETS ((week), (channel), (kind), ())"""

# Orders alike in their days; there are few hundred kinds of them, however many orders.
SHIPPING: LiteralString = f"""
  SELECT {WEEK_OF}, c.kind,
    (CASE WHEN o.terms = 'on_delivery' THEN o.placed_at ELSE o.paid_at END
      AT TIME ZONE %(zone)s)::date,
    o.ship_by_on, (o.shipped_at AT TIME ZONE %(zone)s)::date, count(*)
  {OF_SPAN} AND o.needs_shipping AND o.status <> 'cancelled'
    AND (o.paid_at IS NOT NULL OR o.terms = 'on_delivery')
    AND (o.shipped_at IS NOT NULL OR o.refunded_amount < o.total OR o.total = 0)
  GROUP BY 1, 2, 3, 4, 5"""

NEWEST: LiteralString = f"SELECT o.id {OF_SPAN} ORDER BY o.placed_at DESC, o.id DESC LIMIT %(most)s"


def notes(span: Span) -> Grouped[Notes]:
    """What became of the notes about the orders of `span`; `by_more` by their kind."""
    return grouped(rows.select(NOTES, span.params), Notes._make, more=1)


def withheld(span: Span, *, now: datetime) -> Withheld:
    """Which notes the rules hold back at `now` (UTC), by the planner itself."""
    found = rows.select(NEWEST, {**span.params, "most": MOST_PLANNED + 1})
    newest = [row[0] for row in found[:MOST_PLANNED]]
    counts: Counter[str] = Counter()
    for subject in load(newest):
        answer = plan(subject.facts, subject.policy, now)
        counts.update(item.kind for item in answer.withheld)
    return Withheld(dict(counts), len(newest), len(found) > MOST_PLANNED)


def shipping(span: Span, shop: Shop, *, today: date) -> Grouped[Shipping]:
    """Whether the orders of `span` were shipped by the promised day (see rules.late_to_ship).

    One that is not shipped yet is late when the promised day is over at `today`, the shop's day.
    """
    promised = _promise(shop, shop.policy)
    cells: dict[tuple[date | None, str | None], list[tuple[str, int, int]]] = {}
    for week, channel, start, ship_by, shipped, count in rows.select(SHIPPING, span.params):
        is_late = (shipped or today) > (ship_by or promised(start))
        state = "late" if is_late else "in_time" if shipped else "waiting"
        days = max((shipped - start).days, 0) if shipped else -1
        for key in ((week, None), (None, channel), (None, None)):
            cells.setdefault(key, []).append((state, days, count))
    return grouped(
        ((week, channel, *_shipping(cell)) for (week, channel), cell in cells.items()),
        Shipping._make,
    )


def _promise(shop: Shop, policy: Policy) -> Callable[[date], date]:
    @cache
    def promised(start: date) -> date:
        return working_day_after(
            start,
            policy.handling_days,
            weekend=frozenset(policy.weekend),
            country=shop.country if policy.observe_holidays else "",
            region=shop.region,
        )

    return promised


def _shipping(cell: Iterable[tuple[str, int, int]]) -> Shipping:
    states: Counter[str] = Counter()
    days: Counter[int] = Counter()
    for state, took, count in cell:
        states[state] += count
        if took >= 0:
            days[took] += count
    return Shipping(
        states.total(), states["in_time"], states["late"], states["waiting"], median(days)
    )


def median(counted: Counter[int]) -> float | None:
    """The middle of values that are given with how often each occurs; None without any."""
    total = counted.total()
    if not total:
        return None
    middle = [_nth(counted, (total - 1) // 2), _nth(counted, total // 2)]
    return sum(middle) / 2


def _nth(counted: Counter[int], position: int) -> int:
    for value in sorted(counted):
        position -= counted[value]
        if position < 0:
            return value
    raise IndexError(position)
