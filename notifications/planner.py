"""One question, one pure function: what does this order need now?

The forecast, `explain`, the policy preview, the outbox's last look and the sweep all ask `plan`.
It reads no database and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext

from notifications.rules import wants
from notifications.rules.findings import (
    Due,
    FlagDown,
    FlagWanted,
    OrderFacts,
    PolicyFacts,
    Raised,
    Sent,
    Upcoming,
    Withheld,
)
from notifications.rules.timing import OFF, settle


@dataclass(slots=True)
class Plan:
    """The answer of all rules for one order at one moment.

    `look_again_at` (UTC) is when the answer may change by the passing of time alone; None when
    only a new fact can change it.
    """

    due: list[Due] = field(default_factory=list)
    upcoming: list[Upcoming] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    flags: list[Raised] = field(default_factory=list)
    flags_down: list[FlagDown] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    look_again_at: datetime | None = None

    def look_again(self, at: datetime | None) -> None:
        if at is not None and (self.look_again_at is None or at < self.look_again_at):
            self.look_again_at = at

    def find_due(self, kind: str, subject: str) -> Due | None:
        """The note, if it is due."""
        for due in self.due:
            if due.kind == kind and due.subject == subject:
                return due
        return None

    def reason_against(self, kind: str, subject: str) -> str:
        """Why the note is not due, in a sentence; empty when it is."""
        if self.find_due(kind, subject) is not None:
            return ""
        for withheld in self.withheld:
            if withheld.kind == kind and withheld.subject == subject:
                return str(withheld.reason)
        return gettext("It is not due at this moment.")


def plan(order: OrderFacts, policy: PolicyFacts, now: datetime) -> Plan:
    """What `order` needs at `now` (UTC) under `policy`: all rules' answers together."""
    answer = Plan()
    withheld, flags_down = answer.withheld, answer.flags_down
    off, said = policy.rules_off, order.notes.keys() | order.decisions.keys()
    for want in wants(order, policy, now):
        kind = want.kind
        # Most answers are a plain no, which no switch and nothing said before turns into another.
        if isinstance(want, FlagDown):
            flags_down.append(FlagDown(kind, OFF, want.subject) if kind in off else want)
        elif isinstance(want, Withheld) and kind not in off and (kind, want.subject) not in said:
            withheld.append(want)
        elif isinstance(want, FlagWanted):
            _take_flag(answer, want, is_off=kind in off, now=now)
        else:
            _take_note(answer, settle(want, order, policy, now))
    return answer


def _take_note(answer: Plan, finding: Due | Upcoming | Withheld | Sent) -> None:
    if isinstance(finding, Withheld):
        answer.withheld.append(finding)
    elif isinstance(finding, Sent):
        answer.sent.append(finding)
    elif isinstance(finding, Upcoming):
        answer.upcoming.append(finding)
        answer.look_again(finding.at)
    else:
        answer.due.append(finding)
        # Written and not sent by then, it is withheld for good.
        answer.look_again(finding.expires_at)


def _take_flag(answer: Plan, want: FlagWanted, *, is_off: bool, now: datetime) -> None:
    if is_off:
        answer.flags_down.append(FlagDown(want.kind, OFF, want.subject))
    elif want.since <= now:
        answer.flags.append(Raised(want.kind, want.subject, want.since, want.reason))
    else:
        answer.upcoming.append(Upcoming(want.kind, want.subject, want.since, want.unless))
        answer.look_again(want.since)
