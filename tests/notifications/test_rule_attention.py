"""What else needs the seller: an unanswered buyer, a lost mail, a payment that came too late."""

from datetime import timedelta
from decimal import Decimal

import pytest

from notifications.rules.findings import FlagDown, OrderFacts, Raised, Upcoming
from tests.notifications.given import (
    PLACED_AT,
    a_paid_order,
    a_policy,
    an_order,
    flag_answer,
    utc,
    with_note,
)

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
WORD_AT = utc("2026-11-03 11:00")
CANCELLED_AT = PLACED_AT + 7 * DAY


def test_a_buyer_waits_for_an_answer_after_24_hours() -> None:
    order = an_order(last_word_at=WORD_AT)

    before = flag_answer("unanswered", order, a_policy(), WORD_AT + DAY - SECOND)
    then = flag_answer("unanswered", order, a_policy(), WORD_AT + DAY)

    assert isinstance(before, Upcoming)
    assert before.at == WORD_AT + DAY
    assert isinstance(then, Raised)
    assert str(then.reason) == "The buyer wrote on Tue 3 Nov, 12:00 and waits."


@pytest.mark.parametrize("answered_after", [timedelta(0), 2 * DAY])
def test_an_answer_clears_the_flag(answered_after: timedelta) -> None:
    order = an_order(last_word_at=WORD_AT, answered_at=WORD_AT + answered_after)

    assert isinstance(flag_answer("unanswered", order, a_policy(), WORD_AT + 3 * DAY), FlagDown)


def test_an_answer_before_the_last_word_does_not_count() -> None:
    order = an_order(last_word_at=WORD_AT, answered_at=WORD_AT - SECOND)

    assert isinstance(flag_answer("unanswered", order, a_policy(), WORD_AT + DAY), Raised)


def test_a_silent_buyer_waits_for_nothing() -> None:
    assert isinstance(flag_answer("unanswered", an_order(), a_policy(), WORD_AT), FlagDown)


@pytest.mark.parametrize("state", ["bounced", "failed"])
def test_a_note_that_was_lost_is_flagged_with_the_servers_words(state: str) -> None:
    order = with_note(an_order(), "thank_you", state, PLACED_AT)

    answer = flag_answer("undeliverable", order, a_policy(), PLACED_AT + DAY)

    assert isinstance(answer, Raised)
    assert answer.subject == "thank_you"
    assert "550 no such user" in str(answer.reason)


@pytest.mark.parametrize(
    "state", ["queued", "sending", "sent", "delivered", "cancelled", "to_copy"]
)
def test_a_note_on_its_way_or_arrived_is_not_flagged(state: str) -> None:
    order = with_note(an_order(), "thank_you", state, PLACED_AT)

    answer = flag_answer("undeliverable", order, a_policy(), PLACED_AT + DAY)

    assert isinstance(answer, FlagDown)


@pytest.mark.parametrize("relisted", [False, True])
def test_a_payment_after_cancelling_or_relisting_is_flagged(relisted: bool) -> None:
    paid_at = CANCELLED_AT + DAY
    relisted_at = CANCELLED_AT if relisted else None
    order = a_paid_order(paid_at, cancelled_at=CANCELLED_AT, relisted_at=relisted_at)

    answer = flag_answer("paid_after_cancel", order, a_policy(), paid_at)

    assert isinstance(answer, Raised)
    assert answer.since == paid_at


def test_a_part_payment_after_cancelling_is_flagged_too() -> None:
    order = an_order(
        paid_amount=Decimal(1), last_payment_at=CANCELLED_AT + DAY, cancelled_at=CANCELLED_AT
    )

    answer = flag_answer("paid_after_cancel", order, a_policy(), CANCELLED_AT + DAY)

    assert isinstance(answer, Raised)


def test_paid_in_time_and_booked_after_relisting_is_flagged() -> None:
    order = a_paid_order(CANCELLED_AT - DAY, cancelled_at=CANCELLED_AT, relisted_at=CANCELLED_AT)

    answer = flag_answer("paid_after_cancel", order, a_policy(), CANCELLED_AT + DAY)

    assert isinstance(answer, Raised)
    assert answer.since == CANCELLED_AT


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (a_paid_order(), "The order is not cancelled."),
        (an_order(cancelled_at=CANCELLED_AT), "No money came in after it was cancelled."),
        (a_paid_order(cancelled_at=CANCELLED_AT), "No money came in after it was cancelled."),
        (
            a_paid_order(
                CANCELLED_AT + DAY, cancelled_at=CANCELLED_AT, refunded_amount=Decimal(12)
            ),
            "The money has been refunded.",
        ),
    ],
    ids=["alive", "never_paid", "paid_before", "refunded"],
)
def test_no_late_payment_is_flagged_when(order: OrderFacts, reason: str) -> None:
    answer = flag_answer("paid_after_cancel", order, a_policy(), CANCELLED_AT + 2 * DAY)

    assert isinstance(answer, FlagDown)
    assert str(answer.reason) == reason
