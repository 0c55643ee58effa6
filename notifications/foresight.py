"""What follows from something before it is done, and what followed from it after: how an order's
plan differs. Nothing here writes, and nothing here is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from django.db import transaction

from notifications.loading import Subject, load
from notifications.planner import Plan, plan
from notifications.reasons import Reason
from notifications.rules.findings import Decision
from orders import lifecycle
from orders.facts import Fact
from orders.models import Order, Shop
from orders.words import FlagKind, NoteKind


class Turn(Enum):
    """What becomes of a note or a flag."""

    GOES_NOW = auto()
    TO_COPY = auto()
    GOES_LATER = auto()
    STAYS_HERE = auto()
    FLAG_UP = auto()
    FLAG_LATER = auto()
    FLAG_DOWN = auto()


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two plans. `at` UTC; `reason` is why, or unless what."""

    turn: Turn
    kind: str
    subject: str
    at: datetime | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of one order. `is_new` is false when its facts are all known already."""

    number: str
    order_id: int
    version: int
    is_new: bool
    changes: list[Change]


def foresee(shop: Shop, facts: Sequence[Fact], *, now: datetime) -> list[Foreseen]:
    """What recording `facts` at `now` would change, for each order of the shop that they name.

    They are recorded in a transaction that is rolled back: the answer is that of the real thing,
    and no other process ever sees it. Orders that the shop does not have are left out.
    """
    numbers = list(dict.fromkeys(fact.order for fact in facts))
    orders = {
        number: (pk, version)
        for pk, number, version in Order.objects.filter(shop=shop, number__in=numbers).values_list(
            "pk", "number", "version"
        )
    }
    known = [fact for fact in facts if fact.order in orders]
    ids = [pk for pk, _version in orders.values()]
    before = plans(ids, now)
    with transaction.atomic():
        results = lifecycle.record(shop, known, now=now)
        after = plans(ids, now)
        transaction.set_rollback(True)
    new = {r.fact.order for r in results if r.outcome == lifecycle.Outcome.RECORDED}
    return [
        Foreseen(number, pk, version, number in new, differences(before[pk], after[pk]))
        for number, (pk, version) in ((n, orders[n]) for n in numbers if n in orders)
    ]


def plans(order_ids: Sequence[int], now: datetime) -> dict[int, Plan]:
    """The plans of these orders at `now`, by id; in a constant number of queries."""
    return {s.facts.order_id: plan(s.facts, s.policy, now) for s in load(order_ids)}


def differences(before: Plan, after: Plan) -> list[Change]:
    """What is otherwise in `after`, the soonest first."""
    was, now = _states(before), _states(after)
    down = {(True, d.kind, d.subject): d.reason for d in after.flags_down}
    changes = [change for key, change in now.items() if was.get(key) != change]
    for key, old in was.items():
        if key in now or old.turn == Turn.STAYS_HERE:
            continue
        if old.turn == Turn.FLAG_UP:
            reason = down.get(key) or down.get((True, old.kind, ""))
            changes.append(Change(Turn.FLAG_DOWN, old.kind, old.subject, reason=reason))
        elif old.turn != Turn.FLAG_LATER:
            # No rule speaks of it any more: a parcel that was taken back, an order given up.
            changes.append(Change(Turn.STAYS_HERE, old.kind, old.subject))
    kept = [c for c in changes if c.turn != Turn.STAYS_HERE or _was_coming(was, c)]
    return sorted(kept, key=lambda c: (c.turn.value, (c.at is not None and c.at.isoformat()) or ""))


Key = tuple[bool, str, str]


def _was_coming(was: dict[Key, Change], change: Change) -> bool:
    old = was.get((False, change.kind, change.subject))
    return old is not None and old.turn in (Turn.GOES_NOW, Turn.TO_COPY, Turn.GOES_LATER)


def _states(answer: Plan) -> dict[Key, Change]:
    """What stands in a plan, by whether it is a flag (some share a note's name), kind, subject."""
    found: dict[Key, Change] = {}
    for held in answer.withheld:
        change = Change(Turn.STAYS_HERE, held.kind, held.subject, reason=held.reason)
        found[False, held.kind, held.subject] = change
    for due in answer.due:
        turn = Turn.TO_COPY if due.to_copy else Turn.GOES_NOW
        found[False, due.kind, due.subject] = Change(turn, due.kind, due.subject)
    for coming in answer.upcoming:
        is_flag = isinstance(coming.kind, FlagKind)
        turn = Turn.FLAG_LATER if is_flag else Turn.GOES_LATER
        found[is_flag, coming.kind, coming.subject] = Change(
            turn, coming.kind, coming.subject, coming.at, coming.unless
        )
    for flag in answer.flags:
        # The reason may be worded anew each day; the flag is the same.
        found[True, flag.kind, flag.subject] = Change(Turn.FLAG_UP, flag.kind, flag.subject)
    return found


def could_send(subject: Subject, answer: Plan, now: datetime) -> set[tuple[str, str]]:
    """The withheld notes, by kind and subject, that "send now" would send all the same."""
    # The buyer is asked about an address where it is shown, not from the list of notes.
    held = [(w.kind, w.subject) for w in answer.withheld if w.kind != NoteKind.ADDRESS_QUESTION]
    decisions = subject.facts.decisions | {key: Decision(None, now) for key in held}
    bold = plan(replace(subject.facts, decisions=decisions), subject.policy, now)
    return {key for key in held if bold.find_due(*key) is not None}
