"""The parcel comes today."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notifications.rules.findings import Due, Sent, Withheld
from orders.words import ScanStatus
from tests.notifications.given import (
    a_paid_order,
    a_parcel,
    a_policy,
    note_answer,
    note_answers,
    utc,
    with_note,
)

KIND = "out_for_delivery"
SECOND = timedelta(seconds=1)
# Six in the morning in Berlin, long before the sending window opens.
OUT_AT = utc("2026-11-05 05:00")
MIDNIGHT = utc("2026-11-05 23:00")


def out(**changes: Any) -> Any:
    return a_parcel(**({"status": ScanStatus.OUT_FOR_DELIVERY, "status_at": OUT_AT} | changes))


def test_the_buyer_hears_at_once_and_at_any_hour() -> None:
    answer = note_answer(KIND, a_paid_order(parcels=[out()]), a_policy(), OUT_AT)

    assert isinstance(answer, Due)
    assert (answer.subject, answer.due_at, answer.expires_at) == ("1", OUT_AT, MIDNIGHT)


def test_after_that_day_it_is_stale() -> None:
    order = a_paid_order(parcels=[out()])

    before = note_answer(KIND, order, a_policy(), MIDNIGHT - SECOND)
    then = note_answer(KIND, order, a_policy(), MIDNIGHT)

    assert isinstance(before, Due)
    assert isinstance(then, Withheld)
    assert "stale" in str(then.reason)


def test_the_day_is_the_shops() -> None:
    order = a_paid_order(parcels=[out()])

    answer = note_answer(KIND, order, a_policy(zone=ZoneInfo("America/New_York")), OUT_AT)

    assert isinstance(answer, Due)
    assert answer.expires_at == utc("2026-11-05 05:00") + timedelta(days=1)


@pytest.mark.parametrize("status", [s for s in ScanStatus if s != "out_for_delivery"])
def test_every_other_status_says_nothing(status: ScanStatus) -> None:
    answer = note_answer(KIND, a_paid_order(parcels=[out(status=status)]), a_policy(), OUT_AT)

    assert isinstance(answer, Withheld)


@pytest.mark.parametrize(
    ("parcel", "order", "reason"),
    [
        ({"delivered_at": OUT_AT}, {}, "The parcel has arrived already."),
        ({"returned": True}, {}, "The carrier sends the parcel back to you."),
        ({}, {"cancelled_at": OUT_AT}, "The order was cancelled."),
        (
            {"recorded_at": OUT_AT + SECOND},
            {},
            "It was out for delivery before you recorded the parcel.",
        ),
    ],
    ids=["delivered", "on_its_way_back", "cancelled", "imported_later"],
)
def test_it_is_withheld_when(parcel: dict[str, Any], order: dict[str, Any], reason: str) -> None:
    answer = note_answer(KIND, a_paid_order(parcels=[out(**parcel)], **order), a_policy(), OUT_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == reason


def test_nothing_shipped_is_one_reason() -> None:
    answer = note_answer(KIND, a_paid_order(), a_policy(), OUT_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "Nothing has been shipped yet."


def test_a_second_attempt_the_next_day_says_it_no_second_time() -> None:
    order = a_paid_order(parcels=[out(status_at=OUT_AT + timedelta(days=1))])

    answer = note_answer(
        KIND,
        with_note(order, KIND, "sent", OUT_AT, "1"),
        a_policy(),
        OUT_AT + timedelta(days=1),
    )

    assert isinstance(answer, Sent)


def test_each_parcel_is_told_of_by_itself() -> None:
    order = a_paid_order(parcels=[out(), out(parcel="2", status=ScanStatus.IN_TRANSIT)])

    first, second = note_answers(KIND, order, a_policy(), OUT_AT)

    assert isinstance(first, Due)
    assert isinstance(second, Withheld)


def test_a_shop_that_has_it_switched_off_says_nothing() -> None:
    policy = a_policy(rules_off=frozenset({KIND}))

    answer = note_answer(KIND, a_paid_order(parcels=[out()]), policy, OUT_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "You have switched this off."
