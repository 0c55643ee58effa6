"""From rows to what the planner looks at, for many orders in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from notifications.rules.findings import Decision, Note, OrderFacts, ParcelFacts, PolicyFacts
from orders import rows
from orders.models import Channel, Policy, Shop
from orders.words import PaymentTerms

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Subject:
    """An order as the rules see it, with the policy that holds for it."""

    facts: OrderFacts
    policy: PolicyFacts
    shop_id: int
    # The seller's: what is written down for them is in their own language.
    language: str


def load(order_ids: Sequence[int]) -> list[Subject]:
    """The orders with parcels, notes and policies, in five queries; unknown ids are left out."""
    ids = list(order_ids)
    policies: dict[int, PolicyFacts] = {}
    subjects: dict[int, Subject] = {}
    found = rows.select(
        """SELECT o.shop_id, o.channel_id, s.language,
                  o.id, o.number, o.status, o.placed_at, o.recorded_at, o.terms = %s,
                  o.ship_by_on, o.needs_shipping, o.total, o.paid_amount, o.refunded_amount,
                  o.paid_at, o.last_payment_at, o.shipped_at, o.delivered_at, o.cancelled_at,
                  o.relisted_at, o.extended_until, o.last_word_at, o.answered_at, o.paused_at,
                  o.version, coalesce(nullif(b.name, ''), b.username), b.email LIKE '%%_@_%%',
                  b.paused_at
           FROM orders_order o JOIN orders_buyer b ON b.id = o.buyer_id
             JOIN orders_shop s ON s.id = o.shop_id
           WHERE o.id = ANY(%s)""",
        [PaymentTerms.ON_DELIVERY, ids],
    )
    if not found:
        return []
    policies = policies_of({row[1] for row in found})
    for shop_id, channel_id, language, *values in found:
        facts = OrderFacts(*values)
        subjects[facts.order_id] = Subject(facts, policies[channel_id], shop_id, language)
    _load_parcels(subjects)
    _load_notes(subjects)
    _load_decisions(subjects)
    return list(subjects.values())


def _load_parcels(subjects: dict[int, Subject]) -> None:
    found = rows.select(
        """SELECT order_id, parcel, tracking_code, code_at, code_repeat, shipped_at, recorded_at,
                  status, status_at, first_scan_at, last_scan_at, delivered_at, returned
           FROM orders_shipment WHERE order_id = ANY(%s) ORDER BY shipped_at, parcel""",
        [list(subjects)],
    )
    for order_id, *values in found:
        subjects[order_id].facts.parcels.append(ParcelFacts(*values))


def _load_notes(subjects: dict[int, Subject]) -> None:
    found = rows.select(
        """SELECT order_id, kind, subject, state, due_at, sent_at, settled_at, detail
           FROM notifications_message WHERE order_id = ANY(%s)""",
        [list(subjects)],
    )
    for order_id, *values in found:
        note = Note(*values)
        subjects[order_id].facts.notes[note.kind, note.subject] = note


def _load_decisions(subjects: dict[int, Subject]) -> None:
    found = rows.select(
        """SELECT order_id, kind, subject, skipped_at, send_now_at
           FROM notifications_decision WHERE order_id = ANY(%s)""",
        [list(subjects)],
    )
    for order_id, kind, about, skipped_at, send_now_at in found:
        subjects[order_id].facts.decisions[kind, about] = Decision(skipped_at, send_now_at)


def policies_of(channel_ids: Iterable[int]) -> dict[int, PolicyFacts]:
    """The policies that hold for orders of these channels, by channel id; in one query."""
    channels = Channel.objects.filter(pk__in=channel_ids).select_related("shop__policy")
    return {
        channel.pk: policy_facts(channel.shop, policy_of(channel.shop), channel)
        for channel in channels
    }


def policy_of(shop: Shop) -> Policy:
    """The shop's policy; the shipped one while it has none of its own."""
    return getattr(shop, "policy", None) or Policy(shop=shop)


def window_of(shop: Shop) -> tuple[time, time, ZoneInfo]:
    """The shop's sending window: from, until, in which zone."""
    policy = policy_of(shop)
    return policy.window_opens, policy.window_closes, shop.zone


def policy_facts(shop: Shop, policy: Policy, channel: Channel) -> PolicyFacts:
    """A policy, saved or not, as the rules see it for orders of `channel`."""
    return PolicyFacts(
        zone=shop.zone,
        window_opens=policy.window_opens,
        window_closes=policy.window_closes,
        fast_payment_hours=policy.fast_payment_hours,
        reminder_after=policy.reminder_after,
        payment_window=policy.payment_window,
        handling_days=policy.handling_days,
        stalled_days=policy.stalled_days,
        answer_within_hours=policy.answer_within_hours,
        arrival_check_after=policy.arrival_check_after,
        notice_on_first_scan=policy.tracking_notice_when == Policy.TrackingNoticeWhen.FIRST_SCAN,
        delay_notice_automatic=policy.delay_notice_automatic,
        weekend=frozenset(policy.weekend),
        country=shop.country if policy.observe_holidays else "",
        region=shop.region,
        rules_off=frozenset(policy.rules_off),
        rules_since=_rules_since(policy, channel),
        channel=channel.get_kind_display(),
        modes=channel.modes,
    )


def _rules_since(policy: Policy, channel: Channel) -> dict[str, datetime]:
    """When each rule last changed: for all orders, or for those of this channel ("etsy.relist")."""
    found: dict[str, datetime] = {}
    for key, changed in policy.rules_since.items():
        kind, _dot, rule = key.rpartition(".")
        if kind in ("", channel.kind):
            at = datetime.fromisoformat(changed)
            found[rule] = max(at, found.get(rule, at))
    return found
