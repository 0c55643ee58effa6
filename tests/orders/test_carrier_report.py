"""The carrier report: what each service took, cost, and how often it went wrong."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orders.facts import Scan, Shipment
from orders.models import (
    Claim,
    ClaimKind,
    ClaimState,
    ExpectedDelivery,
    Insurer,
    Label,
    LabelState,
    Order,
    Shop,
)
from orders.reports import Span
from orders.shipping.carrier_report import ServiceRow, by_service
from orders.shipping.spending import Spent, spent_in
from orders.words import ScanStatus
from tests.factory import MONDAY, record
from tests.labels import make_paid_order, make_shipping_shop

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = MONDAY + 30 * DAY


@pytest.fixture
def shop() -> Shop:
    return make_shipping_shop()


def span(shop: Shop, **more: Any) -> Span:
    return Span(shop.pk, ZoneInfo("America/Denver"), date(2026, 11, 1), date(2026, 11, 30), **more)


def shipped(
    shop: Shop, number: str, *, days: int | None, service: str = "Priority", cost: str = ""
) -> Order:
    """An order that left on Monday, and arrived so many days later; with a label at that price."""
    order = make_paid_order(shop, number)
    facts = [Shipment(order=number, at=MONDAY, carrier="USPS", service=service)]
    record(shop, *facts)
    if days is not None:
        record(shop, Scan(order=number, at=MONDAY + days * DAY, status=ScanStatus.DELIVERED))
    if cost:
        label(order, cost)
    return order


def label(order: Order, cost: str, **fields: Any) -> Label:
    bought = {
        "shop_id": order.shop_id,
        "parcel": "1",
        "weight_g": 100,
        "state": LabelState.BOUGHT,
        "bought_at": MONDAY,
        "cost": Decimal(cost),
        "insurance_cost": Decimal("0.50"),
        "currency": "USD",
    }
    return Label.objects.create(order=order, **(bought | fields))


def expected(order: Order, days: int) -> None:
    ExpectedDelivery.objects.create(
        order=order, parcel="1", expected_at=MONDAY + days * DAY, said_at=MONDAY
    )


def claim(order: Order, kind: ClaimKind, paid: str | None = None) -> None:
    Claim.objects.create(
        shop_id=order.shop_id,
        order=order,
        parcel="1",
        insurer=Insurer.EASYPOST,
        kind=kind,
        state=ClaimState.PAID if paid else ClaimState.SUBMITTED,
        amount=Decimal(45),
        currency="USD",
        paid=Decimal(paid) if paid else None,
    )


def test_each_service_has_its_parcels_days_and_cost(shop: Shop) -> None:
    for number, days in (("1001", 2), ("1002", 4), ("1003", None)):
        shipped(shop, number, days=days, cost="7.50")
    shipped(shop, "1004", days=1, service="Express", cost="34.15")

    priority, express = by_service(span(shop), NOW)

    assert priority == ServiceRow(
        carrier="USPS",
        service="Priority",
        currency="USD",
        parcels=3,
        delivered=2,
        median_days=3.0,
        late=0,
        lost=0,
        damaged=0,
        claims_paid=Decimal(0),
        labels=3,
        cost=Decimal("24.000"),
    )
    assert priority.cost_per_parcel == Decimal(8)
    assert (express.service, express.parcels, express.median_days) == ("Express", 1, 1.0)


def test_a_parcel_is_late_when_its_first_expected_day_is_over(shop: Shop) -> None:
    expected(shipped(shop, "1001", days=3), 3)
    expected(shipped(shop, "1002", days=4), 3)
    never = shipped(shop, "1003", days=None)
    expected(never, 3)
    ExpectedDelivery.objects.create(
        order=never, parcel="1", expected_at=NOW + DAY, said_at=MONDAY + DAY
    )
    shipped(shop, "1004", days=9)

    (row,) = by_service(span(shop), NOW)
    (before,) = by_service(span(shop), MONDAY + 2 * DAY)

    assert (row.parcels, row.late) == (4, 2)
    assert before.late == 1  # the one that was delivered late stays so


def test_claims_tell_what_was_lost_and_damaged_and_paid(shop: Shop) -> None:
    claim(shipped(shop, "1001", days=None), ClaimKind.LOSS, "45.00")
    claim(shipped(shop, "1002", days=None), ClaimKind.THEFT)
    claim(shipped(shop, "1003", days=2), ClaimKind.DAMAGE, "20.00")

    (row,) = by_service(span(shop), NOW)

    assert (row.lost, row.damaged, row.claims_paid) == (2, 1, Decimal("65.000"))


def test_parcels_without_a_label_count_with_those_that_have_one(shop: Shop) -> None:
    shipped(shop, "1001", days=2, cost="7.50")
    shipped(shop, "1002", days=2)

    (row,) = by_service(span(shop), NOW)

    assert (row.parcels, row.labels, row.cost_per_parcel) == (2, 1, Decimal(8))


def test_refunded_and_return_labels_are_no_cost_of_the_parcel(shop: Shop) -> None:
    order = shipped(shop, "1001", days=2, cost="7.50")
    label(order, "9.00", state=LabelState.REFUNDED)
    label(order, "6.00", is_return=True)

    (row,) = by_service(span(shop), NOW)

    assert (row.labels, row.cost) == (1, Decimal("8.000"))


def test_the_report_is_about_the_orders_of_the_span_and_the_shop(shop: Shop) -> None:
    shipped(shop, "1001", days=2, cost="7.50")
    shipped(make_shipping_shop("other"), "1001", days=2, cost="7.50")

    assert len(by_service(span(shop), NOW)) == 1
    assert by_service(span(shop, channel="etsy"), NOW) == []


def test_what_was_spent_is_counted_by_currency_less_what_came_back(shop: Shop) -> None:
    order = shipped(shop, "1001", days=2, cost="7.50")
    label(order, "9.00", state=LabelState.REFUNDED)
    label(order, "6.00", is_return=True, currency="EUR")

    assert spent_in(span(shop)) == [
        Spent("EUR", Decimal("6.000"), Decimal("0.500"), Decimal(0)),
        Spent("USD", Decimal("16.500"), Decimal("1.000"), Decimal("9.500")),
    ]
