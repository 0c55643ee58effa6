"""The day a carrier expects to deliver on, seen from where the shop is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from orders.shipping.expected import expected_day


@pytest.mark.parametrize("hour", [0, 12])
@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland", "Pacific/Kiritimati"]
)
def test_a_day_without_an_hour_is_that_day_everywhere(hour: int, zone: str) -> None:
    named = datetime(2026, 11, 5, hour, tzinfo=UTC)

    assert expected_day(named, ZoneInfo(zone)) == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Los_Angeles", 4), ("Europe/Berlin", 5), ("Pacific/Auckland", 5)]
)
def test_a_day_with_an_hour_is_the_shops_day(zone: str, day: int) -> None:
    promised = datetime(2026, 11, 5, 1, 30, tzinfo=UTC)

    assert expected_day(promised, ZoneInfo(zone)) == date(2026, 11, day)
