"""Mail servers that refuse, hang up or are away, and messages that cannot be written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from notifications import outbox, sending
from notifications.in_doubt import InDoubt
from notifications.models import Message
from notifications.outbox import send_messages
from notifications.settling import NO_SERVER_DELAY, RETRY_DELAYS
from notifications.sweep import sweep
from notifications.words import MessageState
from orders.facts import BuyerDetails
from orders.models import Flag, OrderEvent, Shop
from tests.factory import MONDAY, make_order, make_shop
from tests.notifications.outboxing import HOUR, SECOND, kinds, message_of, play, text_of
from tests.servers import SmtpSink, smtp_sink

pytestmark = pytest.mark.django_db

MINUTES = [delay / timedelta(minutes=1) for delay in RETRY_DELAYS]


def refuse(sink: SmtpSink, answer: str, address: str = "zoe@example.com") -> None:
    """Answer every mail to this address so; None to the others."""
    sink.on_data = lambda to: answer if to == address else None


def test_the_table_of_retries_spans_most_of_a_day() -> None:
    assert MINUTES == [1, 5, 30, 120, 360, 720]


def test_a_mailbox_that_is_full_for_now_is_tried_again_by_the_table(smtp_sink: SmtpSink) -> None:
    refuse(smtp_sink, "452 mailbox full")
    order = make_order()
    now = MONDAY
    sweep(now)

    for attempt, delay in enumerate(RETRY_DELAYS, start=1):
        send_messages(now)
        send_messages(now + delay - SECOND)
        message = message_of(order)
        assert (message.state, message.attempts) == (MessageState.QUEUED, attempt)
        assert message.next_attempt_at == now + delay
        assert message.detail == "452 mailbox full"
        now += delay
    send_messages(now)

    message = message_of(order)
    assert (message.state, message.attempts) == (MessageState.FAILED, len(RETRY_DELAYS) + 1)


def test_a_message_given_up_raises_a_flag_and_stands_in_the_timeline(smtp_sink: SmtpSink) -> None:
    refuse(smtp_sink, "550 no such user")
    order = make_order()
    play(MONDAY)

    sweep(MONDAY + SECOND)

    flag = Flag.objects.get(order=order, kind="undeliverable")
    assert "550 no such user" in flag.reason
    told = OrderEvent.objects.get(order=order, kind="note")
    assert (told.data["state"], told.data["detail"]) == ("failed", "550 no such user")


def test_a_second_try_that_succeeds_ends_it(smtp_sink: SmtpSink) -> None:
    refuse(smtp_sink, "451 try later")
    order = make_order()
    play(MONDAY)
    smtp_sink.on_data = lambda to: None

    send_messages(MONDAY + RETRY_DELAYS[0])
    send_messages(MONDAY + HOUR)

    assert kinds(smtp_sink) == ["thank_you"]
    message = message_of(order)
    assert (message.state, message.attempts, message.detail) == (MessageState.SENT, 2, "")


def test_a_refusal_for_good_is_not_repeated(smtp_sink: SmtpSink) -> None:
    asked: list[str] = []
    smtp_sink.on_rcpt = lambda to: asked.append(to) or "550 no such user"
    order = make_order()

    for hours in range(0, 40, 4):
        play(MONDAY + hours * HOUR)

    assert asked == ["zoe@example.com"]
    assert message_of(order).state == MessageState.FAILED


def test_without_a_server_messages_wait_and_no_attempt_counts(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    shop = make_shop()
    for _order in range(3):
        make_order(shop)
    sweep(MONDAY)

    counts = [send_messages(MONDAY + minutes * NO_SERVER_DELAY) for minutes in range(10)]

    assert all(count == {"no_server": 3} for count in counts)
    messages = Message.objects.all()
    assert {(m.state, m.attempts) for m in messages} == {(MessageState.QUEUED, 0)}
    assert {m.next_attempt_at for m in messages} == {MONDAY + 10 * NO_SERVER_DELAY}


def test_when_the_server_is_back_all_goes_out(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    make_order()
    play(MONDAY)

    with smtp_sink() as sink:
        settings.EMAIL_PORT = sink.port
        play(MONDAY + NO_SERVER_DELAY)

    assert kinds(sink) == ["thank_you"]


def test_a_connection_dropped_in_the_middle_costs_one_message_a_minute(
    smtp_sink: SmtpSink,
) -> None:
    shop = make_shop()
    for number in range(1, 6):
        buyer = BuyerDetails(name="Zoë", email=f"buyer{number}@example.com")
        make_order(shop, str(number), buyer=buyer)
    refuse(smtp_sink, "drop", "buyer3@example.com")
    play(MONDAY)
    first_round = len(smtp_sink.messages)
    smtp_sink.on_data = lambda to: None

    play(MONDAY + RETRY_DELAYS[0])

    assert first_round == 4
    assert len(smtp_sink.messages) == 5
    assert len({mail["Message-ID"] for mail in smtp_sink.messages}) == 5


def test_one_address_that_is_refused_blocks_nobody(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    for number in range(1, 6):
        buyer = BuyerDetails(name="Zoë", email=f"buyer{number}@example.com")
        make_order(shop, str(number), buyer=buyer)
    refuse(smtp_sink, "550 unknown", "buyer3@example.com")

    play(MONDAY)

    assert len(smtp_sink.messages) == 4


def test_one_message_that_cannot_be_written_blocks_nobody(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    bad = make_order(shop, paid_at=MONDAY, shipped_at=MONDAY)
    good = make_order(shop, paid_at=MONDAY, shipped_at=MONDAY)
    sweep(MONDAY)
    bad.shipments.update(lines=[{"what": "no item"}])

    send_messages(MONDAY)

    assert message_of(bad, "tracking_notice").state == MessageState.FAILED
    assert message_of(good, "tracking_notice").state == MessageState.SENT
    assert message_of(bad).state == MessageState.SENT


def test_a_shop_whose_settings_make_no_sense_blocks_no_other(smtp_sink: SmtpSink) -> None:
    broken, sound = make_shop("broken"), make_shop("sound")
    bad = [make_order(broken) for _order in range(2)]
    good = [make_order(sound) for _order in range(2)]
    sweep(MONDAY)
    Shop.objects.filter(pk=broken.pk).update(timezone="Atlantis/Capital")

    send_messages(MONDAY)

    assert {message_of(order).state for order in good} == {MessageState.SENT}
    held = [message_of(order) for order in bad]
    assert {(m.state, m.attempts) for m in held} == {(MessageState.QUEUED, 0)}
    assert {m.next_attempt_at for m in held} == {MONDAY + outbox.PUT_OFF}


def test_what_was_put_off_goes_out_once_the_settings_are_mended(smtp_sink: SmtpSink) -> None:
    shop = make_shop()
    make_order(shop)
    sweep(MONDAY)
    Shop.objects.filter(pk=shop.pk).update(timezone="Atlantis/Capital")
    send_messages(MONDAY)
    Shop.objects.filter(pk=shop.pk).update(timezone="Europe/Berlin")

    send_messages(MONDAY + outbox.PUT_OFF)

    assert kinds(smtp_sink) == ["thank_you"]


def test_a_servers_answer_of_any_bytes_can_be_kept(smtp_sink: SmtpSink) -> None:
    smtp_sink.on_rcpt = lambda to: "550 no\x00such \x07user"
    order = make_order()

    play(MONDAY)

    assert message_of(order).detail.startswith("550 no")


def test_names_and_lines_from_anywhere_arrive_whole(smtp_sink: SmtpSink) -> None:
    shop = make_shop(name="Große Perlen, größere Perlen und die größten Perlen von allen")
    buyer = BuyerDetails(name="Žofie\r\nBcc: all@example.com", email="zoe@example.com")
    make_order(shop, "R 1\nBcc: all@example.com", buyer=buyer, note="x" * 3000)

    play(MONDAY)

    [received] = smtp_sink.received
    assert received.recipients == ["zoe@example.com"]
    assert received.message["Bcc"] is None
    assert "Žofie" in text_of(received.message)


def test_a_slow_batch_lets_go_of_what_it_cannot_send_in_time(
    smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CLAIM_SECONDS", 0)
    order = make_order()
    sweep(MONDAY)

    counts = outbox.work_off(lambda: MONDAY, InDoubt())

    assert counts == {"abandoned": 1}
    message = message_of(order)
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
