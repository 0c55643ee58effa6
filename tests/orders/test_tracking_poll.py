"""Parcels of which nothing is heard are asked about; what goes wrong is kept and shown."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from orders.facts import Scan
from orders.lifecycle import record
from orders.models import Order, ShippingProfile, Tracker
from orders.shipping import tracking
from orders.shipping.journeys import LONGEST_SILENCE, SILENT_AFTER_ASKING, SILENT_AFTER_REPORT
from orders.shipping.secrets import encrypt
from orders.words import OrderStatus, ScanStatus
from tests.easypost import EasyPostServer, easypost_server, refused
from tests.orders.tracking_given import (
    CODE,
    DAY,
    HOUR,
    SHIPPED,
    connected_shop,
    detail,
    history,
    parcel_order,
    told,
    tracker,
)

pytestmark = pytest.mark.django_db

NOW = SHIPPED + HOUR


@pytest.fixture
def server(settings: Any) -> Iterator[EasyPostServer]:
    with easypost_server() as running:
        settings.EASYPOST_API_BASE = running.url
        yield running


def followed(code: str = CODE, **profile: Any) -> Tracker:
    """A tracker of a parcel that was just shipped."""
    shop = connected_shop(**profile)
    parcel_order(shop, code=code)
    tracking.track_new(SHIPPED)
    return Tracker.objects.get()


def test_a_new_number_is_followed_at_easypost_and_its_history_recorded(
    server: EasyPostServer,
) -> None:
    known = followed()

    assert tracking.poll(NOW) == {"heard": 1}

    [asked] = server.asked("POST", "/trackers")
    assert asked.body["tracker"] == {"tracking_code": CODE, "carrier": "USPS"}
    known.refresh_from_db()
    assert (known.easypost_id[:4], known.problem) == ("trk_", "")


def test_a_tracker_that_is_known_is_asked_for_by_its_name(server: EasyPostServer) -> None:
    known = followed()
    tracking.poll(NOW)
    server.scan(CODE, "delivered", SHIPPED + 2 * DAY)

    tracking.poll(NOW + 3 * DAY)

    known.refresh_from_db()
    assert len(server.asked("GET", f"/trackers/{known.easypost_id}")) == 1
    assert Order.objects.get().status == OrderStatus.DELIVERED
    assert (known.status, known.next_poll_at) == ("delivered", None)


def test_too_early_nobody_is_asked(server: EasyPostServer) -> None:
    followed()
    tracking.poll(NOW)

    assert tracking.poll(NOW + SILENT_AFTER_REPORT - timedelta(minutes=1)) == {}

    assert len(server.requests) == 1


def test_each_question_in_vain_makes_the_next_wait_longer(server: EasyPostServer) -> None:
    known = followed(webhook_id="")
    pauses, now = [], NOW
    for _time in range(7):
        tracking.poll(now)
        known.refresh_from_db()
        assert known.next_poll_at is not None
        pauses.append((known.next_poll_at - now) / SILENT_AFTER_ASKING)
        now = known.next_poll_at

    assert pauses == sorted(pauses)
    assert (pauses[0] <= 2, pauses[-1]) == (True, 24)


def test_a_report_makes_us_patient_again(server: EasyPostServer) -> None:
    known = followed()
    Tracker.objects.update(attempts=9, problem="busy")

    told(known.shop, tracker([detail(SHIPPED + HOUR, "in_transit")]), now=NOW + HOUR)

    known.refresh_from_db()
    assert (known.attempts, known.problem) == (0, "")
    assert known.next_poll_at == NOW + HOUR + SILENT_AFTER_REPORT


def test_after_sixty_silent_days_we_stop(server: EasyPostServer) -> None:
    known = followed()
    tracking.poll(NOW)

    tracking.poll(NOW + LONGEST_SILENCE + DAY)

    known.refresh_from_db()
    assert known.next_poll_at is None


@pytest.mark.parametrize("ends", ["delivered", "cancelled"])
def test_a_journey_that_is_over_is_asked_about_no_more(server: EasyPostServer, ends: str) -> None:
    known = followed()

    told(known.shop, tracker(history(ends=ends)))

    known.refresh_from_db()
    assert known.next_poll_at is None
    assert tracking.poll(NOW + 30 * DAY) == {}


def test_a_parcel_on_its_way_back_is_followed_until_it_is_there(server: EasyPostServer) -> None:
    known = followed()
    way_back = history(ends="return_to_sender")

    told(known.shop, tracker(way_back))
    known.refresh_from_db()
    assert known.next_poll_at is not None

    told(known.shop, tracker([*way_back, detail(SHIPPED + 4 * DAY, "delivered")]))
    known.refresh_from_db()
    assert (known.status, known.next_poll_at) == ("return_to_sender", None)


def test_a_parcel_that_the_seller_saw_arrive_is_asked_about_no_more(
    server: EasyPostServer,
) -> None:
    known = followed()
    arrived = Scan(order="1001", at=NOW, status=ScanStatus.DELIVERED)
    record(known.shop, [arrived], now=NOW)

    assert tracking.poll(NOW + DAY) == {}

    known.refresh_from_db()
    assert known.next_poll_at is None


def test_a_shop_that_left_easypost_is_asked_about_no_more(server: EasyPostServer) -> None:
    followed()
    ShippingProfile.objects.update(easypost_key="")

    assert tracking.poll(NOW) == {}

    assert server.requests == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_when_easypost_is_busy_or_down_we_ask_later(server: EasyPostServer, status: int) -> None:
    known = followed()
    server.fail("/trackers", status, refused("X", "Not now"))

    assert tracking.poll(NOW) == {"later": 1}

    known.refresh_from_db()
    assert (known.problem, known.next_poll_at) == ("", NOW + tracking.AFTER_BUSY)
    assert tracking.poll(NOW + tracking.AFTER_BUSY) == {"heard": 1}


def test_a_refused_key_is_kept_as_the_problem_of_every_parcel_and_asked_with_once(
    server: EasyPostServer,
) -> None:
    known = followed()
    parcel_order(known.shop, "1002", code="9400111899223100001125")
    tracking.track_new(NOW)
    server.only_key = "another"

    assert tracking.poll(NOW)["refused"] == 2

    assert len(server.requests) == 1
    problems = set(Tracker.objects.values_list("problem", flat=True))
    assert len(problems) == 1
    assert "key" in problems.pop()


def test_a_key_of_another_installation_is_the_same_problem(server: EasyPostServer) -> None:
    known = followed(easypost_key="not encrypted by us")

    assert tracking.poll(NOW) == {"refused": 1}

    known.refresh_from_db()
    assert "key" in known.problem
    assert known.next_poll_at == NOW + tracking.AFTER_REFUSAL


def test_a_number_that_easypost_refuses_is_kept_with_its_sentence(server: EasyPostServer) -> None:
    known = followed()
    server.fail("/trackers", 422, refused("TRACKER.CREATE.ERROR", "That is no number."))

    assert tracking.poll(NOW) == {"refused": 1}

    known.refresh_from_db()
    assert "That is no number." in known.problem


def test_a_tracker_that_easypost_has_forgotten_is_made_again(server: EasyPostServer) -> None:
    known = followed()
    Tracker.objects.update(easypost_id="trk_of_another_account")

    assert tracking.poll(NOW) == {"heard": 1}

    known.refresh_from_db()
    assert known.easypost_id != "trk_of_another_account"


def test_one_shops_trouble_leaves_the_others_alone(server: EasyPostServer) -> None:
    followed(easypost_key=encrypt("bad key"))
    other = connected_shop("other")
    parcel_order(other, code="9400111899223100001125")
    tracking.track_new(NOW)

    assert tracking.poll(NOW) == {"refused": 1, "heard": 1}


def test_a_parcel_with_a_corrected_number_is_asked_about_by_the_new_one_alone(
    server: EasyPostServer,
) -> None:
    known = followed(code="WRONG1")
    Order.objects.get().shipments.update(tracking_code=CODE)
    tracking.track_new(NOW)

    tracking.poll(NOW)

    assert [one.body["tracker"]["tracking_code"] for one in server.requests] == [CODE]
    known.refresh_from_db()
    assert known.next_poll_at is None


@pytest.mark.django_db(transaction=True)
def test_two_pollers_at_once_ask_about_each_parcel_once(server: EasyPostServer) -> None:
    shop = connected_shop()
    for number in range(30):
        parcel_order(shop, f"n{number}", code=f"94001118992231000{number:05}")
    tracking.track_new(SHIPPED)

    with ThreadPoolExecutor(2) as pool:
        counts = [job.result() for job in [pool.submit(_poll) for _worker in range(2)]]

    assert sum(count["heard"] for count in counts) == 30
    assert len(server.asked("POST", "/trackers")) == 30


def _poll() -> Any:
    try:
        return tracking.poll(NOW)
    finally:
        connection.close()
