"""An order explained: what was said, what will be, what not and why, and how its gates stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from notifications.loading import load, policy_at_hand
from notifications.planner import Plan, plan
from notifications.rules.findings import Note, OrderFacts
from notifications.words import LOST_STATES, SENT_STATES, MessageState
from orders.checkpoints import checkpoints
from orders.facts import stamp
from orders.models import AddressCheck, Order
from orders.packing import progress
from orders.showing import Showing
from orders.words import FlagKind

# What has left our hands, or waits in the seller's.
OUT = SENT_STATES | LOST_STATES | {MessageState.SENDING, MessageState.TO_COPY}

Explanation = dict[str, Any]


def explain(order: Order, now: datetime) -> Explanation:
    """What `order` has had, needs and will need, as of `now` (UTC); JSON values only.

    Times are ISO 8601 in UTC. A note that is due but not sent yet stands under `due`, whether or
    not it lies in the outbox already; one that waits to be copied stands under `sent`.
    """
    shop, channel = order.shop, order.channel
    (subject,) = load([order.pk], {channel.pk: policy_at_hand(shop, channel)})
    answer = plan(subject.facts, subject.policy, now)
    gates = checkpoints(
        order,
        list(order.shipments.all()),
        username=order.buyer.username,
        showing=Showing(shop),
        packing=progress(order),
        address_check=AddressCheck.of(order),
    )
    return {
        "order": order.number,
        "status": str(order.status),
        "channel": str(channel.kind),
        "sent": _sent(subject.facts),
        "due": _due(answer, subject.facts),
        "upcoming": _upcoming(answer),
        "withheld": _withheld(answer),
        "flags": [
            {"kind": str(flag.kind), "since": stamp(flag.since), "reason": str(flag.reason)}
            for flag in sorted(answer.flags, key=lambda flag: (flag.since, flag.kind))
        ],
        "checkpoints": [
            {"name": gate.name, "state": str(gate.state), "evidence": gate.evidence}
            for gate in gates
        ],
    }


def _sent(facts: OrderFacts) -> list[dict[str, str]]:
    notes = [note for note in facts.notes.values() if note.state in OUT]
    return [
        {"kind": str(note.kind), "at": stamp(_at(note)), "state": str(note.state)}
        for note in sorted(notes, key=lambda note: (_at(note), note.kind, note.subject))
    ]


def _at(note: Note) -> datetime:
    return note.sent_at or note.settled_at or note.due_at


def _due(answer: Plan, facts: OrderFacts) -> list[dict[str, str]]:
    out = {key for key, note in facts.notes.items() if note.state in OUT}
    return [{"kind": str(due.kind)} for due in answer.due if (due.kind, due.subject) not in out]


def _upcoming(answer: Plan) -> list[dict[str, str]]:
    """Notes and flags that will be due, the earliest first.

    The relist flag and the notice of it are one thing to the seller.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for coming in sorted(answer.upcoming, key=lambda item: (item.at, item.kind)):
        subject = "" if coming.kind == FlagKind.RELIST else coming.subject
        entry = {
            "kind": str(coming.kind),
            "at": stamp(coming.at),
            "unless": str(coming.unless),
        }
        found.setdefault((str(coming.kind), subject), entry)
    return list(found.values())


def _withheld(answer: Plan) -> list[dict[str, str]]:
    """Notes that are not sent and flags that are not up, each reason once."""
    held = [(str(item.kind), str(item.reason)) for item in answer.withheld]
    down = [(str(item.kind), str(item.reason)) for item in answer.flags_down]
    return [{"kind": kind, "reason": reason} for kind, reason in dict.fromkeys(held + down)]
