"""One order while facts about it are being recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from orders.facts import Address, Fact, Line, Placed
from orders.recorded import from_timeline
from orders.state import OrderState, Sale, derive


@dataclass(slots=True)
class Dossier:
    """What is known of an order, and what is new.

    `placing` is set for an order that is not stored yet; `amendment` for one whose source named
    its lines or its address only now, and holds nothing else.
    """

    order_id: int
    number: str
    channel: str
    placed_at: datetime
    total: Decimal
    has_lines: bool
    has_address: bool
    placing: Placed | None = None
    buyer_id: int | None = None
    channel_id: int | None = None
    amendment: Placed | None = None
    to_ship: dict[str, int] | None = None
    # Recorded facts by key, as the timeline holds them: kind, time, the text of their JSON. It is
    # read when it is needed: for most orders of a file that is imported again it never is.
    known: dict[str, tuple[str, datetime, str]] = field(default_factory=dict)
    # New facts by key, with the time we learned of them and from where.
    fresh: dict[str, tuple[Fact, datetime, str]] = field(default_factory=dict)

    @property
    def is_touched(self) -> bool:
        return bool(self.fresh) or self.amendment is not None

    def add(self, fact: Fact, recorded_at: datetime, source: str) -> bool:
        """Whether the fact was new."""
        key = fact.key
        if key in self.known or key in self.fresh:
            return False
        self.fresh[key] = (fact, recorded_at, source)
        return True

    def amend(self, placed: Placed) -> bool:
        """Fill in what was blank; never overwrite. Whether there was anything to fill in."""
        fills_lines = bool(placed.lines) and not self.has_lines
        fills_address = placed.address.is_known and not self.has_address
        if not (fills_lines or fills_address):
            return False
        base = self.placing or self.amendment or replace(placed, lines=(), address=Address())
        filled = replace(
            base,
            # Lines that come later explain the total; they do not change it.
            total=base.grand_total,
            lines=placed.lines if fills_lines else base.lines,
            address=placed.address if fills_address else base.address,
        )
        self.has_lines |= fills_lines
        self.has_address |= fills_address
        if self.placing is None:
            self.amendment = filled
        else:
            self.placing, self.to_ship = filled, to_ship(filled.lines)
        return True

    def facts(self) -> list[Fact]:
        """What happened since the order was placed: the recorded facts and the new."""
        known = [
            from_timeline(self.number, kind, at, json.loads(data))
            for kind, at, data in self.known.values()
            if kind != Placed.kind
        ]
        return known + [fact for fact, _at, _source in self.fresh.values()]

    def state(self) -> OrderState:
        """Derived from all facts, the recorded and the new."""
        return derive(Sale(self.placed_at, self.total, self.to_ship), self.facts())


def to_ship(lines: tuple[Line, ...]) -> dict[str, int] | None:
    """How many of each item need shipping; None when no lines are known."""
    if not lines:
        return None
    wanted: dict[str, int] = {}
    for line in lines:
        if line.needs_shipping:
            item = line.sku or line.title
            wanted[item] = wanted.get(item, 0) + line.quantity
    return wanted
