"""What can go wrong while a label is bought: refused, busy, lost, or not wanted any more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from orders.facts import Cancel, Shipment
from orders.models import (
    Label,
    LabelState,
    Order,
    ShippingProfile,
    Shop,
)
from orders.shipping.buying import (
    ask,
    ask_again,
    buy,
    live_label,
    rescue,
    work_off,
)
from tests.easypost import EasyPostServer, easypost_server, refused
from tests.factory import MONDAY, record
from tests.labels import make_paid_order, make_shipping_shop, postage

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOW = MONDAY + timedelta(hours=9)


@pytest.fixture
def easypost(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as server:
        settings.EASYPOST_API_BASE = server.url
        yield server


@pytest.fixture
def shop() -> Shop:
    return make_shipping_shop()


@pytest.fixture
def order(shop: Shop) -> Order:
    return make_paid_order(shop)


def asked(order: Order, **more: Any) -> Label:
    return ask(postage(order), now=NOW, **more)


def test_a_service_that_is_not_offered_is_said_with_what_there_is(
    easypost: EasyPostServer, order: Order
) -> None:
    label = buy(asked(order, carrier="DHLExpress", service="Worldwide"), NOW)

    assert label.state == LabelState.FAILED
    assert label.problem.startswith("DHLExpress Worldwide is not offered for this parcel.")
    assert "USPS Priority" in label.problem
    assert not easypost.bought


def test_a_failed_label_can_be_asked_for_again(easypost: EasyPostServer, order: Order) -> None:
    failed = buy(asked(order, carrier="DHLExpress", service="Worldwide"), NOW)

    again = ask(postage(order), now=NOW + MINUTE)
    label = buy(again, NOW + MINUTE)

    assert again.reference != failed.reference
    assert label.state == LabelState.BOUGHT
    assert ask_again(failed, now=NOW + MINUTE) == label


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, refused("APIKEY.INACTIVE", "This api key is no longer active.")),
        (402, refused("PAYMENT_REQUIRED", "Insufficient funds.")),
        (403, refused("FORBIDDEN", "No.")),
        (422, refused("SHIPMENT.POSTAGE.FAILURE", "Wrong.", [{"field": "f", "message": "m"}])),
    ],
)
def test_a_refusal_to_sell_says_what_to_do_and_buys_nothing(
    easypost: EasyPostServer, order: Order, status: int, body: Any
) -> None:
    easypost.fail("/shipments/*/buy", status, body)

    label = buy(asked(order), NOW)

    assert label.state == LabelState.FAILED
    assert label.problem
    assert not easypost.bought
    assert live_label(order, "1") is None


@pytest.mark.parametrize("path", ["/shipments", "/shipments/*/buy"])
def test_a_busy_easypost_is_tried_again_later(
    easypost: EasyPostServer, order: Order, path: str
) -> None:
    easypost.fail(path, 429, refused("RATE_LIMITED", "Slow."), headers={"Retry-After": "30"})

    label = buy(asked(order), NOW)
    too_early = work_off(lambda: NOW + 29 * SECOND)
    later = work_off(lambda: NOW + 31 * SECOND)

    assert (label.state, bool(label.problem)) == (LabelState.QUEUED, True)
    assert (too_early, later) == ({}, {"bought": 1})
    assert list(easypost.bought.values()) == [1]


def test_an_answer_that_was_lost_is_shown_as_in_doubt_and_then_found(
    easypost: EasyPostServer, order: Order
) -> None:
    easypost.fail("/shipments/*/buy", how="drop_after")

    label = buy(asked(order), NOW)
    clicked = ask(postage(order), now=NOW + SECOND)
    at_once = rescue(NOW + SECOND)
    soon = rescue(NOW + 6 * SECOND)

    assert label.state == LabelState.BUYING
    assert label.problem.startswith("It is not known yet whether this label was bought.")
    assert clicked == label
    assert (at_once, soon) == (0, 1)
    label.refresh_from_db()
    assert (label.state, label.problem) == (LabelState.BOUGHT, "")
    assert list(easypost.bought.values()) == [1]
    assert len(easypost.asked("POST", "/shipments/*/buy")) == 1


def test_what_was_not_bought_after_all_is_bought_when_easypost_has_had_its_time(
    easypost: EasyPostServer, order: Order
) -> None:
    easypost.fail("/shipments/*/buy", how="drop")

    label = buy(asked(order), NOW)
    rescue(NOW + 6 * SECOND)
    label.refresh_from_db()
    after_a_look = label.state
    rescue(NOW + 60 * SECOND)
    too_early = len(easypost.asked("POST", "/shipments/*/buy"))
    rescue(NOW + 2 * MINUTE)

    assert after_a_look == LabelState.BUYING
    assert too_early == 1
    label.refresh_from_db()
    assert label.state == LabelState.BOUGHT
    assert list(easypost.bought.values()) == [1]
    assert len(easypost.asked("POST", "/shipments")) == 1


def test_nothing_is_concluded_while_easypost_cannot_be_asked(
    easypost: EasyPostServer, order: Order
) -> None:
    easypost.fail("/shipments/*/buy", how="drop_after")
    label = buy(asked(order), NOW)

    easypost.fail("/shipments/*", 503, "", times=-1)
    rescue(NOW + MINUTE)
    label.refresh_from_db()
    while_down = label.state
    ShippingProfile.objects.update(easypost_key="")
    rescue(NOW + 60 * MINUTE)
    label.refresh_from_db()

    assert (while_down, label.state) == (LabelState.BUYING, LabelState.BUYING)
    assert "EasyPost key" in label.problem


def test_a_label_of_an_order_that_was_cancelled_meanwhile_is_not_bought(
    easypost: EasyPostServer, order: Order
) -> None:
    label = asked(order)
    record(order.shop, Cancel(order="1001", at=NOW))

    label = buy(label, NOW)

    assert (label.state, label.problem) == (
        LabelState.FAILED,
        "The order was cancelled meanwhile.",
    )
    assert not easypost.requests


def test_a_label_for_an_address_that_changed_meanwhile_is_not_bought(
    easypost: EasyPostServer, order: Order
) -> None:
    label = asked(order)
    Order.objects.update(ship_street1="3 Main St")

    label = buy(label, NOW)

    assert label.state == LabelState.FAILED
    assert "address has changed" in label.problem
    assert buy(ask_again(label, now=NOW), NOW).state == LabelState.BOUGHT


def test_a_parcel_that_was_shipped_meanwhile_gets_no_label(
    easypost: EasyPostServer, order: Order
) -> None:
    label = asked(order)
    record(order.shop, Shipment(order="1001", at=NOW))

    assert buy(label, NOW).state == LabelState.FAILED
    assert not easypost.bought


def test_a_shop_without_a_key_is_told_and_nothing_breaks(shop: Shop) -> None:
    order = make_paid_order(shop)
    ShippingProfile.objects.update(easypost_key="")

    label = buy(asked(order), NOW)

    assert (label.state, label.problem) == (
        LabelState.FAILED,
        "Enter the shop's EasyPost key first.",
    )
