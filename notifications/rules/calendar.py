"""Clock and calendar of a shop: sending windows across DST changes, working days, midnights."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import holidays

MIDNIGHT = time(0)
DAY = timedelta(days=1)


def next_opening(moment: datetime, opens: time, closes: time, zone: ZoneInfo) -> datetime:
    """`moment` itself when the window is open then, else the first moment it is (UTC).

    The window is open from `opens` until just before `closes`, by the wall clock of `zone`;
    `closes` 00:00 means the end of the day.
    """
    local = moment.astimezone(zone)
    if _is_within(local.time(), opens, closes):
        return moment
    candidate, offset = _opening(local.date(), opens, closes, zone)
    if candidate <= moment:
        candidate, offset = _opening(local.date() + DAY, opens, closes, zone)
    if local.utcoffset() == offset:
        return candidate
    # Clocks that are set back on the way may show an open hour sooner, by themselves or when
    # the hour comes round again.
    change = _clock_change(moment, candidate, zone)
    again = datetime.combine(change.astimezone(zone).date(), opens, zone).replace(fold=1)
    sooner = [change, again.astimezone(UTC), candidate]
    return min(
        at for at in sooner if moment < at <= candidate and _is_open(at, opens, closes, zone)
    )


@lru_cache(maxsize=4096)
def _opening(
    day: date, opens: time, closes: time, zone: ZoneInfo
) -> tuple[datetime, timedelta | None]:
    """The first moment (UTC) of `day` or later that clocks show `opens`, and their offset then."""
    # A night in which clocks change may skip the whole of a short window.
    for candidate in (at_local(day + ahead * DAY, opens, zone) for ahead in range(7)):
        if _is_open(candidate, opens, closes, zone):
            break
    return candidate, candidate.astimezone(zone).utcoffset()


def _is_open(moment: datetime, opens: time, closes: time, zone: ZoneInfo) -> bool:
    return _is_within(moment.astimezone(zone).time(), opens, closes)


def _is_within(clock: time, opens: time, closes: time) -> bool:
    return clock >= opens and (clock < closes or closes == MIDNIGHT)


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second (UTC) between the two at which clocks in `zone` are changed."""
    offset = before.astimezone(zone).utcoffset()
    early, late = int(before.timestamp()), int(after.timestamp())
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return datetime.fromtimestamp(late, UTC)


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) of `day` at which clocks in `zone` show `clock` or later.

    When clocks skip it in spring: the moment they jump. When they show it twice: the first time.
    """
    wall = datetime.combine(day, clock)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # Skipped: before the jump clocks show less than `wall`, after it more. `moment` lies after.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while moment - before > timedelta(seconds=1):
        middle = before + (moment - before) / 2
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            moment = middle
        else:
            before = middle
    return moment.replace(microsecond=0)


@lru_cache(maxsize=4096)
def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The midnight (UTC) that ends the local `day`."""
    return at_local(day + DAY, MIDNIGHT, zone)


# Orders of one day share its answer.
@lru_cache(maxsize=4096)
def working_day_after(
    day: date, count: int, *, weekend: frozenset[int], country: str, region: str
) -> date:
    """The `count`-th working day after `day`; `day` itself for 0.

    Days off are `weekend` (0 is Monday) and the public holidays of `country` (ISO 3166), in
    `region` where its holidays differ; an empty country has none.
    """
    off = public_holidays(country, region)
    while count > 0:
        day += DAY
        if day.weekday() not in weekend and day not in off:
            count -= 1
    return day


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str) -> holidays.HolidayBase:
    """The holidays of a country, by the `holidays` package; none where it does not know it."""
    import holidays  # Its tables load slowly, and many a process never asks.

    try:
        return holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        pass
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return holidays.HolidayBase()
