"""What the seller decides about a single note: not this one, send it now, in these words.

And about a label for an address that was changed: use it all the same.

Each is one transaction that leaves a Decision, raises the order's version, so that a sender who
has the note in hand looks again, and has the order looked at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from notifications.loading import load
from notifications.models import Decision
from notifications.rules.address_changed import kept
from orders import projection
from orders.models import Order
from orders.words import FlagKind


def skip(*, order: Order, kind: str, subject: str, now: datetime) -> None:
    """Not this one: the note is withheld for good, unless `unskip` takes it back."""
    _decide(order, kind, subject, now, skipped_at=now, send_now_at=None)


def unskip(*, order: Order, kind: str, subject: str, now: datetime) -> None:
    """Leave the note to its rule again."""
    _decide(order, kind, subject, now, skipped_at=None, send_now_at=None)


def send_now(*, order: Order, kind: str, subject: str, now: datetime) -> None:
    """Send the note at `now`, whatever window, pause or switch would say; still at most once.

    A note that its rule does not want (a reminder of a paid order) stays withheld.
    """
    _decide(order, kind, subject, now, skipped_at=None, send_now_at=now)


def edit(
    *, order: Order, kind: str, subject: str, subject_line: str, body: str, now: datetime
) -> None:
    """Send these very words instead of the wording's, for this order only; empty takes it back."""
    _decide(order, kind, subject, now, subject_line=subject_line, body=body)


def keep_label(*, order: Order, parcel: str, now: datetime) -> None:
    """Use the label that was bought for `parcel` although the address has been changed since.

    Another change of the address asks again.
    """
    (subject,) = load([order.pk])
    about = kept(parcel, subject.facts.address_key)
    _decide(order, FlagKind.ADDRESS_CHANGED, about, now, skipped_at=now, send_now_at=None)


@transaction.atomic
def _decide(order: Order, kind: str, subject: str, now: datetime, **values: Any) -> None:
    # The order first, as everywhere: two that decide at once do so one after the other.
    Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    Decision.objects.update_or_create(order=order, kind=kind, subject=subject, defaults=values)
    Order.objects.filter(pk=order.pk).update(version=F("version") + 1)
    projection.look_at([order.pk], now)
