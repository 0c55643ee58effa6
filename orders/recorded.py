"""A recorded fact, read back from the timeline; `Fact.data` wrote it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from orders.facts import FACTS, Fact, ParcelLine
from orders.values import Address
from orders.words import ScanStatus


def from_timeline(order: str, kind: str, at: datetime, data: dict[str, Any]) -> Fact:
    """A recorded fact, read back from the timeline's kind, time and JSON."""
    values = dict(data)
    for name in ("amount", "in_all"):
        if values.get(name) is not None:
            values[name] = Decimal(values[name])
    if "until" in values:
        values["until"] = datetime.fromisoformat(values["until"])
    if "lines" in values:
        values["lines"] = tuple(ParcelLine(**line) for line in values["lines"])
    if "address" in values:
        values["address"] = Address(**values["address"])
    if "status" in values:
        values["status"] = ScanStatus(values["status"])
    return FACTS[kind](order=order, at=at, **values)
