"""The thank-you: at once, at any hour, for 48 hours."""

from datetime import timedelta

from notifications.rules.findings import Due, Sent, Upcoming, Withheld
from notifications.rules.thank_you import paid_quickly
from tests.notifications.given import (
    PLACED_AT,
    a_paid_order,
    a_policy,
    an_order,
    note_answer,
    utc,
    with_note,
)

SECOND = timedelta(seconds=1)
EXPIRY = PLACED_AT + timedelta(hours=48)


def test_a_thank_you_is_due_at_the_moment_of_placing() -> None:
    answer = note_answer("thank_you", an_order(), a_policy(), PLACED_AT)

    assert answer == Due("thank_you", "", PLACED_AT, EXPIRY, to_copy=False)


def test_a_thank_you_is_upcoming_a_second_before() -> None:
    answer = note_answer("thank_you", an_order(), a_policy(), PLACED_AT - SECOND)

    assert isinstance(answer, Upcoming)
    assert answer.at == PLACED_AT


def test_a_thank_you_goes_out_in_the_middle_of_the_night() -> None:
    night = utc("2026-11-03 02:00")
    order = an_order(placed_at=night, recorded_at=night)

    assert isinstance(note_answer("thank_you", order, a_policy(), night), Due)


def test_a_thank_you_may_still_go_a_second_before_its_expiry() -> None:
    assert isinstance(note_answer("thank_you", an_order(), a_policy(), EXPIRY - SECOND), Due)


def test_a_thank_you_is_withheld_from_its_expiry_on() -> None:
    answer = note_answer("thank_you", an_order(), a_policy(), EXPIRY)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == (
        "It could not go out before Wed 4 Nov, 10:30 and would be stale now."
    )


def test_importing_old_orders_thanks_nobody() -> None:
    today = utc("2026-11-23 09:30")
    order = a_paid_order(recorded_at=today)

    assert isinstance(note_answer("thank_you", order, a_policy(), today), Withheld)


def test_a_cancelled_order_is_not_thanked_for() -> None:
    answer = note_answer("thank_you", an_order(cancelled_at=PLACED_AT), a_policy(), PLACED_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "The order was cancelled."


def test_a_thank_you_that_went_out_is_never_due_again() -> None:
    for state in ("sent", "delivered", "bounced", "complained", "failed", "copied"):
        order = with_note(an_order(), "thank_you", state, PLACED_AT)

        assert isinstance(note_answer("thank_you", order, a_policy(), PLACED_AT), Sent)


def test_a_thank_you_that_was_taken_back_may_be_due_again() -> None:
    order = with_note(an_order(), "thank_you", "cancelled")

    assert isinstance(note_answer("thank_you", order, a_policy(), PLACED_AT), Due)


def test_an_order_paid_exactly_at_the_limit_was_paid_quickly() -> None:
    order = a_paid_order(PLACED_AT + timedelta(hours=24))

    assert paid_quickly(order, a_policy())


def test_an_order_paid_a_second_after_the_limit_was_not_paid_quickly() -> None:
    order = a_paid_order(PLACED_AT + timedelta(hours=24) + SECOND)

    assert not paid_quickly(order, a_policy())


def test_an_unpaid_order_was_not_paid_quickly() -> None:
    assert not paid_quickly(an_order(), a_policy())
