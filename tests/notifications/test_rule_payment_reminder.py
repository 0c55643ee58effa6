"""The one payment reminder: after three silent days, in the sending window, once, ever."""

from datetime import timedelta
from decimal import Decimal

from notifications.rules.findings import Due, Sent, Upcoming, Withheld
from tests.notifications.given import (
    PLACED_AT,
    a_paid_order,
    a_policy,
    an_order,
    note_answer,
    utc,
    with_note,
)

KIND = "payment_reminder"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
DUE_AT = PLACED_AT + 3 * DAY
DEADLINE = PLACED_AT + 7 * DAY


def test_a_reminder_is_due_after_exactly_three_days() -> None:
    answer = note_answer(KIND, an_order(), a_policy(), DUE_AT)

    assert answer == Due(KIND, "", DUE_AT, DEADLINE, to_copy=False)


def test_a_reminder_is_upcoming_a_second_before() -> None:
    answer = note_answer(KIND, an_order(), a_policy(), DUE_AT - SECOND)

    assert isinstance(answer, Upcoming)
    assert answer.at == DUE_AT
    assert str(answer.unless) == "the buyer writes or pays"


def test_no_reminder_goes_out_right_after_ordering() -> None:
    assert isinstance(note_answer(KIND, an_order(), a_policy(), PLACED_AT), Upcoming)


def test_a_reply_restarts_the_three_days() -> None:
    order = an_order(last_word_at=PLACED_AT + 2 * DAY)

    at_first = note_answer(KIND, order, a_policy(), DUE_AT)
    later = note_answer(KIND, order, a_policy(), PLACED_AT + 5 * DAY)

    assert isinstance(at_first, Upcoming)
    assert at_first.at == PLACED_AT + 5 * DAY
    assert isinstance(later, Due)


def test_a_word_before_placing_does_not_bring_the_reminder_forward() -> None:
    order = an_order(last_word_at=PLACED_AT - 2 * DAY)

    assert isinstance(note_answer(KIND, order, a_policy(), DUE_AT - SECOND), Upcoming)


def test_one_who_has_paid_gets_no_reminder() -> None:
    order = a_paid_order(DUE_AT - SECOND)

    answer = note_answer(KIND, order, a_policy(), DUE_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "The order is paid."


def test_a_part_payment_is_not_paid() -> None:
    order = an_order(paid_amount=Decimal("11.99"), last_payment_at=PLACED_AT)

    assert isinstance(note_answer(KIND, order, a_policy(), DUE_AT), Due)


def test_a_cancelled_order_gets_no_reminder() -> None:
    order = an_order(cancelled_at=PLACED_AT)

    assert isinstance(note_answer(KIND, order, a_policy(), DUE_AT), Withheld)


def test_an_order_paid_on_delivery_gets_no_reminder() -> None:
    answer = note_answer(KIND, an_order(on_delivery=True), a_policy(), DUE_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "The order is paid on delivery."


def test_a_reminder_due_at_23_00_waits_for_the_next_opening() -> None:
    order = an_order(placed_at=utc("2026-11-02 22:00"))  # 23:00 in Berlin

    answer = note_answer(KIND, order, a_policy(), utc("2026-11-05 22:00"))

    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-11-06 07:00")
    assert isinstance(note_answer(KIND, order, a_policy(), answer.at), Due)


def test_a_reminder_goes_out_a_second_before_the_window_closes_but_not_at_closing() -> None:
    closing = utc("2026-11-05 19:00")  # 20:00 in Berlin

    assert isinstance(note_answer(KIND, an_order(), a_policy(), closing - SECOND), Due)
    assert isinstance(note_answer(KIND, an_order(), a_policy(), closing), Upcoming)


def test_days_are_24_hours_across_the_end_of_summer_time() -> None:
    placed_at = utc("2026-10-23 08:30")  # Friday, 10:30 in Berlin; clocks go back on Sunday
    order = an_order(placed_at=placed_at)

    answer = note_answer(KIND, order, a_policy(), placed_at)

    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-10-26 08:30")  # 09:30 in Berlin


def test_a_window_opens_by_the_wall_clock_across_the_end_of_summer_time() -> None:
    placed_at = utc("2026-10-22 21:30")  # 23:30 in Berlin; three days later it is 22:30
    order = an_order(placed_at=placed_at)

    answer = note_answer(KIND, order, a_policy(), placed_at)

    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-10-26 07:00")  # 08:00 in Berlin, winter


def test_a_reminder_may_go_a_second_before_the_deadline_and_not_at_it() -> None:
    assert isinstance(note_answer(KIND, an_order(), a_policy(), DEADLINE - SECOND), Due)
    assert isinstance(note_answer(KIND, an_order(), a_policy(), DEADLINE), Withheld)


def test_one_missed_day_does_not_lose_the_reminder() -> None:
    assert isinstance(note_answer(KIND, an_order(), a_policy(), DUE_AT + 2 * DAY), Due)


def test_a_reminder_whose_next_opening_lies_past_the_deadline_is_withheld_for_good() -> None:
    order = an_order(
        placed_at=utc("2026-11-02 06:00"),  # 07:00 in Berlin, and so the deadline
        last_word_at=utc("2026-11-05 20:00"),
    )

    answer = note_answer(KIND, order, a_policy(), utc("2026-11-08 20:00"))

    assert isinstance(answer, Withheld)
    assert "Mon 9 Nov, 07:00" in str(answer.reason)


def test_more_time_to_pay_keeps_the_reminder_alive() -> None:
    order = an_order(extended_until=DEADLINE + 5 * DAY)

    assert isinstance(note_answer(KIND, order, a_policy(), DEADLINE + DAY), Due)


def test_the_reminder_follows_the_deadline_the_buyer_was_given() -> None:
    order = an_order(extended_until=PLACED_AT + 2 * DAY)

    answer = note_answer(KIND, order, a_policy(), PLACED_AT)

    assert isinstance(answer, Withheld)


def test_there_is_one_reminder_ever_even_after_a_later_word() -> None:
    order = with_note(an_order(last_word_at=DUE_AT + DAY), KIND, "sent", DUE_AT)

    answer = note_answer(KIND, order, a_policy(), DUE_AT + 4 * DAY)

    assert isinstance(answer, Sent)


def test_importing_old_unpaid_orders_reminds_nobody() -> None:
    today = PLACED_AT + 21 * DAY
    order = an_order(recorded_at=today)

    assert isinstance(note_answer(KIND, order, a_policy(), today), Withheld)
