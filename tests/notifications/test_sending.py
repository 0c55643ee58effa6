"""Messages of one batch: the next is written and announced while the last is under way."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest

from notifications import mail, outbox
from notifications.in_doubt import InDoubt
from notifications.models import Message
from notifications.outbox import send_messages
from notifications.post import Fate, Post
from notifications.sweep import sweep
from notifications.wording import Letter
from notifications.words import MessageState
from orders.facts import BuyerDetails, Cancel, Pause, Payment, Shipment
from orders.models import Shop
from tests.factory import MONDAY, make_order, make_shop, record
from tests.notifications.outboxing import HOUR, elsewhere, text_of
from tests.servers import SmtpSink

# So long a server takes that meanwhile the next mail is written for certain.
WHILE_WRITING = 0.2


@pytest.fixture
def shop() -> Shop:
    return make_shop(policy={"fast_payment_hours": 24})


def queue(shop: Shop, *numbers: str) -> None:
    """A thank-you for each of these orders."""
    for number in numbers:
        make_order(shop, number, buyer=BuyerDetails(name="Zoë", email=f"{number}@example.com"))
    sweep(MONDAY)


def once_while_sending(sink: SmtpSink, action: Callable[[str], object]) -> None:
    """Call `action` with the address of the first mail while the server has that in hand."""

    def act(address: str) -> None:
        sink.on_data = lambda to: None
        time.sleep(WHILE_WRITING)
        action(address)

    sink.on_data = act


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_written_anew_when_its_order_changes_after_the_writing(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    queue(shop, "1001", "1002")

    def pay_the_other(address: str) -> None:
        other = "1002" if address.startswith("1001") else "1001"
        elsewhere(lambda: record(shop, Payment(order=other, at=MONDAY)))

    once_while_sending(smtp_sink, pay_the_other)
    send_messages(MONDAY)

    first, second = map(text_of, smtp_sink.messages)
    assert "paying so quickly" not in first
    assert "paying so quickly" in second


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_the_server_waits_for_is_taken_back_when_it_is_no_longer_true(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    numbers = {"1001", "1002", "1003"}
    queue(shop, *numbers)
    gone: list[str] = []

    def cancel_another(address: str) -> None:
        gone.append(sorted(numbers - {address.partition("@")[0]})[0])
        elsewhere(lambda: record(shop, Cancel(order=gone[0], at=MONDAY)))

    once_while_sending(smtp_sink, cancel_another)
    send_messages(MONDAY)

    arrived = {one.recipients[0].partition("@")[0] for one in smtp_sink.received}
    assert arrived == numbers - set(gone)
    states = Message.objects.values_list("state", flat=True).order_by("state")
    assert list(states) == [MessageState.CANCELLED, MessageState.SENT, MessageState.SENT]


@pytest.mark.django_db(transaction=True)
def test_a_letter_written_two_mails_ahead_is_written_anew_when_its_order_changes(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    numbers = {"1001", "1002", "1003"}
    queue(shop, *numbers)
    seen: list[str] = []

    def pay_the_last_during_the_second(address: str) -> None:
        seen.append(address.partition("@")[0])
        if len(seen) == 2:
            [last] = numbers - set(seen)
            elsewhere(lambda: record(shop, Payment(order=last, at=MONDAY)))

    smtp_sink.on_data = pay_the_last_during_the_second
    send_messages(MONDAY)

    thanked = ["paying so quickly" in text_of(mail) for mail in smtp_sink.messages]
    assert thanked == [False, False, True]


@pytest.mark.django_db(transaction=True)
def test_no_letter_about_an_order_goes_out_when_it_changes_after_the_writing(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    queue(shop, "1001")
    make_order(shop, "1002", buyer=BuyerDetails(name="Zoë", email="1002@example.com"))
    for parcel in ("1", "2"):
        record(shop, Shipment(order="1002", at=MONDAY, parcel=parcel, lines=()))
    sweep(MONDAY)
    Message.objects.filter(order__number="1001").update(next_attempt_at=MONDAY - HOUR)

    def pause_it(address: str) -> None:
        elsewhere(lambda: record(shop, Pause(order="1002", at=MONDAY)))

    once_while_sending(smtp_sink, pause_it)
    counts = send_messages(MONDAY)

    assert counts == {"sent": 1, "cancelled": 3}
    assert [one.recipients for one in smtp_sink.received] == [["1001@example.com"]]


@pytest.mark.django_db(transaction=True)
def test_what_expires_after_the_writing_is_not_sent(smtp_sink: SmtpSink, shop: Shop) -> None:
    queue(shop, "1001", "1002")
    now: list[datetime] = [MONDAY]

    def let_two_days_go_by(address: str) -> None:
        now[0] = MONDAY + 48 * HOUR

    once_while_sending(smtp_sink, let_two_days_go_by)
    counts = outbox.work_off(lambda: now[0], InDoubt())

    assert counts == {"sent": 1, "cancelled": 1}
    assert len(smtp_sink.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_each_mail_is_settled_before_the_next_is_handed_over(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    queue(shop, "1001", "1002", "1003")
    sent_before: list[int] = []

    def count_sent(address: str) -> None:
        sent = Message.objects.filter(state=MessageState.SENT)
        elsewhere(lambda: sent_before.append(sent.count()))

    smtp_sink.on_data = count_sent
    send_messages(MONDAY)

    assert sent_before == [0, 1, 2]


def built(shop: Shop, recipient: str) -> mail.Mail:
    message = Message.objects.first()
    assert message is not None
    letter = Letter(subject="Thank you", text="Dear Zoe,\n", html="<p>Dear Zoe,</p>")
    return mail.build(
        letter=letter,
        kind="thank_you",
        number="1",
        token=message.token,
        shop=shop,
        recipients=[recipient],
    )


@pytest.mark.django_db
def test_a_mail_that_was_announced_and_never_sent_reaches_nobody(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    queue(shop, "1001")
    first, second, third = (built(shop, f"{name}@example.com") for name in "abc")
    post = Post()

    post.send(first)
    post.announce(second)
    attempt = post.send(third)
    post.announce(second)
    post.close()

    assert attempt.fate == Fate.SENT
    assert [one.recipients for one in smtp_sink.received] == [["a@example.com"], ["c@example.com"]]


@pytest.mark.django_db
def test_an_announced_mail_goes_out_over_the_same_connection(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    queue(shop, "1001")
    first, second = (built(shop, f"{name}@example.com") for name in "ab")
    post = Post()

    post.send(first)
    post.announce(second)
    post.send(second)
    post.close()

    assert [one.recipients for one in smtp_sink.received] == [["a@example.com"], ["b@example.com"]]
    assert smtp_sink.connections == 1


@pytest.mark.django_db
def test_a_mail_that_cannot_be_written_down_does_no_harm_when_announced(
    smtp_sink: SmtpSink, shop: Shop
) -> None:
    queue(shop, "1001")
    first, broken, last = (built(shop, f"{name}@example.com") for name in "abc")
    broken.subject = "Two\nlines"
    post = Post()

    post.send(first)
    post.announce(broken)
    fates = [post.send(broken).fate, post.send(last).fate]
    post.close()

    assert fates == [Fate.REFUSED, Fate.SENT]
    assert [one.recipients for one in smtp_sink.received] == [["a@example.com"], ["c@example.com"]]
