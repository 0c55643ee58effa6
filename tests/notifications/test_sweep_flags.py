"""The sweep raises flags, words them and clears them, each with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.sweep import sweep
from orders.facts import Answer, Cancel, Extend, Payment, Relisted, Word
from orders.models import Flag, OrderEvent
from tests.factory import MONDAY, make_order, make_shop, record
from tests.notifications.outboxing import DAY, DEADLINE, HOUR

pytestmark = pytest.mark.django_db


def test_a_flag_is_raised_once_and_enters_the_timeline() -> None:
    order = make_order(number="1")

    first = sweep(DEADLINE)
    record(order.shop, Answer(order="1", at=DEADLINE + HOUR))
    second = sweep(DEADLINE + HOUR)

    flag = Flag.objects.get()
    assert (first["flags"], second["flags"]) == (1, 0)
    assert (flag.kind, flag.since, flag.cleared_at) == ("relist", DEADLINE, None)
    assert OrderEvent.objects.filter(kind="flag_raised").count() == 1


def test_a_flag_that_stays_up_takes_a_new_reason_when_the_buyer_writes() -> None:
    order = make_order(number="1")
    sweep(DEADLINE)

    record(order.shop, Word(order="1", at=DEADLINE + HOUR))
    sweep(DEADLINE + HOUR)

    assert "The buyer last wrote on" in Flag.objects.get(kind="relist").reason


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (Payment(order="1", at=DEADLINE + HOUR), "The order is paid."),
        (Cancel(order="1", at=DEADLINE + HOUR), "The order was cancelled."),
        (Relisted(order="1", at=DEADLINE + HOUR), "You relisted the item."),
        (
            Extend(order="1", at=DEADLINE + HOUR, until=DEADLINE + 5 * DAY),
            "There is more time again.",
        ),
    ],
    ids=["paid", "cancelled", "relisted", "extended"],
)
def test_a_flag_is_cleared_with_its_reason(
    fact: Payment | Cancel | Relisted | Extend, reason: str
) -> None:
    order = make_order(number="1")
    sweep(DEADLINE)

    record(order.shop, fact)
    sweep(DEADLINE + HOUR)

    flag = Flag.objects.get(kind="relist")
    cleared = OrderEvent.objects.get(kind="flag_cleared")
    assert (flag.cleared_at, flag.clear_reason) == (DEADLINE + HOUR, reason)
    assert cleared.data["reason"] == reason


def test_more_time_raises_the_flag_again_at_the_new_deadline() -> None:
    order = make_order(number="1")
    sweep(DEADLINE)
    record(order.shop, Extend(order="1", at=DEADLINE, until=DEADLINE + 5 * DAY))
    sweep(DEADLINE)

    sweep(DEADLINE + 5 * DAY)

    assert Flag.objects.filter(kind="relist").count() == 2
    assert Flag.objects.get(kind="relist", cleared_at=None).since == DEADLINE + 5 * DAY


def test_a_payment_after_relisting_is_flagged() -> None:
    order = make_order(number="1")
    record(order.shop, Relisted(order="1", at=DEADLINE))
    sweep(DEADLINE)

    record(order.shop, Payment(order="1", at=DEADLINE + DAY))
    sweep(DEADLINE + DAY)

    assert list(Flag.objects.filter(cleared_at=None).values_list("kind", flat=True)) == [
        "paid_after_cancel"
    ]


def test_a_flag_about_a_lost_note_is_cleared_with_its_reason() -> None:
    order = make_order(number="1")
    sweep(MONDAY)
    Message.objects.update(state="bounced", settled_at=MONDAY, detail="no such user")
    record(order.shop, Word(order="1", at=MONDAY + HOUR))
    sweep(MONDAY + HOUR)
    Message.objects.update(state="delivered", sent_at=MONDAY)

    record(order.shop, Word(order="1", at=MONDAY + 2 * HOUR))
    sweep(MONDAY + 2 * HOUR)

    assert Flag.objects.get(kind="undeliverable").clear_reason == "No mail came back."


def test_a_flags_reason_is_written_in_the_shops_language() -> None:
    order = make_order(make_shop(language="de"), placed_at=MONDAY)

    sweep(MONDAY + timedelta(days=8))

    assert "nicht bezahlt" in order.flags.get(kind="relist").reason
