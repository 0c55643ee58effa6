"""The outbox: from queued rows to mails that a server accepted, marked as sent."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from post_office.models import PRIORITY, STATUS, Email

from bench.ground import Run, make_database, race, run_sql
from bench.report import Case, Contender, Role, show
from bench.senders import Prebuilt
from bench.smtp_server import smtp_server
from notifications import letters, mail
from notifications.loading import load
from notifications.materials import gather
from notifications.models import Message
from notifications.planner import plan
from notifications.sweep import sweep
from orders import lifecycle
from orders.facts import Address, BuyerDetails, Line, Placed
from orders.shops import create_shop

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
MAILS = 2_000
# The server's delay before each reply, in seconds; how many mails one connection is given then,
# as with a slow server it manages few a second; and of how many rounds fewer it is measured.
SERVERS = [
    ("a server that answers at once", 0.0, MAILS, 0),
    ("a server that takes 5 ms for each reply", 0.005, 200, 2),
    # As mail providers take, some 100 ms a mail: few cores do not hold a second worker back then.
    ("a server that takes 25 ms for each reply", 0.025, 40, 4),
]


def run(folder: Path, *, quick: bool, rounds: int) -> None:
    """Measure and show; `rounds` 0 takes the usual number."""
    count = MAILS // 4 if quick else MAILS
    rounds = rounds or (2 if quick else 5)
    make_database("outbox")
    _queue(count)
    prebuilt = folder / "letters.pickle"
    prebuilt.write_bytes(pickle.dumps(prebuild()))
    for name, delay, looped, fewer in SERVERS:
        with smtp_server(delay) as port:
            case = _case(name, port, prebuilt, count, min(looped, count))
            show(case.measure(max(rounds - fewer, 1)))


def _case(name: str, port: int, prebuilt: Path, count: int, looped: int) -> Case:
    at = NOW.isoformat()

    def sending(tasks: list[list[object]], mails: int) -> Callable[[], float]:
        def measure() -> float:
            _back_to_start(prebuilt)
            run = race(tasks, {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)})
            _check(run, mails)
            return mails / run.seconds

        return measure

    mine: list[object] = ["senders", "ours", at]
    return Case(
        "outbox",
        name,
        "mails/s",
        [
            Contender(
                "smtplib, one connection, prebuilt mails",
                Role.LIMIT,
                sending([["senders", "loop", prebuilt, looped]], looped),
            ),
            Contender(
                "django-post_office, send_queued_mail",
                Role.PEER,
                sending([["senders", "post_office", 1]], count),
            ),
            Contender(
                "django-post_office, 2 processes",
                Role.PEER,
                sending([["senders", "post_office", 2]], count),
            ),
            Contender("send_messages, 1 worker", Role.OURS, sending([mine], count)),
            Contender("send_messages, 2 workers", Role.OURS, sending([mine, mine], count)),
        ],
    )


def _check(run: Run, mails: int) -> None:
    """Every mail was sent, and nothing else happened."""
    sent = sum(result.get("sent", 0) for result in run.results)
    if sent != mails or any(set(result) - {"sent"} for result in run.results):
        raise RuntimeError(f"Of {mails} mails: {run.results}.")


def _queue(count: int) -> None:
    """So many orders of two items, each with a thank-you in the outbox."""
    shop = create_shop(
        "bench", timezone="Europe/Berlin", country="DE", sender_email="maker@example.com"
    )
    facts = [_order(number) for number in range(count)]
    lifecycle.record(shop, facts, now=NOW)
    sweep(NOW)


def _order(number: int) -> Placed:
    return Placed(
        order=str(number),
        at=NOW,
        currency="EUR",
        buyer=BuyerDetails(f"Ada Buyer {number}", f"buyer{number}@example.com", language="en"),
        address=Address("Ada Buyer", f"Bead Lane {number}", "", "Berlin", "", "10115", "DE"),
        lines=(
            Line("Lucky bead", sku="LB-1", quantity=2, unit_price=Decimal("4.50")),
            Line("Mug “Good morning”", sku="M-7", unit_price=Decimal("18.00")),
        ),
        shipping=Decimal("3.00"),
    )


def prebuild() -> list[Prebuilt]:
    """The very letters that the outbox is going to write, finished."""
    messages = list(Message.objects.order_by("pk").select_related("shop"))
    order_ids = [message.order_id for message in messages if message.order_id]
    materials = gather({message.shop_id for message in messages}, order_ids)
    subjects = {subject.facts.order_id: subject for subject in load(order_ids)}
    found = []
    for message in messages:
        assert message.order_id is not None
        subject = subjects[message.order_id]
        answer = plan(subject.facts, subject.policy, NOW)
        letter = letters.write_letter(message.kind, message.subject, subject, answer, materials)
        order = materials.orders[message.order_id]
        built = mail.build(
            letter=letter,
            kind=message.kind,
            number=subject.facts.number,
            token=message.token,
            shop=message.shop,
            recipients=[order.buyer_email],
        )
        wire = built.message().as_bytes(linesep="\r\n")
        found.append(
            Prebuilt(
                message.shop.sender_email,
                order.buyer_email,
                letter.subject,
                letter.text,
                letter.html,
                wire,
            )
        )
    return found


def _back_to_start(prebuilt: Path) -> None:
    """All messages queued, in our outbox and in post_office's."""
    run_sql(
        """UPDATE notifications_message SET state = 'queued', attempts = 0, settled_at = NULL,
             sent_at = NULL, recipient = '', subject_line = '', text = '', claimed_by = NULL,
             claimed_at = NULL""",
        "DELETE FROM orders_orderevent WHERE kind = 'note'",
        "TRUNCATE post_office_email CASCADE",
    )
    found: list[Prebuilt] = pickle.loads(prebuilt.read_bytes())
    Email.objects.bulk_create(
        Email(
            from_email=letter.sender,
            to=[letter.recipient],
            subject=letter.subject,
            message=letter.text,
            html_message=letter.html,
            status=STATUS.queued,
            priority=PRIORITY.medium,
        )
        for letter in found
    )
    run_sql(
        "VACUUM (ANALYZE) notifications_message, orders_orderevent, post_office_email",
        "CHECKPOINT",
    )
