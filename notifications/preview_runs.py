"""Previews of a changed policy, worked out piece by piece, by whoever has time.

A preview is a row with the proposed settings and the orders to play. Each worker takes the next
piece, plays it and adds up; so the work spreads, and its progress can be read. Nothing else is
written, and nothing is sent.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from notifications.histories import load_histories, orders_to_play
from notifications.loading import policies_of, policy_facts
from notifications.models import PolicyPreview
from notifications.preview import History, Outcome, compare
from notifications.rules.findings import PolicyFacts
from notifications.watched_policy import Watched
from orders import rows
from orders.models import Channel, Policy, Shop

DAYS = 90
PIECE = 250
MOST_DIFFERING = 1_000
KEPT = timedelta(hours=24)
# A preview that nobody finished by then was dropped by a worker that crashed.
GIVEN_UP = timedelta(minutes=5)
NOT_SETTINGS = ("id", "shop", "rules_since")

PRESENT, PROPOSED = "present", "proposed"


@dataclass(frozen=True, slots=True)
class Differing:
    """An order that comes out otherwise."""

    history: History
    present: Outcome
    proposed: Outcome


def start(
    shop: Shop, policy: Policy, channels: Iterable[Channel], *, now: datetime, days: int = DAYS
) -> PolicyPreview:
    """A preview of `policy` and `channels`, validated and unsaved, over the last `days` days.

    It is worked out by `work`. Earlier previews of a day ago are thrown away.
    """
    PolicyPreview.objects.filter(created_at__lt=now - KEPT).delete()
    since = now - timedelta(days=days)
    return PolicyPreview.objects.create(
        shop=shop,
        settings=_written(policy, channels),
        since=since,
        until=now,
        order_ids=orders_to_play(
            shop,
            since,
            now,
            reach=_reach(Policy.objects.filter(shop=shop).first() or policy, policy),
        ),
    )


def work_off(now: datetime) -> int:
    """Work on every preview that is not finished; the number of orders played."""
    waiting = PolicyPreview.objects.extra(where=["taken < cardinality(order_ids)"])
    return sum(work(preview) for preview in waiting.filter(created_at__gt=now - GIVEN_UP))


def work(preview: PolicyPreview, *, seconds: float | None = None) -> int:
    """Take piece after piece, until none is left or `seconds` are over; the orders played."""
    started, played = time.monotonic(), 0
    pairs: dict[int, tuple[Watched, PolicyFacts]] | None = None
    while (piece := _take(preview)) is not None:
        pairs = pairs or _pairs(preview)
        with rows.no_collector():
            tally, differing = _play(preview, pairs, load_histories(piece))
        _add(preview, len(piece), tally, differing)
        played += len(piece)
        if seconds is not None and time.monotonic() - started > seconds:
            break
    return played


def differences(preview: PolicyPreview, order_ids: Sequence[int]) -> list[Differing]:
    """What comes out otherwise for these orders of the preview's shop, in their order."""
    pairs = _pairs(preview)
    found = []
    for history in load_histories(order_ids):
        if history.channel_id in pairs:
            outcomes = compare(history, *pairs[history.channel_id], preview.since, preview.until)
            found.append(Differing(history, *outcomes))
    return found


def proposed(preview: PolicyPreview) -> tuple[Policy, list[Channel]]:
    """The proposed policy and channels as models, unsaved."""
    policy = Policy(shop=preview.shop)
    for item in Policy._meta.concrete_fields:
        if item.name in preview.settings["policy"]:
            setattr(policy, item.name, item.to_python(preview.settings["policy"][item.name]))
    channels = list(preview.shop.channels.all())
    for channel in channels:
        channel.modes = preview.settings["modes"].get(channel.kind, channel.modes)
    return policy, channels


def _written(policy: Policy, channels: Iterable[Channel]) -> dict[str, Any]:
    values = {
        item.name: item.value_from_object(policy)
        for item in Policy._meta.concrete_fields
        if item.name not in NOT_SETTINGS
    }
    for name in ("window_opens", "window_closes", "digest_at"):
        values[name] = values[name].isoformat()
    if values["insure_up_to"] is not None:  # JSON knows no exact amounts
        values["insure_up_to"] = str(values["insure_up_to"])
    return {"policy": values, "modes": {channel.kind: channel.modes for channel in channels}}


def _reach(*policies: Policy) -> timedelta:
    """For how long after the last thing that happened one of the policies may have a word."""
    return timedelta(
        days=max(
            max(
                policy.reminder_after,
                policy.payment_window,
                # A week has at least one working day; a month off is the longest of breaks.
                policy.handling_days * 7 // max(1, 7 - len(policy.weekend)) + 14,
                policy.stalled_days,
                policy.arrival_check_after,
                policy.answer_within_hours // 24 + 1,
            )
            for policy in policies
        )
    )


def _pairs(preview: PolicyPreview) -> dict[int, tuple[Watched, PolicyFacts]]:
    """The present and the proposed policy for each channel, as if each had always held."""
    policy, channels = proposed(preview)
    # Read afresh: the models at hand may hold the proposal already.
    present = policies_of([channel.pk for channel in channels])
    found = {}
    for channel in channels:
        old = replace(present[channel.pk], rules_since={})
        new = replace(policy_facts(preview.shop, policy, channel), rules_since={})
        found[channel.pk] = (Watched(old, new), new)
    return found


# --- One piece ----------------------------------------------------------------------------------


def _take(preview: PolicyPreview) -> list[int] | None:
    """The next orders to play, now ours; None when there are none."""
    taken = rows.select(
        """UPDATE notifications_policypreview p SET taken = p.taken + %s WHERE id = %s
             AND taken < cardinality(order_ids)
           RETURNING order_ids[p.taken - %s + 1 : p.taken]""",
        [PIECE, preview.pk, PIECE],
    )
    return list(taken[0][0]) if taken else None


def _play(
    preview: PolicyPreview,
    pairs: dict[int, tuple[Watched, PolicyFacts]],
    histories: Iterable[History],
) -> tuple[Counter[str], list[int]]:
    tally: Counter[tuple[str, str, str]] = Counter()
    differing: list[int] = []
    for history in histories:
        pair = pairs.get(history.channel_id)
        if pair is None:
            continue
        present, new = compare(history, *pair, preview.since, preview.until)
        is_recent = history.sale.placed_at >= preview.since
        _count(tally, PRESENT, present, is_recent)
        _count(tally, PROPOSED, new, is_recent)
        if present.notes != new.notes or present.flags != new.flags:
            differing.append(history.order_id)
    # Put into words at the end: an order has a score of them.
    named = Counter({"/".join(key): count for key, count in tally.items()})
    named["differing"] = len(differing)
    return named, differing


def _count(
    tally: Counter[tuple[str, str, str]], side: str, outcome: Outcome, is_recent: bool
) -> None:
    for note in outcome.notes:
        tally[side, "copied" if note.to_copy else "sent", note.kind] += 1
    for flag in outcome.flags:
        tally[side, "flagged", flag.kind] += 1
    if is_recent:
        # Orders from before the days that are asked about would count what was long ago.
        for kind in {kind for kind, _subject in outcome.withheld}:
            tally[side, "withheld", kind] += 1


@transaction.atomic
def _add(preview: PolicyPreview, played: int, tally: Counter[str], differing: list[int]) -> None:
    known = PolicyPreview.objects.select_for_update().filter(pk=preview.pk).first()
    if known is None:
        return
    known.done += played
    known.tally = dict(Counter(known.tally) + tally)
    known.differing = (known.differing + differing)[:MOST_DIFFERING]
    known.save(update_fields=["done", "tally", "differing"])
    preview.done, preview.tally, preview.differing = known.done, known.tally, known.differing
