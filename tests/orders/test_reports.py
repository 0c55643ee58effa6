"""The numbers of the reports, from facts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from orders import reports
from orders.facts import Cancel, Line, Relisted, Scan, Shipment
from orders.models import Flag, Shop
from orders.reports import Span
from orders.words import ScanStatus
from tests.factory import MONDAY, make_order, make_shop

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WEEK_1, WEEK_2 = date(2026, 11, 2), date(2026, 11, 9)


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def span(shop: Shop, channel: str = "") -> Span:
    return Span(shop.pk, shop.zone, WEEK_1, date(2026, 11, 15), channel)


def test_a_span_names_the_mondays_of_its_weeks(shop: Shop) -> None:
    middle = Span(shop.pk, shop.zone, date(2026, 11, 4), date(2026, 11, 9))

    assert middle.weeks == [WEEK_1, WEEK_2]


def test_days_to_payment_are_told_by_week_by_channel_and_altogether(shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY + DAY / 2)
    make_order(shop, "2", paid_at=MONDAY + 3 * DAY)
    make_order(shop, "3", placed_at=MONDAY + 7 * DAY, channel="etsy")

    found = reports.payments(span(shop))

    assert found.by_week[WEEK_1][:4] == (2, 2, 1, 1.75)
    assert found.by_week[WEEK_2] == (1, 0, 0, None, None)
    assert found.by_channel["etsy"].placed == 1
    assert found.total is not None
    assert found.total[:3] == (3, 2, 1)


def test_one_channel_may_be_asked_for(shop: Shop) -> None:
    make_order(shop, "1")
    make_order(shop, "2", channel="etsy")

    found = reports.payments(span(shop, "etsy"))

    assert found.total is not None
    assert found.total.placed == 1
    assert list(found.by_channel) == ["etsy"]


def test_the_days_of_a_span_are_the_shops(shop: Shop) -> None:
    # Half past midnight on Monday in Berlin is still Sunday in UTC.
    make_order(shop, "in", placed_at=MONDAY.replace(day=1, hour=23, minute=30))
    make_order(shop, "out", placed_at=MONDAY.replace(day=1, hour=22, minute=30))

    found = reports.payments(span(shop))

    assert found.by_week[WEEK_1].placed == 1
    assert found.total is not None
    assert found.total.placed == 1


def test_another_shops_orders_are_not_counted(shop: Shop) -> None:
    make_order(make_shop("other"), "1")

    assert reports.payments(span(shop)).by_week == {}
    assert reports.unpaid(span(shop)).by_week == {}
    assert reports.deliveries(span(shop)).by_week == {}
    assert reports.returning(span(shop)).by_week == {}


def test_an_order_cancelled_unpaid_never_had_days_to_payment(shop: Shop) -> None:
    make_order(shop, "1", facts=[Cancel(order="1", at=MONDAY + DAY)])

    found = reports.payments(span(shop))

    assert found.by_week == {}


def test_what_is_free_is_not_paid_late(shop: Shop) -> None:
    make_order(shop, "1", lines=(Line("Gift", unit_price=Decimal(0)),), shipping=Decimal(0))

    assert reports.payments(span(shop)).by_week == {}


def test_unpaid_orders_are_told_apart_by_what_became_of_them(shop: Shop) -> None:
    make_order(shop, "waits")
    make_order(shop, "paid", paid_at=MONDAY + DAY)
    make_order(shop, "cancelled", facts=[Cancel(order="cancelled", at=MONDAY + DAY)])
    late = make_order(shop, "late", facts=[Relisted(order="late", at=MONDAY + 8 * DAY)])
    for cleared_at in (MONDAY + 8 * DAY, None):
        Flag.objects.create(
            shop=shop,
            order=late,
            kind="relist",
            reason="unpaid",
            since=MONDAY,
            raised_at=MONDAY,
            cleared_at=cleared_at,
        )

    total = reports.unpaid(span(shop)).total

    assert total == (4, 1, 1, 1, 1, 1)


def delivered(number: str, days: float, carrier: str, service: str = "") -> list[object]:
    """A parcel handed over on Monday and delivered after so many days."""
    return [
        Shipment(
            order=number, at=MONDAY, parcel="1", carrier=carrier, service=service, tracking_code="X"
        ),
        Scan(order=number, at=MONDAY + days * DAY, parcel="1", status=ScanStatus.DELIVERED),
    ]


def test_delivery_days_are_told_by_carrier_and_service(shop: Shop) -> None:
    for number, days, carrier in (("1", 1, "DHL"), ("2", 3, "DHL"), ("3", 9, "USPS")):
        make_order(shop, number, paid_at=MONDAY, facts=delivered(number, days, carrier, "Post"))

    found = reports.deliveries(span(shop))

    assert list(found.by_more) == [("DHL", "Post"), ("USPS", "Post")]
    assert found.by_more["DHL", "Post"][:4] == (2, 2, 0, 2.0)
    assert found.by_week[WEEK_1].parcels == 3


def test_a_parcel_without_carrier_or_service_is_counted_too(shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY, facts=delivered("1", 2, ""))

    found = reports.deliveries(span(shop))

    assert found.by_more["", ""].delivered == 1
    assert found.total is not None


def test_a_buyer_who_bought_before_comes_back(shop: Shop) -> None:
    make_order(shop, "long ago", placed_at=MONDAY - 300 * DAY)
    make_order(shop, "again")
    make_order(shop, "third", placed_at=MONDAY + 7 * DAY)

    found = reports.returning(span(shop))

    assert found.total == (2, 2, 1, 1)


def test_a_cancelled_order_makes_no_returning_buyer(shop: Shop) -> None:
    make_order(
        shop,
        "first",
        placed_at=MONDAY - 9 * DAY,
        facts=[Cancel(order="first", at=MONDAY - 8 * DAY)],
    )
    make_order(shop, "second")

    assert reports.returning(span(shop)).total == (1, 0, 1, 0)
