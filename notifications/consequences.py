"""What follows from orders as they stand now: the notes that go out, wait or come, and the flags.

Asked inside a transaction that is rolled back, it tells what an import or a new order would
bring before it is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notifications.loading import load
from notifications.planner import Plan, plan
from notifications.rules.findings import OrderFacts
from orders.models import Flag
from orders.words import BUYER_NOTES, FlagKind

NOTES = frozenset(BUYER_NOTES)


@dataclass(slots=True)
class Consequences:
    """Numbers by kind: notes that go out at once, wait to be copied, come later; flags that rise.

    `silent` counts the orders about which nothing will be said.
    """

    send: Counter[str] = field(default_factory=Counter)
    copy: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    silent: int = 0

    def look(self, order_ids: Sequence[int], now: datetime) -> None:
        """Add what follows from these orders at `now` (UTC); in six queries."""
        if not order_ids:
            return
        flags = Flag.objects.filter(order__in=order_ids, cleared_at__isnull=True)
        up = set(flags.values_list("order_id", "kind", "subject"))
        for subject in load(order_ids):
            order = subject.facts
            self._add(order, plan(order, subject.policy, now), up)

    def _add(self, order: OrderFacts, answer: Plan, up: set[tuple[int, str, str]]) -> None:
        says_something = False
        for due in answer.due:
            # What is written already does not come from what is new.
            if due.kind in NOTES and (due.kind, due.subject) not in order.notes:
                (self.copy if due.to_copy else self.send)[due.kind] += 1
                says_something = True
        for upcoming in answer.upcoming:
            if upcoming.kind in NOTES and not isinstance(upcoming.kind, FlagKind):
                self.later[upcoming.kind] += 1
                says_something = True
        for raised in answer.flags:
            if (order.order_id, raised.kind, raised.subject) not in up:
                self.flags[raised.kind] += 1
        self.silent += not says_something

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be stored; `from_json` reads them."""
        counts = {name: dict(getattr(self, name)) for name in ("send", "copy", "later", "flags")}
        return {**counts, "silent": self.silent}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Consequences:
        """Read back what `as_json` gave."""
        counts = {
            name: Counter(stored.get(name, {})) for name in ("send", "copy", "later", "flags")
        }
        return cls(**counts, silent=stored.get("silent", 0))
