"""Reading one order's cells and gathering all that is wrong with them.

A `Check` never raises: what it cannot read becomes a Problem, and the order is rejected whole at
the end, so that the seller sees every fault at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_noop

from orders.facts import Address
from orders.intake import money, texts, times
from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.money import BadValue

Value = TypeVar("Value")

# A problem quotes the value; a damaged cell may be endless.
LONGEST_QUOTE = 80
MISSING = gettext_noop("This is missing: fill it in, or export the file again with this column.")


@dataclass(frozen=True)
class Style:
    """How a file writes what its values leave open, and what the shop stands for."""

    zone: ZoneInfo
    currency: str
    decimal_comma: bool = False
    day_first: bool = False


@dataclass
class Progress:
    """How far a file is read: `done` of `total`, in rows (CSV) or bytes (JSON)."""

    total: int = 0
    done: int = 0


@dataclass
class Check:
    """One order's cells, read; `title` names a field's column as the file writes it."""

    style: Style
    title: Callable[[str], str]
    problems: list[Problem] = field(default_factory=list)

    def reject(self, row: int, name: str, value: str, problem: str) -> None:
        """Note a fault; the order will not be imported."""
        found = Problem(row, self.title(name), quote(value), problem)
        if found not in self.problems:
            self.problems.append(found)

    def money(self, row: int, name: str, text: str) -> Decimal | None:
        """An amount; None for an empty cell."""
        if not text:
            return None
        try:
            return money.read_money(text, self.style.decimal_comma)
        except BadValue as error:
            self.reject(row, name, text, str(error))
            return None

    def amount(self, row: int, name: str, text: str) -> Decimal:
        """An amount; an empty cell is zero."""
        return self.money(row, name, text) or money.ZERO

    def quantity(self, row: int, name: str, text: str) -> int:
        """A whole number of items; an empty cell is one."""
        try:
            return money.read_quantity(text)
        except BadValue as error:
            self.reject(row, name, text, str(error))
            return 1

    def moment(self, row: int, name: str, text: str) -> datetime | None:
        """A moment, UTC; None for an empty cell."""
        if not text:
            return None
        try:
            return times.read_moment(text, self.style.zone, self.style.day_first)
        except BadValue as error:
            self.reject(row, name, text, str(error))
            return None

    def day(self, row: int, name: str, text: str) -> date | None:
        """A local day; None for an empty cell."""
        moment = self.moment(row, name, text)
        return None if moment is None else moment.astimezone(self.style.zone).date()

    def placed_at(self, row: int, name: str, text: str) -> datetime:
        """When the order was placed, UTC; without it the order is rejected."""
        moment = self.moment(row, name, text)
        if moment is None:
            if not self.problems:
                self.reject(row, name, text, gettext(MISSING))
            return _NEVER
        return moment

    def currency(self, row: int, name: str, text: str) -> str:
        """ISO 4217; the shop's own for an empty cell."""
        try:
            return money.read_currency(text) or self.style.currency
        except BadValue as error:
            self.reject(row, name, text, str(error))
            return self.style.currency

    def number(self, row: int, name: str, text: str) -> str:
        """An order number. Refused: one that a spreadsheet has rounded (`3.2E+09`)."""
        number = texts.line(text)
        if not number:
            self.reject(row, name, text, gettext(MISSING))
        elif len(number) > texts.LONGEST_NUMBER:
            self.reject(row, name, text, gettext("This is too long for an order number."))
        elif _is_rounded(number):
            self.reject(
                row,
                name,
                text,
                gettext(
                    "A spreadsheet has rounded this number: export the file again and import it "
                    "without opening and saving it first."
                ),
            )
        return number

    def total(self, row: int, name: str, value: Decimal | None) -> Decimal | None:
        """An order's total, which cannot be below zero."""
        if value is not None and value < 0:
            self.reject(row, name, f"{value:f}", gettext("An order's total cannot be below zero."))
        return value

    def result(self, order: Callable[[], IncomingOrder]) -> Iterator[IncomingOrder | Problem]:
        """The order when all is well, else its problems."""
        if self.problems:
            yield self.problems[0]
            for further in self.problems[1:]:
                yield replace(further, rejects=False)
        else:
            yield order()


_NEVER = datetime.min.replace(tzinfo=ZoneInfo("UTC"))


def quote(value: str) -> str:
    """A value as a problem shows it: one line, not endless."""
    shown = texts.line(value)
    return shown if len(shown) <= LONGEST_QUOTE else shown[: LONGEST_QUOTE - 1] + "…"


def _is_rounded(number: str) -> bool:
    if "+" not in number:
        return False
    digits, mark, power = number.upper().partition("E+")
    return bool(mark) and power.isdigit() and digits.replace(".", "").replace(",", "").isdigit()


def address(
    *,
    name: str,
    street1: str,
    street2: str = "",
    company: str = "",
    city: str,
    region: str,
    postcode: str,
    country: str,
) -> Address:
    """An address from raw cells; a country nobody knows stays readable behind the region."""
    code = texts.country_code(country) if country else ""
    first, second = texts.line(street1), texts.line(street2)
    firm = texts.line(company)
    if not first:
        first, second = second, ""
    around = [texts.line(region), "" if code else texts.line(country)]
    return Address(
        name=texts.line(name),
        street1=first,
        street2=", ".join(part for part in (second, firm) if part),
        city=texts.line(city)[:200],
        region=", ".join(part for part in around if part)[:200],
        postcode=texts.postcode(postcode, code)[:40],
        country=code,
    )


@lru_cache(maxsize=1024)
def is_on_delivery(method: str) -> bool:
    """Whether a payment method means cash on delivery, in the words of the shop systems."""
    folded = method.casefold()
    return (
        any(words in folded for words in _ON_DELIVERY)
        or "cod" in folded.replace("(", " ").replace(")", " ").replace("_", " ").split()
    )


_ON_DELIVERY = (
    "on delivery",
    "on_delivery",
    "nachnahme",
    "contrassegno",
    "contra reembolso",
    "contrareembolso",
    "contre remboursement",
    "bij levering",
    "rembours",
)
