"""Asking the buyer about the address, on the seller's click."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from django.db import transaction

from notifications import decisions
from notifications.loading import load
from notifications.planner import plan
from orders.models import Order
from orders.words import NoteKind

KIND = NoteKind.ADDRESS_QUESTION


class Asked(Enum):
    """What became of the click."""

    QUEUED = auto()
    TO_COPY = auto()
    # This address has been asked about before; nobody is asked twice.
    BEFORE = auto()
    # Cancelled, shipped, or found to be good meanwhile.
    NOT_NEEDED = auto()


@transaction.atomic
def ask_about_address(order: Order, now: datetime) -> Asked:
    """Have the buyer asked to look at the address as it is at `now` (UTC).

    The note goes out with the next sweep, at most once for each address, and is taken back when
    the address is changed or found to be good before it is sent.
    """
    # As the address is now, whatever else is being told of the order in this moment.
    Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    facts = load([order.pk])[0].facts
    note = facts.notes.get((KIND, facts.address_key))
    if note is not None and (note.is_open or note.is_sent or note.is_lost):
        return Asked.BEFORE
    decisions.send_now(order=order, kind=KIND, subject=facts.address_key, now=now)
    subject = load([order.pk])[0]
    due = plan(subject.facts, subject.policy, now).find_due(KIND, facts.address_key)
    if due is None:
        return Asked.NOT_NEEDED
    return Asked.TO_COPY if due.to_copy else Asked.QUEUED
