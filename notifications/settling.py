"""What becomes of a claimed message: sent, tried again, given up, or rescued from the dead."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from notifications.loading import Subject
from notifications.materials import Materials
from notifications.post import Attempt, Fate
from notifications.smtp import at_once
from notifications.wording import Letter
from notifications.words import MessageState
from orders import projection, rows

logger = logging.getLogger(__name__)

# After each failed attempt, how long until the next; after the last the message is given up.
RETRY_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
# Without a server nothing is the message's fault: it waits, and no attempt is counted.
NO_SERVER_DELAY = timedelta(minutes=1)
# How long a settled mail is remembered while the database is away.
SETTLE_SECONDS = 120
# What the column holds; a shop may have many owners.
LONGEST_RECIPIENT = 320

# What the order's timeline tells of a message.
TOLD = frozenset({MessageState.SENT, MessageState.FAILED})
LOOK: LiteralString = """
    SELECT m.state = 'sending' AND m.claimed_by = %(session)s, o.version
    FROM notifications_message m LEFT JOIN orders_order o ON o.id = m.order_id
    WHERE m.id = %(following)s::bigint"""
# Settles one message and looks at the next in one trip, which ends when the disk has it. A claim
# lasts as long as the message is being sent; asked for that state as well, PostgreSQL would walk
# through the index of all that are.
SETTLE: LiteralString = f"""
    WITH settled AS (
      UPDATE notifications_message SET
        state = %(state)s, settled_at = %(settled_at)s, sent_at = %(sent_at)s,
        detail = %(detail)s, recipient = %(recipient)s, subject_line = %(subject_line)s,
        text = %(text)s, claimed_by = NULL, claimed_at = NULL,
        next_attempt_at = coalesce(%(next_attempt_at)s, next_attempt_at),
        attempts = coalesce(%(attempts)s, attempts)
      WHERE id = %(id)s AND claimed_by = %(session)s
      RETURNING id, order_id, kind, subject),
    told AS (
      INSERT INTO orders_orderevent (order_id, kind, key, at, recorded_at, source, data)
      SELECT order_id, 'note', 'note:' || id || ':' || %(state)s, %(now)s, %(now)s, '',
        jsonb_build_object('note', kind, 'subject', subject, 'state', %(state)s::text,
          'detail', %(detail)s::text)
      FROM settled WHERE order_id IS NOT NULL AND %(is_told)s
      ON CONFLICT (order_id, key) DO NOTHING)
    {LOOK}"""
# A look that had to wait so long, for somebody who holds the row that is settled, is stale.
LONGEST_LOOK = 0.1


@dataclass(slots=True)
class Claimed:
    """A message in hand."""

    id: int
    shop_id: int
    order_id: int | None
    kind: str
    subject: str
    token: UUID
    attempts: int
    expires_at: datetime | None


@dataclass(slots=True)
class Batch:
    """Claimed messages and all that is needed to write and send them."""

    messages: list[Claimed]
    # The database session that claimed them: when it is gone, so is the claim.
    session: int
    claimed_at: float
    subjects: dict[int, Subject]
    materials: Materials
    # Nothing more was due when it was claimed.
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a claimed message."""

    state: MessageState
    detail: str = ""
    recipient: str = ""
    letter: Letter | None = None
    next_attempt_at: datetime | None = None
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How a claimed message stands at this moment."""

    is_ours: bool
    # The order's; None for a message that is about none.
    version: int | None


def outcome_of(message: Claimed, attempt: Attempt, now: datetime) -> Outcome:
    """What a failed attempt leads to: another try, or none. Without a server it does not count."""
    if attempt.fate == Fate.NO_SERVER:
        logger.error(
            "The mail server is not to be had: %s",
            attempt.detail,
            extra={"action": "no_mail_server"},
        )
        return Outcome(
            MessageState.QUEUED,
            attempt.detail,
            next_attempt_at=now + NO_SERVER_DELAY,
            attempts=message.attempts - 1,
        )
    if attempt.fate == Fate.REFUSED or message.attempts > len(RETRY_DELAYS):
        return Outcome(MessageState.FAILED, attempt.detail)
    later = now + RETRY_DELAYS[message.attempts - 1]
    return Outcome(MessageState.QUEUED, attempt.detail, next_attempt_at=later)


def settle(
    message: Claimed,
    batch: Batch,
    now: datetime,
    outcome: Outcome,
    following: Claimed | None = None,
    meanwhile: Callable[[], None] = at_once,
) -> Look | None:
    """Write down what became of a claimed message, and tell the timeline; on the disk at return.

    Looks at the `following` message in the same trip; None for none, or if the look is stale.
    The mail may be out already, so a database that restarts just now is waited for. `meanwhile`
    is called while the database is at work; it must not ask the database anything.
    """
    state, letter = outcome.state, outcome.letter
    values = {
        "id": message.id,
        "session": batch.session,
        "following": following.id if following else None,
        "state": state,
        "now": now,
        "settled_at": None if state == MessageState.QUEUED else now,
        "sent_at": now if state == MessageState.SENT else None,
        "detail": _storable(outcome.detail),
        "recipient": _storable(outcome.recipient)[:LONGEST_RECIPIENT],
        "subject_line": letter.subject if letter else "",
        "text": letter.text if letter else "",
        "next_attempt_at": outcome.next_attempt_at,
        "attempts": outcome.attempts,
        "is_told": state in TOLD,
    }
    started = time.monotonic()
    found = _select_patiently(meanwhile, SETTLE, values)
    is_stale = time.monotonic() - started > LONGEST_LOOK
    if state in (MessageState.FAILED, MessageState.CANCELLED) and message.order_id is not None:
        # A flag may have to go up, or the note may be due again later.
        projection.look_at([message.order_id], now)
    return None if is_stale or not found else Look(*found[0])


def look(message: Claimed, batch: Batch) -> Look:
    """How the message stands at this moment."""
    values = {"session": batch.session, "following": message.id}
    found = rows.select(LOOK, values, prepared=True)
    return Look(*found[0]) if found else Look(is_ours=False, version=None)


def _select_patiently(
    meanwhile: Callable[[], None], query: LiteralString, values: dict[str, Any]
) -> list[Any]:
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            return rows.select_with(meanwhile, query, values)
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _storable(text: str) -> str:
    """`text` as PostgreSQL takes it: what a server says may hold any byte.

    A mail that was sent and cannot be settled would be sent again and again.
    """
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def let_go(messages: list[Claimed], session: int, at: datetime) -> None:
    """Put what `session` has in hand back into the queue, for `at`; the attempt does not count."""
    rows.execute(
        """UPDATE notifications_message
           SET state = 'queued', next_attempt_at = %s, attempts = attempts - 1,
               claimed_by = NULL, claimed_at = NULL
           WHERE id = ANY(%s) AND state = 'sending' AND claimed_by = %s""",
        [at, [message.id for message in messages], session],
    )


def rescue(now: datetime) -> int:
    """Queue again what a sender that died had in hand; how many.

    A claim ends with the database session that made it. While a restarted database is being
    found again by senders that are alive, they get the time to settle what they sent. Behind a
    pooler that keeps sessions open, claims end after a quarter of an hour. The attempt does not
    count: most of what is rescued was never tried.
    """
    return rows.execute(
        """UPDATE notifications_message m
           SET state = 'queued', next_attempt_at = least(next_attempt_at, %s), claimed_by = NULL,
               claimed_at = NULL, attempts = greatest(attempts - 1, 0)
           WHERE state = 'sending' AND (
             claimed_at < clock_timestamp() - interval '15 minutes'
             OR clock_timestamp() - interval '5 seconds' > pg_postmaster_start_time()
               AND claimed_at < clock_timestamp() - interval '2 seconds'
               AND NOT EXISTS (SELECT FROM pg_stat_activity a
                               WHERE a.pid = m.claimed_by AND a.backend_start <= m.claimed_at))""",
        [now],
    )


def wait_for_orphans() -> bool:
    """Whether there are messages that a dead sender had in hand; waits until they can be had."""
    orphans = """SELECT FROM notifications_message m WHERE state = 'sending' AND NOT EXISTS (
                   SELECT FROM pg_stat_activity a
                   WHERE a.pid = m.claimed_by AND a.backend_start <= m.claimed_at) LIMIT 1"""
    if not rows.select(orphans):
        return False
    time.sleep(1)
    return True


def session() -> int:
    """The database session we are talking through."""
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)
