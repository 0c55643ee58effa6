"""Many labels at once: first what would be bought, then the run and how far it is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from orders.models import LabelRun, Order, ShippingProfile
from orders.shipping.label_runs import Planned, labels_of, preview, progress, start
from orders.shipping.units import from_grams, weight_unit
from orders.showing import Showing
from orders.to_ship import to_ship
from shopcare.dashboard.label_panel import label_view, spent_texts
from shopcare.dashboard.shop import ShopRequest, of_shop

MOST = 200


@of_shop
@require_http_methods(["GET", "HEAD", "POST"])
def buy_labels(request: ShopRequest) -> HttpResponse:
    """What a label of each ticked order (or all to be shipped) would be; POST has them bought."""
    given = request.POST if request.method == "POST" else request.GET
    orders = _chosen(request, given)
    if request.method == "POST":
        override = request.POST.get("override", "")[:300]
        run = start(request.shop, orders, now=timezone.now(), override=override)
        if run is not None:
            return redirect("label_run", request.shop.slug, run.pk)
        messages.info(request, _("There was nothing to be bought (any more)."))
    planned = preview(request.shop, orders)
    profile = ShippingProfile.objects.filter(shop=request.shop).first()
    ready = [one for one in planned if one.is_ready]
    context = {
        "section": "ship",
        "is_connected": bool(profile and profile.has_easypost),
        "ticked": [order.pk for order in orders] if given.getlist("order") else [],
        "ready": [_row(one, profile) for one in ready],
        "packing": [one for one in planned if one.is_packing and not one.label],
        "not_ready": [
            one for one in planned if one.problems and not one.is_packing and not one.label
        ],
        "bought": [one for one in planned if one.label],
        "count": len(ready),
    }
    return render(request, "dashboard/buy_labels.html", context)


@of_shop
@require_safe
def label_run(request: ShopRequest, label_run: int) -> HttpResponse:
    """How far a run is, and what became of each label; htmx asks for the part."""
    found = get_object_or_404(LabelRun, shop=request.shop, pk=label_run)
    showing = Showing(request.shop)
    stand = progress(found)
    context = {
        "section": "ship",
        "run": found,
        "at": showing.day_and_time(found.created_at),
        "stand": stand,
        "spent": spent_texts(stand.spent, showing),
        "views": [label_view(label, showing) for label in labels_of(found)],
    }
    template = "_label_run.html" if request.htmx else "label_run.html"
    return render(request, f"dashboard/{template}", context)


def _chosen(request: ShopRequest, given: QueryDict) -> list[Order]:
    """The ticked orders of the shop; without ticks all that are to be shipped, oldest first."""
    ids = [int(text) for text in given.getlist("order")[:MOST] if text.isdecimal()]
    if ids:
        found = Order.objects.filter(shop=request.shop, pk__in=[pk for pk in ids if pk < 2**63])
    else:
        found = to_ship(request.shop)
    return list(found.defer("search").select_related("buyer").order_by("placed_at", "pk")[:MOST])


def _row(one: Planned, profile: ShippingProfile | None) -> dict[str, Any]:
    units = profile.units if profile else ""
    grams = one.postage.weight_g or 0
    return {
        "order": one.order,
        "service": one.postage.wanted or _("the cheapest that can be followed"),
        "is_wish": one.postage.is_wish,
        "weight": f"{from_grams(grams, units):f} {weight_unit(units)}",
        "box": one.postage.box.name if one.postage.box else "",
        "is_abroad": one.postage.is_declared,
    }
