"""The outbox: claim, check again, render, send, settle, rescue.

A message is claimed by a conditional update, looked at once more against fresh facts right
before it is sent, sent outside any transaction, and settled by itself. Whatever dies in between,
the next pass finds the truth in PostgreSQL.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import LiteralString

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from notifications import digest, letters, mail, settling
from notifications.in_doubt import InDoubt
from notifications.loading import load, window_of
from notifications.planner import plan
from notifications.rules.calendar import next_opening
from notifications.settling import Batch, Claimed
from notifications.wording import Letter
from notifications.words import MessageState
from orders import rows
from orders.models import Shop
from orders.words import SELLER_NOTES, Role

logger = logging.getLogger(__name__)

BATCH = 50
# A claim is used for at most this long, so that nobody rescues a message we still mean to send.
CLAIM_SECONDS = 60
# So many passes in a row that settle nothing end a call: orphans can be had after a few seconds.
FRUITLESS = 15
# What cannot even be read is put off, so that it blocks nobody.
PUT_OFF = timedelta(minutes=15)
STILL_OURS: LiteralString = f"""
    SELECT m.state = 'sending' AND m.claimed_by = %s, o.version, {settling.ON_DISK}
    FROM notifications_message m LEFT JOIN orders_order o ON o.id = m.order_id
    WHERE m.id = %s"""

# Asked anew for each message: a payment that comes in while a long batch is being sent must not
# seem to come after a letter that speaks of it already.
Clock = Callable[[], datetime]


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
    """`work_off` in two threads, joined by all others once the server turns out slow."""
    counts: Counter[str] = Counter()
    with ThreadPoolExecutor(settings.OUTBOX_THREADS) as pool:
        jobs = [pool.submit(work_off_and_disconnect, clock, in_doubt) for _number in range(2)]
        while not in_doubt.is_known() and not all(job.done() for job in jobs):
            time.sleep(0.01)
        jobs += [
            pool.submit(work_off_and_disconnect, clock, in_doubt)
            for _number in range(settings.OUTBOX_THREADS - 2)
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
    post = mail.Post()
    started = time.monotonic()
    try:
        while batch := claim(clock()):
            counts += _send_batch(batch, post, in_doubt, clock)
            settling.wait_for_disk()
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


def claim(now: datetime) -> Batch | None:
    """Take the next messages in hand, with all that is needed to send them; None for none."""
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
        [now, BATCH],
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
    batch.is_last = len(messages) < BATCH
    return batch


def _read(messages: list[Claimed]) -> Batch:
    order_ids = sorted({m.order_id for m in messages if m.order_id is not None})
    return Batch(
        messages=messages,
        session=settling.session(),
        claimed_at=time.monotonic(),
        subjects={subject.facts.order_id: subject for subject in load(order_ids)},
        materials=letters.gather({message.shop_id for message in messages}, order_ids),
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


def _send_batch(batch: Batch, post: mail.Post, in_doubt: InDoubt, clock: Clock) -> Counter[str]:
    counts: Counter[str] = Counter()
    for position, message in enumerate(batch.messages):
        now = clock()
        remaining = batch.messages[position:]
        too_old = time.monotonic() - batch.claimed_at > CLAIM_SECONDS
        if too_old or settling.session() != batch.session:
            settling.let_go(remaining, batch.session, now)
            counts["abandoned"] += len(remaining)
            break
        try:
            result = _send(message, batch, post, in_doubt, now)
        except DatabaseError:
            raise
        except Exception:
            # One message that cannot be written must not hold up all others.
            logger.exception(
                "A message could not be written",
                extra={"action": "message_failed", "message_id": message.id},
            )
            detail = "It could not be written; the log says why."
            result = settling.settle(message, batch, now, MessageState.FAILED, detail=detail)
        counts[result] += 1
        if result == "no_server":
            settling.let_go(remaining[1:], batch.session, now + settling.NO_SERVER_DELAY)
            counts["no_server"] += len(remaining) - 1
            break
    return counts


def _send(message: Claimed, batch: Batch, post: mail.Post, in_doubt: InDoubt, now: datetime) -> str:
    """Look once more, write, send and settle one message; the result's name."""
    if not _still_ours(message, batch):
        return "lost"
    opens_at = _opens_at(message, batch, now)
    if opens_at > now:
        settling.let_go([message], batch.session, opens_at)
        return "queued"
    written = _compose(message, batch, now)
    if isinstance(written, str):
        return settling.settle(message, batch, now, MessageState.CANCELLED, detail=written)
    letter, recipients, number = written
    if not recipients and message.kind in SELLER_NOTES:
        reason = "The shop has no sender address and no owner with one."
        return settling.settle(message, batch, now, MessageState.FAILED, detail=reason)
    if not recipients:
        return settling.settle(message, batch, now, MessageState.TO_COPY)
    shop = batch.materials.shops[message.shop_id]
    built = mail.build(
        letter=letter,
        kind=message.kind,
        number=number,
        token=message.token,
        shop=shop,
        recipients=recipients,
    )
    with in_doubt:
        attempt = post.send(built, in_doubt.begin)
        if attempt.fate == mail.Fate.SENT:
            to = ", ".join(recipients)
            return settling.settle(
                message, batch, now, MessageState.SENT, letter=letter, recipient=to
            )
    return settling.settle_unsent(message, batch, attempt, now)


def _still_ours(message: Claimed, batch: Batch) -> bool:
    """Whether the claim holds; reads the order again if anything happened to it meanwhile."""
    found = rows.select(STILL_OURS, [batch.session, message.id])
    if not found or not found[0][0]:
        return False
    subject = batch.subjects.get(message.order_id or 0)
    if subject is not None and subject.facts.version != found[0][1]:
        order_id = subject.facts.order_id
        [batch.subjects[order_id]] = load([order_id])
        batch.materials.take_over(order_id, letters.gather([message.shop_id], [order_id]))
    return True


def _compose(message: Claimed, batch: Batch, now: datetime) -> tuple[Letter, list[str], str] | str:
    """The letter, whom it goes to and the order's number; or why it must not be sent any more.

    No recipients: it can only be copied.
    """
    shop = batch.materials.shops[message.shop_id]
    if message.order_id is None:
        if message.expires_at is not None and now >= message.expires_at:
            return "The day it was written for is over."
        letter = digest.write_letter(shop, now)
        return (letter, seller_addresses(shop), "") if letter else "Nothing is open any more."
    subject = batch.subjects[message.order_id]
    answer = plan(subject.facts, subject.policy, now)
    due = answer.find_due(message.kind, message.subject)
    if due is None:
        return answer.reason_against(message.kind, message.subject)
    letter = letters.write_letter(message.kind, message.subject, subject, answer, batch.materials)
    if message.kind in SELLER_NOTES:
        return letter, seller_addresses(shop), subject.facts.number
    order = batch.materials.orders[message.order_id]
    return letter, [] if due.to_copy else [order.buyer.email], subject.facts.number


def _opens_at(message: Claimed, batch: Batch, now: datetime) -> datetime:
    """When the digest may go at the earliest: `now`, or the window's next opening.

    It is dropped then if its day is over. Notes about an order ask the planner instead.
    """
    if message.order_id is not None:
        return now
    return next_opening(now, *window_of(batch.materials.shops[message.shop_id]))


def seller_addresses(shop: Shop) -> list[str]:
    """Where mail to the seller goes: the shop's own address, else its owners'."""
    if shop.sender_email:
        return [shop.sender_email]
    owners = shop.members.filter(role=Role.OWNER).order_by("pk")
    return [address for address in owners.values_list("user__email", flat=True) if address]
