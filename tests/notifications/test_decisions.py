"""What the seller decides about one note of one order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications import decisions
from notifications.models import Message
from notifications.outbox import send_messages
from notifications.sweep import sweep
from orders.facts import Payment
from orders.models import Order
from tests.factory import MONDAY, make_order, record
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db

REMINDER_AT = MONDAY + timedelta(days=3)
REMINDER = {"kind": "payment_reminder", "subject": ""}


def thanked_order() -> Order:
    """An unpaid order whose thank-you has gone out."""
    order = make_order()
    sweep(MONDAY)
    Message.objects.update(state="sent", sent_at=MONDAY, settled_at=MONDAY)
    return order


def reminders() -> list[str]:
    found = Message.objects.filter(kind="payment_reminder")
    return list(found.values_list("state", flat=True))


def test_a_skipped_note_is_never_written() -> None:
    order = thanked_order()
    decisions.skip(order=order, now=MONDAY, **REMINDER)

    sweep(REMINDER_AT)

    assert reminders() == []


def test_skipping_takes_a_queued_note_back() -> None:
    order = thanked_order()
    sweep(REMINDER_AT)

    decisions.skip(order=order, now=REMINDER_AT, **REMINDER)
    sweep(REMINDER_AT)

    assert reminders() == ["cancelled"]


def test_an_undone_skip_leaves_the_note_to_its_rule() -> None:
    order = thanked_order()
    decisions.skip(order=order, now=MONDAY, **REMINDER)
    decisions.unskip(order=order, now=MONDAY, **REMINDER)

    sweep(REMINDER_AT)

    assert reminders() == ["queued"]


def test_a_note_sent_now_waits_for_no_window() -> None:
    order = thanked_order()
    in_the_night = MONDAY + timedelta(hours=14)  # 23:30 in Berlin
    decisions.send_now(order=order, now=in_the_night, **REMINDER)

    sweep(in_the_night)

    assert reminders() == ["queued"]


def test_a_paid_order_is_not_reminded_even_when_told_to() -> None:
    order = thanked_order()
    record(order.shop, Payment(order=order.number, at=MONDAY))
    decisions.send_now(order=order, now=MONDAY, **REMINDER)

    sweep(MONDAY)

    assert reminders() == []


def test_a_note_sent_now_is_not_sent_again_when_it_falls_due() -> None:
    order = thanked_order()
    decisions.send_now(order=order, now=MONDAY, **REMINDER)
    sweep(MONDAY)
    sent = {"state": "sent", "sent_at": MONDAY, "settled_at": MONDAY}
    Message.objects.filter(kind="payment_reminder").update(**sent)

    sweep(REMINDER_AT)

    assert reminders() == ["sent"]


def test_the_sellers_own_words_are_sent_as_they_stand(smtp_sink: SmtpSink) -> None:
    order = make_order()
    words = {"subject_line": "Just for {{ you }}", "body": "Dear Zoë,\n\n{{ 7 }} <b>beads</b>."}
    decisions.edit(order=order, kind="thank_you", subject="", now=MONDAY, **words)
    sweep(MONDAY)

    send_messages(MONDAY)

    [mail] = smtp_sink.messages
    assert mail["Subject"] == "Just for {{ you }}"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "{{ 7 }} <b>beads</b>." in text
    assert "{{ 7 }} &lt;b&gt;beads&lt;/b&gt;." in html
