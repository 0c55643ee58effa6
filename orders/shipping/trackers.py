"""The rows of tracking: which numbers are followed, which parcel news is about, how they stand.

All in a constant number of queries for any number of parcels.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

from orders import rows
from orders.models import Tracker
from orders.shipping import journeys
from orders.shipping.journeys import Journey
from orders.shipping.recognise import tidy
from orders.shipping.values import TrackerNews
from orders.words import ScanStatus

# What was shipped longer ago is not followed any more; an import of last year costs nothing.
STILL_NEW = timedelta(days=30)

# A number as `recognise.tidy` writes it.
TIDY: LiteralString = r"""upper(regexp_replace(regexp_replace(btrim(s.tracking_code),
    '^\][CdQe][0-9]', ''), '[\s.\-\x01-\x1f]+', '', 'g'))"""
UNTRACKED: LiteralString = f"""
    SELECT o.shop_id, s.order_id, s.parcel, s.carrier, {TIDY}, o.placed_at, s.shipped_at
    FROM orders_shipment s
    JOIN orders_order o ON o.id = s.order_id
    WHERE s.tracking_code <> '' AND s.tracking_code ~ '[[:alnum:]]' AND {{which}}
      AND NOT EXISTS (
        SELECT FROM orders_tracker t WHERE t.order_id = s.order_id AND t.parcel = s.parcel
          AND t.carrier = s.carrier AND t.tracking_code = {TIDY})"""
# Parcels on their way of shops that have an account.
ON_THEIR_WAY: LiteralString = UNTRACKED.format(
    which="""s.shipped_at > %s AND s.delivered_at IS NULL AND o.cancelled_at IS NULL
      AND EXISTS (SELECT FROM orders_shippingprofile p
                  WHERE p.shop_id = o.shop_id AND p.easypost_key <> '')"""
)
WITH_NUMBERS: LiteralString = UNTRACKED.format(which="o.shop_id = %s AND s.tracking_code = ANY(%s)")


@dataclass(frozen=True, slots=True)
class Followed:
    """A tracker with its parcel as it is now. Times UTC."""

    pk: int
    easypost_id: str
    order: str
    parcel: str
    carrier: str
    # The number that is followed, and the one that the parcel has, as carriers write them.
    tracking_code: str
    code_now: str
    since: datetime

    @property
    def is_current(self) -> bool:
        """Whether the parcel (still) has this number."""
        return self.tracking_code == self.code_now


def follow_new(now: datetime, limit: int) -> int:
    """Have the parcels followed that nobody follows yet; how many there were."""
    return _follow(rows.select(ON_THEIR_WAY + " LIMIT %s", [now - STILL_NEW, limit]), now)


def follow_numbers(shop_id: int, codes: Collection[str], now: datetime) -> int:
    """Have the shop's parcels with these numbers followed, of whatever age."""
    return _follow(rows.select(WITH_NUMBERS, [shop_id, list(codes)]), now)


def find(shop_id: int, news: Collection[TrackerNews]) -> list[Followed]:
    """The shop's trackers that any of the news may be about."""
    found = rows.select(
        f"""SELECT t.id, t.easypost_id, o.number, t.parcel, t.carrier, t.tracking_code, {TIDY},
                   o.placed_at, s.shipped_at
            FROM orders_tracker t
            JOIN orders_order o ON o.id = t.order_id
            JOIN orders_shipment s ON s.order_id = t.order_id AND s.parcel = t.parcel
            WHERE t.shop_id = %s AND (t.tracking_code = ANY(%s) OR t.easypost_id = ANY(%s))
            ORDER BY t.id""",
        [shop_id, [tidy(one.tracking_code) for one in news], [one.id for one in news]],
    )
    return [
        Followed(
            pk=pk,
            easypost_id=name,
            order=number,
            parcel=parcel,
            carrier=carrier,
            tracking_code=code,
            code_now=code_now,
            since=journeys.begins(code, placed_at=placed_at, shipped_at=shipped_at),
        )
        for pk, name, number, parcel, carrier, code, code_now, placed_at, shipped_at in found
    ]


def about(news: TrackerNews, followed: Sequence[Followed]) -> list[Followed]:
    """The trackers that the news is about: one parcel may hold several orders.

    By EasyPost's own name of the tracker, or the number; of those the ones of the same carrier,
    unless there is none such.
    """
    code = tidy(news.tracking_code)
    found = [one for one in followed if one.tracking_code == code or one.easypost_id == news.id]
    fitting = [one for one in found if journeys.same_carrier(one.carrier, news.carrier)]
    return fitting or found


def journeys_of(found: Sequence[Followed]) -> list[Journey]:
    """The parcels that have the number now, each with the time within which it is theirs."""
    current = [one for one in found if one.is_current]
    all_since = {one.since for one in current}
    # A dict: a parcel whose carrier was corrected has a tracker for each.
    return list(
        {
            (one.order, one.parcel): Journey(
                one.order,
                one.parcel,
                one.tracking_code,
                one.since,
                journeys.ends(one.since, all_since),
            )
            for one in current
        }.values()
    )


def settle(heard: dict[int, str], now: datetime, *, asked: Collection[int] = ()) -> None:
    """Write down that these trackers were heard of; their status is that of their parcels.

    `heard` maps trackers to EasyPost's names for them. `asked`: those where nothing was new when
    we asked; the next time we ask later.
    """
    found = rows.select(
        """SELECT t.id, t.easypost_id, s.status, s.delivered_at, s.returned, t.attempts,
                  greatest(t.since, t.heard_at), p.webhook_id <> ''
           FROM orders_tracker t
           JOIN orders_shipment s ON s.order_id = t.order_id AND s.parcel = t.parcel
           LEFT JOIN orders_shippingprofile p ON p.shop_id = t.shop_id
           WHERE t.id = ANY(%s) ORDER BY t.id FOR NO KEY UPDATE OF t""",
        [list(heard)],
    )
    written = []
    for pk, name, status, delivered_at, returned, attempts, last_word_at, is_reported in found:
        in_vain = attempts + 1 if pk in asked else 0
        is_over = (
            delivered_at is not None
            or status == ScanStatus.CANCELLED
            or (returned and status == ScanStatus.DELIVERED)
        )
        again = journeys.next_look(
            now,
            last_word_at=last_word_at if in_vain else now,
            attempts=in_vain,
            is_reported=bool(is_reported),
        )
        written.append(
            [
                name or heard[pk],
                _status(status, delivered_at, returned),
                None if in_vain else now,
                None if is_over else again,
                in_vain,
                pk,
            ]
        )
    rows.execute_many(
        """UPDATE orders_tracker SET easypost_id = %s, status = %s,
             heard_at = coalesce(%s, heard_at), next_poll_at = %s, attempts = %s, problem = ''
           WHERE id = %s""",
        written,
    )


def leave_off(pks: Collection[int], problem: str) -> None:
    """Follow these no longer: their parcels have other numbers now."""
    Tracker.objects.filter(pk__in=pks).update(next_poll_at=None, problem=problem)


def _status(status: str, delivered_at: datetime | None, returned: bool) -> str:
    if returned:
        return ScanStatus.RETURN_TO_SENDER
    return ScanStatus.DELIVERED if delivered_at else status or ScanStatus.UNKNOWN


def _follow(untracked: Sequence[tuple[Any, ...]], now: datetime) -> int:
    """Make the trackers; what was said of their numbers before is worked off again."""
    made = []
    for shop_id, order_id, parcel, carrier, code, placed_at, shipped_at in untracked:
        since = journeys.begins(code, placed_at=placed_at, shipped_at=shipped_at)
        made.append([shop_id, order_id, parcel, carrier, code, since, now])
    rows.execute_many(
        """INSERT INTO orders_tracker (shop_id, order_id, parcel, carrier, tracking_code, since,
             next_poll_at, easypost_id, status, attempts, problem)
           VALUES (%s, %s, %s, %s, %s, %s, %s, '', '', 0, '') ON CONFLICT DO NOTHING""",
        made,
    )
    rows.execute_many(
        """UPDATE orders_trackingreport SET done_at = NULL, tracking_code = '', problem = ''
           WHERE shop_id = %s AND tracking_code = %s AND tracking_code <> ''""",
        sorted({(row[0], row[4]) for row in made}),
    )
    return len(made)
