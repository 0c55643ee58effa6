"""Notes and promises in the reports."""

from collections import Counter
from datetime import date, timedelta

import pytest

from notifications import reports
from notifications.models import Message
from notifications.sweep import sweep
from orders.models import Shop
from orders.reports import Span
from orders.words import NoteKind
from tests.factory import MONDAY, make_order, make_shop

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WEEK = date(2026, 11, 2)


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def span(shop: Shop) -> Span:
    return Span(shop.pk, shop.zone, WEEK, date(2026, 11, 15))


def test_notes_are_counted_by_week_channel_and_kind(shop: Shop) -> None:
    make_order(shop, "1")
    make_order(shop, "2", channel="etsy")
    sweep(MONDAY)
    Message.objects.filter(order__number="1").update(state="bounced")

    found = reports.notes(span(shop))

    assert found.total == (0, 0, 1, 0, 1, 0, 0)
    assert found.by_more[(NoteKind.THANK_YOU,)].bounced == 1
    assert found.by_channel["etsy"].waiting == 1
    assert found.by_week[WEEK].bounced == 1


def test_what_the_rules_hold_back_is_counted_by_kind(shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY)

    found = reports.withheld(span(shop), now=MONDAY + DAY)

    assert found.by_kind[NoteKind.PAYMENT_REMINDER] == 1
    assert (found.asked, found.is_cut) == (1, False)


def test_only_the_newest_orders_are_planned(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_PLANNED", 2)
    for number in ("1", "2", "3"):
        make_order(shop, number)

    found = reports.withheld(span(shop), now=MONDAY)

    assert (found.asked, found.is_cut) == (2, True)


def test_shipped_by_the_promised_day_is_in_time(shop: Shop) -> None:
    # Three working days after Monday are Thursday.
    for number, days in (("in time", 3), ("late", 4)):
        make_order(shop, number, paid_at=MONDAY, shipped_at=MONDAY + days * DAY)

    total = reports.shipping(span(shop), shop, today=date(2026, 11, 15)).total

    assert total == (2, 1, 1, 0, 3.5)


def test_what_waits_is_late_when_the_promised_day_is_over(shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY)

    on_thursday = reports.shipping(span(shop), shop, today=date(2026, 11, 5)).total
    on_friday = reports.shipping(span(shop), shop, today=date(2026, 11, 6)).total

    assert on_thursday is not None
    assert on_friday is not None
    assert (on_thursday.waiting, on_thursday.late) == (1, 0)
    assert (on_friday.waiting, on_friday.late) == (0, 1)


def test_the_channels_own_date_is_the_promise(shop: Shop) -> None:
    make_order(shop, "1", paid_at=MONDAY, shipped_at=MONDAY + 4 * DAY, ship_by=date(2026, 11, 6))

    total = reports.shipping(span(shop), shop, today=date(2026, 11, 15)).total

    assert total is not None
    assert total.in_time == 1


def test_the_median_of_counted_values() -> None:
    assert reports.median(Counter()) is None
    assert reports.median(Counter({2: 1})) == 2
    assert reports.median(Counter({1: 2, 5: 2})) == 3
    assert reports.median(Counter({1: 5, 9: 2})) == 1
