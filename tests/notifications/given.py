"""Values for the rules' tests: an order, a policy, a parcel, a note, and one rule's answer.

An order is placed on Monday 2 November 2026 at 10:30 in Berlin (09:30 UTC) unless a test says
otherwise; times in tests are UTC.
"""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from notifications.planner import plan
from notifications.rules.findings import (
    Due,
    FlagDown,
    Note,
    OrderFacts,
    ParcelFacts,
    PolicyFacts,
    Raised,
    Sent,
    Upcoming,
    Withheld,
)
from orders.words import FlagKind, NoteKind

PLACED_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def utc(text: str) -> datetime:
    """`utc("2026-11-02 09:30")`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def an_order(**changes: Any) -> OrderFacts:
    """An unpaid, silent order over 12.00 of a buyer with an e-mail address."""
    order = OrderFacts(
        order_id=1,
        number="1001",
        status="awaiting_payment",
        placed_at=PLACED_AT,
        recorded_at=PLACED_AT,
        on_delivery=False,
        ship_by_on=None,
        needs_shipping=True,
        total=Decimal("12.00"),
        paid_amount=Decimal(0),
        refunded_amount=Decimal(0),
        paid_at=None,
        last_payment_at=None,
        shipped_at=None,
        delivered_at=None,
        cancelled_at=None,
        relisted_at=None,
        extended_until=None,
        last_word_at=None,
        answered_at=None,
        paused_at=None,
        version=1,
        buyer_name="Zoë Ørsted",
        has_email=True,
        buyer_paused_at=None,
    )
    return replace(order, **changes)


def a_paid_order(at: datetime = PLACED_AT, **changes: Any) -> OrderFacts:
    """An order that was paid in full at `at`."""
    values: dict[str, Any] = {
        "status": "paid",
        "paid_at": at,
        "last_payment_at": at,
        "paid_amount": Decimal("12.00"),
    }
    return an_order(**(values | changes))


def a_policy(**changes: Any) -> PolicyFacts:
    """The default policy of a shop in Berlin, Bavarian holidays, every note sent by mail."""
    policy = PolicyFacts(
        zone=ZoneInfo("Europe/Berlin"),
        window_opens=time(8),
        window_closes=time(20),
        fast_payment_hours=24,
        reminder_after=3,
        payment_window=7,
        handling_days=3,
        stalled_days=5,
        answer_within_hours=24,
        arrival_check_after=1,
        notice_on_first_scan=False,
        delay_notice_automatic=False,
        weekend=frozenset({5, 6}),
        country="DE",
        region="BY",
        rules_off=frozenset(),
        rules_since={},
        channel="own site",
        modes={},
    )
    return replace(policy, **changes)


def a_parcel(**changes: Any) -> ParcelFacts:
    """A parcel with a number, shipped and recorded on Tuesday at 15:00 UTC, not scanned yet."""
    shipped_at = changes.get("shipped_at", utc("2026-11-03 15:00"))
    parcel = ParcelFacts(
        parcel="1",
        tracking_code="A1",
        code_at=shipped_at,
        code_repeat=0,
        shipped_at=shipped_at,
        recorded_at=shipped_at,
        status="",
        status_at=None,
        first_scan_at=None,
        last_scan_at=None,
        delivered_at=None,
        returned=False,
    )
    return replace(parcel, **changes)


def with_note(
    order: OrderFacts, kind: str, state: str, sent_at: datetime | None = None, subject: str = ""
) -> OrderFacts:
    """The order after a note was written."""
    note = Note(kind, subject, state, PLACED_AT, sent_at, sent_at, detail="550 no such user")
    return replace(order, notes=order.notes | {(kind, subject): note})


def note_answer(
    kind: str, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Due | Upcoming | Withheld | Sent:
    """What the plan says about the one note of `kind`."""
    (answer,) = note_answers(kind, order, policy, now)
    return answer


def note_answers(
    kind: str, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> list[Due | Upcoming | Withheld | Sent]:
    """What the plan says about each note of `kind`, by subject."""
    answer = plan(order, policy, now)
    notes = [*answer.due, *answer.upcoming, *answer.withheld, *answer.sent]
    assert kind in NoteKind.values
    # Some flags share a note's name.
    found = [n for n in notes if n.kind == kind and not isinstance(n.kind, FlagKind)]
    return sorted(found, key=lambda note: note.subject)


def flag_answer(
    kind: str, order: OrderFacts, policy: PolicyFacts, now: datetime
) -> Raised | Upcoming | FlagDown:
    """What the plan says about the one flag of `kind`."""
    answer = plan(order, policy, now)
    up = [flag for flag in answer.flags if flag.kind == kind]
    down = [flag for flag in answer.flags_down if flag.kind == kind]
    coming = [f for f in answer.upcoming if f.kind == kind and isinstance(f.kind, FlagKind)]
    (found,) = (up + down) or coming
    return found
