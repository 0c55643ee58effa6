"""How much in a shop waits for the seller: the numbers beside the dashboard's sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from orders import rows
from orders.models import Shop
from orders.models.order import TO_SHIP_SQL
from orders.models.timeline import TO_SEE

# Nobody needs to know how many more there are.
MOST = 100
# Every page asks this: as a statement of its own it costs a tenth of what the ORM takes.
WAITING: LiteralString = f"""
    SELECT
      (SELECT count(*) FROM (
        SELECT FROM orders_flag WHERE shop_id = %(shop)s AND {TO_SEE} LIMIT {MOST}) few),
      (SELECT count(*) FROM (
        SELECT FROM notifications_message
        WHERE shop_id = %(shop)s AND state = 'to_copy' LIMIT {MOST}) few),
      (SELECT count(*) FROM (
        SELECT FROM orders_order WHERE shop_id = %(shop)s AND {TO_SHIP_SQL} LIMIT {MOST}) few)"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open flags and notes to copy, and orders to ship; `MOST` stands for that many or more."""

    today: int
    to_ship: int


def waiting(shop: Shop) -> Waiting:
    """What waits in `shop`, in one query that reads at most a few hundred index entries."""
    flags, to_copy, to_ship = rows.select(WAITING, {"shop": shop.pk}, prepared=True)[0]
    return Waiting(min(flags + to_copy, MOST), to_ship)
