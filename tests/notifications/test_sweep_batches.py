"""The sweep over many orders: their cost, orders that cannot be planned, sweeps at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from notifications.sweep import BATCH, CLAIM, PUT_OFF, sweep, sweep_batch
from orders.facts import (
    Payment,
)
from orders.models import Order, Shop, Watch
from tests.factory import MONDAY, make_order, make_shop, placed, record
from tests.notifications.outboxing import DAY, REMINDER_AT

pytestmark = pytest.mark.django_db


def test_an_order_that_cannot_be_planned_is_put_off_and_holds_up_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = make_order(number="1", paid_at=MONDAY)
    make_order(number="2")
    # The day after this one is not in the calendar.
    Order.objects.filter(pk=broken.pk).update(ship_by_on="9999-12-31")

    counts = sweep(MONDAY)

    assert counts["put_off"] == 1
    assert Watch.objects.get(order=broken).look_at == MONDAY + PUT_OFF
    assert list(Message.objects.values_list("order__number", flat=True)) == ["2"]
    assert "could not be planned" in caplog.text
    assert "Zoë" not in caplog.text


def test_a_shop_whose_settings_make_no_sense_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = make_order(number="1")
    Shop.objects.update(timezone="Mars/Olympus")
    make_order(make_shop("other-shop"), number="2")

    counts = sweep(MONDAY)

    assert (counts["looked_at"], counts["messages"], counts["put_off"]) == (2, 1, 1)
    assert Watch.objects.get(order=broken).look_at == MONDAY + PUT_OFF
    assert "could not be written" in caplog.text


def test_a_batch_costs_the_same_queries_whatever_its_size() -> None:
    shop = make_shop()

    def queries(first: int, count: int) -> int:
        record(shop, *(placed(str(number)) for number in range(first, first + count)))
        with CaptureQueriesContext(connection) as captured:
            sweep_batch(MONDAY)
        return len(captured)

    assert queries(1000, 1) == queries(2000, 400)


def test_an_idle_sweep_is_one_query() -> None:
    with CaptureQueriesContext(connection) as captured:
        sweep(MONDAY)

    assert len([query for query in captured if "orders_watch" in query["sql"]]) == 1
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 1


def test_the_claim_uses_its_index() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(2000)))
    Watch.objects.update(look_at=MONDAY + 9 * DAY)

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_watch")
        cursor.execute(f"EXPLAIN {CLAIM}", [timezone.now(), BATCH])
        described = "\n".join(row[0] for row in cursor.fetchall())

    assert "watch_look_at" in described


def test_a_limit_stops_a_long_sweep() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(BATCH + 200)))

    counts = sweep(MONDAY, limit=1)

    assert counts["looked_at"] == BATCH
    assert sweep(MONDAY)["looked_at"] == 200


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_write_nothing_twice_and_miss_nothing() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(1200)))
    start = Barrier(3)

    def run(_number: int) -> int:
        try:
            start.wait()
            return sweep(MONDAY)["messages"]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        written = list(pool.map(run, range(3)))

    assert sum(written) == 1200
    assert Message.objects.count() == 1200
    assert not Watch.objects.filter(look_at__lte=MONDAY).exists()


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_payments_at_the_same_time_leave_no_reminder_to_one_who_paid() -> None:
    shop = make_shop()
    record(shop, *(placed(str(number)) for number in range(300)))
    start = Barrier(2)

    def pay() -> None:
        try:
            start.wait()
            for number in range(0, 300, 20):
                some = [Payment(order=str(n), at=REMINDER_AT) for n in range(number, number + 20)]
                record(shop, *some)
        finally:
            connection.close()

    def look() -> None:
        try:
            start.wait()
            for _again in range(8):
                sweep(REMINDER_AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(pay), pool.submit(look)]:
            job.result()
    sweep(REMINDER_AT)

    assert Order.objects.filter(status="paid").count() == 300
    assert not Message.objects.filter(kind="payment_reminder", state="queued").exists()
