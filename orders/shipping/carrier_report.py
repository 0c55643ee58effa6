"""How carriers do: by carrier and service, what parcels took, cost, and how many went wrong.

One aggregate over the parcels of the orders placed in a span, beside `orders.reports`. A parcel's
carrier is what the seller recorded; its label is the one bought for it.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import LiteralString, NamedTuple

from orders import rows
from orders.reports import MOST_CARRIERS, Span


class ServiceRow(NamedTuple):
    """The parcels of one service. Days are 24 hours, from handing over to delivery.

    `late`: delivered after the local day on which the carrier first expected to, or that day is
    over and it is not delivered. `lost` and `damaged` count claims, stolen ones as lost;
    `claims_paid` is in `currency`, as are `cost` (postage and insurance of the labels that were
    not refunded) and `cost_per_parcel`. Without labels and claims `currency` is empty.
    """

    carrier: str
    service: str
    currency: str
    parcels: int
    delivered: int
    median_days: float | None
    late: int
    lost: int
    damaged: int
    claims_paid: Decimal
    labels: int
    cost: Decimal

    @property
    def cost_per_parcel(self) -> Decimal | None:
        """What a label of this service cost on average; None when none was bought."""
        return self.cost / self.labels if self.labels else None


BY_SERVICE: LiteralString = """
  SELECT p.carrier, p.service, p.currency, count(*)::int, count(days)::int,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
    count(*) FILTER (WHERE is_late)::int,
    count(*) FILTER (WHERE claimed IN ('loss', 'theft'))::int,
    count(*) FILTER (WHERE claimed = 'damage')::int,
    coalesce(sum(claim_paid), 0), count(cost)::int, coalesce(sum(cost), 0)
  FROM (SELECT carrier, service, days, is_late, claimed, claim_paid, cost,
      coalesce(currency, max(currency) OVER (PARTITION BY carrier, service), '') AS currency
    FROM (
    SELECT s.carrier, s.service, coalesce(l.currency, k.currency) AS currency, l.cost,
      k.kind AS claimed, k.paid AS claim_paid,
      CASE WHEN s.delivered_at IS NOT NULL AND NOT s.returned THEN
        greatest(extract(epoch FROM s.delivered_at - s.shipped_at)::float8 / 86400, 0) END AS days,
      (coalesce(CASE WHEN NOT s.returned THEN s.delivered_at END, %(now)s)
        AT TIME ZONE %(zone)s)::date > (e.expected_at AT TIME ZONE %(zone)s)::date AS is_late
    FROM orders_order o
    JOIN orders_channel c ON c.id = o.channel_id
    JOIN orders_shipment s ON s.order_id = o.id
    LEFT JOIN LATERAL (
      SELECT currency, cost + coalesce(insurance_cost, 0) AS cost FROM orders_label
      WHERE order_id = o.id AND parcel = s.parcel AND NOT is_return
        AND state IN ('bought', 'refunding', 'refund_refused')
      ORDER BY id DESC LIMIT 1) l ON true
    LEFT JOIN LATERAL (
      SELECT kind, paid, currency FROM orders_claim
      WHERE order_id = o.id AND parcel = s.parcel AND state NOT IN ('cancelled', 'prepared')
      ORDER BY id DESC LIMIT 1) k ON true
    LEFT JOIN LATERAL (
      SELECT expected_at FROM orders_expecteddelivery
      WHERE order_id = o.id AND parcel = s.parcel
      ORDER BY said_at, id LIMIT 1) e ON true
    WHERE o.shop_id = %(shop)s AND o.placed_at >= %(since)s AND o.placed_at < %(until)s
      AND (%(channel)s = '' OR c.kind = %(channel)s)) q) p
  GROUP BY p.carrier, p.service, p.currency
  ORDER BY count(*) DESC, p.carrier, p.service, p.currency LIMIT %(most)s"""


def by_service(span: Span, now: datetime) -> list[ServiceRow]:
    """The services by which parcels of the orders of `span` went, busiest first; at most 30.

    A service whose labels were paid in several currencies has a row for each; parcels without a
    label go with the greater of their names. `now` in UTC.
    """
    found = rows.select(BY_SERVICE, {**span.params, "now": now, "most": MOST_CARRIERS})
    return [ServiceRow._make(row) for row in found]
