"""Orders that the seller writes down: from a market stall, or sold in a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from orders import lifecycle
from orders.facts import Fact, Placed
from orders.lifecycle import Outcome
from orders.models import Order, Shop

PREFIX = "M-"
FIRST = 1001
# The search for the last number takes ever smaller steps, ten at a time.
STEPS = (100_000, 10_000, 1_000, 100, 10, 1)


def next_number(shop: Shop) -> str:
    """A free number for an order written down by hand: M-1001, then M-1002 and so on.

    Found by looking numbers up, in a handful of queries however many orders there are.
    """
    last = FIRST - 1
    for step in STEPS:
        tried = {f"{PREFIX}{last + step * times}": last + step * times for times in range(1, 11)}
        found = Order.objects.filter(shop=shop, number__in=tried).values_list("number", flat=True)
        last = max((tried[number] for number in found), default=last)
    while Order.objects.filter(shop=shop, number=f"{PREFIX}{last + 1}").exists():
        last += 1
    return f"{PREFIX}{last + 1}"


def write_down(
    shop: Shop, placed: Placed, facts: Sequence[Fact], *, now: datetime, source: str
) -> Order | None:
    """Record a new order and what has happened to it; None when its number is taken already.

    A taken number is refused rather than told more about: these facts are another order's.
    """
    with transaction.atomic():
        if Order.objects.filter(shop=shop, number=placed.order).exists():
            return None
        results = lifecycle.record(shop, [placed, *facts], now=now, source=source)
        if results[0].outcome != Outcome.RECORDED:
            # Somebody took it in this very moment.
            transaction.set_rollback(True)
            return None
        return Order.objects.get(shop=shop, number=placed.order)
