"""The outbox: claim, write, check again, send, settle, rescue.

A message is claimed by a conditional update, looked at once more against fresh facts right
before it is sent, sent outside any transaction, and settled by itself (see `sending`). Whatever
dies in between, the next pass finds the truth in PostgreSQL.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from notifications import settling
from notifications.in_doubt import ENOUGH_FOR_QUICK, InDoubt
from notifications.loading import load
from notifications.materials import gather
from notifications.post import Post
from notifications.sending import Clock, Sender
from notifications.settling import Batch, Claimed
from orders import rows

logger = logging.getLogger(__name__)

BATCH = 50
# When many send side by side, each takes no more than its share, and no fewer than these.
SMALL_BATCH = 10
# So many passes in a row that settle nothing end a call: orphans can be had after a few seconds.
FRUITLESS = 15
# What cannot even be read is put off, so that it blocks nobody.
PUT_OFF = timedelta(minutes=15)


def send_messages(now: datetime) -> Counter[str]:
    """Send everything that is queued for `now` (UTC) or before; counts by result.

    Starts with what crashed senders left behind. With more than one batch to send it uses up to
    OUTBOX_THREADS connections, as many as the server's pace is worth.
    """
    counts: Counter[str] = Counter()
    fruitless = 0

    def clock() -> datetime:
        return now

    while True:
        before = counts.total()
        settling.rescue(now)
        in_doubt = InDoubt()
        if count_queued(now, BATCH + 1) <= BATCH:
            counts += work_off(clock, in_doubt)
        else:
            counts += _work_off_together(clock, in_doubt)
        # What cannot be worked off for a reason that stays is left to a later call.
        fruitless = 0 if counts.total() > before else fruitless + 1
        if fruitless >= FRUITLESS or not settling.wait_for_orphans():
            return counts


def _work_off_together(clock: Clock, in_doubt: InDoubt) -> Counter[str]:
    """`work_off` in one thread, joined by all others once the server turns out slow."""
    counts: Counter[str] = Counter()
    with ThreadPoolExecutor(settings.OUTBOX_THREADS) as pool:
        jobs = [
            pool.submit(work_off_and_disconnect, clock, in_doubt)
            for _number in range(ENOUGH_FOR_QUICK)
        ]
        while not in_doubt.is_known() and not all(job.done() for job in jobs):
            time.sleep(0.01)
        jobs += [
            pool.submit(work_off_and_disconnect, clock, in_doubt)
            for _number in range(settings.OUTBOX_THREADS - ENOUGH_FOR_QUICK)
        ]
        for job in jobs:
            counts += job.result()
    return counts


def count_queued(now: datetime, most: int) -> int:
    """How many messages wait to be sent, counted up to `most`."""
    waiting = """SELECT FROM notifications_message
                 WHERE state = 'queued' AND next_attempt_at <= %s LIMIT %s"""
    return len(rows.select(waiting, [now, most]))


def work_off_and_disconnect(clock: Clock, in_doubt: InDoubt) -> Counter[str]:
    """`work_off` for a thread of its own, which has its own database connection."""
    try:
        return work_off(clock, in_doubt)
    finally:
        connection.close()


def work_off(
    clock: Clock, in_doubt: InDoubt, *, most: int | None = None, seconds: float | None = None
) -> Counter[str]:
    """Send batch after batch over one kept connection, until nothing is due; counts by result.

    Ends early after `most` messages or `seconds`, and when the server or the database is away.
    Does nothing where enough others of this process are at it.
    """
    counts: Counter[str] = Counter()
    if not in_doubt.join():
        return counts
    post = Post()
    started = time.monotonic()
    try:
        while batch := claim(clock(), _share(clock(), in_doubt)):
            counts += Sender(batch, post, in_doubt, clock).send()
            is_last = batch.is_last or counts["no_server"] or counts["abandoned"]
            is_enough = most is not None and counts.total() >= most
            is_late = seconds is not None and time.monotonic() - started > seconds
            if is_last or is_enough or is_late:
                break
    except DatabaseError:
        logger.exception("The database went away", extra={"action": "outbox_interrupted"})
        connection.close()
    finally:
        post.close()
        in_doubt.leave()
    return counts


def _share(now: datetime, in_doubt: InDoubt) -> int:
    """How many messages to claim at once: towards the end of a backlog nobody takes it all.

    Half of what there is for each, so that a second process gets as much.
    """
    if not in_doubt.is_slow():
        return BATCH
    senders = 2 * settings.OUTBOX_THREADS
    return max(SMALL_BATCH, min(BATCH, count_queued(now, BATCH * senders) // senders))


def claim(now: datetime, most: int = BATCH) -> Batch | None:
    """Take up to `most` messages in hand, with all that is needed to send them; None for none."""
    found = rows.select(
        """UPDATE notifications_message m
           SET state = 'sending', claimed_by = pg_backend_pid(), claimed_at = clock_timestamp(),
               attempts = attempts + 1
           FROM (SELECT id FROM notifications_message
                 WHERE state = 'queued' AND next_attempt_at <= %s
                 ORDER BY next_attempt_at, id LIMIT %s FOR UPDATE SKIP LOCKED) due
           WHERE m.id = due.id
           RETURNING m.id, m.shop_id, m.order_id, m.kind, m.subject, m.token, m.attempts,
             m.expires_at""",
        [now, most],
        prepared=True,
    )
    if not found:
        return None
    messages = [Claimed(*row) for row in found]
    try:
        batch = _read(messages)
    except DatabaseError:
        raise
    except Exception:
        # A shop whose settings make no sense, say: it must not hold up everybody else.
        logger.exception("A batch could not be read", extra={"action": "outbox_batch_failed"})
        batch = _read([message for message in messages if _can_be_read(message, now)])
    batch.is_last = len(messages) < most
    return batch


def _read(messages: list[Claimed]) -> Batch:
    order_ids = sorted({m.order_id for m in messages if m.order_id is not None})
    return Batch(
        messages=messages,
        session=settling.session(),
        claimed_at=time.monotonic(),
        subjects={subject.facts.order_id: subject for subject in load(order_ids)},
        materials=gather({message.shop_id for message in messages}, order_ids),
    )


def _can_be_read(message: Claimed, now: datetime) -> bool:
    """Whether there is all that is needed to send it; else it is put off."""
    try:
        _read([message])
    except DatabaseError:
        raise
    except Exception:
        logger.exception(
            "A message could not be read",
            extra={"action": "message_put_off", "message_id": message.id},
        )
        settling.let_go([message], settling.session(), now + PUT_OFF)
        return False
    return True
