"""What letters are written from, read from the database for many messages at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from notifications.wording import Line, Wording
from orders import rows
from orders.facts import Address
from orders.models import Shop
from orders.words import Role, ScanStatus


@dataclass(slots=True)
class OrderRow:
    """An order and its buyer, as far as letters speak about them."""

    address: Address
    pk: int
    number: str
    placed_at: datetime
    status: str
    terms: str
    currency: str
    subtotal: Decimal
    shipping: Decimal
    tax: Decimal
    discount: Decimal
    total: Decimal
    paid_amount: Decimal
    paid_at: datetime | None
    note: str
    language: str
    buyer_name: str
    buyer_username: str
    buyer_email: str
    buyer_language: str

    @property
    def open_amount(self) -> Decimal:
        """What is still to be paid."""
        return max(self.total - self.paid_amount, Decimal(0))


@dataclass(slots=True)
class Materials:
    """Rows that letters are written from, by id."""

    shops: dict[int, Shop] = field(default_factory=dict)
    # Where mail to the seller goes.
    sellers: dict[int, list[str]] = field(default_factory=dict)
    orders: dict[int, OrderRow] = field(default_factory=dict)
    lines: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    parcels: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    returning: set[int] = field(default_factory=set)
    wordings: dict[tuple[int, str, str], Wording] = field(default_factory=dict)
    # The very words that the seller wrote for one note of one order: subject and text.
    edited: dict[tuple[int, str, str], tuple[str, str]] = field(default_factory=dict)

    def take_over(self, order_id: int, fresh: Materials) -> None:
        """Replace what is known of one order by what was read later."""
        self.orders[order_id] = fresh.orders[order_id]
        self.lines[order_id] = fresh.lines[order_id]
        self.parcels[order_id] = fresh.parcels[order_id]
        self.edited.update(fresh.edited)


def gather(shop_ids: Iterable[int], order_ids: Sequence[int]) -> Materials:
    """All that letters about these orders need, in a constant number of queries."""
    found = Materials(shops=Shop.objects.in_bulk(list(set(shop_ids))))
    found.sellers = _read_sellers(found.shops)
    for shop_id, kind, language, subject, body in rows.select(
        """SELECT shop_id, kind, language, subject, body FROM notifications_shopwording
           WHERE shop_id = ANY(%b)""",
        [list(found.shops)],
        prepared=True,
    ):
        found.wordings[shop_id, kind, language] = Wording(subject, body)
    if not order_ids:
        return found
    found.orders = _read_orders(order_ids)
    for order_id, title, quantity, price, variation, sku in rows.select(
        """SELECT order_id, title, quantity, unit_price, variation, sku FROM orders_orderline
           WHERE order_id = ANY(%b) ORDER BY order_id, position""",
        [list(order_ids)],
        prepared=True,
    ):
        found.lines[order_id].append(Line(title, quantity, price, price * quantity, variation, sku))
    for order_id, parcel, carrier, service, lines, place in rows.select(
        """SELECT s.order_id, s.parcel, s.carrier, s.service, s.lines, coalesce(waits.at, '')
           FROM orders_shipment s LEFT JOIN LATERAL (
             SELECT t.location AS at FROM orders_trackingevent t
             WHERE t.shipment_id = s.id AND t.status = %s AND t.location <> ''
             ORDER BY t.at DESC, t.id DESC LIMIT 1) waits ON s.status = %s
           WHERE s.order_id = ANY(%b)""",
        [ScanStatus.AVAILABLE_FOR_PICKUP, ScanStatus.AVAILABLE_FOR_PICKUP, list(order_ids)],
        prepared=True,
    ):
        values = {"parcel": parcel, "carrier": carrier, "service": service, "lines": lines}
        found.parcels[order_id].append(values | {"pickup_place": place})
    found.returning = {
        row[0]
        for row in rows.select(
            """SELECT o.id FROM orders_order o WHERE o.id = ANY(%b) AND EXISTS (
                 SELECT FROM orders_order e WHERE e.buyer_id = o.buyer_id
                   AND e.placed_at < o.placed_at AND e.status <> 'cancelled')""",
            [list(order_ids)],
            prepared=True,
        )
    }
    for order_id, kind, about, subject, body in rows.select(
        """SELECT order_id, kind, subject, subject_line, body FROM notifications_decision
           WHERE order_id = ANY(%b) AND body <> ''""",
        [list(order_ids)],
        prepared=True,
    ):
        found.edited[order_id, kind, about] = (subject, body)
    return found


def _read_sellers(shops: Mapping[int, Shop]) -> dict[int, list[str]]:
    """The shops' own addresses, else those of their owners, which take one query for all."""
    sellers = {pk: [shop.sender_email] if shop.sender_email else [] for pk, shop in shops.items()}
    if without := [pk for pk, addresses in sellers.items() if not addresses]:
        for shop_id, email in rows.select(
            """SELECT m.shop_id, u.email
               FROM orders_member m JOIN accounts_user u ON u.id = m.user_id
               WHERE m.shop_id = ANY(%b) AND m.role = %s AND u.email <> '' ORDER BY m.id""",
            [without, Role.OWNER],
            prepared=True,
        ):
            sellers[shop_id].append(email)
    return sellers


def _read_orders(order_ids: Sequence[int]) -> dict[int, OrderRow]:
    found = rows.select(
        """SELECT o.ship_name, o.ship_street1, o.ship_street2, o.ship_city, o.ship_region,
                  o.ship_postcode, o.ship_country,
                  o.id, o.number, o.placed_at, o.status, o.terms, o.currency, o.subtotal,
                  o.shipping, o.tax, o.discount, o.total, o.paid_amount, o.paid_at, o.note,
                  o.language, b.name, b.username, b.email, b.language
           FROM orders_order o JOIN orders_buyer b ON b.id = o.buyer_id
           WHERE o.id = ANY(%b)""",
        [list(order_ids)],
        prepared=True,
    )
    orders = [OrderRow(Address(*row[:7]), *row[7:]) for row in found]
    return {order.pk: order for order in orders}
