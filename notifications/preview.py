"""What a policy would have done: an order's past played through once more, by the planner itself.

Pure: no database, no clock. An order's facts come in the order in which they happened, as if
each had been learned in that moment; whatever falls due counts as sent then, and as arrived.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from notifications.planner import Plan, plan
from notifications.reasons import Reason
from notifications.rules.findings import Decision, Note, OrderFacts, ParcelFacts, PolicyFacts
from notifications.watched_policy import Watched
from notifications.words import MessageState
from orders.facts import Fact
from orders.parcel_state import Parcel
from orders.state import OrderState, Sale, unfold

Key = tuple[str, str]


@dataclass(slots=True)
class History:
    """An order and all that ever happened to it. All times UTC."""

    order_id: int
    number: str
    channel_id: int
    sale: Sale
    on_delivery: bool
    ship_by_on: date | None
    needs_shipping: bool
    buyer_name: str
    has_email: bool
    buyer_paused_at: datetime | None
    facts: list[Fact] = field(default_factory=list)
    decisions: dict[Key, Decision] = field(default_factory=dict)
    # In the order in which the carriers said it.
    expectations: list[Expectation] = field(default_factory=list)


class Expectation(NamedTuple):
    """A carrier said at `said_at` that it would deliver a parcel at `expected_at` (UTC)."""

    parcel: str
    said_at: datetime
    expected_at: datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """A note that goes out, or a flag that goes up, at a moment (UTC)."""

    kind: str
    subject: str
    at: datetime
    to_copy: bool = False


@dataclass(slots=True)
class Outcome:
    """What one policy makes of one order between two moments.

    `withheld` and `coming` say how things stand at the later of them.
    """

    notes: list[Happened] = field(default_factory=list)
    flags: list[Happened] = field(default_factory=list)
    withheld: dict[Key, Reason] = field(default_factory=dict)
    coming: dict[Key, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Chapter:
    """What was known of an order from a moment on, until something else happened."""

    at: datetime
    facts: OrderFacts


def simulate(history: History, policy: PolicyFacts, since: datetime, until: datetime) -> Outcome:
    """What `policy` would have done about the order from `since` to `until` (UTC).

    1. The order is planned at each fact, and whenever the plan says to look again.
    2. What is due is sent at that moment; the sending window holds, as the planner sees to it.
    3. A flag counts when it goes up; again if it was down in between.
    """
    return _play(_chapters(history, until), policy, since, until)


def compare(
    history: History, present: Watched, proposed: PolicyFacts, since: datetime, until: datetime
) -> tuple[Outcome, Outcome]:
    """What the present policy and a proposed one make of the same order.

    Rules are pure: where none of them looked at a setting that differs, the other policy has the
    same answer, and need not be asked. That spares most of the work, and gives up nothing.
    """
    chapters = _chapters(history, until)
    trace: Trace = {}
    as_is = _play(chapters, present.policy, since, until, watched=present, trace=trace)
    if not any(step.was_asked for step in trace.values()):
        return as_is, as_is
    return as_is, _play(chapters, proposed, since, until, trace=trace)


class Step(NamedTuple):
    """One look at an order: with which notes sent, whether a differing setting was looked at."""

    notes: dict[Key, Note]
    was_asked: bool
    answer: Plan


# By chapter and moment.
Trace = dict[tuple[int, datetime], Step]


def _play(
    chapters: list[Chapter],
    policy: PolicyFacts,
    since: datetime,
    until: datetime,
    *,
    watched: Watched | None = None,
    trace: Trace | None = None,
) -> Outcome:
    """Play the chapters; fills the `trace` of a watched policy, and else looks answers up in it.

    In the trace the look back from the end comes after the last chapter.
    """
    outcome = Outcome()
    notes: dict[Key, Note] = {}
    up: set[Key] = set()
    for number, chapter in enumerate(chapters):
        is_last = number + 1 == len(chapters)
        end = until if is_last else chapters[number + 1].at
        at: datetime | None = chapter.at
        while at is not None:
            chapter.facts.notes = notes
            answer = _look(number, chapter, policy, at, watched, trace)
            notes = _send(answer, at, notes, outcome.notes)
            up = _raise(answer, at, up, outcome.flags)
            # What was due has gone out and cannot expire any more; look for what is to come.
            last, at = at, min((item.at for item in answer.upcoming), default=None)
            if at is not None and (at > end or (at == end and not is_last)):
                at = None
    if chapters:
        chapter.facts.notes = notes
        if answer.due:
            # What is to come, and why the rest is not, as it stands after the last note went out.
            answer = _look(len(chapters), chapter, policy, last, watched, trace)
        outcome.coming = {(item.kind, item.subject): item.at for item in answer.upcoming}
        outcome.withheld = {(item.kind, item.subject): item.reason for item in answer.withheld}
        outcome.notes = [note for note in outcome.notes if note.at >= since]
        outcome.flags = [flag for flag in outcome.flags if flag.at >= since]
    return outcome


def _look(
    number: int,
    chapter: Chapter,
    policy: PolicyFacts,
    at: datetime,
    watched: Watched | None,
    trace: Trace | None,
) -> Plan:
    """The plan of one moment, or the very same that the other policy had."""
    if watched is not None and trace is not None:
        watched.was_asked = False
        answer = plan(chapter.facts, policy, at)
        trace[number, at] = Step(chapter.facts.notes, watched.was_asked, answer)
        return answer
    step = trace.get((number, at)) if trace is not None else None
    if step is not None and not step.was_asked and step.notes == chapter.facts.notes:
        return step.answer
    return plan(chapter.facts, policy, at)


def _send(
    answer: Plan, at: datetime, notes: dict[Key, Note], sent: list[Happened]
) -> dict[Key, Note]:
    """The notes that have gone out now; those of before stay as they are, for the trace."""
    if not answer.due:
        return notes
    notes = dict(notes)
    for due in answer.due:
        state = MessageState.COPIED if due.to_copy else MessageState.SENT
        notes[due.kind, due.subject] = Note(due.kind, due.subject, state, due.due_at, at, at)
        sent.append(Happened(due.kind, due.subject, at, due.to_copy))
    return notes


def _raise(answer: Plan, at: datetime, up: set[Key], raised: list[Happened]) -> set[Key]:
    """Note the flags that are new; those that are up now."""
    if not answer.flags:
        return set()
    now_up = {(flag.kind, flag.subject) for flag in answer.flags}
    raised += [Happened(kind, subject, at) for kind, subject in sorted(now_up - up)]
    return now_up


# --- The chapters of an order's life ------------------------------------------------------------


def _chapters(history: History, until: datetime) -> list[Chapter]:
    """What was known after each moment at which something happened, up to `until`."""
    placed_at = history.sale.placed_at
    times = {placed_at, *(fact.at for fact in history.facts), *_told_at(history)}
    moments = sorted(at for at in times if placed_at <= at <= until)
    states = unfold(history.sale, history.facts, moments)
    return [
        Chapter(at, _known(history, state, at)) for at, state in zip(moments, states, strict=True)
    ]


def _told_at(history: History) -> Iterator[datetime]:
    """When something was said or decided that is no fact."""
    for expectation in history.expectations:
        yield expectation.said_at
    if history.buyer_paused_at is not None:
        yield history.buyer_paused_at
    for decision in history.decisions.values():
        decided_at = decision.skipped_at or decision.send_now_at
        if decided_at is not None:
            yield decided_at


def _known(history: History, state: OrderState, at: datetime) -> OrderFacts:
    """The order as the rules would have seen it at `at`: everything learned when it happened."""
    paused_at = history.buyer_paused_at
    return OrderFacts(
        order_id=history.order_id,
        number=history.number,
        status=state.status,
        placed_at=history.sale.placed_at,
        recorded_at=history.sale.placed_at,
        on_delivery=history.on_delivery,
        ship_by_on=history.ship_by_on,
        needs_shipping=history.needs_shipping,
        total=history.sale.total,
        paid_amount=state.paid_amount,
        refunded_amount=state.refunded_amount,
        paid_at=state.paid_at,
        last_payment_at=state.last_payment_at,
        shipped_at=state.shipped_at,
        delivered_at=state.delivered_at,
        cancelled_at=state.cancelled_at,
        relisted_at=state.relisted_at,
        extended_until=state.extended_until,
        last_word_at=state.last_word_at,
        answered_at=state.answered_at,
        paused_at=state.paused_at,
        version=1,
        buyer_name=history.buyer_name,
        has_email=history.has_email,
        buyer_paused_at=paused_at if paused_at is not None and paused_at <= at else None,
        parcels=_parcels(state, _expected(history, at)),
        decisions=_decided(history, at),
    )


def _decided(history: History, at: datetime) -> dict[Key, Decision]:
    return {
        key: decision
        for key, decision in history.decisions.items()
        if (decided_at := decision.skipped_at or decision.send_now_at) and decided_at <= at
    }


def _expected(history: History, at: datetime) -> dict[str, datetime]:
    """When each parcel was expected, as the carrier had said last."""
    return {e.parcel: e.expected_at for e in history.expectations if e.said_at <= at}


def _parcels(state: OrderState, expected: dict[str, datetime]) -> list[ParcelFacts]:
    """The parcels that were handed over, in that order."""
    found = [
        _parcel(parcel, parcel.shipped_at, expected.get(parcel.parcel))
        for parcel in state.parcels.values()
        if parcel.shipped_at is not None
    ]
    return sorted(found, key=lambda parcel: (parcel.shipped_at, parcel.parcel))


def _parcel(parcel: Parcel, shipped_at: datetime, expected_at: datetime | None) -> ParcelFacts:
    return ParcelFacts(
        parcel=parcel.parcel,
        tracking_code=parcel.tracking_code,
        code_at=parcel.code_at,
        code_repeat=parcel.code_repeat,
        shipped_at=shipped_at,
        recorded_at=shipped_at,
        status=parcel.status or "",
        status_at=parcel.status_at,
        first_scan_at=parcel.first_scan_at,
        last_scan_at=parcel.last_scan_at,
        delivered_at=parcel.delivered_at,
        returned=parcel.returned,
        expected_at=expected_at,
    )
