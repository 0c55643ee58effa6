"""The sweep: due orders planned and written, among 100,000 and among 1,000,000 stored orders."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median

from django.db import connection, transaction
from django.db.models import QuerySet

from bench import stock
from bench.ground import make_database, use_database
from bench.report import Case, Contender, Role, say, show
from notifications.models import Message
from notifications.sweep import BATCH, CLAIM, sweep
from orders.models import Watch

SIZES = (100_000, 1_000_000)
# The ORM loop is slow, and its rate does not depend on how long it runs.
LOOPED = 2_000
IDLE_SWEEPS = 300
LATER = stock.NOW + timedelta(days=1)

BARE = """
    WITH due AS (
      DELETE FROM bench_schedule WHERE order_id IN (
        SELECT order_id FROM bench_schedule WHERE look_at <= %s
        ORDER BY look_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
      RETURNING order_id)
    INSERT INTO notifications_message (shop_id, order_id, kind, subject, state, due_at, expires_at,
      token, next_attempt_at, attempts, detail, recipient, subject_line, text)
    SELECT o.shop_id, o.id, 'payment_reminder', '', 'queued', %s, %s, gen_random_uuid(), %s, 0, '',
      '', '', ''
    FROM due JOIN orders_order o ON o.id = due.order_id
    ON CONFLICT DO NOTHING"""


def run(*, quick: bool, rounds: int) -> None:
    """Measure and show; `rounds` 0 takes the usual number."""
    sizes = SIZES[:1] if quick else SIZES
    for size in sizes:
        say(f"  storing {size:,} orders …")
        make_database(_database(size))
        stock.fill(size)
    rounds = rounds or (2 if quick else 5)
    ours = {size: Contender(f"sweep, {size:,} stored", Role.OURS, _ours(size)) for size in sizes}
    largest = sizes[-1]
    case = Case(
        "sweep",
        f"{stock.DUE:,} due, planned and written",
        "orders/s",
        [
            Contender("SQL: delete and insert, batches of 1,000", Role.LIMIT, _sql(largest)),
            Contender("ORM: select_for_update, bulk_create", Role.PEER, _orm_in_bulk(largest)),
            Contender(f"ORM: a loop ({LOOPED:,} of them)", Role.PEER, _orm_loop(largest), 2),
            *ours.values(),
        ],
    ).measure(rounds)
    if len(sizes) == 2:
        times = ours[SIZES[0]].value / ours[SIZES[1]].value
        case.remarks.append(f"time at 1,000,000 stored: {times:.2f} × the time at 100,000")
    show(case)
    _idle(sizes, rounds)
    _explain(largest)


def _database(size: int) -> str:
    return f"sweep_{size}"


def _timed(size: int, work: Callable[[], int]) -> Callable[[], float]:
    """Orders a second that `work` does on a fresh stock."""

    def measure() -> float:
        use_database(_database(size))
        stock.back_to_start()
        started = time.perf_counter()
        done = work()
        return done / (time.perf_counter() - started)

    return measure


def _ours(size: int) -> Callable[[], float]:
    return _timed(size, _sweep)


def _sweep() -> int:
    counts = sweep(stock.NOW)
    # Each has exactly one note due, and a fifth of them a flag besides.
    expected = {
        "looked_at": stock.DUE,
        "messages": stock.DUE,
        "flags": stock.DUE // 5,
        "put_off": 0,
    }
    if counts != expected:
        raise RuntimeError(f"The sweep counted {dict(counts)}, not {expected}.")
    return counts["looked_at"]


def _sql(size: int) -> Callable[[], float]:
    def work() -> int:
        done = 0
        with connection.cursor() as cursor:
            while True:
                cursor.execute(BARE, [stock.NOW] * 4)
                if not cursor.rowcount:
                    return done
                done += cursor.rowcount

    return _timed(size, work)


def _orm_in_bulk(size: int) -> Callable[[], float]:
    def work() -> int:
        done = 0
        while True:
            with transaction.atomic():
                due = list(_due()[:1000])
                Message.objects.bulk_create(
                    [_message(watch) for watch in due], ignore_conflicts=True
                )
                Watch.objects.filter(pk__in=[watch.pk for watch in due]).update(look_at=LATER)
            if not due:
                return done
            done += len(due)

    return _timed(size, work)


def _orm_loop(size: int) -> Callable[[], float]:
    def work() -> int:
        for _number in range(LOOPED):
            with transaction.atomic():
                watch = _due().first()
                assert watch is not None
                _message(watch).save(force_insert=True)
                watch.look_at = LATER
                watch.save(update_fields=["look_at"])
        return LOOPED

    return _timed(size, work)


def _due() -> QuerySet[Watch]:
    return (
        Watch.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("order")
        .filter(look_at__lte=stock.NOW)
        .order_by("look_at")
    )


def _message(watch: Watch) -> Message:
    return Message(
        shop_id=watch.order.shop_id,
        order_id=watch.order_id,
        kind="payment_reminder",
        due_at=stock.NOW,
        expires_at=stock.NOW,
        next_attempt_at=stock.NOW,
    )


def _idle(sizes: tuple[int, ...], rounds: int) -> None:
    case = Case(
        "sweep",
        "nothing due",
        "ms",
        [
            Contender(f"sweep, {size:,} stored", Role.OURS, partial(_idle_ms, size))
            for size in sizes
        ],
        lower_is_better=True,
    )
    show(case.measure(rounds))


def _idle_ms(size: int) -> float:
    use_database(_database(size))
    stock.back_to_start()
    sweep(stock.NOW)
    taken = []
    for _number in range(IDLE_SWEEPS):
        started = time.perf_counter()
        sweep(stock.NOW)
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


def _explain(size: int) -> None:
    """How PostgreSQL finds the due orders."""
    use_database(_database(size))
    stock.back_to_start()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {CLAIM}", [stock.NOW, BATCH])
        plan = [row[0] for row in cursor.fetchall()]
        transaction.set_rollback(True)
    show(Case("sweep", f"the claim among {size:,}", "EXPLAIN", [], remarks=plan))
