"""From rows to what the planner looks at, for many orders in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from notifications.rules.findings import (
    Decision,
    Note,
    OldLabel,
    OrderFacts,
    ParcelFacts,
    PolicyFacts,
)
from orders import rows
from orders.models import AddressCheck, Channel, Policy, Shop
from orders.words import NoteKind, PaymentTerms, Rule

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


def load(order_ids: Sequence[int], policies: dict[int, PolicyFacts] | None = None) -> list[Subject]:
    """The orders with parcels, notes and policies, in six queries; unknown ids are left out.

    In one more when the seller has asked a buyer about an address; in one less when the
    `policies` of their channels are at hand.
    """
    ids = list(order_ids)
    prepared = len(ids) <= rows.FEW
    subjects: dict[int, Subject] = {}
    found = rows.select(
        """SELECT o.shop_id, o.channel_id, s.language,
                  o.id, o.number, o.status, o.placed_at, o.recorded_at, o.terms = %s,
                  o.ship_by_on, o.needs_shipping, o.total, o.paid_amount, o.refunded_amount,
                  o.paid_at, o.last_payment_at, o.shipped_at, o.delivered_at, o.cancelled_at,
                  o.relisted_at, o.extended_until, o.last_word_at, o.answered_at, o.paused_at,
                  o.version, coalesce(nullif(b.name, ''), b.username), b.email LIKE '%%_@_%%',
                  b.paused_at, md5(concat_ws(chr(31), o.ship_name, o.ship_street1, o.ship_street2,
                    o.ship_city, o.ship_region, o.ship_postcode, o.ship_country))
           FROM orders_order o JOIN orders_buyer b ON b.id = o.buyer_id
             JOIN orders_shop s ON s.id = o.shop_id
           WHERE o.id = ANY(%b)""",
        [PaymentTerms.ON_DELIVERY, ids],
        prepared=prepared,
    )
    if not found:
        return []
    if policies is None:
        policies = policies_of({row[1] for row in found})
    for shop_id, channel_id, language, *values in found:
        facts = OrderFacts(*values)
        subjects[facts.order_id] = Subject(facts, policies[channel_id], shop_id, language)
    _load_parcels(subjects, prepared)
    _load_notes(subjects, prepared)
    _load_decisions(subjects, prepared)
    _load_old_labels(subjects, prepared)
    _load_address_checks(subjects)
    return list(subjects.values())


def _load_parcels(subjects: dict[int, Subject], prepared: bool) -> None:
    found = rows.select(
        """SELECT s.order_id, s.parcel, s.tracking_code, s.code_at, s.code_repeat, s.shipped_at,
                  s.recorded_at, s.status, s.status_at, s.first_scan_at, s.last_scan_at,
                  s.delivered_at, s.returned, expected.at
           FROM orders_shipment s LEFT JOIN LATERAL (
             SELECT e.expected_at AS at FROM orders_expecteddelivery e
             WHERE e.order_id = s.order_id AND e.parcel = s.parcel
             ORDER BY e.said_at DESC, e.id DESC LIMIT 1) expected ON true
           WHERE s.order_id = ANY(%b) ORDER BY s.shipped_at, s.parcel""",
        [list(subjects)],
        prepared=prepared,
    )
    for order_id, *values in found:
        subjects[order_id].facts.parcels.append(ParcelFacts(*values))


def _load_notes(subjects: dict[int, Subject], prepared: bool) -> None:
    found = rows.select(
        """SELECT order_id, kind, subject, state, due_at, sent_at, settled_at, detail
           FROM notifications_message WHERE order_id = ANY(%b)""",
        [list(subjects)],
        prepared=prepared,
    )
    for order_id, *values in found:
        note = Note(*values)
        subjects[order_id].facts.notes[note.kind, note.subject] = note


def _load_decisions(subjects: dict[int, Subject], prepared: bool) -> None:
    found = rows.select(
        """SELECT order_id, kind, subject, skipped_at, send_now_at
           FROM notifications_decision WHERE order_id = ANY(%b)""",
        [list(subjects)],
        prepared=prepared,
    )
    for order_id, kind, about, skipped_at, send_now_at in found:
        subjects[order_id].facts.decisions[kind, about] = Decision(skipped_at, send_now_at)


def _load_old_labels(subjects: dict[int, Subject], prepared: bool) -> None:
    """Labels that were bought, and not used, for an address that was changed later.

    A label says which address it was bought for: a change that came while it was being bought
    counts as well, and one that was taken back does not.
    """
    found = rows.select(
        """SELECT l.order_id, l.parcel, l.bought_at, given.at
           FROM orders_label l JOIN orders_order o ON o.id = l.order_id
             JOIN LATERAL (
               SELECT e.at, e.recorded_at FROM orders_orderevent e
               WHERE e.order_id = l.order_id AND e.kind = 'address'
               ORDER BY e.at DESC, e.id DESC LIMIT 1) given ON true
           WHERE l.order_id = ANY(%b) AND l.state = 'bought' AND NOT l.is_return
             AND CASE WHEN l.address = '{}' THEN given.recorded_at > l.bought_at
               ELSE (l.address->>'name', l.address->>'street1', l.address->>'street2',
                   l.address->>'city', l.address->>'region', l.address->>'postcode',
                   l.address->>'country')
                 IS DISTINCT FROM (o.ship_name, o.ship_street1, o.ship_street2, o.ship_city,
                   o.ship_region, o.ship_postcode, o.ship_country) END
             AND NOT EXISTS (
               SELECT FROM orders_shipment s WHERE s.order_id = l.order_id
                 AND (s.parcel = l.parcel
                   OR s.tracking_code <> '' AND s.tracking_code = l.tracking_code))
           ORDER BY l.order_id, l.parcel""",
        [list(subjects)],
        prepared=prepared,
    )
    for order_id, *values in found:
        subjects[order_id].facts.old_labels.append(OldLabel(*values))


def _load_address_checks(subjects: dict[int, Subject]) -> None:
    """Whether addresses that were asked about have been found good since."""
    asked = [
        order_id
        for order_id, subject in subjects.items()
        if any(kind == NoteKind.ADDRESS_QUESTION for kind, _about in subject.facts.decisions)
    ]
    if not asked:
        return
    checks = AddressCheck.objects.filter(order__in=asked).select_related("order")
    for check in checks.defer("order__search"):
        if check.is_about(check.order.address):
            is_good = check.by_carrier and check.is_good
            facts = subjects[check.order_id].facts
            facts.address_is_good = is_good or check.accepted_at is not None


def policies_of(channel_ids: Iterable[int]) -> dict[int, PolicyFacts]:
    """The policies that hold for orders of these channels, by channel id; in one query."""
    channels = Channel.objects.filter(pk__in=channel_ids).select_related("shop__policy")
    return {channel.pk: policy_at_hand(channel.shop, channel) for channel in channels}


def policy_at_hand(shop: Shop, channel: Channel) -> PolicyFacts:
    """The policy that holds for orders of `channel`, which is one of `shop`'s."""
    return policy_facts(shop, policy_of(shop), channel)


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
        rules_off=frozenset(Rule.values if shop.closed_at else policy.rules_off),
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
