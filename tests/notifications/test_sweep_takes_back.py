"""What the sweep takes back when it is not true any more, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.sweep import sweep
from orders import lifecycle
from orders.facts import (
    Cancel,
    Pause,
    Payment,
    Reinstate,
    Resume,
    Shipment,
    TrackingCode,
    Word,
)
from tests.factory import MONDAY, make_order, record
from tests.notifications.outboxing import DAY, HOUR, REMINDER_AT, sent, states

pytestmark = pytest.mark.django_db


def test_a_payment_takes_back_the_reminder_that_was_written() -> None:
    order = make_order(number="1")
    sweep(REMINDER_AT)
    assert states()["payment_reminder"] == "queued"

    record(order.shop, Payment(order="1", at=REMINDER_AT + HOUR))
    sweep(REMINDER_AT + HOUR)

    note = Message.objects.get(kind="payment_reminder")
    assert (note.state, note.detail) == ("cancelled", "The order is paid.")


def test_cancelling_takes_back_every_note() -> None:
    order = make_order(number="1")
    sweep(MONDAY)

    record(order.shop, Cancel(order="1", at=MONDAY + HOUR))
    sweep(MONDAY + HOUR)

    assert states() == {"thank_you": "cancelled"}


def test_a_reminder_taken_back_for_a_word_comes_three_days_after_it() -> None:
    order = make_order(number="1")
    sweep(REMINDER_AT)
    token = Message.objects.get(kind="payment_reminder").token
    word_at = REMINDER_AT + HOUR

    record(order.shop, Word(order="1", at=word_at, text="On Friday"))
    sweep(word_at)
    after_the_word = states()["payment_reminder"]
    sweep(word_at + 3 * DAY)

    note = Message.objects.get(kind="payment_reminder")
    assert after_the_word == "cancelled"
    assert (note.state, note.due_at, note.detail) == ("queued", word_at + 3 * DAY, "")
    assert note.token == token


def test_a_note_that_went_out_is_never_taken_back_or_written_again() -> None:
    order = make_order(number="1")
    sweep(REMINDER_AT)
    sent("payment_reminder", REMINDER_AT)

    record(order.shop, Word(order="1", at=REMINDER_AT + HOUR))
    sweep(REMINDER_AT + HOUR)
    sweep(REMINDER_AT + 3 * DAY + HOUR)

    assert Message.objects.filter(kind="payment_reminder").count() == 1
    assert states()["payment_reminder"] == "sent"


def test_a_note_being_sent_right_now_is_left_to_the_outbox() -> None:
    order = make_order(number="1")
    sweep(REMINDER_AT)
    Message.objects.update(state="sending")

    record(order.shop, Payment(order="1", at=REMINDER_AT + HOUR))
    sweep(REMINDER_AT + HOUR)

    assert states()["payment_reminder"] == "sending"


def test_a_status_flipped_back_and_forth_sends_nothing_again() -> None:
    order = make_order(number="1", paid_at=MONDAY)
    sweep(MONDAY)
    sent("thank_you", MONDAY)

    for minute in range(1, 14, 2):
        record(order.shop, Cancel(order="1", at=MONDAY + timedelta(minutes=minute)))
        sweep(MONDAY + timedelta(minutes=minute))
        record(order.shop, Reinstate(order="1", at=MONDAY + timedelta(minutes=minute + 1)))
        sweep(MONDAY + timedelta(minutes=minute + 1))

    assert states() == {"thank_you": "sent"}


def test_a_changed_tracking_number_is_announced_and_the_old_one_taken_back() -> None:
    order = make_order(number="1", paid_at=MONDAY)
    record(order.shop, Shipment(order="1", at=MONDAY + DAY, tracking_code="A1"))
    sweep(MONDAY + DAY)

    record(order.shop, TrackingCode(order="1", at=MONDAY + DAY + HOUR, tracking_code="A2"))
    sweep(MONDAY + DAY + HOUR)

    notices = Message.objects.filter(kind="tracking_notice")
    assert dict(notices.values_list("subject", "state")) == {"1:A1": "cancelled", "1:A2": "queued"}


def test_a_pause_takes_notes_back_and_its_end_brings_back_what_has_not_expired() -> None:
    order = make_order(number="1")
    sweep(MONDAY)
    record(order.shop, Pause(order="1", at=MONDAY + HOUR))
    sweep(MONDAY + HOUR)
    assert states() == {"thank_you": "cancelled"}

    record(order.shop, Resume(order="1", at=REMINDER_AT + HOUR))
    sweep(REMINDER_AT + HOUR)

    assert states() == {"thank_you": "cancelled", "payment_reminder": "queued"}


def test_a_paused_buyer_gets_nothing_until_resumed() -> None:
    order = make_order(number="1")
    lifecycle.pause_buyer(buyer=order.buyer, at=MONDAY, now=MONDAY)

    sweep(MONDAY)
    assert states() == {}
    lifecycle.resume_buyer(buyer=order.buyer, now=MONDAY + HOUR)
    sweep(MONDAY + HOUR)

    assert states() == {"thank_you": "queued"}
