"""From facts to rows: the timeline, the money and the order's derived columns.

Called by `lifecycle` alone, inside its transaction, with the orders' rows locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, LiteralString, TypeVar

from orders import parcel_rows, rows, search
from orders.dossier import Dossier, to_ship
from orders.facts import AddressGiven, Fact, Payment, Placed, Refund, Unpay
from orders.models import Order, OrderEvent, OrderLine
from orders.models import Payment as PaymentRow
from orders.models import Refund as RefundRow
from orders.state import OrderState, taken_back

F = TypeVar("F", bound=Fact)

# Timeline entries about what was done, rather than what happened.
NOT_FACTS = ("note", "remark", "label", "claim", "flag_raised", "flag_cleared")

PLACED_COLUMNS = (
    "id shop_id channel_id buyer_id number placed_at recorded_at currency terms ship_by_on"
    " language subtotal shipping tax discount total note requested_service ship_name ship_street1"
    " ship_street2 ship_city ship_region ship_postcode ship_country needs_shipping version search"
).split()
DERIVED_COLUMNS = (
    "status paid_amount refunded_amount paid_at last_payment_at shipped_at delivered_at"
    " cancelled_at cancel_reason relisted_at extended_until last_word_at answered_at"
    " paused_at"
).split()
UPDATE_ADDRESS: LiteralString = """
    UPDATE orders_order SET ship_name = %s, ship_street1 = %s, ship_street2 = %s, ship_city = %s,
      ship_region = %s, ship_postcode = %s, ship_country = %s
    WHERE id = %s"""


def write(shop_id: int, dossiers: Sequence[Dossier], now: datetime) -> None:
    """Store all that is new about these orders, and have them looked at, at `now`."""
    if not dossiers:
        return
    _amend([d for d in dossiers if d.amendment is not None])
    _load_lines_to_ship([d for d in dossiers if d.placing is None])
    states = [(dossier, dossier.state()) for dossier in dossiers]
    _write_orders(shop_id, states, now)
    _write_lines((d.order_id, d.placing) for d in dossiers if d.placing is not None)
    _write_addresses(states)
    _write_money(dossiers)
    parcel_rows.write(states, now)
    _write_timeline(dossiers)
    look_at([dossier.order_id for dossier in dossiers], now)


def look_at(order_ids: list[int], at: datetime) -> None:
    """Have the orders looked at, at `at` or earlier."""
    rows.execute(
        """INSERT INTO orders_watch AS w (order_id, look_at)
           SELECT id, %s FROM unnest(%b::bigint[]) AS id ORDER BY id
           ON CONFLICT (order_id) DO UPDATE SET look_at = excluded.look_at
           WHERE w.look_at > excluded.look_at""",
        [at, order_ids],
        prepared=len(order_ids) <= rows.FEW,
    )


def _amend(dossiers: Sequence[Dossier]) -> None:
    """Lines or an address that the order's source named only now."""
    for dossier in dossiers:
        placed = dossier.amendment
        assert placed is not None
        search.add([(dossier.order_id, search.lexemes_of(placed))])
        if placed.lines:
            _write_lines([(dossier.order_id, placed)])
            rows.execute(
                "UPDATE orders_order SET subtotal = %s, needs_shipping = %s WHERE id = %s",
                [placed.subtotal, to_ship(placed.lines) != {}, dossier.order_id],
            )
        if placed.address.is_known:
            rows.execute(UPDATE_ADDRESS, [*placed.address.values(), dossier.order_id])


def _load_lines_to_ship(dossiers: Sequence[Dossier]) -> None:
    by_id = {dossier.order_id: dossier for dossier in dossiers if dossier.placing is None}
    if not by_id:
        return
    lines = rows.select(
        """SELECT order_id, coalesce(nullif(sku, ''), title), quantity, needs_shipping
           FROM orders_orderline WHERE order_id = ANY(%b)""",
        [list(by_id)],
        prepared=len(by_id) <= rows.FEW,
    )
    for order_id, item, quantity, needs_shipping in lines:
        dossier = by_id[order_id]
        dossier.to_ship = dossier.to_ship or {}
        if needs_shipping:
            dossier.to_ship[item] = dossier.to_ship.get(item, 0) + quantity


def _write_orders(
    shop_id: int, states: Sequence[tuple[Dossier, OrderState]], now: datetime
) -> None:
    new = [(dossier, state) for dossier, state in states if dossier.placing is not None]
    if new:
        rows.copy(
            Order,
            PLACED_COLUMNS + DERIVED_COLUMNS,
            ((*_placed(shop_id, dossier, now), *_derived(state)) for dossier, state in new),
        )
    rows.execute_many(
        """UPDATE orders_order SET version = version + 1, status = %s, paid_amount = %s,
             refunded_amount = %s, paid_at = %s, last_payment_at = %s, shipped_at = %s,
             delivered_at = %s, cancelled_at = %s, cancel_reason = %s, relisted_at = %s,
             extended_until = %s, last_word_at = %s, answered_at = %s, paused_at = %s
           WHERE id = %s""",
        [
            [*_derived(state), dossier.order_id]
            for dossier, state in states
            if dossier.placing is None
        ],
    )


def _placed(shop_id: int, dossier: Dossier, now: datetime) -> list[Any]:
    """The values of PLACED_COLUMNS."""
    placed = dossier.placing
    assert placed is not None
    return [
        dossier.order_id,
        shop_id,
        dossier.channel_id,
        dossier.buyer_id,
        placed.order,
        placed.at,
        now,
        placed.currency,
        placed.terms,
        placed.ship_by,
        placed.buyer.language,
        placed.subtotal,
        placed.shipping,
        placed.tax,
        placed.discount,
        placed.grand_total,
        placed.note,
        placed.requested_service,
        *placed.address.values(),
        dossier.to_ship != {},
        1,
        search.kept(search.lexemes_of(placed) | search.whole(*parcel_rows.tracking_codes(dossier))),
    ]


def _write_addresses(states: Sequence[tuple[Dossier, OrderState]]) -> None:
    """Addresses that were given after the order was placed; the old ones still find it."""
    changed = [
        (dossier.order_id, state.address)
        for dossier, state in states
        if state.address is not None
        and any(isinstance(fact, AddressGiven) for fact, _at, _source in dossier.fresh.values())
    ]
    rows.execute_many(UPDATE_ADDRESS, [[*address.values(), pk] for pk, address in changed])
    search.add(
        (
            pk,
            search.words(address.name, address.city) | search.whole(address.postcode),
        )
        for pk, address in changed
    )


# The values of DERIVED_COLUMNS.
_derived: Callable[[OrderState], tuple[Any, ...]] = attrgetter(*DERIVED_COLUMNS)


def _write_lines(placements: Iterable[tuple[int, Placed]]) -> None:
    lines = [
        (
            order_id,
            position,
            line.title,
            line.variation,
            line.sku,
            line.quantity,
            line.unit_price,
            line.needs_shipping,
        )
        for order_id, placed in placements
        for position, line in enumerate(placed.lines, start=1)
    ]
    if lines:
        columns = "order_id position title variation sku quantity unit_price needs_shipping"
        rows.copy(OrderLine, columns.split(), lines)


def _write_money(dossiers: Sequence[Dossier]) -> None:
    payments = [
        (order_id, fact.key, fact.at, fact.amount, fact.reference, fact.method)
        for order_id, fact in _fresh(dossiers, Payment)
    ]
    if payments:
        rows.copy(PaymentRow, ["order_id", "key", "at", "amount", "reference", "method"], payments)
    rows.execute_many(
        "DELETE FROM orders_payment WHERE order_id = %s AND key = %s",
        [
            [dossier.order_id, key]
            for dossier in dossiers
            if any(isinstance(new, Payment | Unpay) for new, _at, _source in dossier.fresh.values())
            for key in taken_back(dossier.facts())
        ],
    )
    refunds = [
        (order_id, fact.key, fact.at, fact.amount, fact.reference)
        for order_id, fact in _fresh(dossiers, Refund)
    ]
    if refunds:
        rows.copy(RefundRow, ["order_id", "key", "at", "amount", "reference"], refunds)


def _fresh(dossiers: Sequence[Dossier], kind: type[F]) -> Iterator[tuple[int, F]]:
    for dossier in dossiers:
        for fact, _recorded_at, _source in dossier.fresh.values():
            if isinstance(fact, kind):
                yield dossier.order_id, fact


def _json(fact: Fact) -> str:
    """The fact's data as JSON's text, which COPY takes as it is."""
    data = fact.data()
    return rows.TO_JSON.encode(data) if data else "{}"


def _write_timeline(dossiers: Sequence[Dossier]) -> None:
    rows.copy(
        OrderEvent,
        ["order_id", "kind", "key", "at", "recorded_at", "source", "data"],
        (
            (dossier.order_id, fact.kind, key, fact.at, recorded_at, source, _json(fact))
            for dossier in dossiers
            for key, (fact, recorded_at, source) in dossier.fresh.items()
        ),
    )
