"""Reports are worked off once, by however many workers; none is lost, whatever it holds."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from orders.models import Order, Tracker, TrackingEvent, TrackingReport
from orders.shipping import tracking_reports
from orders.shipping.tracking_reports import clean_up, take_in, work_off
from orders.words import OrderStatus
from tests.orders.tracking_given import (
    CODE,
    DAY,
    SHIPPED,
    connected_shop,
    detail,
    history,
    parcel_order,
    problems,
    report,
    told,
    tracker,
)

pytestmark = pytest.mark.django_db

NOW = SHIPPED + 9 * DAY


def test_a_report_is_taken_in_once_by_its_name() -> None:
    shop = connected_shop()
    body = report(tracker(history()), event="evt_7")

    assert [take_in(shop.pk, body, NOW) for _time in range(2)] == [True, False]

    assert TrackingReport.objects.get().key == "evt_7"


def test_what_cannot_be_read_keeps_its_row_and_does_not_stop_the_others() -> None:
    shop = connected_shop()
    parcel_order(shop)
    nonsense = [
        b"no json",
        b"\xff\xff",
        b'{"id":"evt_a","description":"tracker.updated"}',
        b'{"id":"evt_b","description":"tracker.updated","result":{"id":"trk_1"}}',
        b'{"id":"evt_c","description":"tracker.updated","result":"\\ud800"}',
    ]
    for body in [*nonsense, report(tracker(history()))]:
        take_in(shop.pk, body, NOW)

    counts = work_off(NOW)

    assert (counts["reports"], counts["problems"]) == (6, 5)
    assert [bool(problem) for problem in problems()] == [True] * 5 + [False]
    assert Order.objects.get().status == OrderStatus.DELIVERED


def test_words_that_the_database_cannot_hold_are_mended() -> None:
    shop = connected_shop()
    order = parcel_order(shop)
    odd = [
        detail(SHIPPED + DAY, "in_transit", "zero \x00 byte"),
        detail(SHIPPED + 2 * DAY, "in_transit", "half a pair \ud800"),
        detail(SHIPPED + 3 * DAY, "in_transit", "long " * 1000),
    ]

    told(shop, tracker(odd))

    assert problems() == [""]
    assert order.shipments.get().last_scan_at == SHIPPED + 3 * DAY


def test_news_about_other_things_is_done_without_a_problem() -> None:
    shop = connected_shop()
    body = json.dumps({"id": "evt_1", "description": "batch.created", "result": {}}).encode()
    take_in(shop.pk, body, NOW)

    work_off(NOW)

    assert problems() == [""]


def test_a_number_that_no_parcel_has_is_kept_with_the_reason() -> None:
    shop = connected_shop()

    told(shop, tracker(history()))

    kept = TrackingReport.objects.get()
    assert (kept.problem, kept.tracking_code) == ("No parcel of this shop has this number.", CODE)


def test_a_crash_in_the_middle_of_a_batch_repeats_it_harmlessly() -> None:
    shop = connected_shop()
    parcel_order(shop)
    take_in(shop.pk, report(tracker(history())), NOW)

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        work_off(NOW)
        raise KeyboardInterrupt

    assert not TrackingEvent.objects.exists()
    assert work_off(NOW)["facts"] == 5


def test_many_reports_of_many_shops_take_a_number_of_queries_that_depends_on_the_shops_alone(
    django_assert_max_num_queries: Any,
) -> None:
    shops = [connected_shop(f"shop-{number}") for number in range(3)]
    for shop in shops:
        for number in range(8):
            code = f"94001118992231000{number:05}"
            parcel_order(shop, f"n{number}", code=code)
            take_in(shop.pk, report(tracker(history(), code=code)), NOW)

    with django_assert_max_num_queries(20 * len(shops) + 10):
        assert work_off(NOW)["facts"] == 3 * 8 * 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_report_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_reports, "BATCH", 5)
    shop = connected_shop()
    for number in range(20):
        code = f"94001118992231000{number:05}"
        parcel_order(shop, f"n{number}", code=code)
        for steps in (3, 5):
            take_in(shop.pk, report(tracker(history()[:steps], code=code)), NOW)

    with ThreadPoolExecutor(2) as pool:
        counts = [job.result() for job in [pool.submit(_work) for _worker in range(2)]]

    assert sum(count["reports"] for count in counts) == 40
    assert sum(count["facts"] for count in counts) == 100
    assert {order.status for order in Order.objects.all()} == {OrderStatus.DELIVERED}


def _work() -> Any:
    try:
        return work_off(NOW)
    finally:
        connection.close()


def test_old_reports_are_deleted_those_with_a_problem_later() -> None:
    shop = connected_shop()
    parcel_order(shop)
    told(shop, tracker(history()), now=NOW)
    take_in(shop.pk, b"no json", NOW)
    work_off(NOW)
    take_in(shop.pk, report(tracker(history())), NOW)

    assert clean_up(NOW + 29 * DAY) == 0
    assert clean_up(NOW + 31 * DAY) == 1
    assert clean_up(NOW + 181 * DAY) == 1
    assert TrackingReport.objects.get().done_at is None


def test_every_real_tracker_ends_as_it_says(real_data: Path) -> None:
    shop = connected_shop()
    files = sorted((real_data / "easypost" / "trackers").glob("*.json"))
    for path in files:
        body = json.loads(path.read_text())
        first = min((d["datetime"] for d in body["tracking_details"] if d["datetime"]), default="")
        code = body["tracking_code"]
        # Each as if it had been shipped on the day of its first line.
        placed_at = SHIPPED.fromisoformat(first) - 2 * DAY if first else SHIPPED
        parcel_order(shop, code, code=code, placed_at=placed_at)
        take_in(shop.pk, report(body), placed_at + 60 * DAY)

    work_off(NOW)

    ends = {o.number: o.shipments.get().status for o in Order.objects.all()}
    stated = {json.loads(p.read_text())["tracking_code"]: p.stem.partition("_")[2] for p in files}
    assert ends == {code: "" if end == "unknown" else end for code, end in stated.items()}
    assert dict(Tracker.objects.values_list("tracking_code", "status")) == stated
    assert set(problems()) == {""}


def test_every_real_tracker_is_another_parcels_for_an_order_of_years_later(
    real_data: Path,
) -> None:
    shop = connected_shop()
    for path in sorted((real_data / "easypost" / "trackers").glob("*.json")):
        body = json.loads(path.read_text())
        parcel_order(shop, body["tracking_code"], code=body["tracking_code"])
        take_in(shop.pk, report(body), NOW)

    work_off(NOW)

    assert {order.shipments.get().status for order in Order.objects.all()} == {""}
