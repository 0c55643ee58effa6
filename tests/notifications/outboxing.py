"""What the tests of sweep and outbox share: play a moment, and look at what came of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.db import connection

from notifications.models import Message
from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.models import Order
from tests.factory import MONDAY
from tests.servers import SmtpSink

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Three silent days after MONDAY; half past ten in the shop.
REMINDER_AT = MONDAY + 3 * DAY
# To be paid by then.
DEADLINE = MONDAY + 7 * DAY


def play(now: datetime) -> None:
    """What the beat does at `now`: sweep and send."""
    sweep(now)
    send_messages(now)


def kind_of(mail: EmailMessage) -> str:
    """The note's kind, out of the mail's own header."""
    return str(mail["X-Shopcare-Note"]).partition(";")[0]


def kinds(sink: SmtpSink) -> list[str]:
    """The kinds of all notes that arrived, in the order they came."""
    return [kind_of(mail) for mail in sink.messages]


def text_of(mail: EmailMessage) -> str:
    """The letter's text part."""
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    """The letter's HTML part."""
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def message_of(order: Order, kind: str = "thank_you") -> Message:
    """The only message of this kind about the order."""
    return Message.objects.get(order=order, kind=kind)


def elsewhere(action: Callable[[], object]) -> None:
    """Run `action` on a database connection of its own, and wait for it."""

    def run() -> None:
        try:
            action()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def states() -> dict[str, str]:
    """The written notes and their states."""
    return dict(Message.objects.values_list("kind", "state"))


def sent(kind: str, at: datetime) -> None:
    """What the outbox would note after sending."""
    Message.objects.filter(kind=kind).update(state="sent", sent_at=at, settled_at=at)
