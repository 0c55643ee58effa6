"""What the planner answers for one order, in words: sent, due, coming, withheld, flags."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from notifications.copying import letters_to_copy
from notifications.foresight import could_send
from notifications.loading import Subject, load, policy_at_hand
from notifications.models import Message
from notifications.planner import Plan, plan
from notifications.wording import Letter
from notifications.words import LOST_STATES, MessageState
from orders.models import Order
from orders.showing import Showing
from orders.words import ABOUT_PARCELS, FlagKind, NoteKind

# Of the outbox's messages those that have not gone out.
NOT_ON_ITS_WAY = (MessageState.TO_COPY, MessageState.QUEUED)


@dataclass(slots=True)
class Foreseen:
    """One note or flag: what, when (shop's time), and why or unless what.

    `kind` and `about` name the note, and are empty for a flag; the rest is what can be done
    about it. `letter` and `message_id` are those of a note that waits to be copied,
    `label_of` names the parcel whose label is for another address.
    """

    name: str
    sentence: str
    tone: str = "soft"
    at: str = ""
    kind: str = ""
    about: str = ""
    can_skip: bool = False
    can_unskip: bool = False
    can_send: bool = False
    is_edited: bool = False
    letter: Letter | None = None
    message_id: int = 0
    label_of: str = ""


@dataclass(slots=True)
class Forecast:
    """The answer of all rules for one order at one moment."""

    flags: list[Foreseen] = field(default_factory=list)
    coming: list[Foreseen] = field(default_factory=list)
    sent: list[Foreseen] = field(default_factory=list)
    withheld: list[Foreseen] = field(default_factory=list)


def forecast(order: Order, now: datetime, showing: Showing) -> Forecast:
    """What has been, will be and will not be done about `order` as of `now` (UTC)."""
    shop, channel = showing.shop, order.channel
    subjects = load([order.pk], {channel.pk: policy_at_hand(shop, channel)})
    if not subjects:
        return Forecast()
    subject = subjects[0]
    answer = plan(subject.facts, subject.policy, now)
    found = in_words(answer, showing)
    _add_what_can_be_done(found, subject, answer, now)
    if any(note.state in NOT_ON_ITS_WAY for note in subject.facts.notes.values()):
        _add_messages(found, order, now, showing)
    return found


def in_words(answer: Plan, showing: Showing) -> Forecast:
    """`answer` as a seller reads it."""
    found = Forecast()
    returned = {flag.subject for flag in answer.flags if flag.kind == FlagKind.RETURNED}
    for raised in answer.flags:
        if raised.kind == FlagKind.EXCEPTION and raised.subject in returned:
            continue
        since = _("since %(at)s") % {"at": showing.day_and_time(raised.since)}
        flag = Foreseen(name_of(raised.kind), str(raised.reason), "alert", since)
        if raised.kind == FlagKind.ADDRESS_CHANGED:
            flag.label_of = raised.subject
        found.flags.append(flag)
    for due in answer.due:
        sentence, at = _("Goes out now."), _("now")
        if due.to_copy:
            sentence = _("Waits for you to copy it into the conversation with the buyer.")
        name = named(due.kind, due.subject)
        found.coming.append(Foreseen(name, sentence, "go", at, due.kind, due.subject))
    for upcoming in sorted(answer.upcoming, key=lambda item: item.at):
        is_flag = isinstance(upcoming.kind, FlagKind)
        item = Foreseen(
            named(upcoming.kind, upcoming.subject),
            _("Unless %(reason)s.") % {"reason": upcoming.unless},
            "wait" if is_flag else "go",
            showing.day_and_time(upcoming.at),
        )
        if not is_flag:
            item.kind, item.about = upcoming.kind, upcoming.subject
        found.coming.append(item)
    for sent in answer.sent:
        state = MessageState(sent.note.state)
        at = showing.day_and_time(sent.note.sent_at or sent.note.settled_at or sent.note.due_at)
        tone = "alert" if state in LOST_STATES else "ok"
        words = f"{state.label}: {sent.note.detail}" if sent.note.detail else str(state.label)
        name = named(sent.kind, sent.subject)
        found.sent.append(Foreseen(name, words, tone, at, sent.kind, sent.subject))
    for held in answer.withheld:
        name = named(held.kind, held.subject)
        found.withheld.append(Foreseen(name, str(held.reason), kind=held.kind, about=held.subject))
    return found


def _add_what_can_be_done(found: Forecast, subject: Subject, answer: Plan, now: datetime) -> None:
    decisions = subject.facts.decisions
    skipped = {key for key, decision in decisions.items() if decision.skipped_at}
    hurried = {key for key, decision in decisions.items() if decision.send_now_at}
    due_now = {(due.kind, due.subject) for due in answer.due}
    sendable = could_send(subject, answer, now)
    for item in found.coming:
        key = (item.kind, item.about)
        if item.kind:
            item.can_skip = True
            item.can_send = key not in due_now
            item.can_unskip = key in hurried
    for item in found.withheld:
        key = (item.kind, item.about)
        item.can_unskip = key in skipped
        item.can_send = key in sendable
    # What the seller held back, or may send all the same, stands where it would have stood.
    found.coming += [item for item in found.withheld if item.can_unskip or item.can_send]
    found.withheld = [w for w in found.withheld if not (w.can_unskip or w.can_send)]


def _add_messages(found: Forecast, order: Order, now: datetime, showing: Showing) -> None:
    """What the outbox knows of the notes that are due: the letters to copy, and who waits."""
    messages = list(Message.objects.filter(order=order, state__in=NOT_ON_ITS_WAY))
    to_copy = [message for message in messages if message.state == MessageState.TO_COPY]
    letters = letters_to_copy(to_copy, now)
    by_note = {(message.kind, message.subject): message for message in messages}
    for item in found.coming:
        message = by_note.get((item.kind, item.about))
        if message is None:
            continue
        if message.pk in letters:
            item.message_id, item.letter = message.pk, letters[message.pk]
        elif message.state == MessageState.QUEUED and message.next_attempt_at > now:
            item.at = showing.day_and_time(message.next_attempt_at)
            item.sentence = _waits(message) % {"time": showing.time(message.next_attempt_at)}


def _waits(message: Message) -> str:
    """Why a note that is due does not go at this moment."""
    if message.attempts:
        return _("It could not be sent yet; the next attempt is at %(time)s.")
    return _("Goes out in a few minutes, at %(time)s.")


def name_of(kind: str) -> str:
    """What the seller calls a note or a flag; a few of them share their stored name."""
    if isinstance(kind, FlagKind | NoteKind):
        return str(kind.label)
    if kind in NoteKind.values:
        return str(NoteKind(kind).label)
    return str(FlagKind(kind).label) if kind in FlagKind.values else kind


def named(kind: str, subject: str) -> str:
    """A note's name, with the parcel it is about where there may be several."""
    parcel = subject.partition(":")[0]
    is_note = not isinstance(kind, FlagKind) and kind in ABOUT_PARCELS
    if is_note and parcel:
        return _("%(note)s, parcel %(parcel)s") % {"note": name_of(kind), "parcel": parcel}
    return name_of(kind)
