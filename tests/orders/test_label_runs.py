"""Many labels with one click, and what they cost."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.facts import Line
from orders.models import LabelState, Order, Shop
from orders.packing import set_ticks
from orders.shipping.buying import ask, ask_again, buy, work_off
from orders.shipping.label_runs import labels_of, newest_run, preview, progress, start
from orders.shipping.spending import Spent
from tests.easypost import EasyPostServer, easypost_server, refused
from tests.factory import MONDAY
from tests.labels import NYGADE, make_paid_order, make_shipping_shop, postage

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(hours=9)
HOUR = timedelta(hours=1)
TWO_LINES = (Line("Lucky bead", sku="LB-1"), Line("Second", sku="LB-1"))


@pytest.fixture(autouse=True)
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


@pytest.fixture
def shop() -> Shop:
    return make_shipping_shop()


def orders(shop: Shop) -> Any:
    return Order.objects.filter(shop=shop).order_by("number")


def test_a_run_says_for_each_order_what_it_would_do(shop: Shop) -> None:
    for number in ("1001", "1002", "1003"):
        make_paid_order(shop, number)
    make_paid_order(shop, "1004", address=NYGADE)
    standing = ask(postage(Order.objects.get(number="1002")), now=NOW)
    half = make_paid_order(shop, "1005", lines=TWO_LINES)
    set_ticks(order=half, keys=["line:1"], now=NOW)

    planned = {each.order.number: each for each in preview(shop, orders(shop))}

    assert planned["1001"].is_ready
    assert planned["1001"].postage.wanted == "USPS Priority"
    assert planned["1002"].label == standing
    assert planned["1004"].problems[0] == "The HS code of “Lucky bead” is missing."
    assert planned["1005"].is_packing
    assert [number for number, each in planned.items() if each.is_ready] == ["1001", "1003"]


def test_a_preview_costs_as_many_queries_for_many_orders_as_for_two(shop: Shop) -> None:
    counts = []
    for numbers in (range(2), range(2, 12)):
        for number in numbers:
            make_paid_order(shop, f"2{number:03}")
        with CaptureQueriesContext(connection) as queries:
            preview(Shop.objects.get(pk=shop.pk), orders(shop))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_run_is_bought_in_the_background_and_says_how_far_it_is(
    shop: Shop, easypost: EasyPostServer
) -> None:
    for number in ("1001", "1002", "1003"):
        make_paid_order(shop, number)
    easypost.fail("/shipments/*/buy", 402, refused("PAYMENT_REQUIRED", "No funds."))

    run = start(shop, orders(shop), now=NOW)
    assert run is not None
    before = progress(run)
    current = newest_run(shop)
    work_off(lambda: NOW)
    after = progress(run)

    assert (before.all, before.waiting, before.percent, before.is_done) == (3, 3, 0, False)
    assert current == run
    assert (after.bought, after.failed, after.percent, after.is_done) == (2, 1, 100, True)
    assert after.spent == [Spent("USD", Decimal("14.840"), Decimal("1.000"), Decimal(0))]
    assert [label.order.number for label in labels_of(run)] == ["1001", "1002", "1003"]
    assert newest_run(shop) is None


def test_clicking_a_run_twice_finds_the_same_run(shop: Shop, easypost: EasyPostServer) -> None:
    make_paid_order(shop, "1001")

    first = start(shop, orders(shop), now=NOW)
    second = start(shop, orders(shop), now=NOW)
    work_off(lambda: NOW)

    assert first == second
    assert sum(easypost.bought.values()) == 1


def test_a_run_with_nothing_to_buy_is_none(shop: Shop) -> None:
    make_paid_order(shop, "1001", address=NYGADE)

    assert start(shop, orders(shop), now=NOW) is None


def test_one_reason_lets_a_run_buy_what_is_not_packed(shop: Shop) -> None:
    type(shop.policy).objects.update(pack_first=True)
    make_paid_order(shop, "1001")

    without = start(Shop.objects.get(pk=shop.pk), orders(shop), now=NOW)
    run = start(Shop.objects.get(pk=shop.pk), orders(shop), now=NOW, override="Packed tonight")

    assert without is None
    assert run is not None
    assert [label.override for label in labels_of(run)] == ["Packed tonight"]


def test_a_label_that_failed_in_a_run_is_asked_for_again_in_that_run(
    shop: Shop, easypost: EasyPostServer
) -> None:
    make_paid_order(shop, "1001")
    easypost.fail("/shipments/*/buy", 402, refused("PAYMENT_REQUIRED", "No funds."))
    run = start(shop, orders(shop), now=NOW)
    work_off(lambda: NOW)
    assert run is not None
    (failed,) = labels_of(run)

    again = buy(ask_again(failed, now=NOW + HOUR), NOW + HOUR)

    assert again.run == run
    assert again.state == LabelState.BOUGHT
    assert (progress(run).bought, progress(run).failed) == (1, 0)
