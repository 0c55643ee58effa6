"""Sending a parcel and what the buyer hears of it: at once foreseen, for a while taken back.

A parcel's tracking notice lies in the outbox for a few minutes before it goes, so that a seller
who packs an evening's orders can still mend a slip.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from notifications import writing_plans
from notifications.loading import Subject, load
from notifications.models import Message
from notifications.planner import plan
from notifications.rules.findings import Due, ParcelFacts, Sent, Upcoming, Withheld
from notifications.rules.tracking_notice import subject as about_parcel
from notifications.words import MessageState
from orders import rows
from orders.facts import Shipment, TrackingCode, Unship
from orders.lifecycle import Outcome, record
from orders.models import Order, Shop
from orders.models import Shipment as Parcel
from orders.words import NoteKind

UNDO_FOR = timedelta(minutes=5)
SOURCE = "dashboard"
# Nothing has left the house as long as every notice of the parcel is in one of these.
STILL_HERE = frozenset({MessageState.QUEUED, MessageState.TO_COPY, MessageState.CANCELLED})

Finding = Due | Upcoming | Withheld | Sent


class TakenBack(StrEnum):
    """What became of the wish to take a parcel back."""

    DONE = "done"
    UNKNOWN = "unknown"
    NOTICE_SENT = "notice_sent"
    SCANNED = "scanned"


def foresee(subject: Subject, *, tracking_code: str, now: datetime) -> Finding | None:
    """What would become of the tracking notice if the order's next parcel went at `now` (UTC)."""
    parcel = ParcelFacts(
        parcel="\0next",
        tracking_code=tracking_code,
        code_at=now if tracking_code else None,
        code_repeat=0,
        shipped_at=now,
        recorded_at=now,
        status="",
        status_at=None,
        first_scan_at=None,
        last_scan_at=None,
        delivered_at=None,
        returned=False,
    )
    facts = replace(subject.facts, parcels=[*subject.facts.parcels, parcel])
    return _notice(replace(subject, facts=facts), parcel, now)


@transaction.atomic
def send_parcel(*, shop: Shop, fact: Shipment | TrackingCode, now: datetime) -> Finding | None:
    """Record a parcel, or its corrected number, and queue the notice; what becomes of the notice.

    The notice waits `UNDO_FOR` before it goes. None when the fact was known already, or
    says nothing of a parcel that is under way. `now` in UTC.
    """
    (result,) = record(shop, [fact], now=now, source=SOURCE)
    if result.outcome != Outcome.RECORDED:
        return None
    order_id = Order.objects.values_list("pk", flat=True).get(shop=shop, number=fact.order)
    subject = _look_at(order_id, now)
    parcel = next((p for p in subject.facts.parcels if p.parcel == fact.parcel), None)
    if parcel is None:
        return None
    Message.objects.filter(
        order=order_id,
        kind=NoteKind.TRACKING_NOTICE,
        subject=about_parcel(parcel),
        state=MessageState.QUEUED,
    ).update(next_attempt_at=now + UNDO_FOR)
    return _notice(subject, parcel, now)


@transaction.atomic
def take_back(*, shop: Shop, number: str, parcel: str, now: datetime) -> TakenBack:
    """Undo a shipment of which nothing has left the house: no notice sent, no carrier's scan.

    The shipment stays in the timeline, and a fact after it that takes it back; its notice is
    cancelled. `now` in UTC.
    """
    order = Order.objects.select_for_update(no_key=True).filter(shop=shop, number=number).first()
    found = Parcel.objects.filter(order=order, parcel=parcel).first() if order else None
    if order is None or found is None:
        return TakenBack.UNKNOWN
    if found.first_scan_at is not None:
        return TakenBack.SCANNED
    # Locked: a sender who is about to claim one passes it over, and then finds it cancelled.
    notices = Message.objects.select_for_update().filter(
        order=order, kind=NoteKind.TRACKING_NOTICE, subject__startswith=f"{parcel}:"
    )
    if any(notice.state not in STILL_HERE for notice in notices):
        return TakenBack.NOTICE_SENT
    record(shop, [Unship(order=number, at=now, parcel=parcel)], now=now, source=SOURCE)
    _look_at(order.pk, now)
    return TakenBack.DONE


def can_take_back(parcels: list[Parcel]) -> set[int]:
    """The ids of those parcels of which nothing has left the house yet, in one query."""
    sent = {
        (order_id, about.partition(":")[0])
        for order_id, about in Message.objects.filter(
            order__in={parcel.order_id for parcel in parcels}, kind=NoteKind.TRACKING_NOTICE
        )
        .exclude(state__in=STILL_HERE)
        .values_list("order_id", "subject")
    }
    return {
        parcel.pk
        for parcel in parcels
        if parcel.first_scan_at is None and (parcel.order_id, parcel.parcel) not in sent
    }


def _look_at(order_id: int, now: datetime) -> Subject:
    """What the sweep would do with the order, at once and in this transaction."""
    rows.select("SELECT FROM orders_watch WHERE order_id = %s FOR UPDATE", [order_id])
    (subject,) = load([order_id])
    writing_plans.write([(subject, plan(subject.facts, subject.policy, now))], now)
    return subject


def _notice(subject: Subject, parcel: ParcelFacts, now: datetime) -> Finding | None:
    answer = plan(subject.facts, subject.policy, now)
    about = about_parcel(parcel)
    findings: list[Finding] = [*answer.due, *answer.upcoming, *answer.withheld, *answer.sent]
    for finding in findings:
        if finding.kind == NoteKind.TRACKING_NOTICE and finding.subject == about:
            return finding
    return None
