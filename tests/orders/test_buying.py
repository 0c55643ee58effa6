"""Buying labels at the replaying EasyPost: one for each parcel, whatever happens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from orders.facts import Line, Shipment
from orders.models import (
    ItemDetails,
    Label,
    LabelState,
    Order,
    OrderEvent,
    Shop,
)
from orders.packing import set_ticks
from orders.shipping.buying import (
    NotReady,
    ask,
    buy,
    live_label,
)
from tests.easypost import EasyPostServer, easypost_server
from tests.factory import MONDAY, record
from tests.labels import MAIN_STREET, NYGADE, make_paid_order, make_shipping_shop, postage

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


def test_a_label_is_bought_with_the_usual_service_and_insured(
    easypost: EasyPostServer, order: Order
) -> None:
    label = buy(asked(order), NOW)

    assert label.state == LabelState.BOUGHT
    assert (label.carrier, label.service, label.currency) == ("USPS", "Priority", "USD")
    assert (label.cost, label.insured, label.insurance_cost) == (
        Decimal("7.42"),
        Decimal(45),
        Decimal("0.50"),
    )
    assert label.tracking_code.startswith("9400")
    assert list(label.files) == ["PNG"]
    assert label.bought_at == NOW
    assert easypost.bought == {str(label.reference): 1}


def test_what_easypost_is_asked_is_what_the_seller_sees(
    easypost: EasyPostServer, order: Order
) -> None:
    buy(asked(order), NOW)

    (made,) = easypost.asked("POST", "/shipments")
    shipment = made.body["shipment"]
    assert shipment["to_address"]["street1"] == "1 Main St"
    assert shipment["from_address"]["phone"] == "3035550100"
    assert float(shipment["parcel"]["weight"]) == 3.6  # 100 g in ounces, never less than it weighs
    assert shipment["options"]["label_format"] == "PNG"
    (bought,) = easypost.asked("POST", "/shipments/*/buy")
    assert float(bought.body["insurance"]) == 45


def test_a_parcel_abroad_goes_with_its_customs_form(easypost: EasyPostServer, shop: Shop) -> None:
    ItemDetails.objects.update(hs_code="701810", origin="CZ")
    order = make_paid_order(shop, "1002", address=NYGADE)

    label = buy(asked(order, carrier="USPS", service="PriorityMailInternational"), NOW)

    assert label.state == LabelState.BOUGHT
    (made,) = easypost.asked("POST", "/shipments")
    (item,) = made.body["shipment"]["customs_info"]["customs_items"]
    assert (item["hs_tariff_number"], item["origin_country"]) == ("701810", "CZ")


def test_the_same_postage_is_never_bought_twice(easypost: EasyPostServer, order: Order) -> None:
    """Clicked twice, from two tabs, and once more after it was bought. (solidus_easypost #42)"""
    before = postage(order)

    first = ask(before, now=NOW)
    second = ask(before, now=NOW + SECOND)
    buy(first, NOW)
    buy(second, NOW)
    buy(first, NOW + MINUTE)
    third = ask(before, now=NOW + MINUTE)

    assert first == second == third
    assert Label.objects.count() == 1
    assert sum(easypost.bought.values()) == 1


def test_letter_post_bought_as_a_label_has_no_tracking_and_is_bought_all_the_same(
    easypost: EasyPostServer, order: Order
) -> None:
    """(woocommerce-services #1865)"""
    easypost.answers.sells_letters = True

    label = buy(asked(order), NOW)

    assert (label.state, label.tracking_code) == (LabelState.BOUGHT, "")
    assert live_label(order, "1") == label


def test_buying_does_not_ship(easypost: EasyPostServer, order: Order) -> None:
    buy(asked(order), NOW)

    order.refresh_from_db()
    assert order.shipped_at is None
    assert not order.shipments.exists()


def test_what_is_missing_is_said_before_easypost_is_asked(
    easypost: EasyPostServer, shop: Shop
) -> None:
    order = make_paid_order(shop, "1002", address=replace(MAIN_STREET, street1=""))

    with pytest.raises(NotReady, match="address is not complete: street") as caught:
        asked(order)

    assert [each.what for each in caught.value.missing] == ["address"]
    assert not Label.objects.exists()
    assert not easypost.requests


def test_a_half_packed_parcel_stops_the_label_until_a_reason_is_given(
    easypost: EasyPostServer, shop: Shop
) -> None:
    lines = (Line("First bead", sku="LB-1"), Line("Second bead", sku="LB-1"))
    order = make_paid_order(shop, lines=lines)
    set_ticks(order=order, keys=["line:1"], now=NOW)

    with pytest.raises(NotReady) as caught:
        asked(order)
    label = asked(order, override="The second one follows by letter")

    assert caught.value.is_packing
    assert caught.value.sentences == ["1 × Second bead is missing."]
    assert label.override == "The second one follows by letter"
    event = OrderEvent.objects.get(order=order, kind="label")
    assert event.data["reason"] == "The second one follows by letter"


def test_the_timeline_tells_of_the_label_once(easypost: EasyPostServer, order: Order) -> None:
    label = buy(asked(order), NOW)
    record(order.shop, Shipment(order="1001", at=NOW, tracking_code=label.tracking_code))

    event = OrderEvent.objects.get(order=order, kind="label")

    assert event.data["what"] == "bought"
    assert (event.data["amount"], event.data["currency"]) == ("7.42", "USD")
    assert event.data["tracking_code"] == label.tracking_code
