"""From facts to rows: the timeline, the money, the parcels and the order's derived columns.

Called by `lifecycle` alone, inside its transaction, with the orders' rows locked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any, LiteralString, TypeVar

from orders import rows, search
from orders.dossier import Dossier, to_ship
from orders.facts import (
    AddressGiven,
    Fact,
    Payment,
    Placed,
    Refund,
    Scan,
    TrackingCode,
    Unpay,
    Unship,
)
from orders.facts import Shipment as ShipmentFact
from orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    Shipment,
)
from orders.models import Payment as PaymentRow
from orders.models import Refund as RefundRow
from orders.parcel_state import Parcel
from orders.state import OrderState, is_stray, taken_back

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
SHIPMENT_COLUMNS = (
    "order_id parcel carrier service tracking_code code_at code_repeat lines shipped_at"
    " recorded_at status status_at first_scan_at last_scan_at delivered_at returned"
).split()
UPDATE_ADDRESS: LiteralString = """
    UPDATE orders_order SET ship_name = %s, ship_street1 = %s, ship_street2 = %s, ship_city = %s,
      ship_region = %s, ship_postcode = %s, ship_country = %s
    WHERE id = %s"""
TO_JSON = json.JSONEncoder(ensure_ascii=False)
ABOUT_PARCELS = (ShipmentFact, TrackingCode, Scan, Unship)
CODES = (ShipmentFact, TrackingCode)
# A parcel is recorded once; what is told of it later is its present state.
UPSERT_SHIPMENT: LiteralString = """
    INSERT INTO orders_shipment (order_id, parcel, carrier, service, tracking_code, code_at,
      code_repeat, lines, shipped_at, recorded_at, status, status_at, first_scan_at, last_scan_at,
      delivered_at, returned)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (order_id, parcel) DO UPDATE SET
      carrier = excluded.carrier, service = excluded.service,
      tracking_code = excluded.tracking_code, code_at = excluded.code_at,
      code_repeat = excluded.code_repeat, lines = excluded.lines,
      shipped_at = excluded.shipped_at, status = excluded.status, status_at = excluded.status_at,
      first_scan_at = excluded.first_scan_at, last_scan_at = excluded.last_scan_at,
      delivered_at = excluded.delivered_at, returned = excluded.returned"""


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
    _write_parcels(states, now)
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
    )


def _amend(dossiers: Sequence[Dossier]) -> None:
    """Lines or an address that the order's source named only now."""
    for dossier in dossiers:
        placed = dossier.amendment
        assert placed is not None
        _add_to_search([(dossier.order_id, search.lexemes_of(placed))])
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
        search.kept(search.lexemes_of(placed) | search.whole(*_tracking_codes(dossier))),
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
    _add_to_search(
        (
            pk,
            search.words(address.name, address.city) | search.whole(address.postcode),
        )
        for pk, address in changed
    )


def _tracking_codes(dossier: Dossier) -> list[str]:
    """The tracking numbers that are new."""
    return [
        fact.tracking_code
        for fact, _recorded_at, _source in dossier.fresh.values()
        if isinstance(fact, ShipmentFact | TrackingCode)
    ]


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


def _write_parcels(states: Sequence[tuple[Dossier, OrderState]], now: datetime) -> None:
    """Parcels that were shipped, as they stand now, and their scans."""
    moved = [
        (dossier, state)
        for dossier, state in states
        if any(isinstance(fact, ABOUT_PARCELS) for fact, _at, _source in dossier.fresh.values())
    ]
    new: list[list[Any]] = []
    known: list[list[Any]] = []
    for dossier, state in moved:
        target = known if dossier.placing is None else new
        target.extend(
            _shipment(dossier.order_id, parcel, now)
            for parcel in state.parcels.values()
            if parcel.shipped_at is not None
        )
    if new:
        rows.copy(Shipment, SHIPMENT_COLUMNS, new)
    rows.execute_many(UPSERT_SHIPMENT, known)
    _take_back_parcels(moved)
    _add_to_search(
        (dossier.order_id, search.whole(*_tracking_codes(dossier)))
        for dossier, _state in moved
        if dossier.placing is None
    )
    # A number was corrected: what the carrier said of the other is not about this parcel.
    rows.execute_many(
        """DELETE FROM orders_trackingevent e USING orders_shipment s
           WHERE e.shipment_id = s.id AND s.order_id = %s AND s.parcel = %s
             AND e.at = %s AND e.status = %s AND e.message = %s""",
        [
            [dossier.order_id, fact.parcel, fact.at, fact.status, fact.message]
            for dossier, state in moved
            if any(isinstance(new, CODES) for new, _at, _source in dossier.fresh.values())
            for fact in dossier.facts()
            if isinstance(fact, Scan) and is_stray(fact, state)
        ],
    )
    rows.execute_many(
        """INSERT INTO orders_trackingevent (shipment_id, at, status, message, location)
           SELECT id, %s, %s, %s, %s FROM orders_shipment WHERE order_id = %s AND parcel = %s
           ON CONFLICT DO NOTHING""",
        [
            [fact.at, fact.status, fact.message, fact.location, dossier.order_id, fact.parcel]
            for dossier, state in moved
            for fact in dossier.facts()
            if isinstance(fact, Scan) and not is_stray(fact, state)
        ],
    )


def _take_back_parcels(moved: Sequence[tuple[Dossier, OrderState]]) -> None:
    """Parcels that were not handed over after all leave nothing but their facts."""
    gone = [
        [dossier.order_id, fact.parcel]
        for dossier, state in moved
        for fact, _recorded_at, _source in dossier.fresh.values()
        if isinstance(fact, Unship)
        and (fact.parcel not in state.parcels or state.parcels[fact.parcel].shipped_at is None)
    ]
    rows.execute_many(
        """DELETE FROM orders_trackingevent e USING orders_shipment s
           WHERE e.shipment_id = s.id AND s.order_id = %s AND s.parcel = %s""",
        gone,
    )
    rows.execute_many("DELETE FROM orders_shipment WHERE order_id = %s AND parcel = %s", gone)


def _add_to_search(found_by: Iterable[tuple[int, set[str]]]) -> None:
    rows.execute_many(
        "UPDATE orders_order SET search = search || %s::tsvector WHERE id = %s",
        [[search.vector(lexemes), order_id] for order_id, lexemes in found_by if lexemes],
    )


def _shipment(order_id: int, parcel: Parcel, now: datetime) -> list[Any]:
    """The values of SHIPMENT_COLUMNS."""
    lines = parcel.lines
    return [
        order_id,
        parcel.parcel,
        parcel.carrier,
        parcel.service,
        parcel.tracking_code,
        parcel.code_at,
        parcel.code_repeat,
        None if lines is None else TO_JSON.encode([asdict(line) for line in lines]),
        parcel.shipped_at,
        now,
        parcel.status or "",
        parcel.status_at,
        parcel.first_scan_at,
        parcel.last_scan_at,
        parcel.delivered_at,
        parcel.returned,
    ]


def _json(fact: Fact) -> str:
    """The fact's data as JSON's text, which COPY takes as it is."""
    data = fact.data()
    return TO_JSON.encode(data) if data else "{}"


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
