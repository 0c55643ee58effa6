"""The ways to empty an outbox that are compared; each runs in a process of its own."""

from __future__ import annotations

import pickle
import smtplib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings


@dataclass
class Prebuilt:
    """A letter, and the mail made of it as it goes over the wire."""

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    wire: bytes


def prepare() -> None:
    """Import and connect before the clock starts, as a running worker has."""
    from django.db import connection
    from post_office import mail

    from notifications import outbox

    assert mail and outbox
    connection.ensure_connection()


def ours(now: str) -> dict[str, int]:
    """Everything queued: looked at again, written, sent, settled one by one."""
    from notifications.outbox import send_messages

    return dict(send_messages(datetime.fromisoformat(now)))


def loop(path: str, count: str) -> dict[str, int]:
    """Prebuilt mails over one open connection, and nothing else."""
    letters = read(Path(path))[: int(count)]
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        for letter in letters:
            server.sendmail(letter.sender, [letter.recipient], letter.wire)
    return {"sent": len(letters)}


def post_office(processes: str) -> dict[str, int]:
    """django-post_office, as its command `send_queued_mail` does it."""
    from post_office.mail import send_queued_mail_until_done
    from post_office.models import STATUS, Email

    send_queued_mail_until_done(processes=int(processes))
    return {"sent": Email.objects.filter(status=STATUS.sent).count()}


def read(path: Path) -> list[Prebuilt]:
    """The letters that `outbox.prebuild` left."""
    letters: list[Prebuilt] = pickle.loads(path.read_bytes())
    return letters
