"""Did it arrive well? A day after the last parcel, within a week, in the window."""

from datetime import timedelta

from notifications.rules.findings import Due, Sent, Upcoming, Withheld
from tests.notifications.given import a_paid_order, a_policy, note_answer, utc, with_note

KIND = "arrival_check"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
DELIVERED_AT = utc("2026-11-10 13:00")


def test_it_is_asked_exactly_a_day_after_delivery() -> None:
    order = a_paid_order(delivered_at=DELIVERED_AT)

    before = note_answer(KIND, order, a_policy(), DELIVERED_AT + DAY - SECOND)
    then = note_answer(KIND, order, a_policy(), DELIVERED_AT + DAY)

    assert isinstance(before, Upcoming)
    assert before.at == DELIVERED_AT + DAY
    assert then == Due(KIND, "", DELIVERED_AT + DAY, DELIVERED_AT + 7 * DAY, to_copy=False)


def test_a_delivery_late_in_the_evening_is_asked_about_in_the_morning() -> None:
    order = a_paid_order(delivered_at=utc("2026-11-10 20:30"))

    answer = note_answer(KIND, order, a_policy(), utc("2026-11-11 20:30"))

    assert isinstance(answer, Upcoming)
    assert answer.at == utc("2026-11-12 07:00")


def test_it_is_asked_within_a_week_of_delivery_or_not_at_all() -> None:
    order = a_paid_order(delivered_at=DELIVERED_AT)

    assert isinstance(note_answer(KIND, order, a_policy(), DELIVERED_AT + 7 * DAY - SECOND), Due)
    assert isinstance(note_answer(KIND, order, a_policy(), DELIVERED_AT + 7 * DAY), Withheld)


def test_an_opening_past_the_week_is_too_late() -> None:
    order = a_paid_order(delivered_at=utc("2026-11-10 06:30"))  # 07:30 in Berlin

    answer = note_answer(KIND, order, a_policy(), utc("2026-11-16 19:30"))

    assert isinstance(answer, Withheld)


def test_an_order_still_on_its_way_is_not_asked_about() -> None:
    answer = note_answer(KIND, a_paid_order(), a_policy(), DELIVERED_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "The order has not been delivered yet."


def test_a_cancelled_order_is_not_asked_about() -> None:
    order = a_paid_order(delivered_at=DELIVERED_AT, cancelled_at=DELIVERED_AT)

    assert isinstance(note_answer(KIND, order, a_policy(), DELIVERED_AT + DAY), Withheld)


def test_it_is_asked_at_most_once() -> None:
    order = with_note(a_paid_order(delivered_at=DELIVERED_AT), KIND, "sent", DELIVERED_AT + DAY)

    assert isinstance(note_answer(KIND, order, a_policy(), DELIVERED_AT + 2 * DAY), Sent)
