"""What the reports are made from, and the parts that every one of them has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import reports as note_reports
from orders.models import Shop
from orders.reports import Grouped, Span
from orders.words import ChannelKind
from shopcare.dashboard.charts import Chart, Series
from shopcare.dashboard.figures import Cell, Figures

T = TypeVar("T")

# Every report by its key, as they stand on the page.
TITLES = {
    "payment": gettext_lazy("Days to payment"),
    "unpaid": gettext_lazy("Unpaid and relisted"),
    "shipping": gettext_lazy("Shipped by the promised day"),
    "delivery": gettext_lazy("Days on the way"),
    "carrier": gettext_lazy("Carriers compared"),
    "notes": gettext_lazy("Notes to buyers"),
    "undelivered": gettext_lazy("Mail that did not arrive"),
    "buyers": gettext_lazy("Buyers who came back"),
    "held-back": gettext_lazy("Not sent, and not to be sent now"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of raw values below the names of their columns; the last may be the total."""

    title: str
    head: Sequence[str]
    rows: list[list[Cell]]
    has_total: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One report."""

    key: str
    sentence: str
    chart: Chart
    tables: list[Table]


@dataclass(frozen=True)
class Desk:
    """What every report is made from; what two of them need is asked for once."""

    span: Span
    shop: Shop
    figures: Figures
    today: date

    @property
    def labels(self) -> list[str]:
        """The weeks, as a chart names them."""
        return [self.figures.short_day(week) for week in self.span.weeks]

    @cached_property
    def notes(self) -> Grouped[note_reports.Notes]:
        """What became of the notes."""
        return note_reports.notes(self.span)


def series(
    name: str, tone: str, desk: Desk, found: Grouped[T], value: Callable[[T], float | None]
) -> Series:
    """One line or colour of a chart: a number of each week, None where there was no order."""
    weeks = (found.by_week.get(week) for week in desk.span.weeks)
    return Series(name, tone, [None if week is None else value(week) for week in weeks])


def tables(
    desk: Desk, found: Grouped[T], head: Sequence[str], row: Callable[[T], Iterable[Cell]]
) -> list[Table]:
    """By week and by channel, each with the total below."""
    total: list[list[Cell]] = [[_("Altogether"), *row(found.total)]] if found.total else []
    weeks: list[list[Cell]] = [
        [week, *row(found.by_week[week])] for week in desk.span.weeks if week in found.by_week
    ]
    channels: list[list[Cell]] = [
        [str(ChannelKind(kind).label), *row(numbers)]
        for kind, numbers in sorted(found.by_channel.items())
    ]
    answer = [Table(_("By week"), [_("Week of"), *head], weeks + total, bool(total))]
    if not desk.span.channel:
        by_channel = Table(_("By channel"), [_("Channel"), *head], channels + total, bool(total))
        answer.append(by_channel)
    return answer
