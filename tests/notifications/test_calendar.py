"""The shop's clock and calendar, in zones that do odd things."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.rules.calendar import at_local, end_of_day, next_opening, working_day_after
from tests.notifications.given import utc

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Africa/Cairo",  # midnight does not exist once a year
    "Asia/Beirut",
    "America/Santiago",
    "Pacific/Apia",  # 30 December 2011 does not exist
    "Asia/Kathmandu",
    "Africa/Casablanca",  # clocks change around Ramadan
]
# Days around which the clocks of one or several of these zones are changed.
CHANGES = [
    "2011-12-30",
    "2024-03-10",
    "2024-03-31",
    "2024-04-07",
    "2024-04-26",
    "2024-09-08",
    "2024-10-06",
    "2024-10-27",
    "2024-11-01",
    "2024-11-03",
    "2026-02-15",
    "2026-03-22",
    "2026-03-29",
    "2026-10-25",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
near_changes = st.builds(
    lambda day, minutes: utc(day) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-26 * 60, 26 * 60),
)
any_moment = st.integers(0, 21 * 366 * 24 * 60).map(
    lambda minutes: utc("2009-01-01") + minutes * MINUTE
)
quarters = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


def is_open(moment: datetime, opens: time, closes: time, zone: ZoneInfo) -> bool:
    clock = moment.astimezone(zone).time()
    return opens <= clock and (closes == time(0) or clock < closes)


@given(moment=any_moment | near_changes, opens=quarters, closes=quarters, zone=zones)
@settings(max_examples=400)
def test_the_next_opening_is_inside_the_window_and_not_before_the_moment(
    moment: datetime, opens: time, closes: time, zone: ZoneInfo
) -> None:
    if closes != time(0) and closes <= opens:
        opens, closes = closes, opens
    if opens == closes:
        closes = time(0)

    opening = next_opening(moment, opens, closes, zone)

    assert opening >= moment
    assert is_open(opening, opens, closes, zone)


@given(moment=near_changes, opens=quarters, length=st.integers(1, 24), zone=zones)
@settings(max_examples=150)
def test_there_is_no_earlier_opening_even_where_clocks_change(
    moment: datetime, opens: time, length: int, zone: ZoneInfo
) -> None:
    end = opens.hour * 60 + opens.minute + length * 15
    closes = time(0) if end >= 24 * 60 else time(end // 60, end % 60)

    opening = next_opening(moment, opens, closes, zone)

    minute = moment
    while minute < opening:
        assert not is_open(minute, opens, closes, zone), f"open at {minute:%d.%m. %H:%M} UTC"
        minute += MINUTE


def test_a_moment_inside_the_window_is_its_own_opening() -> None:
    moment = utc("2026-11-05 09:30")

    assert next_opening(moment, time(8), time(20), ZoneInfo("Europe/Berlin")) == moment


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-05 06:59", "2026-11-05 07:00"),
        ("2026-11-05 07:00", "2026-11-05 07:00"),
        ("2026-11-05 18:59", "2026-11-05 18:59"),
        ("2026-11-05 19:00", "2026-11-06 07:00"),
        ("2026-10-24 20:00", "2026-10-25 07:00"),
        ("2026-03-28 20:00", "2026-03-29 06:00"),
    ],
)
def test_a_window_from_eight_to_eight_in_berlin(moment: str, opening: str) -> None:
    found = next_opening(utc(moment), time(8), time(20), ZoneInfo("Europe/Berlin"))

    assert found == utc(opening)


def test_a_window_that_closes_at_midnight_is_open_until_then() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    assert next_opening(utc("2026-11-05 22:59"), time(8), time(0), berlin) == utc(
        "2026-11-05 22:59"
    )
    assert next_opening(utc("2026-11-05 23:00"), time(8), time(0), berlin) == utc(
        "2026-11-06 07:00"
    )


def test_a_window_in_the_hour_that_spring_skips_waits_a_day() -> None:
    opening = next_opening(utc("2026-03-29 00:30"), time(2), time(3), ZoneInfo("Europe/Berlin"))

    assert opening == utc("2026-03-30 00:00")


@given(day=st.dates(date(2009, 1, 1), date(2030, 1, 1)), zone=zones)
def test_a_day_ends_where_the_next_one_begins(day: date, zone: ZoneInfo) -> None:
    end = end_of_day(day, zone)

    assert end.astimezone(zone).date() > day
    assert (end - timedelta(seconds=1)).astimezone(zone).date() <= day


@pytest.mark.parametrize(
    ("zone", "day", "midnight"),
    [
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23 22:00"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06 04:00"),
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28 22:00"),
    ],
)
def test_a_midnight_that_does_not_exist_is_the_jump(zone: str, day: date, midnight: str) -> None:
    assert at_local(day, time(0), ZoneInfo(zone)) == utc(midnight)


def test_an_hour_that_comes_twice_means_its_first_time() -> None:
    at = at_local(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Berlin"))

    assert at == utc("2026-10-25 00:30")


@pytest.mark.parametrize(
    ("day", "count", "country", "region", "expected"),
    [
        (date(2026, 12, 23), 3, "DE", "BY", date(2026, 12, 29)),
        (date(2026, 12, 31), 2, "DE", "BY", date(2027, 1, 5)),
        (date(2027, 1, 5), 1, "DE", "BY", date(2027, 1, 7)),
        (date(2027, 1, 5), 1, "DE", "HH", date(2027, 1, 6)),
        (date(2026, 11, 25), 1, "US", "", date(2026, 11, 27)),
        (date(2026, 7, 1), 2, "US", "", date(2026, 7, 6)),
        (date(2026, 12, 24), 1, "", "", date(2026, 12, 25)),
        (date(2026, 12, 24), 1, "ZZ", "", date(2026, 12, 25)),
        (date(2026, 12, 24), 1, "DE", "no such region", date(2026, 12, 28)),
    ],
)
def test_working_days_with_public_holidays(
    day: date, count: int, country: str, region: str, expected: date
) -> None:
    found = working_day_after(day, count, weekend=frozenset({5, 6}), country=country, region=region)

    assert found == expected


@given(
    day=st.dates(date(2020, 12, 20), date(2027, 1, 10)),
    count=st.integers(1, 15),
    weekend=st.frozensets(st.integers(0, 6), max_size=6),
)
def test_the_nth_working_day_has_n_working_days_up_to_it(
    day: date, count: int, weekend: frozenset[int]
) -> None:
    found = working_day_after(day, count, weekend=weekend, country="", region="")

    days = [day + number * DAY for number in range(1, (found - day).days + 1)]
    assert sum(one.weekday() not in weekend for one in days) == count
    assert found.weekday() not in weekend
