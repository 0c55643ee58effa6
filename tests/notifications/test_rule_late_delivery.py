"""Late against the carrier's own day: a flag, and a word that waits for a click."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    a_paid_order,
    a_parcel,
    a_policy,
    flag_answer,
    note_answer,
    note_answers,
    utc,
    with_note,
)

KIND = "late_delivery"
SECOND = timedelta(seconds=1)
# A day without an hour, as EasyPost writes it; the midnight in Berlin that ends it.
EXPECTED = utc("2026-11-06 00:00")
LATE_AT = utc("2026-11-06 23:00")


def awaited(order: dict[str, Any] | None = None, **parcel: Any) -> OrderFacts:
    """A paid order with a parcel that was expected on Friday 6 November."""
    sent = a_parcel(**({"expected_at": EXPECTED} | parcel))
    return a_paid_order(shipped_at=sent.shipped_at, parcels=[sent], **(order or {}))


def decided(order: OrderFacts, **decision: datetime | None) -> OrderFacts:
    values = {"skipped_at": None, "send_now_at": None} | decision
    return replace(order, decisions={(KIND, "1"): Decision(**values)})


def test_the_flag_goes_up_at_the_midnight_that_ends_the_expected_day() -> None:
    before = flag_answer(KIND, awaited(), a_policy(), LATE_AT - SECOND)
    then = flag_answer(KIND, awaited(), a_policy(), LATE_AT)

    assert isinstance(before, Upcoming)
    assert before.at == LATE_AT
    assert isinstance(then, Raised)
    assert (then.subject, then.since) == ("1", LATE_AT)
    assert str(then.reason) == "It was expected on Nov. 6, 2026."


def test_an_hour_counts_by_the_shops_clock() -> None:
    # Nine in the evening of the 5th in New York.
    order = awaited(expected_at=utc("2026-11-06 02:00"))

    answer = flag_answer(KIND, order, a_policy(zone=ZoneInfo("America/New_York")), LATE_AT)

    assert isinstance(answer, Raised)
    assert answer.since == utc("2026-11-06 05:00")


def test_a_later_day_takes_the_flag_down_until_that_day_is_over() -> None:
    answer = flag_answer(KIND, awaited(expected_at=EXPECTED + timedelta(3)), a_policy(), LATE_AT)

    assert isinstance(answer, Upcoming)
    assert answer.at == LATE_AT + timedelta(3)


@pytest.mark.parametrize(
    ("parcel", "order", "reason"),
    [
        ({"expected_at": None}, {}, "The carrier has not said when the parcel will arrive."),
        ({"delivered_at": LATE_AT}, {}, "The parcel has arrived."),
        ({"returned": True}, {}, "The carrier sends the parcel back to you."),
        ({}, {"cancelled_at": LATE_AT}, "The order was cancelled."),
    ],
    ids=["no_day", "delivered", "sent_back", "cancelled"],
)
def test_no_parcel_is_late_when(parcel: dict[str, Any], order: dict[str, Any], reason: str) -> None:
    late = awaited(order, **parcel)

    flag = flag_answer(KIND, late, a_policy(), LATE_AT)
    note = note_answer(KIND, late, a_policy(), LATE_AT)

    assert isinstance(flag, FlagDown)
    assert isinstance(note, Withheld)
    assert str(flag.reason) == str(note.reason) == reason


def test_nothing_shipped_is_nothing_late() -> None:
    assert isinstance(flag_answer(KIND, a_paid_order(), a_policy(), LATE_AT), FlagDown)
    assert isinstance(note_answer(KIND, a_paid_order(), a_policy(), LATE_AT), Withheld)


def test_the_note_waits_for_the_sellers_click() -> None:
    before = note_answer(KIND, awaited(), a_policy(), LATE_AT - SECOND)
    then = note_answer(KIND, awaited(), a_policy(), LATE_AT)

    assert isinstance(before, Withheld)
    assert "not late" in str(before.reason)
    assert isinstance(then, Withheld)
    assert str(then.reason) == "It waits for your click."


def test_the_click_sends_it_at_once() -> None:
    answer = note_answer(KIND, decided(awaited(), send_now_at=LATE_AT), a_policy(), LATE_AT)

    assert isinstance(answer, Due)
    assert answer.subject == "1"


def test_other_words_alone_send_nothing() -> None:
    answer = note_answer(KIND, decided(awaited()), a_policy(), LATE_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "It waits for your click."


def test_a_click_does_not_send_it_for_a_parcel_that_has_arrived_meanwhile() -> None:
    order = decided(awaited(delivered_at=LATE_AT), send_now_at=LATE_AT)

    assert isinstance(note_answer(KIND, order, a_policy(), LATE_AT), Withheld)


def test_a_second_delay_is_flagged_and_not_told_again() -> None:
    later = awaited(expected_at=EXPECTED + timedelta(3))
    told = with_note(later, KIND, "sent", LATE_AT, "1")

    assert isinstance(flag_answer(KIND, told, a_policy(), LATE_AT + timedelta(3)), Raised)
    assert isinstance(note_answer(KIND, told, a_policy(), LATE_AT + timedelta(3)), Sent)


def test_each_parcel_is_late_by_itself() -> None:
    order = awaited()
    order.parcels.append(a_parcel(parcel="2", delivered_at=LATE_AT))

    first, second = note_answers(KIND, order, a_policy(), LATE_AT)

    assert str(getattr(first, "reason", "")) == "It waits for your click."
    assert str(getattr(second, "reason", "")) == "The parcel has arrived."


@given(
    expected_at=st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: utc("2026-01-01 00:00") + timedelta(minutes=minutes)
    ),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland", "Africa/Cairo"]),
)
def test_the_flag_is_up_from_one_moment_on_and_never_before(
    expected_at: datetime, zone: str
) -> None:
    policy = a_policy(zone=ZoneInfo(zone))
    order = awaited(expected_at=expected_at, shipped_at=expected_at - timedelta(days=3))
    coming = flag_answer(KIND, order, policy, expected_at - timedelta(days=2))
    assert isinstance(coming, Upcoming)

    before = flag_answer(KIND, order, policy, coming.at - SECOND)
    then = flag_answer(KIND, order, policy, coming.at)

    assert isinstance(before, Upcoming)
    assert isinstance(then, Raised)
    assert timedelta(hours=-13) < coming.at - expected_at <= timedelta(hours=38)
