"""What follows from a carrier's scans and days, from the facts to the letters and flags."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import decisions
from notifications.explain import explain
from notifications.loading import load
from notifications.outbox import send_messages
from notifications.sweep import sweep
from notifications.waiting import waiting
from orders.facts import Fact, Refund, Scan, Shipment, Unship
from orders.models import ExpectedDelivery, Flag, Order, Shop
from orders.words import ScanStatus
from tests.factory import MONDAY, make_order, make_shop, record
from tests.notifications.outboxing import kinds, text_of
from tests.servers import SmtpSink

pytestmark = pytest.mark.django_db(transaction=True)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHIPPED_AT = MONDAY + DAY
NOW = SHIPPED_AT + 2 * DAY


def shipped_order(shop: Shop | None = None, number: str = "1001", **fields: Any) -> Order:
    return make_order(
        shop or make_shop(language="en"),
        number,
        paid_at=MONDAY,
        shipped_at=SHIPPED_AT,
        now=SHIPPED_AT,
        **fields,
    )


def play(now: datetime) -> None:
    sweep(now)
    send_messages(now)


def scan(order: Order, at: datetime, status: ScanStatus, **fields: Any) -> None:
    record(order.shop, Scan(order=order.number, at=at, status=status, **fields))


def expect(order: Order, at: datetime, said_at: datetime = SHIPPED_AT) -> None:
    ExpectedDelivery.objects.create(order=order, parcel="1", expected_at=at, said_at=said_at)
    # As the news of it does.
    record(order.shop, Scan(order=order.number, at=said_at, status=ScanStatus.IN_TRANSIT))


def open_flags() -> list[str]:
    return sorted(Flag.objects.filter(cleared_at=None).values_list("kind", flat=True))


def test_who_has_to_fetch_a_parcel_reads_where(smtp_sink: SmtpSink) -> None:
    order = shipped_order()
    play(SHIPPED_AT)
    scan(order, NOW, ScanStatus.AVAILABLE_FOR_PICKUP, location="Postfiliale 12, Aarhus")

    play(NOW)
    play(NOW + HOUR)

    assert kinds(smtp_sink)[-1] == "available_for_pickup"
    assert kinds(smtp_sink).count("available_for_pickup") == 1
    letter = text_of(smtp_sink.messages[-1])
    assert "waiting to be picked up: Postfiliale 12, Aarhus." in letter
    assert "00340434161094" in letter


def test_a_parcel_that_comes_today_is_told_of_where_the_seller_wants_it(
    smtp_sink: SmtpSink,
) -> None:
    quiet = shipped_order()
    keen = shipped_order(make_shop("keen", policy={"rules_off": []}))
    play(SHIPPED_AT)
    for order in (quiet, keen):
        scan(order, NOW, ScanStatus.OUT_FOR_DELIVERY)

    play(NOW)

    told = [m for m in smtp_sink.messages if m["X-Shopcare-Note"].startswith("out_for_delivery")]
    assert len(told) == 1


def test_a_delivery_between_the_scan_and_the_letter_stops_the_letter(smtp_sink: SmtpSink) -> None:
    order = shipped_order()
    play(SHIPPED_AT)
    scan(order, NOW, ScanStatus.AVAILABLE_FOR_PICKUP)
    sweep(NOW)
    scan(order, NOW + HOUR, ScanStatus.DELIVERED)

    send_messages(NOW + HOUR)

    assert "available_for_pickup" not in kinds(smtp_sink)


def test_a_label_alone_announces_nothing_where_the_first_scan_does(smtp_sink: SmtpSink) -> None:
    order = shipped_order(make_shop(policy={"tracking_notice_when": "first_scan"}))
    scan(order, SHIPPED_AT, ScanStatus.PRE_TRANSIT)
    scan(order, SHIPPED_AT + HOUR, ScanStatus.UNKNOWN)
    play(SHIPPED_AT + HOUR)
    before = kinds(smtp_sink)

    scan(order, NOW, ScanStatus.IN_TRANSIT)
    play(NOW)

    assert "tracking_notice" not in before
    assert kinds(smtp_sink).count("tracking_notice") == 1


def test_a_late_parcel_is_flagged_and_told_of_on_a_click(smtp_sink: SmtpSink) -> None:
    order = shipped_order()
    play(SHIPPED_AT)
    expect(order, NOW.replace(hour=0, minute=0))
    # The midnight in Berlin that ends Thursday.
    late_at = NOW.replace(hour=23, minute=0)
    sweep(late_at - HOUR)
    before = open_flags()
    play(late_at)

    decisions.send_now(order=order, kind="late_delivery", subject="1", now=late_at)
    play(late_at)

    assert before == []
    assert open_flags() == ["late_delivery"]
    assert kinds(smtp_sink)[-1] == "late_delivery"
    assert "by November 5, 2026" in text_of(smtp_sink.messages[-1])


def test_a_later_day_takes_the_flag_down_and_the_last_word_counts() -> None:
    order = shipped_order()
    expect(order, NOW, said_at=SHIPPED_AT)
    sweep(NOW + DAY)
    raised = open_flags()

    expect(order, NOW + 9 * DAY, said_at=NOW + DAY)
    sweep(NOW + DAY + HOUR)

    assert "late_delivery" in raised
    assert "late_delivery" not in open_flags()
    cleared = Flag.objects.get(kind="late_delivery")
    assert cleared.clear_reason == "There is more time again."


def test_a_return_is_flagged_once_for_the_seller_and_told_of_on_a_click(
    smtp_sink: SmtpSink,
) -> None:
    order = shipped_order()
    play(SHIPPED_AT)
    scan(order, NOW, ScanStatus.RETURN_TO_SENDER)
    sweep(NOW)

    decisions.send_now(order=order, kind="returned", subject="1", now=NOW)
    play(NOW)
    scan(order, NOW + 3 * DAY, ScanStatus.DELIVERED)
    play(NOW + 5 * DAY)

    assert open_flags() == ["exception", "returned"]
    assert [flag.kind for flag in Flag.objects.to_see()] == ["returned"]
    assert waiting(order.shop).today == 1
    assert kinds(smtp_sink).count("returned") == 1
    # Delivered to the sender is not delivered.
    assert "arrival_check" not in kinds(smtp_sink)


@pytest.mark.parametrize(
    "act",
    [
        Refund(order="1001", at=NOW + DAY),
        Shipment(order="1001", at=NOW + DAY, parcel="2", carrier="DHL", tracking_code="B2"),
        Unship(order="1001", at=NOW + DAY, parcel="1"),
    ],
    ids=["refund", "another_parcel", "not_handed_over"],
)
def test_a_return_stays_up_until_the_seller_acts(act: Fact) -> None:
    order = shipped_order()
    scan(order, NOW, ScanStatus.RETURN_TO_SENDER)
    sweep(NOW)
    up = open_flags()

    record(order.shop, act)
    sweep(NOW + DAY)

    assert up == ["exception", "returned"]
    assert {"exception", "returned"}.isdisjoint(open_flags())


def test_all_that_waits_for_a_click_says_so() -> None:
    order = shipped_order()
    scan(order, NOW, ScanStatus.RETURN_TO_SENDER)

    told = explain(order, NOW)

    assert {"kind": "returned", "reason": "It waits for your click."} in told["withheld"]
    assert {flag["kind"] for flag in told["flags"]} == {"exception", "returned"}


def test_loading_costs_the_same_queries_whatever_parcels_there_are() -> None:
    shop = make_shop()
    ids = []
    for number in range(8):
        order = shipped_order(shop, f"n{number}")
        expect(order, NOW)
        ids.append(order.pk)

    def queries(order_ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            load(order_ids)
        return len(captured)

    assert queries(ids[:1]) == queries(ids) == 6
