"""From facts to rows: the parcels, as they stand now, and their scans.

Called by `projection` alone, inside its transaction, with the orders' rows locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, LiteralString

from orders import rows, search
from orders.dossier import Dossier
from orders.facts import Scan, TrackingCode, Unship
from orders.facts import Shipment as ShipmentFact
from orders.models import Shipment
from orders.parcel_state import Parcel
from orders.state import OrderState, is_stray

SHIPMENT_COLUMNS = (
    "order_id parcel carrier service tracking_code code_at code_repeat lines shipped_at"
    " recorded_at status status_at first_scan_at last_scan_at delivered_at returned"
).split()
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


def write(states: Sequence[tuple[Dossier, OrderState]], now: datetime) -> None:
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
    search.add(
        (dossier.order_id, search.whole(*tracking_codes(dossier)))
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
        None if lines is None else rows.TO_JSON.encode([asdict(line) for line in lines]),
        parcel.shipped_at,
        now,
        parcel.status or "",
        parcel.status_at,
        parcel.first_scan_at,
        parcel.last_scan_at,
        parcel.delivered_at,
        parcel.returned,
    ]


def tracking_codes(dossier: Dossier) -> list[str]:
    """The tracking numbers that are new."""
    return [
        fact.tracking_code
        for fact, _recorded_at, _source in dossier.fresh.values()
        if isinstance(fact, CODES)
    ]
