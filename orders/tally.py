"""Money that came in or went back, added up from what several people tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class Tally:
    """Money told one amount at a time, or as the sum of all up to then, in the order of time.

    A sum covers the amounts before it. One that reaches the whole covers what is told of later
    moments, too: a day in a file counts as its noon, and the same money is often told once more
    by somebody who knows the hour.
    """

    amount: Decimal = ZERO
    told_singly: Decimal = ZERO
    is_whole: bool = False

    def add(self, amount: Decimal) -> None:
        """Count one amount."""
        self.told_singly += amount
        if self.is_whole:
            self.amount = max(self.amount, self.told_singly)
        else:
            self.amount += amount

    def reach(self, in_all: Decimal, whole: Decimal) -> None:
        """Count a sum of all up to now; `whole` is what it can come to."""
        self.amount = max(self.amount, in_all)
        self.is_whole = self.is_whole or in_all >= whole
