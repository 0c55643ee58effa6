"""What the planner answers for one order, in words: sent, due, coming, withheld, flags."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from notifications.loading import load
from notifications.planner import Plan, plan
from notifications.words import LOST_STATES, MessageState
from orders.models import Order
from orders.words import FlagKind, NoteKind
from shopcare.dashboard.showing import Showing


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One note or flag: what, when (shop's time), and why or unless what."""

    name: str
    sentence: str
    tone: str = "soft"
    at: str = ""


@dataclass(slots=True)
class Forecast:
    """The answer of all rules for one order at one moment."""

    flags: list[Foreseen] = field(default_factory=list)
    coming: list[Foreseen] = field(default_factory=list)
    sent: list[Foreseen] = field(default_factory=list)
    withheld: list[Foreseen] = field(default_factory=list)


def forecast(order: Order, now: datetime, showing: Showing) -> Forecast:
    """What has been, will be and will not be done about `order` as of `now` (UTC)."""
    subjects = load([order.pk])
    if not subjects:
        return Forecast()
    return in_words(plan(subjects[0].facts, subjects[0].policy, now), showing)


def in_words(answer: Plan, showing: Showing) -> Forecast:
    """`answer` as a seller reads it."""
    found = Forecast()
    for raised in answer.flags:
        since = _("since %(at)s") % {"at": showing.day_and_time(raised.since)}
        found.flags.append(Foreseen(name_of(raised.kind), str(raised.reason), "alert", since))
    for due in answer.due:
        sentence = _("Goes out now.")
        if due.to_copy:
            sentence = _("Waits for you to copy it into the conversation with the buyer.")
        found.coming.append(Foreseen(_named(due.kind, due.subject), sentence, "go", _("now")))
    for upcoming in sorted(answer.upcoming, key=lambda item: item.at):
        at = showing.day_and_time(upcoming.at)
        sentence = _("Unless %(reason)s.") % {"reason": upcoming.unless}
        tone = "wait" if isinstance(upcoming.kind, FlagKind) else "go"
        found.coming.append(Foreseen(_named(upcoming.kind, upcoming.subject), sentence, tone, at))
    for sent in answer.sent:
        state = MessageState(sent.note.state)
        at = showing.day_and_time(sent.note.sent_at or sent.note.settled_at or sent.note.due_at)
        tone = "alert" if state in LOST_STATES else "ok"
        words = f"{state.label}: {sent.note.detail}" if sent.note.detail else str(state.label)
        found.sent.append(Foreseen(_named(sent.kind, sent.subject), words, tone, at))
    for held in answer.withheld:
        found.withheld.append(Foreseen(_named(held.kind, held.subject), str(held.reason)))
    return found


def name_of(kind: str) -> str:
    """What the seller calls a note or a flag; a few of them share their stored name."""
    if isinstance(kind, FlagKind | NoteKind):
        return str(kind.label)
    if kind in NoteKind.values:
        return str(NoteKind(kind).label)
    return str(FlagKind(kind).label) if kind in FlagKind.values else kind


def _named(kind: str, subject: str) -> str:
    """A note's name, with the parcel it is about where there may be several."""
    parcel = subject.partition(":")[0]
    if kind == NoteKind.TRACKING_NOTICE and parcel:
        return _("%(note)s, parcel %(parcel)s") % {"note": name_of(kind), "parcel": parcel}
    return name_of(kind)
