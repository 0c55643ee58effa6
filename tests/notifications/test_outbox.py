"""What the outbox sends, to whom, and what it lets be, over a real mail server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.materials import gather
from notifications.models import Message
from notifications.outbox import BATCH, send_messages
from notifications.sweep import sweep
from notifications.words import MessageState
from orders import lifecycle
from orders.facts import BuyerDetails, Cancel, Pause, Payment, Resume, Word
from orders.models import OrderEvent
from tests.factory import MONDAY, make_order, make_shop, make_user, record
from tests.notifications.outboxing import (
    DAY,
    HOUR,
    REMINDER_AT,
    SECOND,
    elsewhere,
    html_of,
    kinds,
    message_of,
    play,
    text_of,
)
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db


def test_a_note_is_sent_once_and_marked_sent(smtp_sink: SmtpSink) -> None:
    order = make_order(number="1001")

    play(MONDAY)
    play(MONDAY + SECOND)

    [mail] = smtp_sink.messages
    assert mail["To"] == "zoe@example.com"
    assert mail["X-Shopcare-Note"] == "thank_you; order=1001"
    message = message_of(order)
    assert (message.state, message.sent_at) == (MessageState.SENT, MONDAY)
    assert message.recipient == "zoe@example.com"
    assert message.subject_line == mail["Subject"]
    assert message.text.rstrip() == text_of(mail).rstrip()
    assert "<html" in html_of(mail)


def test_the_timeline_tells_of_a_sent_note(smtp_sink: SmtpSink) -> None:
    order = make_order()

    play(MONDAY)

    told = OrderEvent.objects.get(order=order, kind="note")
    assert (told.at, told.data["note"], told.data["state"]) == (MONDAY, "thank_you", "sent")


def test_a_payment_one_second_before_sending_stops_the_reminder(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    order = make_order(shop, "1001")
    play(MONDAY)
    sweep(REMINDER_AT)
    assert message_of(order, "payment_reminder").state == MessageState.QUEUED
    record(shop, Payment(order="1001", at=REMINDER_AT - SECOND))

    send_messages(REMINDER_AT)

    assert kinds(smtp_sink) == ["thank_you"]
    reminder = message_of(order, "payment_reminder")
    assert (reminder.state, reminder.detail) == (MessageState.CANCELLED, "The order is paid.")


@pytest.mark.django_db(transaction=True)
def test_a_payment_between_claim_and_sending_stops_the_reminder(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    addresses = {"1001": "one@example.com", "1002": "two@example.com"}
    for number, address in addresses.items():
        make_order(shop, number, buyer=BuyerDetails(name="Zoë", email=address))
    play(MONDAY)

    def pay_the_other(address: str) -> None:
        """Both are claimed; while the first is being sent, the second buyer pays."""
        [other] = [number for number, to in addresses.items() if to != address]
        elsewhere(lambda: record(shop, Payment(order=other, at=REMINDER_AT)))

    smtp_sink.on_data = pay_the_other
    play(REMINDER_AT)

    assert kinds(smtp_sink) == ["thank_you", "thank_you", "payment_reminder"]
    reminders = Message.objects.filter(kind="payment_reminder").values_list("state", flat=True)
    assert sorted(reminders) == [MessageState.CANCELLED, MessageState.SENT]


def test_the_letter_tells_what_is_true_at_sending(smtp_sink: SmtpSink) -> None:
    shop = make_shop(policy={"fast_payment_hours": 24})
    make_order(shop, "1001")
    make_order(shop, "1002")
    sweep(MONDAY)
    record(shop, Payment(order="1002", at=MONDAY + SECOND))

    send_messages(MONDAY + SECOND)

    letters = {str(mail["X-Shopcare-Note"])[-4:]: text_of(mail) for mail in smtp_sink.messages}
    assert letters["1001"].replace("1001", "#") != letters["1002"].replace("1002", "#")


def test_what_expired_in_the_queue_is_cancelled(smtp_sink: SmtpSink) -> None:
    order = make_order()
    sweep(MONDAY)

    send_messages(MONDAY + 48 * HOUR)

    assert smtp_sink.messages == []
    message = message_of(order)
    assert message.state == MessageState.CANCELLED
    assert "stale" in message.detail


def test_outside_the_window_a_note_is_taken_back_and_goes_at_the_opening(
    smtp_sink: SmtpSink,
) -> None:
    order = make_order()
    play(MONDAY)
    sweep(REMINDER_AT)
    night = REMINDER_AT.replace(hour=22)
    opening = REMINDER_AT.replace(hour=7, minute=0) + DAY

    play(night)
    state_at_night = message_of(order, "payment_reminder").state
    play(opening - SECOND)
    count_before = len(smtp_sink.messages)
    play(opening)

    assert state_at_night == MessageState.CANCELLED
    assert count_before == 1
    assert kinds(smtp_sink) == ["thank_you", "payment_reminder"]
    assert message_of(order, "payment_reminder").sent_at == opening


@pytest.mark.parametrize(
    ("stop", "reason"), [(Pause, "You paused this order"), (Cancel, "The order was cancelled.")]
)
def test_a_note_is_not_sent_about_an_order_stopped_meanwhile(
    smtp_sink: SmtpSink, stop: Callable[..., Pause], reason: str
) -> None:
    shop = make_shop()
    order = make_order(shop, "1001")
    sweep(MONDAY)
    record(shop, stop(order="1001", at=MONDAY + SECOND))

    send_messages(MONDAY + SECOND)

    assert smtp_sink.messages == []
    assert reason in message_of(order).detail


def test_what_a_pause_held_back_goes_out_after_it(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    make_order(shop, "1001", facts=[Pause(order="1001", at=MONDAY)])
    play(MONDAY)

    record(shop, Resume(order="1001", at=MONDAY + HOUR))
    play(MONDAY + HOUR)

    assert kinds(smtp_sink) == ["thank_you"]


def test_a_buyer_paused_meanwhile_gets_nothing(smtp_sink: SmtpSink) -> None:
    order = make_order()
    sweep(MONDAY)
    lifecycle.pause_buyer(buyer=order.buyer, at=MONDAY, now=MONDAY)

    send_messages(MONDAY)

    assert smtp_sink.messages == []


def test_a_buyer_without_an_address_gets_a_note_to_copy(smtp_sink: SmtpSink) -> None:
    order = make_order(buyer=BuyerDetails(name="Zoë", username="zoe_o"))

    play(MONDAY)

    assert smtp_sink.messages == []
    assert message_of(order).state == MessageState.TO_COPY


def test_an_address_lost_in_the_queue_makes_a_note_to_copy(smtp_sink: SmtpSink) -> None:
    order = make_order()
    sweep(MONDAY)
    type(order.buyer).objects.filter(pk=order.buyer.pk).update(email="")

    send_messages(MONDAY)

    assert smtp_sink.messages == []
    assert message_of(order).state == MessageState.TO_COPY


def test_a_word_that_came_in_the_queue_puts_the_reminder_off_three_days(
    smtp_sink: SmtpSink,
) -> None:
    shop = make_shop()
    make_order(shop, "1001")
    play(MONDAY)
    sweep(REMINDER_AT)
    record(shop, Word(order="1001", at=REMINDER_AT + SECOND, text="On Friday"))

    send_messages(REMINDER_AT + SECOND)
    play(REMINDER_AT + SECOND)
    before = kinds(smtp_sink)
    play(REMINDER_AT + SECOND + 3 * DAY)

    assert before == ["thank_you"]
    assert kinds(smtp_sink) == ["thank_you", "payment_reminder"]


def test_a_batch_takes_the_same_number_of_queries_for_each_message(smtp_sink: SmtpSink) -> None:
    shop = make_shop()

    def queries_for(count: int) -> int:
        for _order in range(count):
            make_order(shop)
        sweep(MONDAY)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            send_messages(MONDAY)
        return len(queries)

    few, many = queries_for(2), queries_for(22)

    # One settles a message and looks at the next; all the rest is read for the batch.
    assert many - few == 20


def test_shops_without_an_address_of_their_own_take_one_query_for_all() -> None:
    def queries_for(slugs: list[str]) -> int:
        shops = [
            make_shop(slug, owner=make_user(f"{slug}@example.com"), sender_email="")
            for slug in slugs
        ]
        with CaptureQueriesContext(connection) as queries:
            sellers = gather([shop.pk for shop in shops], []).sellers
        assert sellers == {shop.pk: [f"{shop.slug}@example.com"] for shop in shops}
        return len(queries)

    assert queries_for(["one"]) == queries_for(["two", "three", "four"])


def test_one_connection_is_kept_for_a_whole_batch(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    for _order in range(BATCH - 1):
        make_order(shop)

    play(MONDAY)

    assert len(smtp_sink.messages) == BATCH - 1
    assert smtp_sink.connections == 1
