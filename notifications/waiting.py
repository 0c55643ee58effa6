"""How much in a shop waits for the seller: the numbers beside the dashboard's sections."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import CharField, QuerySet, Value

from notifications.models import Message
from notifications.words import MessageState
from orders.models import Flag, Order, Shop
from orders.models.order import TO_SHIP

# Nobody needs to know how many more there are.
MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open flags and notes to copy, and orders to ship; `MOST` stands for that many or more."""

    today: int
    to_ship: int


def waiting(shop: Shop) -> Waiting:
    """What waits in `shop`, in one query that reads at most a few hundred index entries."""
    parts = (
        ("flag", Flag.objects.to_see().filter(shop=shop)),
        ("copy", Message.objects.filter(shop=shop, state=MessageState.TO_COPY)),
        ("ship", Order.objects.filter(TO_SHIP, shop=shop)),
    )
    first, *others = (_marks(mark, rows) for mark, rows in parts)
    found = Counter(row["mark"] for row in first.union(*others, all=True))
    return Waiting(min(found["flag"] + found["copy"], MOST), found["ship"])


def _marks(mark: str, rows: QuerySet[Flag] | QuerySet[Message] | QuerySet[Order]) -> QuerySet:  # type: ignore[type-arg]
    return rows.order_by().values(mark=Value(mark, CharField()))[:MOST]
