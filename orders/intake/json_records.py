"""JSON files: their records one by one, in bounded memory.

The standard library's own scanner is fed with a sliding window, which is faster than the
incremental parsers to be had and needs no further package.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from orders.intake.checking import Progress
from orders.intake.incoming import UnreadableFile
from orders.intake.tables import find_encoding, open_text

WINDOW = 256 * 1024
# No order is longer; beyond it, a bracket or a quote is missing.
LONGEST_RECORD = 32 * 1024 * 1024
# Members under which answers of the REST interface and of its tools hold their records.
WRAPPERS = frozenset(
    {"data", "orders", "results", "response", "jsonBody", "create", "update", "delete"}
)
SPACE = " \t\r\n"


class BrokenJson(ValueError):
    """The file breaks off, or is not JSON, at this place."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record and the path of members that led to it (`data`, `delete`)."""

    number: int
    value: Any
    path: tuple[str, ...]


def read_records(path: Path, progress: Progress) -> Iterator[Record]:
    """The records of a file: the elements of its list, or the one object that it is.

    Raises UnreadableFile for files that are no text, BrokenJson where the JSON ends too early or
    goes wrong; the records before that place have been given out by then.
    """
    encoding, _ = find_encoding(path)
    progress.total = path.stat().st_size
    with open_text(path, encoding) as text:
        window = _Window(text, progress)
        try:
            yield from _records(window)
            if window.next_char():
                raise BrokenJson("There is more behind the end.")
            progress.done = progress.total
        except UnicodeError as error:
            raise UnreadableFile(gettext("The file's text is damaged: export it again.")) from error


def _records(window: _Window) -> Iterator[Record]:
    for count, (value, path) in enumerate(_walk(window, ()), 1):
        yield Record(count, value, path)


def _walk(window: _Window, path: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Elements of lists; objects, unless one of their members wraps the records."""
    char = window.next_char()
    if char == "[":
        for _ in window.elements("]"):
            yield window.value(), path
    elif char == "{" and len(path) < 4:
        yield from _walk_object(window, path)
    else:
        yield window.value(), path


def _walk_object(window: _Window, path: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    members: dict[str, Any] = {}
    wrapped = False
    for _ in window.elements("}"):
        name = window.value()
        window.expect(":")
        char = window.next_char()
        if name in WRAPPERS and char in ("[", "{") and "line_items" not in members:
            wrapped = True
            yield from _walk(window, (*path, name))
        else:
            members[str(name)] = window.value()
    if not wrapped:
        yield members, path


class _Window:
    """The part of the text that is being read."""

    def __init__(self, text: TextIOWrapper, progress: Progress) -> None:
        self._text = text
        self._progress = progress
        self._scan = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse).raw_decode
        self._held = ""
        self._at = 0
        self._ended = False

    def next_char(self) -> str:
        """The next character that is no white space, not taken; empty at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in SPACE + "\ufeff":
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._read_on():
                return ""

    def expect(self, char: str) -> None:
        """Take this character; raises BrokenJson at any other."""
        if self.next_char() != char:
            raise BrokenJson(f"Here a {char} is missing.")
        self._at += 1

    def elements(self, end: str) -> Iterator[None]:
        """Step through a list or an object: stops before each element, which is then taken."""
        self._at += 1
        if self.next_char() == end:
            self._at += 1
            return
        while True:
            yield
            char = self.next_char()
            self._at += 1
            if char == end:
                return
            if char != ",":
                raise BrokenJson("Here a comma or the end of a list is missing.")

    def value(self) -> Any:
        """Take the next value whole. Raises BrokenJson."""
        self.next_char()
        while True:
            try:
                value, end = self._scan(self._held, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                too_long = len(self._held) - self._at > LONGEST_RECORD
                if too_long or not self._read_on():
                    raise BrokenJson("The JSON is broken here.") from error
                continue
            # A number at the window's end may go on in the next part.
            if end == len(self._held) and self._read_on():
                continue
            self._at = end
            return value

    def _read_on(self) -> bool:
        """Read more text, as much again as is held; False at the end of the file."""
        if self._ended:
            return False
        rest = self._held[self._at :]
        more = self._text.read(max(WINDOW, len(rest)))
        self._held, self._at = rest + more, 0
        self._ended = not more
        # Characters, not bytes: nearly the same, and free.
        self._progress.done = min(self._progress.done + len(more), self._progress.total)
        return bool(more)


def _refuse(name: str) -> Any:
    raise BrokenJson(f"{name} is not a number.")
