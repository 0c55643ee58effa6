"""A parcel that comes back: a flag until the seller acts, and a word that waits for a click."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from notifications.planner import plan
from notifications.rules.findings import (
    Decision,
    Due,
    FlagDown,
    OrderFacts,
    Raised,
    Sent,
    Withheld,
)
from orders.words import ScanStatus
from tests.notifications.given import (
    a_paid_order,
    a_parcel,
    a_policy,
    flag_answer,
    note_answer,
    utc,
    with_note,
)

KIND = "returned"
DAY = timedelta(days=1)
SHIPPED_AT = utc("2026-11-03 15:00")
TURNED_AT = utc("2026-11-06 09:00")
NOW = TURNED_AT + 2 * DAY
REPLACEMENT = a_parcel(parcel="2", shipped_at=TURNED_AT + DAY)


def sent_back(*others: Any, order: dict[str, Any] | None = None, **parcel: Any) -> OrderFacts:
    """An order with a parcel that is on its way back since Friday, and `others`."""
    values = {
        "shipped_at": SHIPPED_AT,
        "status": ScanStatus.RETURN_TO_SENDER,
        "status_at": TURNED_AT,
        "returned": True,
    }
    parcels = [a_parcel(**(values | parcel)), *others]
    return a_paid_order(**({"shipped_at": SHIPPED_AT, "parcels": parcels} | (order or {})))


def reasons_down(kind: str, order: OrderFacts) -> list[str]:
    """Why the flag about the first parcel is down."""
    down = plan(order, a_policy(), NOW).flags_down
    return [str(flag.reason) for flag in down if flag.kind == kind and flag.subject == "1"]


def test_a_parcel_on_its_way_back_is_flagged_at_once() -> None:
    answer = flag_answer(KIND, sent_back(), a_policy(), TURNED_AT)

    assert isinstance(answer, Raised)
    assert (answer.subject, answer.since) == ("1", TURNED_AT)
    assert "On its way back to you, reported on Fri 6 Nov, 10:00." in str(answer.reason)


def test_a_return_reported_as_delivered_keeps_the_flag_up_and_says_so() -> None:
    order = sent_back(status=ScanStatus.DELIVERED, status_at=TURNED_AT + 4 * DAY)

    answer = flag_answer(KIND, order, a_policy(), TURNED_AT + 30 * DAY)

    assert isinstance(answer, Raised)
    assert "Back with you since Tue 10 Nov, 10:00." in str(answer.reason)


def test_scans_on_the_way_back_keep_the_flag_up() -> None:
    order = sent_back(status=ScanStatus.IN_TRANSIT, status_at=TURNED_AT + DAY)

    assert isinstance(flag_answer(KIND, order, a_policy(), NOW), Raised)


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (sent_back(delivered_at=TURNED_AT + DAY), "The parcel has arrived."),
        (sent_back(order={"cancelled_at": TURNED_AT + DAY}), "The order was cancelled."),
        (
            sent_back(order={"refunded_amount": Decimal("12.00")}),
            "All the money has been refunded.",
        ),
        (sent_back(REPLACEMENT), "You have sent another parcel."),
    ],
    ids=["arrived_after_all", "cancelled", "refunded", "replaced"],
)
def test_what_the_seller_does_takes_both_flags_of_a_return_down(
    order: OrderFacts, reason: str
) -> None:
    note = plan(order, a_policy(), NOW).reason_against(KIND, "1")

    assert reasons_down(KIND, order) == [reason]
    assert note == reason
    if order.parcels[0].delivered_at is None:
        assert reasons_down("exception", order) == [reason]


def test_a_further_part_of_the_order_is_no_replacement() -> None:
    order = sent_back(REPLACEMENT, order={"shipped_at": REPLACEMENT.shipped_at})

    assert reasons_down(KIND, order) == []


def test_a_failed_delivery_is_no_return() -> None:
    order = sent_back(status=ScanStatus.FAILURE, returned=False)

    flag = flag_answer(KIND, order, a_policy(), NOW)

    assert isinstance(flag, FlagDown)
    assert str(flag.reason) == "The carrier does not send the parcel back."
    assert isinstance(flag_answer("exception", order, a_policy(), NOW), Raised)


def test_the_note_waits_for_the_sellers_click() -> None:
    answer = note_answer(KIND, sent_back(), a_policy(), NOW)

    assert isinstance(answer, Withheld)
    assert str(answer.reason) == "It waits for your click."


def test_the_click_sends_it_at_once() -> None:
    order = replace(sent_back(), decisions={(KIND, "1"): Decision(None, NOW)})

    assert isinstance(note_answer(KIND, order, a_policy(), NOW), Due)


def test_a_parcel_that_has_come_back_is_not_told_of_a_second_time() -> None:
    order = sent_back(status=ScanStatus.DELIVERED, status_at=NOW)

    answer = note_answer(KIND, with_note(order, KIND, "sent", TURNED_AT, "1"), a_policy(), NOW)

    assert isinstance(answer, Sent)
