"""The sweep: it finds what is due, writes it once, and takes back what is not true any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from notifications.sweep import BATCH, CLAIM, PUT_OFF, sweep, sweep_batch
from orders import lifecycle
from orders.facts import (
    BuyerDetails,
    Cancel,
    Pause,
    Payment,
    Reinstate,
    Resume,
    Scan,
    Shipment,
    TrackingCode,
    Word,
)
from orders.models import Order, Shop, Watch
from orders.words import ScanStatus
from tests.factory import MONDAY, make_order, make_shop, placed, record
from tests.notifications.outboxing import DAY, HOUR, REMINDER_AT

pytestmark = pytest.mark.django_db


def states() -> dict[str, str]:
    """The written notes and their states."""
    return dict(Message.objects.values_list("kind", "state"))


def sent(kind: str, at: datetime) -> None:
    """What the outbox would note after sending."""
    Message.objects.filter(kind=kind).update(state="sent", sent_at=at, settled_at=at)


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


def test_an_order_that_cannot_be_planned_is_put_off_and_holds_up_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = make_order(number="1", paid_at=MONDAY)
    make_order(number="2")
    # The day after this one is not in the calendar.
    Order.objects.filter(pk=broken.pk).update(ship_by_on="9999-12-31")

    counts = sweep(MONDAY)

    assert counts["put_off"] == 1
    assert Watch.objects.get(order=broken).look_at == MONDAY + PUT_OFF
    assert list(Message.objects.values_list("order__number", flat=True)) == ["2"]
    assert "could not be planned" in caplog.text
    assert "Zoë" not in caplog.text


def test_a_shop_whose_settings_make_no_sense_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = make_order(number="1")
    Shop.objects.update(timezone="Mars/Olympus")
    make_order(make_shop("other-shop"), number="2")

    counts = sweep(MONDAY)

    assert (counts["looked_at"], counts["messages"], counts["put_off"]) == (2, 1, 1)
    assert Watch.objects.get(order=broken).look_at == MONDAY + PUT_OFF
    assert "could not be written" in caplog.text


def test_a_batch_costs_the_same_queries_whatever_its_size() -> None:
    shop = make_shop()

    def queries(first: int, count: int) -> int:
        record(shop, *(placed(str(number)) for number in range(first, first + count)))
        with CaptureQueriesContext(connection) as captured:
            sweep_batch(MONDAY)
        return len(captured)

    assert queries(1000, 1) == queries(2000, 400)


def test_an_idle_sweep_is_one_query() -> None:
    with CaptureQueriesContext(connection) as captured:
        sweep(MONDAY)

    assert len([query for query in captured if "orders_watch" in query["sql"]]) == 1
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 1


def test_the_claim_uses_its_index() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(2000)))
    Watch.objects.update(look_at=MONDAY + 9 * DAY)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_watch")
        cursor.execute(f"EXPLAIN {CLAIM}", [timezone.now(), BATCH])
        described = "\n".join(row[0] for row in cursor.fetchall())

    assert "watch_look_at" in described


def test_a_limit_stops_a_long_sweep() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(BATCH + 200)))

    counts = sweep(MONDAY, limit=1)

    assert counts["looked_at"] == BATCH
    assert sweep(MONDAY)["looked_at"] == 200


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_write_nothing_twice_and_miss_nothing() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(1200)))
    start = Barrier(3)

    def run(_number: int) -> int:
        try:
            start.wait()
            return sweep(MONDAY)["messages"]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(run, range(3)))

    assert sum(written) == 1200
    assert Message.objects.count() == 1200
    assert not Watch.objects.filter(look_at__lte=MONDAY).exists()


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_payments_at_the_same_time_leave_no_reminder_to_one_who_paid() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(300)))
    start = Barrier(2)

    def pay() -> None:
        try:
            start.wait()
            for number in range(0, 300, 20):
                some = [Payment(order=str(n), at=REMINDER_AT) for n in range(number, number + 20)]
                record(shop, *some)
        finally:
            connection.close()

    def look() -> None:
        try:
            start.wait()
            for _again in range(8):
                sweep(REMINDER_AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(pay), pool.submit(look)]:
            job.result()
    sweep(REMINDER_AT)

    assert Order.objects.filter(status="paid").count() == 300
    assert not Message.objects.filter(kind="payment_reminder", state="queued").exists()
