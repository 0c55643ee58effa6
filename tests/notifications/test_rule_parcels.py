"""Parcels that are stuck or in trouble."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.planner import plan
from notifications.rules.findings import FlagDown, Raised, Upcoming
from orders.words import ScanStatus
from tests.notifications.given import a_paid_order, a_parcel, a_policy, flag_answer, utc

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
SHIPPED_AT = utc("2026-11-03 15:00")


def flag_of(kind: str, now: Any, **parcel: Any) -> Raised | Upcoming | FlagDown:
    return flag_answer(kind, a_paid_order(parcels=[a_parcel(**parcel)]), a_policy(), now)


def test_a_parcel_is_stalled_five_days_after_shipping_without_a_scan() -> None:
    due_at = SHIPPED_AT + 5 * DAY

    before = flag_of("stalled", due_at - SECOND)
    then = flag_of("stalled", due_at)

    assert isinstance(before, Upcoming)
    assert before.at == due_at
    assert isinstance(then, Raised)
    assert then.subject == "1"
    assert str(then.reason) == "No scan since Tue 3 Nov, 16:00."


def test_a_scan_starts_the_five_days_again() -> None:
    scanned_at = SHIPPED_AT + 2 * DAY

    answer = flag_of("stalled", SHIPPED_AT + 5 * DAY, last_scan_at=scanned_at)

    assert isinstance(answer, Upcoming)
    assert answer.at == scanned_at + 5 * DAY


def test_a_scan_before_the_recorded_shipping_does_not_bring_the_flag_forward() -> None:
    answer = flag_of("stalled", SHIPPED_AT, last_scan_at=SHIPPED_AT - DAY)

    assert isinstance(answer, Upcoming)
    assert answer.at == SHIPPED_AT + 5 * DAY


def test_a_parcel_nobody_has_picked_up_counts_as_stalled_from_shipping_on() -> None:
    label_made = {"status": ScanStatus.PRE_TRANSIT, "status_at": SHIPPED_AT + DAY}

    assert isinstance(flag_of("stalled", SHIPPED_AT + 5 * DAY, **label_made), Raised)


@pytest.mark.parametrize(
    ("parcel", "reason"),
    [
        ({"delivered_at": SHIPPED_AT + DAY}, "The parcel has arrived."),
        ({"tracking_code": ""}, "The parcel has no tracking number that could be scanned."),
        (
            {"recorded_at": SHIPPED_AT + 21 * DAY},
            "It was shipped long before you recorded it.",
        ),
        (
            {"status": ScanStatus.DELIVERED, "status_at": SHIPPED_AT, "returned": True},
            "The parcel has come back to you.",
        ),
    ],
    ids=["delivered", "without_a_number", "imported_late", "came_back"],
)
def test_a_parcel_is_not_stalled_when(parcel: dict[str, Any], reason: str) -> None:
    answer = flag_of("stalled", SHIPPED_AT + 22 * DAY, **parcel)

    assert isinstance(answer, FlagDown)
    assert str(answer.reason) == reason


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ScanStatus.FAILURE, "could not deliver"),
        (ScanStatus.RETURN_TO_SENDER, "on its way back"),
        (ScanStatus.CANCELLED, "cancelled it"),
    ],
)
def test_trouble_is_flagged_at_once(status: ScanStatus, words: str) -> None:
    answer = flag_of("exception", SHIPPED_AT + DAY, status=status, status_at=SHIPPED_AT + DAY)

    assert isinstance(answer, Raised)
    assert answer.since == SHIPPED_AT + DAY
    assert words in str(answer.reason)


@pytest.mark.parametrize(
    "status", [s for s in ScanStatus if s not in ("failure", "return_to_sender", "cancelled")]
)
def test_every_other_status_is_no_trouble(status: ScanStatus) -> None:
    answer = flag_of("exception", SHIPPED_AT + DAY, status=status, status_at=SHIPPED_AT + DAY)

    assert isinstance(answer, FlagDown)


def test_a_failed_delivery_that_is_tried_again_clears_the_flag() -> None:
    answer = flag_of(
        "exception", SHIPPED_AT + 2 * DAY, status=ScanStatus.OUT_FOR_DELIVERY, status_at=SHIPPED_AT
    )

    assert isinstance(answer, FlagDown)


def test_a_return_reported_as_delivered_is_trouble_and_not_delivered() -> None:
    answer = flag_of(
        "exception",
        SHIPPED_AT + 9 * DAY,
        status=ScanStatus.DELIVERED,
        status_at=SHIPPED_AT + 9 * DAY,
        returned=True,
    )

    assert isinstance(answer, Raised)
    assert "came back to you" in str(answer.reason)


def test_each_parcel_is_flagged_by_itself() -> None:
    second = a_parcel(parcel="2", delivered_at=SHIPPED_AT + DAY)
    order = a_paid_order(parcels=[a_parcel(), second])

    answer = plan(order, a_policy(), SHIPPED_AT + 5 * DAY)

    assert [(flag.kind, flag.subject) for flag in answer.flags if flag.kind == "stalled"] == [
        ("stalled", "1")
    ]
