"""The parcel waits to be picked up."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.rules.findings import Due, Sent, Withheld
from orders.words import ScanStatus
from tests.notifications.given import (
    a_paid_order,
    a_parcel,
    a_policy,
    note_answer,
    utc,
    with_note,
)

KIND = "available_for_pickup"
SECOND = timedelta(seconds=1)
WEEK = timedelta(days=7)
# Ten in the evening in Berlin.
WAITS_SINCE = utc("2026-11-05 21:00")


def waiting(**changes: Any) -> Any:
    values = {"status": ScanStatus.AVAILABLE_FOR_PICKUP, "status_at": WAITS_SINCE}
    return a_parcel(**(values | changes))


def test_the_buyer_hears_at_once_and_at_any_hour() -> None:
    answer = note_answer(KIND, a_paid_order(parcels=[waiting()]), a_policy(), WAITS_SINCE)

    assert isinstance(answer, Due)
    assert (answer.subject, answer.due_at) == ("1", WAITS_SINCE)
    assert answer.expires_at == WAITS_SINCE + WEEK


def test_after_a_week_it_is_stale() -> None:
    order = a_paid_order(parcels=[waiting()])

    before = note_answer(KIND, order, a_policy(), WAITS_SINCE + WEEK - SECOND)
    then = note_answer(KIND, order, a_policy(), WAITS_SINCE + WEEK)

    assert isinstance(before, Due)
    assert isinstance(then, Withheld)
    assert "stale" in str(then.reason)


@pytest.mark.parametrize("status", [s for s in ScanStatus if s != "available_for_pickup"])
def test_every_other_status_says_nothing(status: ScanStatus) -> None:
    order = a_paid_order(parcels=[waiting(status=status)])

    assert isinstance(note_answer(KIND, order, a_policy(), WAITS_SINCE), Withheld)


@pytest.mark.parametrize(
    ("parcel", "order", "reason"),
    [
        ({"delivered_at": WAITS_SINCE}, {}, "The parcel has arrived already."),
        ({"returned": True}, {}, "The carrier sends the parcel back to you."),
        ({}, {"cancelled_at": WAITS_SINCE}, "The order was cancelled."),
    ],
    ids=["picked_up", "on_its_way_back", "cancelled"],
)
def test_it_is_withheld_when(parcel: dict[str, Any], order: dict[str, Any], reason: str) -> None:
    given = a_paid_order(parcels=[waiting(**parcel)], **order)

    answer = note_answer(KIND, given, a_policy(), WAITS_SINCE)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == reason


def test_the_carriers_reminder_is_no_second_note() -> None:
    order = a_paid_order(parcels=[waiting(status_at=WAITS_SINCE + timedelta(days=3))])
    told = with_note(order, KIND, "sent", WAITS_SINCE, "1")

    answer = note_answer(KIND, told, a_policy(), WAITS_SINCE + timedelta(days=3))

    assert isinstance(answer, Sent)
