"""A file's orders a thousand at a time, the next read while the last are stored."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import NamedTuple, Self

from django.conf import settings
from django.utils import translation

from orders import limits
from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.readers import Reading

PORTION = 1000


class Portion(NamedTuple):
    """Orders that can be stored, what is wrong with the others, and how far the file is read."""

    orders: list[IncomingOrder]
    problems: list[Problem]
    done: int


class Ahead(Iterator[Portion]):
    """Portions of which the next is made in a thread, from `begin` on.

    Whoever has to wait for the database calls it before: were the next portion made earlier, it
    would take from Python's one thread at a time what recording this one needs.
    """

    def __init__(self, made: Iterator[Portion]) -> None:
        # Problems are told in our language, which a new thread does not know.
        language = translation.get_language() or settings.LANGUAGE_CODE
        self._made = made
        self._thread = ThreadPoolExecutor(1, initializer=translation.activate, initargs=(language,))
        self._coming: Future[Portion | None] | None = None

    def begin(self) -> None:
        """Make the next portion meanwhile; harmless when it is begun already."""
        if self._coming is None:
            self._coming = self._thread.submit(next, self._made, None)

    def __next__(self) -> Portion:
        self.begin()
        assert self._coming is not None
        coming, self._coming = self._coming, None
        found = coming.result()
        if found is None:
            raise StopIteration
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.shutdown()


def portions(reading: Reading) -> Iterator[Portion]:
    """All of a file, portion by portion. Raises UnreadableFile."""
    orders: list[IncomingOrder] = []
    problems: list[Problem] = []
    for found in reading:
        problem = found if isinstance(found, Problem) else _unstorable(found)
        if problem is not None:
            problems.append(problem)
        elif isinstance(found, IncomingOrder):
            orders.append(found)
        if len(orders) + len(problems) >= PORTION:
            yield Portion(orders, problems, reading.progress.done)
            orders, problems = [], []
    yield Portion(orders, problems, reading.progress.done)


def _unstorable(order: IncomingOrder) -> Problem | None:
    for fact in chain((order.placed,), order.payments, order.shipments, order.scans):
        fault = limits.fault(fact)
        if fault is not None:
            return Problem(order.row, fault.field, fault.value, fault.problem)
    return None
