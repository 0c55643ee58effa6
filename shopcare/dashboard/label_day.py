"""The labels of a day: to be printed again, and on one sheet for the carrier."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orders.models import Label, LabelRun, LabelState, ScanForm, ShippingProfile, Shop
from orders.shipping.problems import ShippingError
from orders.shipping.scan_forms import make, waiting
from orders.shipping.spending import spent_on_labels
from orders.showing import Showing
from shopcare.dashboard.figures import Figures
from shopcare.dashboard.label_panel import label_view, spent_texts
from shopcare.dashboard.shop import ShopRequest, of_shop

MOST = 300
RUNS = 5


@of_shop
@require_safe
def label_day(request: ShopRequest) -> HttpResponse:
    """The labels bought on ?day= (today), their scan forms, and the newest runs."""
    shop, showing = request.shop, Showing(request.shop)
    today = timezone.localdate(timezone=shop.zone)
    day = min(_day(request.GET.get("day", "")) or today, today)
    labels = _bought_on(shop, day)
    profile = ShippingProfile.objects.filter(shop=shop).first()
    figures = Figures(shop)
    context = {
        "section": "ship",
        "day": day,
        "shown_day": figures.short_day(day),
        "is_today": day == today,
        "before": _address(shop, day - timedelta(days=1)),
        "after": _address(shop, day + timedelta(days=1)) if day < today else "",
        "views": [label_view(label, showing) for label in labels],
        "spent": spent_texts(spent_on_labels(labels), showing),
        "to_form": len(waiting(shop, day)),
        "forms": _forms(shop, day),
        "runs": _runs(shop, showing),
        "is_connected": bool(profile and profile.has_easypost),
    }
    return render(request, "dashboard/label_day.html", context)


@of_shop
@require_POST
def scan_form(request: ShopRequest) -> HttpResponse:
    """Make the day's scan form, one for each carrier; a second click finds it made."""
    day = _day(request.POST.get("day", "")) or timezone.localdate(timezone=request.shop.zone)
    try:
        forms = make(request.shop, day, timezone.now())
    except ShippingError as error:
        messages.error(request, str(error))
    else:
        for form in forms:
            if form.problem:
                messages.warning(request, form.problem)
        if any(not form.problem for form in forms):
            messages.success(request, _("The scan form is made: print it and hand it over."))
        elif not forms:
            messages.info(request, _("Every label of this day stands on a form already."))
    return redirect(_address(request.shop, day))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # like 30 February
        return None


def _address(shop: Shop, day: date) -> str:
    return f"{reverse('labels', args=[shop.slug])}?day={day.isoformat()}"


def _span(shop: Shop, day: date) -> tuple[datetime, datetime]:
    """The day's first moment and that of the next, in UTC."""
    begins = datetime.combine(day, time(0), shop.zone)
    ends = datetime.combine(day + timedelta(days=1), time(0), shop.zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def _bought_on(shop: Shop, day: date) -> list[Label]:
    begins, ends = _span(shop, day)
    found = Label.objects.filter(shop=shop, bought_at__gte=begins, bought_at__lt=ends)
    return list(found.select_related("order__buyer").order_by("-bought_at", "-id")[:MOST])


def _forms(shop: Shop, day: date) -> list[ScanForm]:
    """The forms that hold labels of the day; those that came to nothing are left out."""
    begins, ends = _span(shop, day)
    found = ScanForm.objects.filter(
        shop=shop, labels__bought_at__gte=begins, labels__bought_at__lt=ends
    )
    return list(found.distinct().order_by("-created_at")[:20])


def _runs(shop: Shop, showing: Showing) -> list[dict[str, object]]:
    """The newest runs, each with how many labels it has and how many are still to come."""
    runs = list(LabelRun.objects.filter(shop=shop).prefetch_related("labels")[:RUNS])
    at_work = (LabelState.QUEUED, LabelState.BUYING)
    return [
        {
            "run": run,
            "at": showing.day_and_time(run.created_at),
            "all": len(labels),
            "waiting": sum(label.state in at_work for label in labels),
        }
        for run in runs
        if (labels := list(run.labels.all()))
    ]
