"""The sweep: it finds what is due and writes it once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.sweep import sweep
from orders.facts import (
    BuyerDetails,
    Payment,
    Scan,
)
from orders.models import Watch
from orders.words import ScanStatus
from tests.factory import MONDAY, make_order, placed, record
from tests.notifications.outboxing import DAY, HOUR, REMINDER_AT, sent, states

pytestmark = pytest.mark.django_db


def test_a_new_order_gets_its_thank_you_written() -> None:
    order = make_order()

    counts = sweep(MONDAY)

    message = Message.objects.get()
    assert (message.order, message.kind, message.state) == (order, "thank_you", "queued")
    assert (message.due_at, message.expires_at) == (MONDAY, MONDAY + 48 * HOUR)
    assert (counts["looked_at"], counts["messages"], counts["flags"]) == (1, 1, 0)


def test_sweeping_twice_writes_nothing_twice() -> None:
    make_order()
    sweep(MONDAY)
    before = list(Message.objects.values())

    Watch.objects.update(look_at=MONDAY)
    counts = sweep(MONDAY)

    assert list(Message.objects.values()) == before
    assert counts["messages"] == 0


def test_what_is_not_due_to_be_looked_at_is_left_alone() -> None:
    make_order()
    Watch.objects.update(look_at=MONDAY + HOUR)

    counts = sweep(MONDAY)

    assert counts["looked_at"] == 0
    assert not Message.objects.exists()


def test_a_reminder_is_written_at_its_moment_and_not_a_second_before() -> None:
    make_order()
    sweep(MONDAY)
    sent("thank_you", MONDAY)

    too_early = sweep(REMINDER_AT - timedelta(seconds=1))
    on_time = sweep(REMINDER_AT)

    assert (too_early["messages"], on_time["messages"]) == (0, 1)
    assert states()["payment_reminder"] == "queued"


def test_only_the_order_that_is_due_is_looked_at() -> None:
    make_order(number="1")
    later = make_order(number="2", placed_at=MONDAY + 2 * DAY)
    sweep(MONDAY + 2 * DAY)
    Message.objects.update(state="sent", sent_at=MONDAY)

    counts = sweep(REMINDER_AT)

    assert counts["looked_at"] == 1
    assert not later.messages.filter(kind="payment_reminder").exists()


def test_a_finished_order_has_no_watch() -> None:
    make_order(
        number="1",
        paid_at=MONDAY,
        shipped_at=MONDAY + DAY,
        facts=[Scan(order="1", at=MONDAY + 2 * DAY, status=ScanStatus.DELIVERED)],
    )

    sweep(MONDAY + 30 * DAY)

    assert not Watch.objects.exists()


def test_the_same_webhook_thirteen_times_writes_one_note() -> None:
    order = make_order(number="1")
    sweep(MONDAY)
    sent("thank_you", MONDAY)
    payment = Payment(order="1", at=MONDAY + HOUR, reference="pi_1")

    for minute in range(13):
        now = MONDAY + HOUR + timedelta(minutes=minute)
        record(order.shop, placed("1"), payment, now=now)
        sweep(now)

    assert states() == {"thank_you": "sent", "payment_received": "queued"}


def test_importing_old_orders_writes_no_note() -> None:
    today = MONDAY + 21 * DAY
    make_order(number="1", now=today)
    make_order(number="2", paid_at=MONDAY, now=today)
    make_order(number="3", paid_at=MONDAY, shipped_at=MONDAY + DAY, now=today)

    counts = sweep(today)
    later = sweep(today + 3 * DAY)

    assert not Message.objects.exists()
    assert counts["looked_at"] == 3
    assert later["flags"] == 0


def test_a_note_for_a_buyer_without_an_address_waits_to_be_copied() -> None:
    make_order(buyer=BuyerDetails(name="Zoë", username="zoe77"))

    sweep(MONDAY)

    assert states() == {"thank_you": "to_copy"}


def test_no_order_is_ever_cancelled_by_itself() -> None:
    unpaid, paid = make_order(number="1"), make_order(number="2", paid_at=MONDAY)

    for day in range(0, 120, 10):
        sweep(MONDAY + day * DAY)

    unpaid.refresh_from_db()
    paid.refresh_from_db()
    assert (unpaid.status, paid.status) == ("awaiting_payment", "paid")
