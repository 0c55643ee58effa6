"""Which parcels are followed at EasyPost, and which are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from orders.models import Tracker
from orders.shipping import tracking
from tests.factory import MONDAY
from tests.orders.tracking_given import (
    DAY,
    SHIPPED,
    connected_shop,
    history,
    parcel_order,
    told,
    tracker,
)

pytestmark = pytest.mark.django_db


def test_parcels_of_shops_without_an_account_are_not_followed() -> None:
    shop = connected_shop(easypost_key="", webhook_secret="", webhook_id="")
    parcel_order(shop)

    assert tracking.track_new(SHIPPED + DAY) == 0
    assert not Tracker.objects.exists()


def test_what_was_shipped_long_ago_or_has_arrived_is_not_followed() -> None:
    shop = connected_shop()
    parcel_order(shop, "old", placed_at=MONDAY - 90 * DAY)
    parcel_order(shop, "there", facts=[])
    told(shop, tracker(history()))
    Tracker.objects.all().delete()
    parcel_order(shop, "none", code="")

    assert tracking.track_new(SHIPPED + 9 * DAY) == 0


def test_following_many_new_parcels_takes_the_same_queries_as_few(
    django_assert_num_queries: Any,
) -> None:
    shop = connected_shop()
    for number in range(12):
        parcel_order(shop, f"n{number}", code=f"94001118992231000{number:05}")

    with django_assert_num_queries(5):
        assert tracking.track_new(SHIPPED + DAY) == 12

    assert Tracker.objects.count() == 12
    assert tracking.track_new(SHIPPED + DAY) == 0
