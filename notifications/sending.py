"""One batch of claimed messages: each is written, checked again, sent and settled by itself.

What waits for somebody else is used, as far as no promise forbids it: while the mail server has
one mail in hand, the next is written; while the database settles the one, the server hears whom
the next is for. Two promises hold all the same. Right before a mail goes out, and after it was
written, the version of its order is read again: if anything happened, it is written anew. And
each mail is settled, on the disk, before the same sender hands over its next.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
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
from orders.models import Shop
from orders.words import SELLER_NOTES, Role

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
        # The next message, written ahead and looked at.
        self._written: Written | None = None
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
            result = self._send_or_fail(message, *remaining[1:2])
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

    def _send_or_fail(self, message: Claimed, following: Claimed | None = None) -> str:
        try:
            return self._send(message, following)
        except DatabaseError:
            raise
        except Exception:
            # One message that cannot be written must not hold up all others.
            logger.exception(
                "A message could not be written",
                extra={"action": "message_failed", "message_id": message.id},
            )
            outcome = Outcome(MessageState.FAILED, "It could not be written; the log says why.")
            return self._settle(message, outcome, following)

    def _send(self, message: Claimed, following: Claimed | None) -> str:
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
            return self._settle(message, written.outcome, following)
        with self.in_doubt:
            attempt = self.post.send(
                written.mail, self.in_doubt.begin, lambda: self._write_ahead(following)
            )
            self.in_doubt.note(attempt.waited)
            if attempt.fate == Fate.SENT:
                if self._written and self._written.mail:
                    self.post.announce(self._written.mail)
                return self._settle(message, written.outcome, following)
        outcome = settling.outcome_of(message, attempt, self.clock())
        result = self._settle(message, outcome, following)
        return "no_server" if attempt.fate == Fate.NO_SERVER else result

    def _settle(self, message: Claimed, outcome: Outcome, following: Claimed | None) -> str:
        self._look = settling.settle(message, self.batch, self.clock(), outcome, following)
        return str(outcome.state)

    def _write_ahead(self, following: Claimed | None) -> None:
        """Write the next message while there is time; what fails here is met in its own turn."""
        if following is None or following.order_id is None:
            return
        try:
            self._written = write(following, self.batch, self.clock())
        except Exception:  # noqa: BLE001 - a mail is on its way, and has to be settled first
            self._written = None

    def _write_unless_true_still(self, message: Claimed, look: Look) -> Written:
        """What was written ahead, or else what is true now."""
        now = self.clock()
        written, self._written = self._written, None
        subject = self.batch.subjects.get(message.order_id or 0)
        if subject is not None and subject.facts.version != look.version:
            order_id = subject.facts.order_id
            [self.batch.subjects[order_id]] = load([order_id])
            fresh = gather([message.shop_id], [order_id])
            self.batch.materials.take_over(order_id, fresh)
            written = None
        if written and written.message is message and now - written.at < WRITTEN_FOR:
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
    return letter, [] if due.to_copy else [order.buyer_email], subject.facts.number


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
