"""Spreadsheet files: bytes to rows, whatever the encoding, separator or place of the header.

A `Table` is a file whose header was found; a `Sheet` is a table whose columns are known by our
names. Rows stream: neither ever holds the file in memory.
"""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import TextIOWrapper
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar, cast

from django.utils.translation import gettext, gettext_noop

from orders.intake.incoming import UnreadableFile
from orders.intake.money import decisive_mark
from orders.intake.other_kinds import EMPTY, refuse_other_kinds
from orders.intake.times import decisive_order

Cells = TypeVar("Cells", bound=NamedTuple)

# A cell may be a long note, or a whole file behind a forgotten quote: four megabytes tell them
# apart and bound the memory.
csv.field_size_limit(4 * 1024 * 1024)

SEPARATORS = ",;\t|"
HEADER_WITHIN = 30
SAMPLE = 256 * 1024
NOT_TEXT = gettext_noop("This is not a text file: choose the CSV or JSON export of your orders.")


@dataclass(frozen=True)
class Table:
    """A spreadsheet file and where its header stands."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]
    header_row: int
    has_nulls: bool

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row below the header that has a filled cell, with its number in the file.

        Raises UnreadableFile at a cell that never ends (a quote without its partner).
        """
        with open_text(self.path, self.encoding) as text:
            reader = csv.reader(self._lines(text), delimiter=self.separator)
            try:
                for number, row in enumerate(reader, 1):
                    if number > self.header_row and any(row):
                        yield number, row
            except csv.Error as error:
                raise UnreadableFile(
                    gettext(
                        "A cell near line %(line)s never ends, probably a lone quote mark: "
                        "export the file again."
                    )
                    % {"line": reader.line_num}
                ) from error

    def _lines(self, text: TextIOWrapper) -> Iterable[str]:
        return (line.replace("\0", "") for line in text) if self.has_nulls else text


def open_table(path: Path, known: frozenset[str]) -> Table:
    """Find out how a spreadsheet file is written and where its header is.

    `known` are folded header names; the row with most of them is the header.
    Raises UnreadableFile for pictures, spreadsheets that are not CSV, empty files.
    """
    encoding, has_nulls = find_encoding(path)
    with open_text(path, encoding) as text:
        sample = text.read(SAMPLE).replace("\0", "")
    if not sample.strip():
        raise UnreadableFile(gettext(EMPTY))
    best: tuple[int, str, int, list[str]] = (0, ",", 1, [])
    for separator in SEPARATORS:
        reader = csv.reader(sample.splitlines(keepends=True), delimiter=separator)
        try:
            for number, row in enumerate(islice(reader, HEADER_WITHIN), 1):
                score = len({fold(cell) for cell in row} & known)
                if score > best[0]:
                    best = (score, separator, number, row)
        except csv.Error:
            continue
    _, separator, number, row = best
    header = tuple(cell.strip().strip("\ufeff") for cell in row)
    return Table(path, encoding, separator, header, number, has_nulls)


def find_encoding(path: Path) -> tuple[str, bool]:
    """The encoding of a text file, and whether NUL bytes are strewn in it.

    Byte order marks are believed, UTF-16 without one is told by its NULs, valid UTF-8 is UTF-8,
    and all else is Windows-1252. Raises UnreadableFile for files that are no text.
    """
    with path.open("rb") as file:
        start = file.read(4096)
        refuse_other_kinds(start)
        if start.startswith(codecs.BOM_UTF8):
            return ("utf-8-sig" if _is_utf8(path) else "cp1252"), b"\0" in start
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", False
        # A header begins with plain letters; in UTF-16 every other byte of them is zero.
        begin = start[:40]
        for encoding, zeros in (("utf-16-le", begin[1::2]), ("utf-16-be", begin[::2])):
            if zeros.count(0) > len(zeros) * 0.7 and begin.count(0) < len(begin) * 0.6:
                return encoding, False
    # Text has hardly any control characters besides line ends and tabs.
    if sum(byte < 32 and byte not in b"\t\n\r\f\x1a\x1e" for byte in start) > len(start) * 0.05:
        raise UnreadableFile(gettext(NOT_TEXT))
    return ("utf-8" if _is_utf8(path) else "cp1252"), _has_nulls(path)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _has_nulls(path: Path) -> bool:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if b"\0" in chunk:
                return True
    return False


def open_text(path: Path, encoding: str) -> TextIOWrapper:
    """The file as text, line ends untouched; what cannot be decoded becomes a question mark."""
    return path.open("r", encoding=encoding, errors="replace", newline="")


@lru_cache(maxsize=1024)  # the same few names and words stand in every row
def fold(name: str) -> str:
    """A column's name without case, spaces, signs and umlauts: `E-Mail des Käufers`."""
    spelled = name.casefold().translate(_UMLAUTS)
    flat = unicodedata.normalize("NFKD", spelled)
    return "".join(char for char in flat if char.isalnum())


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Sheet(Generic[Cells]):
    """A table read as rows of named cells. Missing columns and short rows give empty cells."""

    def __init__(
        self, table: Table, cells: type[Cells], columns: Mapping[str, Sequence[str]]
    ) -> None:
        fields: tuple[str, ...] = cells._fields
        places = {fold(name): place for place, name in reversed(list(enumerate(table.header)))}
        self.table = table
        self._make = cast("Callable[[Iterable[str]], Cells]", cells._make)
        self._width = len(table.header)
        # Absent columns point behind the last one, where every row gets an empty cell.
        self.places = {
            field: next(
                (places[fold(name)] for name in columns[field] if fold(name) in places),
                self._width,
            )
            for field in fields
        }
        self._titles = {field: columns[field][0] for field in fields}

    def has(self, field: str) -> bool:
        """Whether the file has this column."""
        return self.places[field] < self._width

    def title(self, field: str) -> str:
        """The column's name as the file writes it, or its usual one when it is missing."""
        return self.table.header[self.places[field]] if self.has(field) else self._titles[field]

    def places_in_cells(self, field: str) -> int:
        """Where a field stands in the rows' tuples."""
        return list(self.places).index(field)

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Row numbers and cells, streaming."""
        width, make = self._width, self._make
        pick = itemgetter(*self.places.values())
        for number, row in self.table.rows():
            missing = width + 1 - len(row)
            if missing == 1:
                row.append("")
            elif missing > 0:
                row += [""] * missing
            else:
                # Longer than the header: what is beyond it belongs to no column.
                row[width:] = [""]
            yield number, make(pick(row))


@dataclass
class Survey:
    """What one quick pass over the file tells before it is read."""

    rows: int = 0
    # Keys whose rows do not stand together, with the number of their runs.
    scattered: dict[str, int] = field(default_factory=dict)
    decimal_comma: bool | None = None
    day_first: bool | None = None


def survey(
    sheet: Sheet[Cells],
    key: Callable[[Cells], str],
    money: Sequence[str],
    dates: Sequence[str],
) -> Survey:
    """Count rows, find orders whose rows are strewn, and see how money and dates are written."""
    found, runs, last = Survey(), dict[str, int](), ""
    marks, orders = set[str](), set[bool]()
    pick_money = [sheet.places_in_cells(name) for name in money]
    pick_dates = [sheet.places_in_cells(name) for name in dates]
    seen: set[str] = set()
    for _, cells in sheet.rows():
        found.rows += 1
        current = key(cells)
        if current != last and current in seen:
            runs[current] = runs.get(current, 1) + 1
        elif current:
            seen.add(current)
        last = current
        if len(marks) < 1:
            marks |= {mark for at in pick_money if (mark := decisive_mark(cells[at]))}
        if len(orders) < 1:
            told = (decisive_order(cells[at]) for at in pick_dates)
            orders |= {answer for answer in told if answer is not None}
    found.scattered = runs
    found.decimal_comma = None if len(marks) != 1 else marks == {","}
    found.day_first = None if len(orders) != 1 else orders == {True}
    return found


def grouped(
    sheet: Sheet[Cells], key: Callable[[Cells], str], scattered: Mapping[str, int]
) -> Iterator[list[tuple[int, Cells]]]:
    """The rows of each order together; only strewn orders wait in memory for their last run.

    Rows without a key stand alone, each for itself.
    """
    waiting: dict[str, list[tuple[int, Cells]]] = {}
    left = dict(scattered)

    def complete(run: list[tuple[int, Cells]], name: str) -> list[tuple[int, Cells]] | None:
        if name not in left:
            return run
        waiting.setdefault(name, []).extend(run)
        left[name] -= 1
        return None if left[name] else waiting.pop(name)

    run: list[tuple[int, Cells]] = []
    name = ""
    for number, cells in sheet.rows():
        current = key(cells)
        if run and (current != name or not current):
            if (whole := complete(run, name)) is not None:
                yield whole
            run = []
        name = current
        run.append((number, cells))
    if run and (whole := complete(run, name)) is not None:
        yield whole
