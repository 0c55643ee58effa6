"""The confirmation of a payment: only when the thank-you did not and will not tell it."""

from datetime import timedelta

from notifications.rules.findings import Due, Sent, Withheld
from tests.notifications.given import (
    PLACED_AT,
    a_paid_order,
    a_policy,
    an_order,
    note_answer,
    utc,
    with_note,
)

KIND = "payment_received"
SECOND = timedelta(seconds=1)
PAID_AT = utc("2026-11-04 22:15")  # 23:15 in Berlin


def test_a_payment_is_confirmed_at_once_at_any_hour_after_the_thank_you() -> None:
    order = with_note(a_paid_order(PAID_AT), "thank_you", "sent", PLACED_AT)

    answer = note_answer(KIND, order, a_policy(), PAID_AT)

    assert answer == Due(KIND, "", PAID_AT, PAID_AT + timedelta(hours=48), to_copy=False)


def test_a_thank_you_sent_in_the_second_of_payment_confirms_it() -> None:
    order = with_note(a_paid_order(PAID_AT), "thank_you", "delivered", PAID_AT)

    answer = note_answer(KIND, order, a_policy(), PAID_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "The thank-you, sent after the payment, says so already."


def test_a_thank_you_sent_a_second_before_the_payment_does_not() -> None:
    order = with_note(a_paid_order(PAID_AT), "thank_you", "sent", PAID_AT - SECOND)

    assert isinstance(note_answer(KIND, order, a_policy(), PAID_AT), Due)


def test_a_thank_you_still_to_go_out_will_confirm_the_payment() -> None:
    now = PLACED_AT + SECOND
    for order in (a_paid_order(now), with_note(a_paid_order(now), "thank_you", "queued")):
        answer = note_answer(KIND, order, a_policy(), now)

        assert isinstance(answer, Withheld)
        assert str(answer.reason) == "The thank-you is still to go out and will say so."


def test_a_payment_is_confirmed_when_the_thank_you_is_switched_off() -> None:
    policy = a_policy(rules_off=frozenset({"thank_you"}))

    assert isinstance(note_answer(KIND, a_paid_order(), policy, PLACED_AT), Due)


def test_a_payment_is_confirmed_when_the_thank_you_has_expired() -> None:
    now = PLACED_AT + timedelta(hours=60)

    assert isinstance(note_answer(KIND, a_paid_order(now), a_policy(), now), Due)


def test_a_payment_is_confirmed_until_48_hours_later() -> None:
    order = with_note(a_paid_order(PAID_AT), "thank_you", "sent", PLACED_AT)
    expiry = PAID_AT + timedelta(hours=48)

    assert isinstance(note_answer(KIND, order, a_policy(), expiry - SECOND), Due)
    assert isinstance(note_answer(KIND, order, a_policy(), expiry), Withheld)


def test_an_unpaid_or_cancelled_order_has_no_payment_to_confirm() -> None:
    for order in (an_order(), a_paid_order(cancelled_at=PLACED_AT)):
        assert isinstance(note_answer(KIND, order, a_policy(), PLACED_AT), Withheld)


def test_an_order_that_cost_nothing_has_no_payment_to_confirm() -> None:
    order = a_paid_order(last_payment_at=None)

    answer = note_answer(KIND, order, a_policy(), PLACED_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "There was nothing to pay."


def test_a_payment_is_confirmed_at_most_once() -> None:
    order = with_note(a_paid_order(PAID_AT), KIND, "sent", PAID_AT)

    assert isinstance(note_answer(KIND, order, a_policy(), PAID_AT), Sent)


def test_importing_old_payments_confirms_none() -> None:
    today = PAID_AT + timedelta(days=21)

    assert isinstance(note_answer(KIND, a_paid_order(PAID_AT), a_policy(), today), Withheld)
