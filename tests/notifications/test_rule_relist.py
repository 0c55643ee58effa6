"""Relisting: a flag at the payment deadline, and one mail to the seller."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from notifications.rules.findings import Due, FlagDown, OrderFacts, Raised, Sent, Upcoming, Withheld
from tests.notifications.given import (
    PLACED_AT,
    a_paid_order,
    a_policy,
    an_order,
    flag_answer,
    note_answer,
    utc,
    with_note,
)

KIND = "relist"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
DEADLINE = PLACED_AT + 7 * DAY


def test_the_flag_goes_up_at_the_deadline() -> None:
    answer = flag_answer(KIND, an_order(), a_policy(), DEADLINE)

    assert isinstance(answer, Raised)
    assert answer.since == DEADLINE
    assert str(answer.reason) == "Not paid by Mon 9 Nov, 10:30, and the buyer never wrote."


def test_a_deadline_is_named_by_the_clock_of_the_shop() -> None:
    auckland = a_policy(zone=ZoneInfo("Pacific/Auckland"))

    answer = flag_answer(KIND, an_order(), auckland, DEADLINE)

    assert isinstance(answer, Raised)
    assert "Mon 9 Nov, 22:30" in str(answer.reason)


def test_the_flag_is_upcoming_a_second_before() -> None:
    answer = flag_answer(KIND, an_order(), a_policy(), DEADLINE - SECOND)

    assert isinstance(answer, Upcoming)
    assert answer.at == DEADLINE


def test_the_flag_goes_up_though_the_buyer_wrote_and_says_when() -> None:
    order = an_order(last_word_at=utc("2026-11-04 11:00"))

    answer = flag_answer(KIND, order, a_policy(), DEADLINE)

    assert isinstance(answer, Raised)
    assert "The buyer last wrote on Wed 4 Nov, 12:00." in str(answer.reason)


def test_a_part_payment_does_not_keep_the_flag_down() -> None:
    order = an_order(paid_amount=Decimal(5), last_payment_at=PLACED_AT)

    assert isinstance(flag_answer(KIND, order, a_policy(), DEADLINE), Raised)


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (a_paid_order(DEADLINE - SECOND), "The order is paid."),
        (an_order(cancelled_at=PLACED_AT), "The order was cancelled."),
        (an_order(cancelled_at=DEADLINE, relisted_at=DEADLINE), "You relisted the item."),
        (an_order(on_delivery=True), "The order is paid on delivery."),
    ],
    ids=["paid", "cancelled", "relisted", "on_delivery"],
)
def test_nothing_is_to_be_relisted_when(order: OrderFacts, reason: str) -> None:
    flag = flag_answer(KIND, order, a_policy(), DEADLINE)
    note = note_answer(KIND, order, a_policy(), DEADLINE)

    assert isinstance(flag, FlagDown)
    assert str(flag.reason) == reason
    assert isinstance(note, Withheld)


def test_paid_in_time_and_booked_late_clears_the_flag() -> None:
    order = a_paid_order(DEADLINE - DAY)

    assert isinstance(flag_answer(KIND, order, a_policy(), DEADLINE + 2 * DAY), FlagDown)


def test_more_time_takes_the_flag_down_and_raises_it_at_the_new_deadline() -> None:
    until = DEADLINE + 5 * DAY
    order = an_order(extended_until=until)

    assert isinstance(flag_answer(KIND, order, a_policy(), DEADLINE), Upcoming)
    raised = flag_answer(KIND, order, a_policy(), until)
    assert isinstance(raised, Raised)
    assert raised.since == until


def test_the_seller_gets_a_mail_when_the_flag_goes_up() -> None:
    answer = note_answer(KIND, an_order(), a_policy(), DEADLINE)

    assert answer == Due(KIND, "", DEADLINE, None, to_copy=False)


def test_the_mail_to_the_seller_waits_for_the_window_while_the_flag_is_up() -> None:
    order = an_order(placed_at=utc("2026-11-02 23:00"))
    deadline = utc("2026-11-09 23:00")

    note = note_answer(KIND, order, a_policy(), deadline)

    assert isinstance(flag_answer(KIND, order, a_policy(), deadline), Raised)
    assert isinstance(note, Upcoming)
    assert note.at == utc("2026-11-10 07:00")


def test_the_mail_goes_to_the_seller_though_the_buyer_has_no_address() -> None:
    order = an_order(has_email=False, buyer_paused_at=PLACED_AT)
    policy = a_policy(modes={"relist": "copy"})

    assert note_answer(KIND, order, policy, DEADLINE) == Due(KIND, "", DEADLINE, None, False)


def test_the_seller_is_told_once_for_each_deadline() -> None:
    order = with_note(an_order(), KIND, "sent", DEADLINE)
    assert isinstance(note_answer(KIND, order, a_policy(), DEADLINE + DAY), Sent)

    order.extended_until = DEADLINE + 5 * DAY

    assert isinstance(note_answer(KIND, order, a_policy(), DEADLINE + 5 * DAY), Due)


def test_an_order_imported_past_its_deadline_is_flagged_without_a_mail() -> None:
    today = PLACED_AT + 21 * DAY
    order = an_order(recorded_at=today)

    note = note_answer(KIND, order, a_policy(), today)

    assert isinstance(flag_answer(KIND, order, a_policy(), today), Raised)
    assert isinstance(note, Withheld)
    assert "already when you imported it" in str(note.reason)


def test_a_paused_order_is_still_flagged_but_its_mail_waits() -> None:
    order = an_order(paused_at=PLACED_AT)

    assert isinstance(flag_answer(KIND, order, a_policy(), DEADLINE), Raised)
    assert isinstance(note_answer(KIND, order, a_policy(), DEADLINE), Withheld)


def test_a_rule_that_is_off_neither_flags_nor_mails() -> None:
    policy = a_policy(rules_off=frozenset({KIND}))

    assert isinstance(flag_answer(KIND, an_order(), policy, DEADLINE), FlagDown)
    assert isinstance(note_answer(KIND, an_order(), policy, DEADLINE), Withheld)
