"""What became of the orders of some weeks: payment, parcels, buyers who came back.

Each report is one aggregate over the orders placed in a period, found by the index on shop and
placing, and grouped in one pass by week, by channel and altogether.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Generic, LiteralString, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from orders import rows

T = TypeVar("T")
WEEK = timedelta(days=7)
MOST_CARRIERS = 30


@dataclass(frozen=True, slots=True)
class Span:
    """The orders a report is about: placed from `since` to `until`, both included, in local days.

    `channel` is a ChannelKind, or empty for all.
    """

    shop_id: int
    zone: ZoneInfo
    since: date
    until: date
    channel: str = ""

    @property
    def weeks(self) -> list[date]:
        """The Mondays of the weeks in it, in order."""
        first = self.since - timedelta(days=self.since.weekday())
        return [first + WEEK * step for step in range((self.until - first).days // 7 + 1)]

    @property
    def params(self) -> dict[str, Any]:
        """For the queries: the moments (UTC) between which orders were placed, and so on."""
        ends = datetime.combine(self.until + timedelta(days=1), time(0), self.zone)
        return {
            "shop": self.shop_id,
            "zone": self.zone.key,
            "since": datetime.combine(self.since, time(0), self.zone).astimezone(UTC),
            "until": ends.astimezone(UTC),
            "channel": self.channel,
        }


@dataclass(slots=True)
class Grouped(Generic[T]):
    """The same numbers by week (its Monday), by channel, by one thing more, and altogether.

    Without orders `total` is None.
    """

    by_week: dict[date, T] = field(default_factory=dict)
    by_channel: dict[str, T] = field(default_factory=dict)
    by_more: dict[tuple[str, ...], T] = field(default_factory=dict)
    total: T | None = None


class Payments(NamedTuple):
    """How fast orders were paid. Days are 24 hours, from placing to being paid in full."""

    placed: int
    paid: int
    within_a_day: int
    median_days: float | None
    slowest_tenth_days: float | None


class Unpaid(NamedTuple):
    """What became of those that were to be paid in advance; relisted ones are not `cancelled`."""

    placed: int
    paid: int
    waiting: int
    cancelled: int
    due_for_relisting: int
    relisted: int


class Deliveries(NamedTuple):
    """Parcels, and the days from handing over to delivery."""

    parcels: int
    delivered: int
    returned: int
    median_days: float | None
    slowest_tenth_days: float | None


class Returning(NamedTuple):
    """Orders by buyers who had bought before."""

    orders: int
    by_returning: int
    buyers: int
    returning_buyers: int


# The orders of a span; a query adds its numbers and its grouping.
OF_SPAN: LiteralString = """
  FROM orders_order o JOIN orders_channel c ON c.id = o.channel_id
  WHERE o.shop_id = %(shop)s AND o.placed_at >= %(since)s AND o.placed_at < %(until)s
    AND (%(channel)s = '' OR c.kind = %(channel)s)"""
WEEK_OF: LiteralString = "date_trunc('week', o.placed_at AT TIME ZONE %(zone)s)::date"

PAYMENTS: LiteralString = f"""
  SELECT week, kind, count(*), count(days), count(*) FILTER (WHERE days < 1),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY days)
  FROM (SELECT {WEEK_OF} AS week, c.kind,
      CASE WHEN o.paid_at IS NOT NULL THEN
        greatest(extract(epoch FROM o.paid_at - o.placed_at)::float8 / 86400, 0) END AS days
    {OF_SPAN} AND o.total > 0 AND o.terms = 'prepaid'
      AND (o.paid_at IS NOT NULL OR o.status <> 'cancelled')) AS of_span
  GROUP BY GROUPING SETS ((week), (kind), ())"""

UNPAID: LiteralString = f"""
  SELECT week, kind, count(*), count(*) FILTER (WHERE is_paid),
    count(*) FILTER (WHERE status = 'awaiting_payment'),
    count(*) FILTER (WHERE status = 'cancelled' AND NOT is_paid AND NOT is_relisted),
    count(*) FILTER (WHERE was_due), count(*) FILTER (WHERE is_relisted)
  FROM (SELECT {WEEK_OF} AS week, c.kind, o.status, o.paid_at IS NOT NULL AS is_paid,
      o.relisted_at IS NOT NULL AS is_relisted,
      EXISTS (SELECT FROM orders_flag f WHERE f.order_id = o.id AND f.kind = 'relist') AS was_due
    {OF_SPAN} AND o.terms = 'prepaid') AS of_span
  GROUP BY GROUPING SETS ((week), (kind), ())"""

DELIVERIES: LiteralString = f"""
  SELECT week, kind, carrier, service, count(*), count(days), count(*) FILTER (WHERE returned),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY days)
  FROM (SELECT {WEEK_OF} AS week, c.kind, s.carrier, s.service, s.returned,
      CASE WHEN s.delivered_at IS NOT NULL AND NOT s.returned THEN
        greatest(extract(epoch FROM s.delivered_at - s.shipped_at)::float8 / 86400, 0) END AS days
    {OF_SPAN.replace("WHERE", "JOIN orders_shipment s ON s.order_id = o.id WHERE")}) AS of_span
  GROUP BY GROUPING SETS ((week), (kind), (carrier, service), ())"""

RETURNING: LiteralString = f"""
  SELECT week, kind, count(*), count(*) FILTER (WHERE came_back), count(DISTINCT buyer_id),
    count(DISTINCT buyer_id) FILTER (WHERE came_back)
  FROM (SELECT {WEEK_OF} AS week, c.kind, o.buyer_id,
      EXISTS (SELECT FROM orders_order e WHERE e.buyer_id = o.buyer_id
        AND e.placed_at < o.placed_at AND e.status <> 'cancelled') AS came_back
    {OF_SPAN} AND o.status <> 'cancelled') AS of_span
  GROUP BY GROUPING SETS ((week), (kind), ())"""


def payments(span: Span) -> Grouped[Payments]:
    """How soon the orders of `span` were paid; cancelled ones that never were are left out."""
    return grouped(rows.select(PAYMENTS, span.params), Payments._make)


def unpaid(span: Span) -> Grouped[Unpaid]:
    """Which orders of `span` were not paid, and which items went back on sale."""
    return grouped(rows.select(UNPAID, span.params), Unpaid._make)


def deliveries(span: Span) -> Grouped[Deliveries]:
    """How long the parcels of the orders of `span` took; `by_more` by carrier and service."""
    found = grouped(rows.select(DELIVERIES, span.params), Deliveries._make, more=2)
    busiest = sorted(found.by_more.items(), key=lambda item: -item[1].parcels)
    found.by_more = dict(busiest[:MOST_CARRIERS])
    return found


def returning(span: Span) -> Grouped[Returning]:
    """How many of the orders of `span` came from buyers who had bought before."""
    return grouped(rows.select(RETURNING, span.params), Returning._make)


def grouped(
    found: Iterable[tuple[Any, ...]], make: Callable[[Iterable[Any]], T], *, more: int = 0
) -> Grouped[T]:
    """Sort rows of (week, channel, `more` columns, numbers…), of which one group is not null."""
    answer: Grouped[T] = Grouped()
    for week, channel, *rest in found:
        thing, numbers = rest[:more], make(rest[more:])
        if week is not None:
            answer.by_week[week] = numbers
        elif channel is not None:
            answer.by_channel[channel] = numbers
        elif any(part is not None for part in thing):
            answer.by_more[tuple(thing)] = numbers
        else:
            answer.total = numbers
    if not answer.by_week:
        answer.total = None  # SQL counts nothing, too
    return answer
