"""Late to ship: a flag at the midnight after the promised day, and a note that waits."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.rules.findings import (
    Decision,
    Due,
    FlagDown,
    OrderFacts,
    Raised,
    Sent,
    Upcoming,
    Withheld,
)
from tests.notifications.given import (
    PLACED_AT,
    a_paid_order,
    a_parcel,
    a_policy,
    an_order,
    flag_answer,
    note_answer,
    utc,
    with_note,
)

KIND = "late_to_ship"
NOTE = "delay_notice"
SECOND = timedelta(seconds=1)
# Paid on Monday: Tuesday, Wednesday, Thursday; the midnight in Berlin that ends Thursday.
LATE_AT = utc("2026-11-05 23:00")
AUTOMATIC = a_policy(delay_notice_automatic=True)


def test_the_flag_goes_up_at_the_midnight_that_ends_the_third_working_day() -> None:
    answer = flag_answer(KIND, a_paid_order(), a_policy(), LATE_AT)

    assert isinstance(answer, Raised)
    assert answer.since == LATE_AT
    assert str(answer.reason) == "Promised to be shipped by Nov. 5, 2026."


def test_the_flag_is_upcoming_a_second_before() -> None:
    answer = flag_answer(KIND, a_paid_order(), a_policy(), LATE_AT - SECOND)

    assert isinstance(answer, Upcoming)
    assert answer.at == LATE_AT
    assert str(answer.unless) == "you ship before"


@pytest.mark.parametrize(
    ("paid_at", "late_at"),
    [
        # Friday: Mon, Tue, Wed.
        ("2026-11-06 10:00", "2026-11-11 23:00"),
        # Monday 23:30 in UTC is Tuesday in Berlin: Wed, Thu, Fri.
        ("2026-11-02 23:30", "2026-11-06 23:00"),
        # Wednesday 23 December: 24 and 28, 29; Christmas is on Friday and Saturday.
        ("2026-12-23 10:00", "2026-12-29 23:00"),
        # Wednesday 30 December: Thu 31, not New Year, Mon 4 and Tue 5 January.
        ("2026-12-30 10:00", "2027-01-05 23:00"),
        # Tuesday 5 January: Epiphany is a holiday in Bavaria; Thu, Fri, Mon.
        ("2027-01-05 10:00", "2027-01-11 23:00"),
        # Thursday before the clocks go back on Sunday: Fri, Mon, Tue.
        ("2026-10-22 10:00", "2026-10-27 23:00"),
        # Saturday counts from Saturday: Mon, Tue, Wed.
        ("2026-11-07 10:00", "2026-11-11 23:00"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(paid_at: str, late_at: str) -> None:
    answer = flag_answer(KIND, a_paid_order(utc(paid_at)), a_policy(), utc(paid_at))

    assert isinstance(answer, Upcoming)
    assert answer.at == utc(late_at)


def test_a_shop_with_another_weekend_counts_its_own_working_days() -> None:
    # Friday and Saturday off: paid on Thursday, so Sun, Mon, Tue.
    policy = a_policy(weekend=frozenset({4, 5}), country="", region="")

    answer = flag_answer(KIND, a_paid_order(utc("2026-11-05 10:00")), policy, LATE_AT)

    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-11-10 23:00")


def test_no_handling_days_means_the_day_of_payment() -> None:
    answer = flag_answer(KIND, a_paid_order(), a_policy(handling_days=0), PLACED_AT)

    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-11-02 23:00")


def test_the_channels_ship_by_date_is_the_promise_where_there_is_one() -> None:
    order = a_paid_order(ship_by_on=date(2026, 11, 14))  # a Saturday

    answer = flag_answer(KIND, order, a_policy(), PLACED_AT)

    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-11-14 23:00")


def test_a_day_ends_when_the_clocks_skip_midnight() -> None:
    cairo = a_policy(zone=ZoneInfo("Africa/Cairo"), country="", region="")
    order = a_paid_order(ship_by_on=date(2026, 4, 23))

    answer = flag_answer(KIND, order, cairo, utc("2026-04-20 10:00"))

    # In the night to Friday 24 April 2026 clocks in Cairo jump from 00:00 to 01:00.
    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-04-23 22:00")


def test_an_order_paid_on_delivery_counts_from_placing() -> None:
    answer = flag_answer(KIND, an_order(on_delivery=True), a_policy(), LATE_AT)

    assert isinstance(answer, Raised)
    assert answer.since == LATE_AT


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (an_order(), "The order is not paid yet."),
        (an_order(ship_by_on=date(2026, 11, 3)), "The order is not paid yet."),
        (a_paid_order(cancelled_at=PLACED_AT), "The order was cancelled."),
        (a_paid_order(shipped_at=PLACED_AT), "Everything has been shipped."),
        (a_paid_order(needs_shipping=False), "Nothing in this order needs shipping."),
    ],
    ids=["unpaid", "unpaid_with_promise", "cancelled", "shipped", "digital"],
)
def test_an_order_is_not_late_when(order: OrderFacts, reason: str) -> None:
    flag = flag_answer(KIND, order, AUTOMATIC, LATE_AT)
    note = note_answer(NOTE, order, AUTOMATIC, LATE_AT)

    assert isinstance(flag, FlagDown)
    assert str(flag.reason) == reason
    assert isinstance(note, Withheld)
    assert str(note.reason) == reason


def test_a_first_of_two_parcels_does_not_clear_the_flag() -> None:
    order = a_paid_order(parcels=[a_parcel()], shipped_at=None)

    assert isinstance(flag_answer(KIND, order, a_policy(), LATE_AT), Raised)


def test_the_delay_notice_waits_for_the_sellers_click() -> None:
    answer = note_answer(NOTE, a_paid_order(), a_policy(), LATE_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "It waits for your click."


def test_an_automatic_delay_notice_goes_when_the_window_opens() -> None:
    at_midnight = note_answer(NOTE, a_paid_order(), AUTOMATIC, LATE_AT)
    in_the_morning = note_answer(NOTE, a_paid_order(), AUTOMATIC, utc("2026-11-06 07:00"))

    assert isinstance(at_midnight, Upcoming)
    assert at_midnight.at == utc("2026-11-06 07:00")
    assert in_the_morning == Due(NOTE, "", LATE_AT, None, to_copy=False)


def test_a_delay_notice_is_sent_at_most_once() -> None:
    order = with_note(a_paid_order(), NOTE, "sent", LATE_AT)

    assert isinstance(note_answer(NOTE, order, AUTOMATIC, utc("2026-11-09 10:00")), Sent)


def test_importing_late_orders_flags_them_but_tells_no_buyer() -> None:
    today: datetime = LATE_AT + timedelta(days=21, hours=10)
    order = a_paid_order(recorded_at=today)

    assert isinstance(flag_answer(KIND, order, AUTOMATIC, today), Raised)
    assert isinstance(note_answer(NOTE, order, AUTOMATIC, today), Withheld)


def test_other_words_alone_do_not_send_a_delay_notice_that_waits_for_a_click() -> None:
    worded = replace(a_paid_order(), decisions={(NOTE, ""): Decision(None, None)})

    answer = note_answer(NOTE, worded, a_policy(), LATE_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "It waits for your click."
