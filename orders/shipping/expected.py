"""The day a carrier expects to deliver on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def expected_day(expected_at: datetime, zone: ZoneInfo) -> date:
    """The day that `expected_at` names, seen from `zone`.

    Carriers mostly name a day and no hour, and EasyPost sends it as midnight, UTC
    ("2026-11-05T00:00:00Z"), which we keep as noon: that is the 5th everywhere, also where it is
    still the 4th then, or the 6th already.
    Source: https://docs.easypost.com/docs/trackers#tracker-object (est_delivery_date)
    """
    day_alone = expected_at.astimezone(UTC)
    if day_alone.time() in (time(0), time(12)):
        return day_alone.date()
    return expected_at.astimezone(zone).date()
