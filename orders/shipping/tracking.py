"""Following parcels at EasyPost: every number has a tracker, and what carriers say becomes facts.

News comes by webhook (`tracking_reports`) or because we asked (`poll`); both end in `hear`. It
may come in any order, late and twice: facts are recorded once, and make one and the same state.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from orders import lifecycle, projection, rows
from orders.facts import Scan
from orders.lifecycle import Outcome
from orders.models import Shop, Tracker
from orders.shipping import gateway, journeys, trackers
from orders.shipping.problems import ShippingError, Trouble
from orders.shipping.recognise import tidy
from orders.shipping.trackers import Followed
from orders.shipping.values import TrackerNews

SOURCE = "easypost"
# Parcels that one pass begins to follow.
BATCH = 1000
# Trackers that one process asks about before it looks for the next.
HANDFUL = 20
# How long they are in hand at most; after a crash somebody else takes them up.
IN_HAND = timedelta(minutes=10)
# How long one pass asks.
ASKING_SECONDS = 40.0
# When to ask again after a refusal.
AFTER_BUSY = timedelta(minutes=5)
AFTER_REFUSAL = timedelta(hours=12)

NO_PARCEL = gettext_noop("No parcel of this shop has this number.")
OTHER_NUMBER = gettext_noop("The parcel has another number now.")
OTHER_PARCEL = gettext_noop("This is about an earlier parcel with the same number.")
# The last may pass by itself; the others are shown until somebody does something.
PASSING = frozenset({Trouble.BUSY, Trouble.DOWN, Trouble.IN_DOUBT})
OF_THE_ACCOUNT = frozenset({Trouble.KEY, Trouble.FUNDS, Trouble.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one piece of news: how many facts were new, or why there are none."""

    new: int = 0
    problem: str = ""


def track_new(now: datetime) -> int:
    """Have the parcels of shops with an account followed; how many there were.

    They are asked about by the next `poll`, which also tells EasyPost to follow them. Harmless
    when repeated or done by several at once.
    """
    with transaction.atomic():
        return trackers.follow_new(now, BATCH)


@transaction.atomic
def hear(
    shop: Shop, news: Sequence[TrackerNews], now: datetime, *, asked: bool = False
) -> list[Heard]:
    """Record what carriers say of the shop's parcels; one answer for each piece of news.

    1. Find, and if need be follow, the parcels with these numbers.
    2. Make facts of the scans that are theirs (see `journeys`), and record them.
    3. Keep when they are expected, and how their trackers stand.

    `asked`: we asked for it; where it says nothing new the next question waits longer. All of it
    or nothing.
    """
    written = {one.tracking_code for one in news}
    trackers.follow_numbers(shop.pk, written | {tidy(code) for code in written}, now)
    followed = trackers.find(shop.pk, news)
    found = [trackers.about(one, followed) for one in news]
    told = [
        [
            fact
            for journey in trackers.journeys_of(about)
            for fact in journeys.scans_of(one, journey)
        ]
        for one, about in zip(news, found, strict=True)
    ]
    results = lifecycle.record(
        shop, [fact for facts in told for fact in facts], now=now, source=SOURCE
    )
    recorded = {
        result.fact
        for result in results
        if result.outcome == Outcome.RECORDED and isinstance(result.fact, Scan)
    }
    _expect(shop.pk, news, found, now)
    _settle(news, found, recorded, now, asked=asked)
    heard = []
    for one, about, facts in zip(news, found, told, strict=True):
        new = recorded.intersection(facts)
        recorded -= new  # told twice at once, it is new once
        heard.append(Heard(len(new), _problem(one, about, facts)))
    return heard


def poll(now: datetime, *, seconds: float = ASKING_SECONDS) -> Counter[str]:
    """Ask EasyPost about the trackers that are due; counts of `heard`, `later` and `refused`.

    Ends when nothing is due or after `seconds`. Each is claimed before it is asked about, so
    several processes share the work.
    """
    started = time.monotonic()
    counts: Counter[str] = Counter()
    while time.monotonic() - started < seconds:
        claimed = _claim(now)
        if not claimed:
            break
        by_shop = defaultdict(list)
        for tracker in claimed:
            by_shop[tracker.shop_id].append(tracker)
        for shop in Shop.objects.filter(pk__in=by_shop):
            # Refusals are kept as sentences, for the shop's own people.
            with translation.override(shop.language):
                counts += _ask_about(shop, by_shop[shop.pk], now)
    return counts


def _claim(now: datetime) -> list[Tracker]:
    """A handful of trackers that are due, taken in hand.

    Those whose parcels have arrived, or have another number, or whose shops have no account any
    more, are followed no longer.
    """
    found = rows.select(
        f"""WITH due AS (
              SELECT id FROM orders_tracker WHERE next_poll_at <= %s
              ORDER BY next_poll_at, id LIMIT %s FOR UPDATE SKIP LOCKED),
            live AS (
              SELECT t.id FROM due JOIN orders_tracker t ON t.id = due.id
              JOIN orders_shippingprofile p ON p.shop_id = t.shop_id AND p.easypost_key <> ''
              JOIN orders_shipment s ON s.order_id = t.order_id AND s.parcel = t.parcel
                AND s.delivered_at IS NULL AND {trackers.TIDY} = t.tracking_code
                AND s.carrier = t.carrier)
            UPDATE orders_tracker t
            SET next_poll_at = CASE WHEN t.id IN (SELECT id FROM live) THEN %s END
            FROM due WHERE t.id = due.id RETURNING t.id, t.next_poll_at IS NOT NULL""",
        [now, HANDFUL, now + IN_HAND],
    )
    live = [pk for pk, is_live in found if is_live]
    if found and not live:
        return _claim(now)
    return list(Tracker.objects.filter(pk__in=live).order_by("id"))


def _ask_about(shop: Shop, claimed: Sequence[Tracker], now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    try:
        account = gateway.account(shop)
    except ShippingError as error:
        _refused_for_all(shop, error, now)
        return Counter(refused=len(claimed))
    if account is None:
        return counts
    for number, tracker in enumerate(claimed):
        try:
            news = _news(account, tracker)
        except ShippingError as error:
            if error.trouble in OF_THE_ACCOUNT:
                _refused_for_all(shop, error, now)
                counts["refused"] += len(claimed) - number
                break
            counts[_refused(tracker, error, now)] += 1
        else:
            hear(shop, [news], now, asked=True)
            counts["heard"] += 1
            # Still in hand: it was about another carrier's parcel with the same number.
            left = Tracker.objects.filter(pk=tracker.pk, next_poll_at=tracker.next_poll_at)
            left.update(next_poll_at=now + journeys.LONGEST_PAUSE)
    return counts


def _news(account: gateway.EasyPost, tracker: Tracker) -> TrackerNews:
    """What EasyPost knows; from the first question on it follows the number."""
    carrier = journeys.easypost_name(tracker.carrier)
    if not tracker.easypost_id:
        return _named(tracker, account.track(tracker.tracking_code, carrier))
    try:
        return account.tracker(tracker.easypost_id)
    except ShippingError as error:
        if error.trouble != Trouble.MISSING:
            raise
        # A tracker of another account, or one that EasyPost has forgotten.
        return _named(tracker, account.track(tracker.tracking_code, carrier))


def _named(tracker: Tracker, news: TrackerNews) -> TrackerNews:
    """Keep EasyPost's name of the tracker: its number may be written otherwise than ours."""
    if news.id != tracker.easypost_id:
        Tracker.objects.filter(pk=tracker.pk).update(easypost_id=news.id)
    return news


def _refused(tracker: Tracker, error: ShippingError, now: datetime) -> str:
    """Ask later; a refusal that will not pass by itself is shown until then."""
    tracker.attempts = min(tracker.attempts + 1, 1000)
    doubled = 1 << min(tracker.attempts - 1, journeys.MOST_DOUBLINGS)
    if error.trouble in PASSING:
        wait = max(AFTER_BUSY * doubled, timedelta(seconds=error.retry_after or 0))
        tracker.next_poll_at = now + min(wait, journeys.LONGEST_PAUSE)
    else:
        tracker.problem = str(error)
        over = now - max(tracker.since, tracker.heard_at or tracker.since)
        tracker.next_poll_at = None if over > journeys.LONGEST_SILENCE else now + AFTER_REFUSAL
    tracker.save(update_fields=["attempts", "problem", "next_poll_at"])
    return "later" if error.trouble in PASSING else "refused"


def _refused_for_all(shop: Shop, error: ShippingError, now: datetime) -> None:
    """What is wrong with the account is wrong for every parcel: no need to ask for each."""
    waiting = Tracker.objects.filter(shop=shop, next_poll_at__isnull=False)
    waiting.update(problem=str(error), next_poll_at=now + AFTER_REFUSAL)


def _expect(
    shop_id: int, news: Sequence[TrackerNews], found: Iterable[Sequence[Followed]], now: datetime
) -> None:
    """Keep when parcels are expected; what follows from another day is looked at, at `now`."""
    told = [
        (*expected, journey.parcel, journey.order)
        for one, about in zip(news, found, strict=True)
        for journey in trackers.journeys_of(about)
        if (expected := journeys.expected_of(one, journey)) is not None
    ]
    if not told:
        return
    new = rows.select(
        """INSERT INTO orders_expecteddelivery (expected_at, said_at, parcel, order_id)
           SELECT v.expected_at, v.said_at, v.parcel, o.id
           FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[])
               AS v (expected_at, said_at, parcel, number)
             JOIN orders_order o ON o.shop_id = %s AND o.number = v.number
           ORDER BY o.id, v.parcel, v.said_at, v.expected_at
           ON CONFLICT DO NOTHING RETURNING order_id""",
        [*(list(column) for column in zip(*told, strict=True)), shop_id],
    )
    projection.look_at(sorted({row[0] for row in new}), now)


def _settle(
    news: Sequence[TrackerNews],
    found: Sequence[Sequence[Followed]],
    recorded: set[Scan],
    now: datetime,
    *,
    asked: bool,
) -> None:
    parcels_told = {(fact.order, fact.parcel) for fact in recorded}
    heard: dict[int, str] = {}
    in_vain, left = set(), set()
    for one, about in zip(news, found, strict=True):
        for tracker in about:
            if not tracker.is_current:
                left.add(tracker.pk)
                continue
            heard.setdefault(tracker.pk, one.id)
            if asked and (tracker.order, tracker.parcel) not in parcels_told:
                in_vain.add(tracker.pk)
    trackers.settle(heard, now, asked=in_vain)
    if left:
        trackers.leave_off(left, OTHER_NUMBER)


def _problem(news: TrackerNews, about: Sequence[Followed], facts: Sequence[Scan]) -> str:
    if not about:
        return NO_PARCEL
    if not any(tracker.is_current for tracker in about):
        return OTHER_NUMBER
    return OTHER_PARCEL if news.scans and not facts else ""
