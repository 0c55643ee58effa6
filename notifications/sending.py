"""One batch of claimed messages: each is written, checked again, sent and settled by itself.

What waits for somebody else is used, as far as no promise forbids it: while the database settles
one mail, the server hears whom the next is for and the one after that is written; while the mail
server has one in hand, the next is put into the form it is sent in. Two promises hold all the
same. Right before a mail goes out, and after it was written, the version of its order is read
again: if anything happened, it is written anew. And each mail is settled, on the disk, before the
same sender hands over its next.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseError

from notifications import digest, letters, mail, settling
from notifications.in_doubt import InDoubt
from notifications.loading import load, window_of
from notifications.materials import gather
from notifications.planner import plan
from notifications.post import Fate, Post
from notifications.rules.calendar import next_opening
from notifications.settling import Batch, Claimed, Look, Outcome
from notifications.wording import Letter
from notifications.words import MessageState
from orders.words import SELLER_NOTES

logger = logging.getLogger(__name__)

# A claim is used for at most this long, so that nobody rescues a message we still mean to send.
CLAIM_SECONDS = 60
# What was written longer ago is written anew: it may have expired while a server took its time.
WRITTEN_FOR = timedelta(seconds=1)

# Asked anew for each message: a payment that comes in while a long batch is being sent must not
# seem to come after a letter that speaks of it already.
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Written:
    """What is to become of a message, and the mail that it takes, if any."""

    message: Claimed
    at: datetime
    # What becomes of it; with a mail, once the server has that.
    outcome: Outcome
    mail: mail.Mail | None = None


class Sender:
    """Sends the messages of one batch over one connection."""

    def __init__(self, batch: Batch, post: Post, in_doubt: InDoubt, clock: Clock) -> None:
        self.batch = batch
        self.post = post
        self.in_doubt = in_doubt
        self.clock = clock
        # What was written ahead, by message id.
        self._written: dict[int, Written] = {}
        # The next message as it was looked at.
        self._look: Look | None = None

    def send(self) -> Counter[str]:
        """Send them all; counts by result. Ends early when the server or the claim is lost."""
        counts: Counter[str] = Counter()
        messages = self.batch.messages
        for position, message in enumerate(messages):
            remaining = messages[position:]
            if self._is_over():
                settling.let_go(remaining, self.batch.session, self.clock())
                counts["abandoned"] += len(remaining)
                break
            result = self._send_or_fail(message, remaining[1:3])
            counts[result] += 1
            if result == "no_server":
                later = self.clock() + settling.NO_SERVER_DELAY
                settling.let_go(remaining[1:], self.batch.session, later)
                counts["no_server"] += len(remaining) - 1
                break
        return counts

    def _is_over(self) -> bool:
        """Whether somebody else may have what is left of the batch."""
        is_too_old = time.monotonic() - self.batch.claimed_at > CLAIM_SECONDS
        return is_too_old or settling.session() != self.batch.session

    def _send_or_fail(self, message: Claimed, upcoming: Sequence[Claimed]) -> str:
        try:
            return self._send(message, upcoming)
        except DatabaseError:
            raise
        except Exception:
            # One message that cannot be written must not hold up all others.
            logger.exception(
                "A message could not be written",
                extra={"action": "message_failed", "message_id": message.id},
            )
            outcome = Outcome(MessageState.FAILED, "It could not be written; the log says why.")
            return self._settle(message, outcome, upcoming)

    def _send(self, message: Claimed, upcoming: Sequence[Claimed]) -> str:
        """Look once more, send and settle one message; the result's name."""
        look, self._look = self._look or settling.look(message, self.batch), None
        if not look.is_ours:
            return "lost"
        written = self._write_unless_true_still(message, look)
        if written.mail is None and written.outcome.state == MessageState.QUEUED:
            at = written.outcome.next_attempt_at or written.at
            settling.let_go([message], self.batch.session, at)
            return "queued"
        if written.mail is None:
            return self._settle(message, written.outcome, upcoming)
        with self.in_doubt:
            attempt = self.post.send(
                written.mail, self.in_doubt.begin, lambda: self._prepare(upcoming[:1])
            )
            self.in_doubt.note(attempt.waited)
            if attempt.fate == Fate.SENT:
                self._announce(upcoming)
                return self._settle(message, written.outcome, upcoming)
        outcome = settling.outcome_of(message, attempt, self.clock())
        result = self._settle(message, outcome, upcoming)
        return "no_server" if attempt.fate == Fate.NO_SERVER else result

    def _prepare(self, upcoming: Sequence[Claimed]) -> None:
        """Have the next mail ready for the server, which has one in hand."""
        self._write_ahead(upcoming)
        for message in upcoming:
            written = self._written.get(message.id)
            if written and written.mail:
                self.post.prepare(written.mail)

    def _announce(self, upcoming: Sequence[Claimed]) -> None:
        written = self._written.get(upcoming[0].id) if upcoming else None
        if written and written.mail and self.clock() - written.at < WRITTEN_FOR:
            self.post.announce(written.mail)

    def _settle(self, message: Claimed, outcome: Outcome, upcoming: Sequence[Claimed]) -> str:
        self._look = settling.settle(
            message,
            self.batch,
            self.clock(),
            outcome,
            upcoming[0] if upcoming else None,
            lambda: self._write_ahead(upcoming),
        )
        return str(outcome.state)

    def _write_ahead(self, upcoming: Sequence[Claimed]) -> None:
        """Write what comes next while there is time; what fails here is met in its own turn."""
        for message in upcoming:
            if message.order_id is None or message.id in self._written:
                continue
            try:
                self._written[message.id] = write(message, self.batch, self.clock())
            except Exception:  # noqa: BLE001 - a mail is on its way, and has to be settled first
                return

    def _write_unless_true_still(self, message: Claimed, look: Look) -> Written:
        """What was written ahead, or else what is true now."""
        now = self.clock()
        subject = self.batch.subjects.get(message.order_id or 0)
        if subject is not None and subject.facts.version != look.version:
            order_id = subject.facts.order_id
            [self.batch.subjects[order_id]] = load([order_id])
            fresh = gather([message.shop_id], [order_id])
            self.batch.materials.take_over(order_id, fresh)
            # The message after this one may be about the same order.
            self._written.clear()
        written = self._written.pop(message.id, None)
        if written and now - written.at < WRITTEN_FOR:
            return written
        return write(message, self.batch, now)


def write(message: Claimed, batch: Batch, now: datetime) -> Written:
    """What is to be done about a message by what the batch knows: a mail, or why there is none."""
    opens_at = _opens_at(message, batch, now)
    if opens_at > now:
        return Written(message, now, Outcome(MessageState.QUEUED, next_attempt_at=opens_at))
    composed = _compose(message, batch, now)
    if isinstance(composed, str):
        return Written(message, now, Outcome(MessageState.CANCELLED, composed))
    letter, recipients, number = composed
    if not recipients and message.kind in SELLER_NOTES:
        reason = "The shop has no sender address and no owner with one."
        return Written(message, now, Outcome(MessageState.FAILED, reason))
    if not recipients:
        return Written(message, now, Outcome(MessageState.TO_COPY))
    built = mail.build(
        letter=letter,
        kind=message.kind,
        number=number,
        token=message.token,
        shop=batch.materials.shops[message.shop_id],
        recipients=recipients,
    )
    to = ", ".join(recipients)
    return Written(message, now, Outcome(MessageState.SENT, recipient=to, letter=letter), built)


def _compose(message: Claimed, batch: Batch, now: datetime) -> tuple[Letter, list[str], str] | str:
    """The letter, whom it goes to and the order's number; or why it must not be sent any more.

    No recipients: it can only be copied.
    """
    shop = batch.materials.shops[message.shop_id]
    if message.order_id is None:
        if message.expires_at is not None and now >= message.expires_at:
            return "The day it was written for is over."
        letter = digest.write_letter(shop, now)
        sellers = batch.materials.sellers[shop.pk]
        return (letter, sellers, "") if letter else "Nothing is open any more."
    subject = batch.subjects[message.order_id]
    answer = plan(subject.facts, subject.policy, now)
    due = answer.find_due(message.kind, message.subject)
    if due is None:
        return answer.reason_against(message.kind, message.subject)
    letter = letters.write_letter(message.kind, message.subject, subject, answer, batch.materials)
    if message.kind in SELLER_NOTES:
        return letter, batch.materials.sellers[shop.pk], subject.facts.number
    order = batch.materials.orders[message.order_id]
    return letter, [] if due.to_copy else [order.buyer_email], subject.facts.number


def _opens_at(message: Claimed, batch: Batch, now: datetime) -> datetime:
    """When the digest may go at the earliest: `now`, or the window's next opening.

    It is dropped then if its day is over. Notes about an order ask the planner instead.
    """
    if message.order_id is not None:
        return now
    return next_opening(now, *window_of(batch.materials.shops[message.shop_id]))
