"""A closed shop says nothing; opened again it goes on, without stale words."""

from datetime import timedelta

import pytest

from notifications import closing
from notifications.models import Message
from notifications.sweep import sweep
from orders.facts import Word
from orders.models import ImportRun, ImportState, Order, Shop, Watch
from tests.factory import MONDAY, make_order, make_shop, record
from tests.notifications.outboxing import send_messages

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def order() -> Order:
    return make_order(make_shop(), "1001")


def states(shop: Shop) -> dict[str, str]:
    return dict(Message.objects.filter(shop=shop).values_list("kind", "state"))


def test_what_waits_is_not_sent(order: Order) -> None:
    sweep(MONDAY)

    assert closing.close(order.shop, now=MONDAY)

    assert send_messages(MONDAY + HOUR)["sent"] == 0
    message = Message.objects.get()
    assert (message.state, message.detail) == ("cancelled", "The shop was closed.")


def test_no_order_is_looked_at(order: Order) -> None:
    closing.close(order.shop, now=MONDAY)

    assert not Watch.objects.exists()
    assert sweep(MONDAY + 3 * DAY)["messages"] == 0


def test_what_is_recorded_about_an_order_says_nothing_either(order: Order) -> None:
    closing.close(order.shop, now=MONDAY)
    record(order.shop, Word(order="1001", at=MONDAY + DAY), now=MONDAY + DAY)

    sweep(MONDAY + 4 * DAY)

    assert not Message.objects.exists()
    assert not order.flags.exists()
    assert not Watch.objects.exists()


def test_another_shop_goes_on(order: Order) -> None:
    other = make_order(make_shop("other"), "1001").shop

    closing.close(order.shop, now=MONDAY)
    sweep(MONDAY)

    assert states(other) == {"thank_you": "queued"}


def test_a_file_that_is_being_imported_stops(order: Order) -> None:
    run = ImportRun.objects.create(
        shop=order.shop, channel="own", state=ImportState.IMPORTING, created_at=MONDAY
    )

    closing.close(order.shop, now=MONDAY)

    run.refresh_from_db()
    assert (run.state, run.fault) == (ImportState.STOPPED, "The shop was closed.")


def test_opened_again_within_the_hour_all_is_as_it_was(order: Order) -> None:
    sweep(MONDAY)
    closing.close(order.shop, now=MONDAY)

    assert closing.reopen(order.shop, now=MONDAY + HOUR)
    sweep(MONDAY + HOUR)

    assert states(order.shop) == {"thank_you": "queued"}


def test_what_fell_due_more_than_a_day_ago_is_not_said_any_more(order: Order) -> None:
    sweep(MONDAY)
    send_messages(MONDAY)
    closing.close(order.shop, now=MONDAY + HOUR)

    # The reminder was due after three days.
    closing.reopen(order.shop, now=MONDAY + 5 * DAY)
    sweep(MONDAY + 5 * DAY)

    assert states(order.shop) == {"thank_you": "sent"}


def test_what_falls_due_later_is_said(order: Order) -> None:
    sweep(MONDAY)
    send_messages(MONDAY)
    closing.close(order.shop, now=MONDAY + HOUR)
    closing.reopen(order.shop, now=MONDAY + 2 * DAY)

    sweep(MONDAY + 3 * DAY)

    assert states(order.shop)["payment_reminder"] == "queued"


def test_twice_is_harmless(order: Order) -> None:
    assert closing.close(order.shop, now=MONDAY)
    assert not closing.close(order.shop, now=MONDAY + DAY)
    assert closing.reopen(order.shop, now=MONDAY + DAY)
    assert not closing.reopen(order.shop, now=MONDAY + DAY)
