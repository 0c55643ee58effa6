"""The rows of an orders file that were rejected, to be mended and loaded again.

They come in the file's own columns, with one more that says what is wrong; a reader leaves that
column out like any other it does not know. All rows of a rejected order come, good ones too.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from orders.intake.checking import Progress, quote
from orders.intake.incoming import Problem
from orders.intake.json_records import BrokenJson, read_records
from orders.intake.layouts import KNOWN_NAMES, layout_of
from orders.intake.readers import looks_like_json
from orders.intake.tables import Sheet, fold, open_table

PROBLEM = "problem"
# What a spreadsheet would take for a formula. Source: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class _Part:
    """One spreadsheet and its rows that have a problem."""

    sheet: Sheet[Any]
    key: Any
    notes: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    keys: set[str] = field(default_factory=set)


def write_failed(paths: Sequence[Path], problems: Sequence[Problem], folder: Path) -> list[Path]:
    """Write the rejected rows of each of `paths`, one file for each, into `folder`.

    `paths` are an orders file, or both of Etsy's. Spreadsheets become CSV (UTF-8), JSON stays
    JSON. Empty when nothing was rejected.
    """
    if not problems:
        return []
    if looks_like_json(paths[0]):
        return [_write_json(paths[0], problems, folder)]
    parts = [_part(path) for path in paths]
    for part in parts:
        _find(part, problems, alone=len(parts) == 1)
    keys = set[str]().union(*(part.keys for part in parts))
    return [_write_table(part, keys, folder / f"failed-{at}.csv") for at, part in enumerate(parts)]


def _part(path: Path) -> _Part:
    table = open_table(path, KNOWN_NAMES)
    layout = layout_of(table.header)
    assert layout is not None  # it has been read before
    return _Part(Sheet(table, layout.cells, layout.columns), layout.key)


def _find(part: _Part, problems: Iterable[Problem], *, alone: bool) -> None:
    """Note which rows of this sheet are meant, and which orders they belong to.

    A problem names a row but not the file. Where there are two, the column and the value tell.
    """
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    names = {fold(name) for name in part.sheet.table.header}
    raw = part.sheet.table.rows()
    for (number, cells), (_number, row) in zip(part.sheet.rows(), raw, strict=True):
        for problem in by_row.get(number, ()):
            if alone or _is_meant(problem, row, names):
                part.notes[number].append(_sentence(problem))
                part.keys.add(part.key(cells))
    part.keys.discard("")


def _is_meant(problem: Problem, row: Sequence[str], names: set[str]) -> bool:
    if problem.column and fold(problem.column) not in names:
        return False
    return not problem.value or problem.value in map(quote, row)


def _sentence(problem: Problem) -> str:
    place = f"{problem.column}: " if problem.column else ""
    value = f"“{problem.value}” " if problem.value else ""
    return f"{place}{value}{problem.problem}"


def _write_table(part: _Part, keys: set[str], target: Path) -> Path:
    table = part.sheet.table
    width = len(table.header)
    # The mark tells spreadsheet programs that this is UTF-8.
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=table.separator)
        # Mended once already, the file has the column; its old words are replaced.
        old = [at for at, name in enumerate(table.header) if fold(name) == PROBLEM]
        writer.writerow([*_without(table.header, old), PROBLEM])
        for (number, cells), (_number, row) in zip(part.sheet.rows(), table.rows(), strict=True):
            if number in part.notes or part.key(cells) in keys:
                padded = [*row, *[""] * (width - len(row))][:width]
                note = " ".join(part.notes.get(number, ()))
                writer.writerow([safe_cell(cell) for cell in [*_without(padded, old), note]])
    return target


def _without(row: Sequence[str], places: Sequence[int]) -> list[str]:
    return [cell for at, cell in enumerate(row) if at not in places]


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula; amounts, and what is guarded, stay as is.

    The apostrophe is the guard that spreadsheets know, and that our readers take off again.
    """
    if not text.startswith(FORMULA_SIGNS) or _is_harmless(text):
        return text
    return "'" + text


def _is_harmless(text: str) -> bool:
    """Numbers, dates and phone numbers, and `="06066"`, as exports guard their zeros."""
    if text.startswith('="') and text.endswith('"') and text[2:-1].isalnum():
        return True
    return text[1:].strip() == "" or (
        text[0] in "+-" and not any(char.isalpha() or char in "(|!=@" for char in text)
    )


def _write_json(path: Path, problems: Sequence[Problem], folder: Path) -> Path:
    notes: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        notes[problem.row].append(_sentence(problem))
    failed = []
    try:
        for record in read_records(path, Progress()):
            if record.number in notes:
                value = record.value if isinstance(record.value, dict) else {"value": record.value}
                failed.append({**value, PROBLEM: " ".join(notes[record.number])})
    except BrokenJson:
        # What stands behind the damage cannot be read; its problem is in the list all the same.
        pass
    target = folder / "failed-0.json"
    target.write_text(
        json.dumps(failed, ensure_ascii=False, indent=1, default=_plain), encoding="utf-8"
    )
    return target


def _plain(value: object) -> object:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
