"""The carrier report: parcels, days, late, lost, damaged, claims paid and cost per parcel."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from orders.carrier_report import CarrierReport, Sum, carriers
from orders.facts import Scan, Shipment
from orders.models import Claim, ExpectedDelivery, Label, Order, Shop
from orders.reports import Span
from tests.factory import MONDAY, make_order, make_shop, record

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = MONDAY + 60 * DAY
DHL = ("DHL Paket", "Standard")


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def parcel(shop: Shop, number: str, *scans: tuple[int, str], carrier: str = "DHL Paket") -> Order:
    """An order shipped a day after it was placed; scans so many days after that."""
    fact = Shipment(
        order=number,
        at=MONDAY + DAY,
        parcel="1",
        carrier=carrier,
        service="Standard",
        tracking_code=f"TRACK{number}",
    )
    order = make_order(shop, number, paid_at=MONDAY, facts=[fact], now=MONDAY + DAY)
    for days, status in scans:
        record(shop, Scan(order=number, at=MONDAY + (1 + days) * DAY, parcel="1", status=status))  # type: ignore[arg-type]
    return order


def report(shop: Shop) -> CarrierReport:
    span = Span(shop.pk, ZoneInfo("Europe/Berlin"), date(2026, 11, 1), date(2026, 11, 8))
    return carriers(span, today=NOW.date(), now=NOW)


def expect(order: Order, days: int, said: int = 1) -> None:
    ExpectedDelivery.objects.create(
        order=order,
        parcel="1",
        expected_at=MONDAY + (1 + days) * DAY,
        said_at=MONDAY + timedelta(hours=said),
    )


def test_days_are_told_by_carrier_and_service(shop: Shop) -> None:
    parcel(shop, "1", (1, "in_transit"), (2, "delivered"))
    parcel(shop, "2", (4, "delivered"))
    parcel(shop, "3", carrier="GLS")

    found = report(shop).parcels

    dhl = found.by_more[DHL]
    assert (dhl.parcels, dhl.delivered, dhl.median_days) == (2, 2, 3.0)
    assert found.by_more["GLS", "Standard"].parcels == 1
    assert found.total is not None
    assert found.total.parcels == 3


def test_late_is_measured_against_the_first_day_the_carrier_named(shop: Shop) -> None:
    late, in_time = (
        parcel(shop, "1", (4, "delivered")),
        parcel(shop, "2", (2, "delivered")),
    )
    expect(late, days=2)
    expect(late, days=5, said=9)
    expect(in_time, days=2)

    assert report(shop).parcels.by_more[DHL].late == 1


def test_a_parcel_that_has_not_come_by_its_day_is_late(shop: Shop) -> None:
    expect(parcel(shop, "1", (1, "in_transit")), days=2)

    assert report(shop).parcels.by_more[DHL].late == 1


def test_silence_for_a_month_is_a_loss_and_a_parcel_never_followed_is_not(shop: Shop) -> None:
    parcel(shop, "1", (1, "in_transit"))
    parcel(shop, "2")

    assert report(shop).parcels.by_more[DHL].lost == 1


def test_claims_say_what_was_lost_damaged_and_paid(shop: Shop) -> None:
    for number, kind, state, paid in (
        ("1", "loss", "paid", "40"),
        ("2", "damage", "submitted", None),
        ("3", "damage", "cancelled", None),
    ):
        order = parcel(shop, number, (1, "delivered"))
        Claim.objects.create(
            shop=shop,
            order=order,
            parcel="1",
            insurer="carrier",
            kind=kind,
            state=state,
            amount=Decimal(50),
            currency="EUR",
            paid=paid and Decimal(paid),
        )

    found = report(shop)

    dhl = found.parcels.by_more[DHL]
    assert (dhl.lost, dhl.damaged) == (1, 1)
    assert found.paid == {DHL: [Sum(1, Decimal(40), "EUR")]}


def test_cost_counts_postage_and_insurance_but_no_refunded_or_return_label(shop: Shop) -> None:
    order = parcel(shop, "1")
    for state, is_return, cost in (
        ("bought", False, "7.40"),
        ("refunded", False, "9"),
        ("bought", True, "5"),
    ):
        Label.objects.create(
            shop=shop,
            order=order,
            parcel="1",
            state=state,
            is_return=is_return,
            weight_g=100,
            currency="USD",
            cost=Decimal(cost),
            insurance_cost=Decimal("0.60"),
            bought_at=MONDAY,
        )

    assert report(shop).costs == {DHL: [Sum(1, Decimal("8.00"), "USD")]}
