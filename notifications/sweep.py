"""The sweep: find the orders to look at, plan them, write what is due.

A batch is one transaction in a constant number of queries; it costs what is due, never what is
stored. Any number of sweeps may run at once: each claims its own orders.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

from django.db import transaction

from notifications import writing_plans
from notifications.loading import Subject, load
from notifications.planner import Plan, plan
from orders import rows

logger = logging.getLogger(__name__)

BATCH = 1000
# An order that cannot be planned is put off, so that it blocks nobody.
PUT_OFF = timedelta(minutes=15)
CLAIM: LiteralString = """
    SELECT order_id FROM orders_watch WHERE look_at <= %s
    ORDER BY look_at LIMIT %s FOR UPDATE SKIP LOCKED"""


def sweep(now: datetime, *, limit: int | None = None, seconds: float | None = None) -> Counter[str]:
    """Look at every order that is due at `now` (UTC), or at about `limit` of them.

    Ends after `seconds` even when more is due.

    Counts `looked_at`, `messages`, `flags` (raised) and `put_off`.
    """
    counts: Counter[str] = Counter(looked_at=0, messages=0, flags=0, put_off=0)
    started = time.monotonic()
    while limit is None or counts["looked_at"] < limit:
        batch = sweep_batch(now)
        counts.update(batch)
        is_late = seconds is not None and time.monotonic() - started > seconds
        if batch["looked_at"] < BATCH or is_late:
            break
    return counts


def sweep_batch(now: datetime) -> Counter[str]:
    """One batch of due orders; `looked_at` below BATCH means that nothing more is due."""
    try:
        with rows.no_collector(), transaction.atomic():
            return _look_at(_claim(now), now)
    except Exception:
        # A row that cannot be written, a shop whose settings make no sense: whatever it is, it
        # must not hold up everybody else.
        logger.exception("A batch could not be written", extra={"action": "sweep_batch_failed"})
        return _one_by_one(now)


def _claim(now: datetime) -> list[int]:
    return [row[0] for row in rows.select(CLAIM, [now, BATCH])]


def _look_at(order_ids: list[int], now: datetime) -> Counter[str]:
    """Plan the claimed orders and write what follows, inside the transaction that claimed them."""
    if not order_ids:
        return Counter()
    planned: list[tuple[Subject, Plan]] = []
    unplanned: list[int] = []
    for subject in load(order_ids):
        try:
            planned.append((subject, plan(subject.facts, subject.policy, now)))
        except Exception:
            # One order with impossible facts must not hold up all others; the log names it.
            logger.exception(
                "An order could not be planned",
                extra={"action": "order_put_off", "order": subject.facts.order_id},
            )
            unplanned.append(subject.facts.order_id)
    counts = writing_plans.write(planned, now)
    put_off(unplanned, now)
    counts["looked_at"] = len(order_ids)
    counts["put_off"] = len(unplanned)
    return counts


def put_off(order_ids: Sequence[int], now: datetime) -> None:
    """Look at these orders again later."""
    rows.execute(
        "UPDATE orders_watch SET look_at = %s WHERE order_id = ANY(%b)",
        [now + PUT_OFF, list(order_ids)],
    )


def _one_by_one(now: datetime) -> Counter[str]:
    """After a batch failed as a whole: find the order that spoils it and put off that one."""
    counts: Counter[str] = Counter()
    with transaction.atomic():
        order_ids = _claim(now)
        for order_id in order_ids:
            try:
                with transaction.atomic():
                    counts += _look_at([order_id], now)
            except Exception:
                logger.exception(
                    "An order could not be written",
                    extra={"action": "order_put_off", "order": order_id},
                )
                put_off([order_id], now)
                counts["put_off"] += 1
    counts["looked_at"] = len(order_ids)
    return counts
