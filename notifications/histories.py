"""The past of many orders, read for a preview in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifications.preview import Expectation, History
from notifications.rules.findings import Decision
from orders import rows
from orders.models import Shop
from orders.projection import NOT_FACTS
from orders.recorded import from_timeline
from orders.state import Sale
from orders.words import PaymentTerms

# A preview plays so many orders at most, the latest: more would tell nothing more.
MOST_ORDERS = 20_000
# Orders placed before the days that are asked about may still be at work in them.
WAYS_BACK = timedelta(days=60)


def orders_to_play(
    shop: Shop, since: datetime, until: datetime, *, reach: timedelta, most: int = MOST_ORDERS
) -> list[int]:
    """The orders that a policy could have had a word about from `since` to `until` (UTC).

    Those to which something happened in that time, or up to `reach` before, which is the longest
    delay of the policies concerned. At most `most`, the latest placed.
    """
    found = rows.select(
        """SELECT id FROM orders_order
           WHERE shop_id = %s AND placed_at > %s AND placed_at <= %s
             AND greatest(placed_at, last_payment_at, shipped_at, delivered_at, cancelled_at,
                   last_word_at, answered_at, extended_until) > %s
           ORDER BY placed_at DESC, id DESC LIMIT %s""",
        [shop.pk, since - reach - WAYS_BACK, until, since - reach, most],
    )
    return [row[0] for row in found]


def load_histories(order_ids: Sequence[int]) -> list[History]:
    """The orders with everything that happened to them, in five queries; unknown ids left out."""
    ids = list(order_ids)
    histories: dict[int, History] = {}
    for order_id, number, channel_id, placed_at, total, on_delivery, ship_by, *rest in rows.select(
        """SELECT o.id, o.number, o.channel_id, o.placed_at, o.total, o.terms = %s, o.ship_by_on,
                  o.needs_shipping, coalesce(nullif(b.name, ''), b.username),
                  b.email LIKE '%%_@_%%', b.paused_at
           FROM orders_order o JOIN orders_buyer b ON b.id = o.buyer_id WHERE o.id = ANY(%s)""",
        [PaymentTerms.ON_DELIVERY, ids],
    ):
        sale = Sale(placed_at, total, None)
        histories[order_id] = History(
            order_id, number, channel_id, sale, on_delivery, ship_by, *rest
        )
    _load_what_to_ship(histories)
    _load_facts(histories)
    _load_decisions(histories)
    _load_expectations(histories)
    return [histories[order_id] for order_id in ids if order_id in histories]


def _load_what_to_ship(histories: dict[int, History]) -> None:
    """How many of each item; only orders of which several parcels tell what is in them need it."""
    wanted: dict[int, dict[str, int]] = {}
    for order_id, item, quantity, needs_shipping in rows.select(
        """SELECT order_id, coalesce(nullif(sku, ''), title), quantity, needs_shipping
           FROM orders_orderline WHERE order_id = ANY(%s)""",
        [list(histories)],
    ):
        items = wanted.setdefault(order_id, {})
        if needs_shipping:
            items[item] = items.get(item, 0) + quantity
    for order_id, items in wanted.items():
        history = histories[order_id]
        history.sale = Sale(history.sale.placed_at, history.sale.total, items)


def _load_facts(histories: dict[int, History]) -> None:
    for order_id, kind, at, data in rows.select(
        """SELECT order_id, kind, at, data FROM orders_orderevent
           WHERE order_id = ANY(%s) AND kind <> ALL(%s)""",
        [list(histories), [*NOT_FACTS, "placed"]],
    ):
        history = histories[order_id]
        history.facts.append(from_timeline(history.number, kind, at, data))


def _load_decisions(histories: dict[int, History]) -> None:
    for order_id, kind, about, skipped_at, send_now_at in rows.select(
        """SELECT order_id, kind, subject, skipped_at, send_now_at
           FROM notifications_decision WHERE order_id = ANY(%s)""",
        [list(histories)],
    ):
        histories[order_id].decisions[kind, about] = Decision(skipped_at, send_now_at)


def _load_expectations(histories: dict[int, History]) -> None:
    for order_id, *said in rows.select(
        """SELECT order_id, parcel, said_at, expected_at FROM orders_expecteddelivery
           WHERE order_id = ANY(%s) ORDER BY said_at, id""",
        [list(histories)],
    ):
        histories[order_id].expectations.append(Expectation(*said))
