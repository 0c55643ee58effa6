"""Many facts told as lines of JSON, recorded some hundreds at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError

from orders.facts import Fact
from orders.facts_json import FactError, parse_fact, read_object
from orders.lifecycle import Outcome, Result, record
from orders.models import Shop

logger = logging.getLogger(__name__)

CHUNK = 500
SOURCE = "record"
UNSAVED = "This fact could not be saved; the log says more."


@dataclass(slots=True)
class RecordReport:
    """What became of the facts. Those that wait for their order are recorded, and named."""

    recorded: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def count(self, line: int, result: Result) -> None:
        """Add what became of the fact of a line."""
        match result.outcome:
            case Outcome.RECORDED:
                self.recorded += 1
            case Outcome.UNCHANGED:
                self.unchanged += 1
            case Outcome.WAITING:
                self.recorded += 1
                fact = result.fact
                self.waiting.append({"line": line, "order": fact.order, "fact": fact.kind})
            case Outcome.REFUSED:
                self.reject(line, result.reason)

    def reject(self, line: int, problem: str) -> None:
        """Note that a line was not recorded, and why."""
        self.rejected += 1
        self.problems.append({"line": line, "problem": problem})

    def as_json(self) -> dict[str, Any]:
        """The report as --json prints it; problems in the order of the lines."""
        self.problems.sort(key=lambda problem: problem["line"])
        return asdict(self)


def record_lines(shop: Shop, lines: Iterable[bytes], *, now: datetime) -> RecordReport:
    """Record each line's fact; bad lines are reported by number, counted from 1.

    `now` (UTC) is when we learn of them. Blank lines are passed over.
    """
    report = RecordReport()
    chunk: list[tuple[int, Fact]] = []
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if not text:
                continue
            told = read_object(text)
            fact = parse_fact(told, now=now, zone=shop.zone, currency=shop.currency)
        except UnicodeDecodeError:
            report.reject(number, "This is not UTF-8 text.")
        except FactError as refusal:
            report.reject(number, str(refusal))
        else:
            chunk.append((number, fact))
            if len(chunk) >= CHUNK:
                _record(shop, chunk, now, report)
                chunk = []
    _record(shop, chunk, now, report)
    return report


def _record(shop: Shop, chunk: list[tuple[int, Fact]], now: datetime, report: RecordReport) -> None:
    """Record a chunk at once; if the database refuses it, one by one to find out which fact."""
    if not chunk:
        return
    try:
        results = record(shop, [fact for _number, fact in chunk], now=now, source=SOURCE)
    except (IntegrityError, DataError):
        if len(chunk) > 1:
            for one in chunk:
                _record(shop, [one], now, report)
            return
        logger.exception("A fact could not be saved", extra={"action": "record_failed"})
        report.reject(chunk[0][0], UNSAVED)
        return
    for (number, _fact), result in zip(chunk, results, strict=True):
        report.count(number, result)
