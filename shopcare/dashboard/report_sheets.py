"""The reports as sheets: a sentence, a chart, and the tables behind it, from plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from notifications import reports as note_reports
from orders import reports as order_reports
from orders.models import Shop
from orders.reports import Grouped, Span
from orders.words import ChannelKind, NoteKind
from shopcare.dashboard.charts import Chart, Series, lines, stacked
from shopcare.dashboard.figures import Cell, Figures, share

T = TypeVar("T")


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
    title: str
    sentence: str
    chart: Chart
    tables: list[Table]


@dataclass(frozen=True, slots=True)
class Desk:
    """What every report is made from."""

    span: Span
    shop: Shop
    figures: Figures
    today: date

    @property
    def labels(self) -> list[str]:
        """The weeks, as a chart names them."""
        return [self.figures.short_day(week) for week in self.span.weeks]


def payment(desk: Desk) -> Sheet:
    """Days to payment."""
    found = order_reports.payments(desk.span)
    head = [
        *(_("Orders"), _("Paid"), _("Paid within a day"), _("Days, half of them")),
        _("Days, nine in ten"),
    ]

    def row(n: order_reports.Payments) -> list[Cell]:
        within = share(n.within_a_day, n.placed)
        return [n.placed, n.paid, within, n.median_days, n.slowest_tenth_days]

    total, say = found.total, desk.figures.write
    sentence = _("Nothing was to be paid in this time.")
    if total and total.placed:
        sentence = _("%(paid)s of %(placed)s orders were paid, %(share)s within a day.") % {
            "paid": say(total.paid),
            "placed": say(total.placed),
            "share": say(share(total.within_a_day, total.placed)),
        }
    title = _("Days to payment")
    chart = lines(
        title,
        sentence,
        desk.labels,
        [
            _series(_("half were paid within"), "ok", desk, found, lambda n: n.median_days),
            _series(_("nine in ten"), "wait", desk, found, lambda n: n.slowest_tenth_days),
        ],
    )
    return Sheet("payment", title, sentence, chart, _tables(desk, found, head, row))


def unpaid(desk: Desk) -> Sheet:
    """Unpaid and relisted."""
    found = order_reports.unpaid(desk.span)
    head = [
        *(_("Orders"), _("Paid"), _("Still unpaid"), _("Cancelled unpaid")),
        *(_("Due for relisting"), _("Relisted")),
    ]
    total, say = found.total, desk.figures.write
    sentence = _("Nothing was to be paid in this time.")
    if total and total.placed:
        sentence = _("%(waiting)s still unpaid, %(cancelled)s cancelled unpaid.") % {
            "waiting": say(total.waiting),
            "cancelled": say(total.cancelled),
        }
    title = _("Unpaid and relisted")
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            _series(_("still unpaid"), "wait", desk, found, lambda n: n.waiting),
            _series(_("cancelled unpaid"), "alert", desk, found, lambda n: n.cancelled),
        ],
    )
    return Sheet("unpaid", title, sentence, chart, _tables(desk, found, head, list))


def shipping(desk: Desk) -> Sheet:
    """Days to ship against the promise."""
    found = note_reports.shipping(desk.span, desk.shop, today=desk.today)
    head = [
        *(_("To ship"), _("In time"), _("Late"), _("Waiting"), _("In time, share")),
        _("Days, half of them"),
    ]

    def row(n: note_reports.Shipping) -> list[Cell]:
        in_time = share(n.in_time, n.in_time + n.late)
        return [n.orders, n.in_time, n.late, n.waiting, in_time, n.median_days]

    total, say = found.total, desk.figures.write
    sentence = _("Nothing was to be shipped in this time.")
    if total and total.orders:
        sentence = _("%(in_time)s shipped by the promised day, %(late)s late.") % {
            "in_time": say(total.in_time),
            "late": say(total.late),
        }
    title = _("Shipped by the promised day")
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            _series(_("in time"), "ok", desk, found, lambda n: n.in_time),
            _series(_("late"), "alert", desk, found, lambda n: n.late),
            _series(_("waiting, not late"), "wait", desk, found, lambda n: n.waiting),
        ],
    )
    return Sheet("shipping", title, sentence, chart, _tables(desk, found, head, row))


def delivery(desk: Desk) -> Sheet:
    """Delivery days by carrier and service."""
    found = order_reports.deliveries(desk.span)
    head = [
        *(_("Parcels"), _("Delivered"), _("Came back"), _("Days, half of them")),
        _("Days, nine in ten"),
    ]
    total, say = found.total, desk.figures.write
    sentence = _("No parcel was delivered in this time, as far as we know.")
    if total and total.median_days is not None:
        sentence = _("Half of the parcels arrived within %(days)s days.") % {
            "days": say(total.median_days)
        }
    title = _("Days on the way")
    chart = lines(
        title,
        sentence,
        desk.labels,
        [
            _series(_("half arrived within"), "ok", desk, found, lambda n: n.median_days),
            _series(_("nine in ten"), "wait", desk, found, lambda n: n.slowest_tenth_days),
        ],
    )
    carriers: list[list[Cell]] = [
        [carrier or _("no carrier named"), service, *numbers]
        for (carrier, service), numbers in found.by_more.items()
    ]
    by_carrier = Table(_("By carrier"), [_("Carrier"), _("Service"), *head], carriers)
    return Sheet(
        "delivery", title, sentence, chart, [by_carrier, *_tables(desk, found, head, list)]
    )


def notes(desk: Desk) -> Sheet:
    """Notes to buyers, by kind."""
    found = note_reports.notes(desk.span)
    head = [
        *(_("Sent"), _("Copied"), _("Waiting"), _("No longer true"), _("Came back")),
        *(_("Could not be sent"), _("Marked as spam")),
    ]
    total, say = found.total, desk.figures.write
    sentence = _("No note was written in this time.")
    if total:
        sentence = _("%(sent)s sent or copied, %(cancelled)s taken back in time.") % {
            "sent": say(total.sent + total.copied),
            "cancelled": say(total.cancelled),
        }
    title = _("Notes to buyers")
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            _series(_("sent"), "ok", desk, found, lambda n: n.sent),
            _series(_("copied"), "go", desk, found, lambda n: n.copied),
            _series(_("no longer true"), "soft", desk, found, lambda n: n.cancelled),
        ],
    )
    kinds: list[list[Cell]] = [
        [str(NoteKind(kind).label), *found.by_more[(kind,)]]
        for kind in NoteKind.values
        if (kind,) in found.by_more
    ]
    by_kind = Table(_("By note"), [_("Note"), *head], kinds)
    return Sheet("notes", title, sentence, chart, [by_kind, *_tables(desk, found, head, list)])


def undelivered(desk: Desk) -> Sheet:
    """Mail that came back, could not be sent, or was marked as spam."""
    found = note_reports.notes(desk.span)
    head = [_("Mailed"), _("Came back"), _("Could not be sent"), _("Marked as spam"), _("Lost")]

    def row(n: note_reports.Notes) -> list[Cell]:
        mailed = n.sent + n.bounced + n.failed + n.complained
        lost = share(n.bounced + n.failed, mailed)
        return [mailed, n.bounced, n.failed, n.complained, lost]

    total, say = found.total, desk.figures.write
    sentence = _("Every mail of this time found its way, as far as we know.")
    if total and total.bounced + total.failed + total.complained:
        sentence = _("%(bounced)s came back, %(failed)s could not be sent.") % {
            "bounced": say(total.bounced),
            "failed": say(total.failed),
        }
    title = _("Mail that did not arrive")
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            _series(_("came back"), "alert", desk, found, lambda n: n.bounced),
            _series(_("could not be sent"), "wait", desk, found, lambda n: n.failed),
            _series(_("marked as spam"), "soft", desk, found, lambda n: n.complained),
        ],
    )
    return Sheet("undelivered", title, sentence, chart, _tables(desk, found, head, row))


def buyers(desk: Desk) -> Sheet:
    """Buyers who came back."""
    found = order_reports.returning(desk.span)
    head = [
        *(_("Orders"), _("By returning buyers"), _("Share"), _("Buyers"), _("Returning buyers")),
    ]

    def row(n: order_reports.Returning) -> list[Cell]:
        of_all = share(n.by_returning, n.orders)
        return [n.orders, n.by_returning, of_all, n.buyers, n.returning_buyers]

    total, say = found.total, desk.figures.write
    sentence = _("Nobody ordered in this time.")
    if total and total.orders:
        sentence = _("%(share)s of the orders came from buyers who had bought before.") % {
            "share": say(share(total.by_returning, total.orders))
        }
    title = _("Buyers who came back")
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            _series(_("returning"), "ok", desk, found, lambda n: n.by_returning),
            _series(_("new"), "go", desk, found, lambda n: n.orders - n.by_returning),
        ],
    )
    return Sheet("buyers", title, sentence, chart, _tables(desk, found, head, row))


SHEETS: dict[str, Callable[[Desk], Sheet]] = {
    "payment": payment,
    "unpaid": unpaid,
    "shipping": shipping,
    "delivery": delivery,
    "notes": notes,
    "undelivered": undelivered,
    "buyers": buyers,
}


def _series(
    name: str, tone: str, desk: Desk, found: Grouped[T], value: Callable[[T], float | None]
) -> Series:
    weeks = (found.by_week.get(week) for week in desk.span.weeks)
    return Series(name, tone, [None if week is None else value(week) for week in weeks])


def _tables(
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
    tables = [Table(_("By week"), [_("Week of"), *head], weeks + total, bool(total))]
    if not desk.span.channel:
        by_channel = Table(_("By channel"), [_("Channel"), *head], channels + total, bool(total))
        tables.append(by_channel)
    return tables
