"""The tracking notice: one for each parcel, and one more for each change of its number."""

from datetime import timedelta

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

KIND = "tracking_notice"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
SHIPPED_AT = utc("2026-11-03 15:00")
ON_SCAN = a_policy(notice_on_first_scan=True)


def test_a_notice_is_due_when_the_parcel_is_recorded_at_any_hour() -> None:
    night = utc("2026-11-03 23:30")
    order = a_paid_order(parcels=[a_parcel(shipped_at=night)])

    answer = note_answer(KIND, order, a_policy(), night)

    assert answer == Due(KIND, "1:A1", night, night + 7 * DAY, to_copy=False)


def test_an_order_without_parcels_has_no_notice() -> None:
    answer = note_answer(KIND, a_paid_order(), a_policy(), SHIPPED_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "Nothing has been shipped yet."


def test_letter_post_without_a_number_is_announced_too() -> None:
    order = a_paid_order(parcels=[a_parcel(tracking_code="", code_at=None)])

    for policy in (a_policy(), ON_SCAN):
        answer = note_answer(KIND, order, policy, SHIPPED_AT)

        assert isinstance(answer, Due)
        assert answer.subject == "1:"


def test_each_parcel_has_its_own_notice() -> None:
    second = a_parcel(parcel="2", tracking_code="B2", shipped_at=SHIPPED_AT + DAY)
    order = with_note(
        a_paid_order(parcels=[a_parcel(), second]), KIND, "sent", SHIPPED_AT, subject="1:A1"
    )

    first_answer, second_answer = note_answers(KIND, order, a_policy(), SHIPPED_AT + DAY)

    assert isinstance(first_answer, Sent)
    assert isinstance(second_answer, Due)
    assert second_answer.subject == "2:B2"


def test_two_mails_never_go_out_for_one_shipment() -> None:
    order = with_note(a_paid_order(parcels=[a_parcel()]), KIND, "sent", SHIPPED_AT, subject="1:A1")

    assert isinstance(note_answer(KIND, order, a_policy(), SHIPPED_AT + DAY), Sent)


def test_a_changed_tracking_number_needs_a_new_notice() -> None:
    changed_at = SHIPPED_AT + DAY
    parcel = a_parcel(tracking_code="A2", code_at=changed_at)
    order = with_note(a_paid_order(parcels=[parcel]), KIND, "sent", SHIPPED_AT, subject="1:A1")

    answer = note_answer(KIND, order, a_policy(), changed_at)

    assert answer == Due(KIND, "1:A2", changed_at, changed_at + 7 * DAY, to_copy=False)


def test_a_number_that_comes_back_is_a_change_as_well() -> None:
    parcel = a_parcel(tracking_code="A1", code_at=SHIPPED_AT + DAY, code_repeat=1)
    order = with_note(a_paid_order(parcels=[parcel]), KIND, "sent", SHIPPED_AT, subject="1:A1")

    answer = note_answer(KIND, order, a_policy(), SHIPPED_AT + DAY)

    assert isinstance(answer, Due)
    assert answer.subject == "1:A1#2"


def test_a_notice_may_go_until_a_second_before_its_seven_days_are_over() -> None:
    order = a_paid_order(parcels=[a_parcel()])

    assert isinstance(note_answer(KIND, order, a_policy(), SHIPPED_AT + 7 * DAY - SECOND), Due)
    assert isinstance(note_answer(KIND, order, a_policy(), SHIPPED_AT + 7 * DAY), Withheld)


def test_a_parcel_that_has_arrived_needs_no_notice() -> None:
    order = a_paid_order(parcels=[a_parcel(delivered_at=SHIPPED_AT)])

    answer = note_answer(KIND, order, a_policy(), SHIPPED_AT + SECOND)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "The parcel has arrived already."


def test_a_cancelled_order_announces_no_parcel() -> None:
    order = a_paid_order(parcels=[a_parcel()], cancelled_at=SHIPPED_AT)

    assert isinstance(note_answer(KIND, order, a_policy(), SHIPPED_AT), Withheld)


def test_a_parcel_nobody_has_picked_up_is_not_announced_as_on_its_way() -> None:
    label_made = a_parcel(status=ScanStatus.PRE_TRANSIT, status_at=SHIPPED_AT)

    answer = note_answer(KIND, a_paid_order(parcels=[label_made]), ON_SCAN, SHIPPED_AT)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "The carrier has not scanned the parcel yet."


@pytest.mark.parametrize("scanned_after", [timedelta(hours=6), 9 * DAY])
def test_a_notice_on_the_first_scan_is_due_with_that_scan(scanned_after: timedelta) -> None:
    scanned_at = SHIPPED_AT + scanned_after
    order = a_paid_order(parcels=[a_parcel(first_scan_at=scanned_at, last_scan_at=scanned_at)])

    answer = note_answer(KIND, order, ON_SCAN, scanned_at)

    assert answer == Due(KIND, "1:A1", scanned_at, scanned_at + 7 * DAY, to_copy=False)


def test_importing_old_parcels_announces_none() -> None:
    today = SHIPPED_AT + 21 * DAY
    order = a_paid_order(recorded_at=today, parcels=[a_parcel(recorded_at=today)])

    assert isinstance(note_answer(KIND, order, a_policy(), today), Withheld)
