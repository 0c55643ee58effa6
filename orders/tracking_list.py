"""Tracking numbers for several orders at once, as people paste them: one order a line.

"1001 9400…", "1001; 9400…; USPS", or the lines of a CSV. Order numbers may hold blanks, so a line
is read in every way that makes sense, and the shop's own numbers decide.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass

MOST_LINES = 500
SEPARATORS = "\t;,"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a line: which order, which tracking number, which carrier (or none)."""

    number: str
    tracking_code: str
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something, where it stood (from 1), and how it may be read."""

    row: int
    text: str
    readings: tuple[Reading, ...]

    def reading(self, known: Collection[str]) -> Reading | None:
        """The reading whose order is `known`; the longest number wins."""
        fitting = [r for r in self.readings if r.number in known]
        return max(fitting, key=lambda r: len(r.number), default=None)


def read_lines(text: str) -> list[Line]:
    """The lines of `text` that say something; a header is one more line that fits no order."""
    return [
        Line(row, line.strip(), _readings(line.strip()))
        for row, line in enumerate(text.replace("\ufeff", "").splitlines(), start=1)
        if line.strip()
    ]


def _readings(line: str) -> tuple[Reading, ...]:
    found = []
    for separator in SEPARATORS:
        if separator in line:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
            code = _code(cells[1]) if len(cells) > 1 else ""
            carrier = cells[2] if len(cells) > 2 else ""
            found += [Reading(name, code, carrier) for name in _names(cells[0])]
    for gap in re.finditer(r"\s+", line):
        code = _code(line[gap.end() :])
        found += [Reading(name, code) for name in _names(line[: gap.start()])]
    return (*found, *(Reading(name, "") for name in _names(line)))


def _names(cell: str) -> list[str]:
    """A number as it stands, and without what people and sheets put around it."""
    return list(dict.fromkeys([cell, cell.strip("'\"#:,; ")]))


def _code(cell: str) -> str:
    return re.sub(r"\s+", "", cell).strip("'\"=,;")
