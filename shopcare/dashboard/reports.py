"""The reports: how fast buyers pay, parcels leave and arrive, what was sent, who came back."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from notifications.reports import withheld
from orders.models import Shop
from orders.reports import Span
from orders.words import ChannelKind, NoteKind
from shopcare.dashboard.figures import Figures, csv_cell
from shopcare.dashboard.report_desk import TITLES, Desk, Sheet
from shopcare.dashboard.report_sheets import SHEETS
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only

PERIODS = (4, 13, 52)
LONGEST = timedelta(days=2 * 366)
SENSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]


class PeriodForm(forms.Form):
    """The last weeks, or from one day to another; and a channel."""

    weeks = forms.TypedChoiceField(
        choices=[(weeks, weeks) for weeks in PERIODS], coerce=int, required=False
    )
    since = forms.DateField(required=False, validators=SENSIBLE)
    until = forms.DateField(required=False, validators=SENSIBLE)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("", gettext_lazy("all channels")), *ChannelKind.choices],
        required=False,
    )

    def __init__(self, question: Mapping[str, Any], *, today: date) -> None:
        super().__init__(question)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a period that ends before it begins, or is too long."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until") or self.today
        if since and since > until:
            raise forms.ValidationError(_("The first day lies after the last."))
        if since and until - since > LONGEST:
            raise forms.ValidationError(_("A report covers two years at most."))
        return given


@of_shop
@require_safe
def report_list(request: ShopRequest) -> HttpResponse:
    """The reports for one period by their names; each is asked for when it comes into view."""
    form = _form(request)
    context = _of_period(form, _desk(request.shop, form))
    return render(request, "dashboard/reports.html", context | {"exactly": True, "titles": TITLES})


@of_shop
@require_safe
def report_page(request: ShopRequest, report: str) -> HttpResponse:
    """One report, with its chart and the tables behind it; for htmx without the page around it."""
    if report not in TITLES:
        raise Http404
    form = _form(request)
    desk = _desk(request.shop, form)
    build = SHEETS.get(report)
    found = _shown(build(desk), desk.figures) if build else {"withheld": _withheld(desk)}
    context = _of_period(form, desk) | {"key": report, "title": TITLES[report], **found}
    template = "_report.html" if request.htmx else "report.html"
    return render(request, f"dashboard/{template}", context)


@of_shop
@owners_only
@require_safe
def report_csv(request: ShopRequest, report: str) -> HttpResponse:
    """The tables of one report as a CSV file."""
    build = SHEETS.get(report)
    if build is None:
        raise Http404
    desk = _desk(request.shop, _form(request))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{request.shop.slug}-{report}-{desk.span.since}-{desk.span.until}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.write("\ufeff")  # or spreadsheets take it for another encoding
    rows = csv.writer(answer)
    for table in build(desk).tables:
        rows.writerow([csv_cell(table.title)])
        rows.writerow([csv_cell(name) for name in table.head])
        rows.writerows([csv_cell(cell) for cell in row] for row in table.rows)
        rows.writerow([])
    return answer


def _form(request: ShopRequest) -> PeriodForm:
    # Not asked for anything is asking for the usual.
    question = request.GET.dict() or {"weeks": str(PERIODS[1])}
    return PeriodForm(question, today=datetime.now(request.shop.zone).date())


def _desk(shop: Shop, form: PeriodForm) -> Desk:
    """The orders asked for; the last thirteen weeks when the question makes no sense."""
    today = form.today
    given = form.cleaned_data if form.is_valid() else {}
    until: date = given.get("until") or today
    weeks = given.get("weeks") or PERIODS[1]
    monday = until - timedelta(days=until.weekday())
    since: date = given.get("since") or monday - timedelta(weeks=weeks - 1)
    span = Span(shop.pk, shop.zone, since, until, given.get("channel", ""))
    return Desk(span, shop, Figures(shop), today)


def _of_period(form: PeriodForm, desk: Desk) -> dict[str, Any]:
    """What `dashboard/_report_period.html` asks for."""
    return {
        "section": "reports",
        "form": form,
        "asked": _asked(desk),
        "query": urlencode(_asked(desk)),
        "periods": _periods(desk),
        "since": desk.figures.short_day(desk.span.since),
        "until": desk.figures.short_day(desk.span.until),
    }


def _asked(desk: Desk) -> dict[str, str]:
    """The question as it stands in the address."""
    asked = {"since": desk.span.since.isoformat(), "until": desk.span.until.isoformat()}
    return asked | ({"channel": desk.span.channel} if desk.span.channel else {})


def _periods(desk: Desk) -> list[dict[str, Any]]:
    kept = {"channel": desk.span.channel} if desk.span.channel else {}
    monday = desk.today - timedelta(days=desk.today.weekday())
    return [
        {
            "label": _("%(weeks)d weeks") % {"weeks": weeks},
            "url": "?" + urlencode({"weeks": weeks, **kept}),
            "is_on": desk.span.until == desk.today
            and desk.span.since == monday - timedelta(weeks=weeks - 1),
        }
        for weeks in PERIODS
    ]


def _shown(sheet: Sheet, figures: Figures) -> dict[str, Any]:
    """A sheet with its numbers written out."""
    tables = [
        {
            "title": table.title,
            "head": table.head,
            "rows": [[figures.write(cell) for cell in row] for row in table.rows],
            "has_total": table.has_total,
        }
        for table in sheet.tables
    ]
    has_rows = any(table.rows for table in sheet.tables)
    return {"sheet": sheet, "tables": tables, "has_rows": has_rows}


def _withheld(desk: Desk) -> dict[str, Any]:
    found = withheld(desk.span, now=timezone.now())
    write = desk.figures.write
    return {
        "rows": [
            (NoteKind(kind).label, write(count))
            for kind in NoteKind.values
            if (count := found.by_kind.get(kind))
        ],
        "asked": write(found.asked),
        "is_cut": found.is_cut,
    }
