"""How carriers did: by carrier and service parcels, days, late, lost, damaged, claims and costs.

As in `orders.reports`, a report is about the orders placed in a period, and all their parcels.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import LiteralString, NamedTuple

from orders import rows
from orders.reports import OF_SPAN, WEEK_OF, Grouped, Span, grouped

MOST = 30
# Once scanned, and then not a word for so long: such a parcel has been lost.
SILENT = timedelta(days=30)

Service = tuple[str, str]


class Parcels(NamedTuple):
    """What became of parcels. Days from handing over to delivery.

    `late` ones came, or have not come, after the first day the carrier named; `lost` ones were
    claimed as lost or stolen, or went silent on their way; `damaged` ones were claimed as such.
    """

    parcels: int
    delivered: int
    late: int
    lost: int
    damaged: int
    returned: int
    median_days: float | None
    slowest_tenth_days: float | None


class Sum(NamedTuple):
    """Money of several parcels in one currency."""

    parcels: int
    amount: Decimal
    currency: str


@dataclass(slots=True)
class CarrierReport:
    """The parcels, grouped; what their labels cost and what claims paid, by carrier and service.

    `costs` counts postage and insurance of labels that were not given back.
    """

    parcels: Grouped[Parcels]
    costs: dict[Service, list[Sum]] = field(default_factory=dict)
    paid: dict[Service, list[Sum]] = field(default_factory=dict)


OF_PARCELS: LiteralString = OF_SPAN.replace(
    "WHERE", "JOIN orders_shipment s ON s.order_id = o.id {more} WHERE"
)

# The day a carrier names is often midnight in UTC: the later reading of it is the fair one.
PARCELS: LiteralString = """
  SELECT week, kind, carrier, service, count(*), count(days), count(*) FILTER (WHERE is_late),
    count(*) FILTER (WHERE is_lost), count(*) FILTER (WHERE is_damaged),
    count(*) FILTER (WHERE returned),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY days)
  FROM (SELECT {week} AS week, c.kind, s.carrier, s.service, s.returned,
      CASE WHEN s.delivered_at IS NOT NULL AND NOT s.returned THEN
        greatest(extract(epoch FROM s.delivered_at - s.shipped_at)::float8 / 86400, 0) END AS days,
      NOT s.returned AND x.expected_on
        < coalesce((s.delivered_at AT TIME ZONE %(zone)s)::date, %(today)s) AS is_late,
      coalesce(k.kind IN ('loss', 'theft'), false) OR (k.id IS NULL AND s.delivered_at IS NULL
        AND NOT s.returned AND s.last_scan_at < %(silent)s) AS is_lost,
      coalesce(k.kind = 'damage', false) AS is_damaged
    {of_parcels}) AS of_span
  GROUP BY GROUPING SETS ((week), (kind), (carrier, service), ())""".format(
    week=WEEK_OF,
    of_parcels=OF_PARCELS.format(
        more="""LEFT JOIN orders_claim k
          ON k.order_id = s.order_id AND k.parcel = s.parcel AND k.state <> 'cancelled'
        LEFT JOIN LATERAL (
          SELECT greatest((e.expected_at AT TIME ZONE %(zone)s)::date,
            (e.expected_at AT TIME ZONE 'UTC')::date) AS expected_on
          FROM orders_expecteddelivery e
          WHERE e.order_id = s.order_id AND e.parcel = s.parcel
          ORDER BY e.said_at, e.id LIMIT 1) x ON true"""
    ),
)

COSTS: LiteralString = """
  SELECT s.carrier, s.service, l.currency, count(*), sum(l.cost + coalesce(l.insurance_cost, 0))
  {of_parcels} GROUP BY 1, 2, 3 ORDER BY 4 DESC""".format(
    of_parcels=OF_PARCELS.format(
        more="""JOIN orders_label l ON l.order_id = s.order_id AND l.parcel = s.parcel
          AND NOT l.is_return AND l.state IN ('bought', 'refunding', 'refund_refused')"""
    )
)

PAID: LiteralString = """
  SELECT s.carrier, s.service, k.currency, count(*), sum(k.paid)
  {of_parcels} GROUP BY 1, 2, 3 ORDER BY 4 DESC""".format(
    of_parcels=OF_PARCELS.format(
        more="""JOIN orders_claim k ON k.order_id = s.order_id AND k.parcel = s.parcel
          AND k.state = 'paid' AND k.paid IS NOT NULL"""
    )
)


def carriers(span: Span, *, today: date, now: datetime) -> CarrierReport:
    """How the carriers did with the parcels of the orders of `span`, as of `now` (UTC).

    `today` is the shop's local day; the thirty busiest services are told apart.
    """
    params = span.params | {"today": today, "silent": now - SILENT}
    found = grouped(rows.select(PARCELS, params), Parcels._make, more=2)
    busiest = sorted(found.by_more.items(), key=lambda item: (-item[1].parcels, item[0]))
    found.by_more = dict(busiest[:MOST])
    return CarrierReport(found, _sums(COSTS, span), _sums(PAID, span))


def _sums(query: LiteralString, span: Span) -> dict[Service, list[Sum]]:
    sums: dict[Service, list[Sum]] = defaultdict(list)
    for carrier, service, currency, parcels, amount in rows.select(query, span.params):
        sums[carrier, service].append(Sum(parcels, amount, currency))
    return dict(sums)
