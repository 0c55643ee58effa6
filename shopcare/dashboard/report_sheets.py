"""The reports as sheets: a sentence, a chart, and the tables behind it, from plain numbers."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from notifications import reports as note_reports
from orders import reports as order_reports
from orders.words import NoteKind
from shopcare.dashboard.charts import lines, stacked
from shopcare.dashboard.figures import Cell, share
from shopcare.dashboard.report_carriers import carrier
from shopcare.dashboard.report_desk import TITLES, Desk, Sheet, Table, series, tables


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
        sentence = _(
            "%(paid)s of %(placed)s orders are paid, %(share)s within a day. Those that were "
            "cancelled unpaid are not counted."
        ) % {
            "paid": say(total.paid),
            "placed": say(total.placed),
            "share": say(share(total.within_a_day, total.placed)),
        }
    title = str(TITLES["payment"])
    chart = lines(
        title,
        sentence,
        desk.labels,
        [
            series(_("half were paid within"), "ok", desk, found, lambda n: n.median_days),
            series(_("nine in ten"), "wait", desk, found, lambda n: n.slowest_tenth_days),
        ],
    )
    return Sheet("payment", sentence, chart, tables(desk, found, head, row))


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
        sentence = _(
            "Of %(placed)s orders: %(waiting)s still unpaid, %(cancelled)s cancelled unpaid, "
            "%(relisted)s relisted."
        ) % {
            "placed": say(total.placed),
            "relisted": say(total.relisted),
            "waiting": say(total.waiting),
            "cancelled": say(total.cancelled),
        }
    title = str(TITLES["unpaid"])
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            series(_("still unpaid"), "wait", desk, found, lambda n: n.waiting),
            series(_("cancelled unpaid"), "alert", desk, found, lambda n: n.cancelled),
        ],
    )
    return Sheet("unpaid", sentence, chart, tables(desk, found, head, list))


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
    title = str(TITLES["shipping"])
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            series(_("in time"), "ok", desk, found, lambda n: n.in_time),
            series(_("late"), "alert", desk, found, lambda n: n.late),
            series(_("waiting, not late"), "wait", desk, found, lambda n: n.waiting),
        ],
    )
    return Sheet("shipping", sentence, chart, tables(desk, found, head, row))


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
    title = str(TITLES["delivery"])
    chart = lines(
        title,
        sentence,
        desk.labels,
        [
            series(_("half arrived within"), "ok", desk, found, lambda n: n.median_days),
            series(_("nine in ten"), "wait", desk, found, lambda n: n.slowest_tenth_days),
        ],
    )
    carriers: list[list[Cell]] = [
        [carrier or _("no carrier named"), service, *numbers]
        for (carrier, service), numbers in found.by_more.items()
    ]
    by_carrier = Table(_("By carrier"), [_("Carrier"), _("Service"), *head], carriers)
    return Sheet("delivery", sentence, chart, [by_carrier, *tables(desk, found, head, list)])


def notes(desk: Desk) -> Sheet:
    """Notes to buyers, by kind."""
    found = desk.notes
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
    title = str(TITLES["notes"])
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            series(_("sent"), "ok", desk, found, lambda n: n.sent),
            series(_("copied"), "go", desk, found, lambda n: n.copied),
            series(_("no longer true"), "soft", desk, found, lambda n: n.cancelled),
        ],
    )
    kinds: list[list[Cell]] = [
        [str(NoteKind(kind).label), *found.by_more[(kind,)]]
        for kind in NoteKind.values
        if (kind,) in found.by_more
    ]
    by_kind = Table(_("By note"), [_("Note"), *head], kinds)
    return Sheet("notes", sentence, chart, [by_kind, *tables(desk, found, head, list)])


def undelivered(desk: Desk) -> Sheet:
    """Mail that came back, could not be sent, or was marked as spam."""
    found = desk.notes
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
    title = str(TITLES["undelivered"])
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            series(_("came back"), "alert", desk, found, lambda n: n.bounced),
            series(_("could not be sent"), "wait", desk, found, lambda n: n.failed),
            series(_("marked as spam"), "soft", desk, found, lambda n: n.complained),
        ],
    )
    return Sheet("undelivered", sentence, chart, tables(desk, found, head, row))


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
    title = str(TITLES["buyers"])
    chart = stacked(
        title,
        sentence,
        desk.labels,
        [
            series(_("returning"), "ok", desk, found, lambda n: n.by_returning),
            series(_("new"), "go", desk, found, lambda n: n.orders - n.by_returning),
        ],
    )
    return Sheet("buyers", sentence, chart, tables(desk, found, head, row))


SHEETS: dict[str, Callable[[Desk], Sheet]] = {
    "payment": payment,
    "unpaid": unpaid,
    "shipping": shipping,
    "delivery": delivery,
    "carrier": carrier,
    "notes": notes,
    "undelivered": undelivered,
    "buyers": buyers,
}
