"""What a list shows of its orders: one query, and no model instance for each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import LiteralString

from orders import rows
from orders.models.timeline import TO_SEE

ROWS: LiteralString = f"""
    SELECT o.id, o.number, o.placed_at, o.status, o.total, o.currency, o.ship_city, o.ship_country,
      coalesce(nullif(b.name, ''), nullif(b.email, ''), b.username), c.kind,
      first.quantity || ' × ' || first.title, coalesce(first.number, 0), up.flags
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (id, place)
      JOIN orders_order o ON o.id = wanted.id
      JOIN orders_buyer b ON b.id = o.buyer_id
      JOIN orders_channel c ON c.id = o.channel_id
      LEFT JOIN LATERAL (
        SELECT quantity, title, count(*) OVER () AS number FROM orders_orderline
        WHERE order_id = o.id ORDER BY position LIMIT 1) first ON true
      CROSS JOIN LATERAL (
        SELECT array_agg(ARRAY[kind, reason] ORDER BY since, id) AS flags FROM orders_flag
        WHERE order_id = o.id AND {TO_SEE}) up
    ORDER BY wanted.place"""


@dataclass(frozen=True, slots=True)
class Listed:
    """One order of a list.

    `buyer` is a name, else an address or a user name; `item` the first line of `lines`; `flags`
    are the open ones, each its kind and reason.
    """

    pk: int
    number: str
    placed_at: datetime
    status: str
    total: Decimal
    currency: str
    city: str
    country: str
    buyer: str
    channel: str
    item: str | None
    lines: int
    flags: list[list[str]] | None


def listed(ids: Sequence[int]) -> list[Listed]:
    """The orders with these ids, in their order."""
    return [Listed(*row) for row in rows.select(ROWS, [list(ids)], prepared=True)]
