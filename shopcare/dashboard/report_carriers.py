"""The carrier report as a sheet: who brings parcels in time, who loses them, what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from orders.carrier_report import CarrierReport, Parcels, Sum, carriers
from orders.shipping.spending import spent_in
from orders.showing import Showing
from shopcare.dashboard.charts import Chart, Series, stacked
from shopcare.dashboard.figures import Cell, share
from shopcare.dashboard.report_desk import TITLES, Desk, Sheet, Table, tables

MOST_IN_CHART = 8


def carrier(desk: Desk) -> Sheet:
    """Carriers compared."""
    found = carriers(desk.span, today=desk.today, now=timezone.now())
    total, say = found.parcels.total, desk.figures.write
    sentence = _("No parcel left in this time.")
    if total and total.parcels:
        sentence = _("%(late)s of %(parcels)s parcels were late, %(lost)s lost.") % {
            "late": say(total.late),
            "parcels": say(total.parcels),
            "lost": say(total.lost),
        }
    title = str(TITLES["carrier"])
    chart = _chart(title, sentence, found)
    head = [
        *(_("Parcels"), _("Delivered"), _("Days, half of them"), _("Days, nine in ten")),
        *(_("Late"), _("Late, share"), _("Lost"), _("Damaged"), _("Came back")),
    ]
    found_tables = [_by_carrier(desk, found, head), _spent(desk)]
    found_tables += tables(desk, found.parcels, head, _row)
    return Sheet("carrier", sentence, chart, found_tables)


def _row(n: Parcels) -> list[Cell]:
    late = share(n.late, n.parcels)
    days = (n.median_days, n.slowest_tenth_days)
    return [n.parcels, n.delivered, *days, n.late, late, n.lost, n.damaged, n.returned]


def _by_carrier(desk: Desk, found: CarrierReport, head: list[str]) -> Table:
    """By carrier and service, with the money; the total below."""
    showing = Showing(desk.shop)
    rows: list[list[Cell]] = []
    for (name, service), numbers in found.parcels.by_more.items():
        paid = found.paid.get((name, service), [])
        costs = found.costs.get((name, service), [])
        money: list[Cell] = [_money(showing, paid), _each(showing, costs)]
        rows.append([name or _("no carrier named"), service, *_row(numbers), *money])
    total = found.parcels.total
    if total:
        all_paid = _together(found.paid.values())
        all_costs = _together(found.costs.values())
        money = [_money(showing, all_paid), _each(showing, all_costs)]
        rows.append([_("Altogether"), "", *_row(total), *money])
    columns = [
        *(_("Carrier"), _("Service"), *head),
        *(_("Claims paid"), _("Cost per parcel")),
    ]
    return Table(_("By carrier and service"), columns, rows, bool(total))


def _spent(desk: Desk) -> Table:
    """What labels cost in all, by currency; those that were never used, and returns, too."""
    showing = Showing(desk.shop)
    rows: list[list[Cell]] = []
    for one in spent_in(desk.span):
        amounts = (one.postage, one.insurance, one.refunded, one.total)
        rows.append([one.currency, *(showing.money(amount, one.currency) for amount in amounts)])
    head = [_("Currency"), _("Postage"), _("Insurance"), _("Came back"), _("Spent")]
    return Table(_("Spent on labels"), head, rows)


def _money(showing: Showing, sums: Iterable[Sum]) -> str | None:
    """An amount for each currency; None of nothing."""
    return ", ".join(showing.money(one.amount, one.currency) for one in sums) or None


def _each(showing: Showing, sums: Iterable[Sum]) -> str | None:
    """What one parcel with a label cost; an amount for each currency."""
    each = (Sum(one.parcels, one.amount / one.parcels, one.currency) for one in sums)
    return _money(showing, each)


def _together(all_sums: Iterable[list[Sum]]) -> list[Sum]:
    """One sum for each currency."""
    found: dict[str, Sum] = {}
    for one in (one for sums in all_sums for one in sums):
        known = found.get(one.currency)
        parcels, amount = (known.parcels, known.amount) if known else (0, 0)
        found[one.currency] = Sum(parcels + one.parcels, amount + one.amount, one.currency)
    return list(found.values())


def _chart(title: str, sentence: str, found: CarrierReport) -> Chart:
    """Bars by carrier: in time, late, lost or damaged."""
    parcels: Counter[str] = Counter()
    late: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for (name, _service), n in found.parcels.by_more.items():
        gone[name] += min(n.lost + n.damaged, n.parcels)
        late[name] += min(n.late, n.parcels - min(n.lost + n.damaged, n.parcels))
        parcels[name] += n.parcels
    names = [name for name, _count in parcels.most_common(MOST_IN_CHART)]
    well = [parcels[name] - late[name] - gone[name] for name in names]
    return stacked(
        title,
        sentence,
        [name[:12] or "–" for name in names],
        [
            Series(_("not late"), "ok", well),
            Series(_("late"), "wait", [late[name] for name in names]),
            Series(_("lost or damaged"), "alert", [gone[name] for name in names]),
        ],
    )
