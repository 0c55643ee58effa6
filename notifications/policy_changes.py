"""Saving a changed policy: noted since when, and every order it may concern looked at again.

A rule that is switched on or sped up says nothing about what lay more than a day before: the
planner withholds such notes by `Policy.rules_since`, which is written here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from orders import rows
from orders.facts import stamp
from orders.models import Channel, Policy, Shop
from orders.words import BUYER_NOTES, ChannelMode, Rule

# A policy change has nothing to say about orders that nothing has happened to for so long.
REACH = timedelta(days=60)


@transaction.atomic
def save_policy(policy: Policy, *, now: datetime) -> None:
    """Store `policy`, which has been validated, as changed at `now` (UTC)."""
    if policy._state.adding:
        policy.save()
        return
    stored = Policy.objects.select_for_update().get(pk=policy.pk)
    changed = dict.fromkeys(sorted(sooner(stored, policy)), stamp(now))
    policy.rules_since = {**stored.rules_since, **changed}
    policy.save()
    if stored.digest_at != policy.digest_at:
        # The next morning is reckoned anew.
        Shop.objects.filter(pk=policy.shop_id).update(digest_at=None)
    look_again(policy.shop_id, now)


@transaction.atomic
def save_channel(channel: Channel, *, now: datetime) -> None:
    """Store `channel`, which has been validated, as changed at `now` (UTC).

    Notes that the marketplace sent up to now and that are ours from now on begin from here.
    """
    if channel._state.adding:
        channel.save()
        return
    stored = Channel.objects.select_for_update().get(pk=channel.pk)
    policy = Policy.objects.select_for_update().get(shop=channel.shop_id)
    changed = {
        f"{channel.kind}.{kind}": stamp(now)
        for kind in BUYER_NOTES
        if stored.mode(kind) == ChannelMode.MARKETPLACE_DOES
        and channel.mode(kind) != ChannelMode.MARKETPLACE_DOES
    }
    policy.rules_since = {**policy.rules_since, **changed}
    policy.save(update_fields=["rules_since"])
    channel.save()
    look_again(channel.shop_id, now)


def sooner(old: Policy, new: Policy) -> set[str]:
    """The rules whose notes may fall due earlier, or at all, under `new`."""
    found = set(old.rules_off) - set(new.rules_off)
    for rule, is_sooner in SOONER.items():
        if is_sooner(old, new):
            found.add(rule)
    return found & set(Rule.values)


def _working_days_came(old: Policy, new: Policy) -> bool:
    """More working days make the promised day of shipping come earlier."""
    return not set(old.weekend) <= set(new.weekend) or (
        old.observe_holidays and not new.observe_holidays
    )


def _late_sooner(old: Policy, new: Policy) -> bool:
    return new.handling_days < old.handling_days or _working_days_came(old, new)


SOONER: dict[str, Callable[[Policy, Policy], bool]] = {
    # A longer time to pay also lets reminders out that had expired.
    Rule.PAYMENT_REMINDER: lambda old, new: (
        new.reminder_after < old.reminder_after or new.payment_window > old.payment_window
    ),
    Rule.RELIST: lambda old, new: new.payment_window < old.payment_window,
    Rule.TRACKING_NOTICE: lambda old, new: (
        old.tracking_notice_when == Policy.TrackingNoticeWhen.FIRST_SCAN
        and new.tracking_notice_when == Policy.TrackingNoticeWhen.AT_ONCE
    ),
    Rule.LATE_TO_SHIP: _late_sooner,
    Rule.DELAY_NOTICE: lambda old, new: (
        _late_sooner(old, new) or (new.delay_notice_automatic and not old.delay_notice_automatic)
    ),
    Rule.STALLED: lambda old, new: new.stalled_days < old.stalled_days,
    Rule.ARRIVAL_CHECK: lambda old, new: new.arrival_check_after < old.arrival_check_after,
    Rule.UNANSWERED: lambda old, new: new.answer_within_hours < old.answer_within_hours,
}


def look_again(shop_id: int, now: datetime) -> None:
    """Have the shop's orders that a change may concern looked at, at `now` (UTC)."""
    rows.execute(
        """INSERT INTO orders_watch AS w (order_id, look_at)
           SELECT o.id, %(now)s FROM orders_order o
           WHERE o.shop_id = %(shop)s
             AND (greatest(o.recorded_at, o.placed_at, o.paid_at, o.shipped_at, o.delivered_at,
                    o.cancelled_at, o.last_word_at, o.last_payment_at, o.extended_until)
                    > %(since)s
                  OR EXISTS (SELECT FROM orders_watch seen WHERE seen.order_id = o.id))
           ORDER BY o.id
           ON CONFLICT (order_id) DO UPDATE SET look_at = excluded.look_at
           WHERE w.look_at > excluded.look_at""",
        {"now": now, "shop": shop_id, "since": now - REACH},
    )
