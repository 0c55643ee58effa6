"""Packing the open order: things are ticked, scanned or typed; what does not belong is named."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.models import Order, PackingExtra
from orders.pack_check import PackCheck, ScanAnswer, begin_again, pack_check, scan, take_out
from orders.packing import next_parcel, packing_list, set_ticks, ticks
from orders.shipping.buying import live_label
from shopcare.dashboard.address_card import has_account
from shopcare.dashboard.ship_board import ship_url
from shopcare.dashboard.ship_page import packing_context
from shopcare.dashboard.shop import ShopRequest, of_shop


@of_shop
@require_POST
def ship_ticks(request: ShopRequest) -> HttpResponse:
    """Save what is ticked on an order's packing list."""
    order = order_named(request)
    saved = set_ticks(order=order, keys=request.POST.getlist("item"), now=timezone.now())
    if request.htmx:
        check = pack_check(order, next_parcel(order))
        context = {"progress": saved, "packing": _for_label(order, check), "is_swapped": True}
        return render(request, "dashboard/_ship_ticked.html", context)
    return redirect(ship_url(request.shop, order.number))


@of_shop
@require_POST
def ship_scan(request: ShopRequest) -> HttpResponse:
    """A thing was scanned or typed while the order is packed."""
    order = order_named(request)
    code = request.POST.get("thing", "").strip()
    answer = scan(order, next_parcel(order), code, now=timezone.now()) if code else None
    if request.htmx:
        return _packing(request, order, answer)
    if answer is not None:
        is_well = answer.scanned in ("right", "complete")
        (messages.success if is_well else messages.warning)(request, answer.sentence)
    return redirect(ship_url(request.shop, order.number))


@of_shop
@require_POST
def ship_unpack(request: ShopRequest) -> HttpResponse:
    """A wrong thing is out of the parcel again; or all of it is packed anew."""
    order = order_named(request)
    scanned = request.POST.get("scan", "")
    if scanned.isascii() and scanned.isdigit() and len(scanned) < 19:
        take_out(order, next_parcel(order), int(scanned))
    elif "again" in request.POST:
        begin_again(order, next_parcel(order))
    if request.htmx:
        return _packing(request, order, None)
    messages.success(request, _("Taken out."))
    return redirect(ship_url(request.shop, order.number))


def order_named(request: ShopRequest) -> Order:
    """The order that a form is about; raises Http404."""
    orders = request.shop.orders.prefetch_related("lines", "shipments").select_related(
        "shop__policy"
    )
    found: Order = get_object_or_404(orders, number=request.POST.get("number", ""))
    return found


def _packing(request: ShopRequest, order: Order, answer: ScanAnswer | None) -> HttpResponse:
    """The packing list as it stands, and what it means for the label."""
    check = pack_check(order, next_parcel(order))
    items = packing_list(order, PackingExtra.objects.filter(shop=request.shop), ticks(order))
    context = {"order": order, "packing": _for_label(order, check), "is_swapped": True}
    context |= packing_context(items, check, answer)
    return render(request, "dashboard/_ship_packed.html", context)


def _for_label(order: Order, check: PackCheck) -> PackCheck | None:
    """The check, if there is a label that it could stop."""
    if not has_account(order.shop_id) or live_label(order, next_parcel(order)):
        return None
    return check
