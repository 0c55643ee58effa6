"""A parcel's label: what carriers ask for it, buying it, and what is missing before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orders.models import Label, LabelState, Order
from orders.packing import next_parcel
from orders.shipping.buying import NotReady, ask, buy
from orders.shipping.gateway import account
from orders.shipping.postage import Presets, prices
from orders.shipping.problems import ShippingError
from shopcare.dashboard import ship_page
from shopcare.dashboard.label_panel import UNDER_WAY, Panel, item_forms, panel_of, show_prices
from shopcare.dashboard.ship_board import ship_url
from shopcare.dashboard.shop import ShopRequest, of_shop


@dataclass(frozen=True, slots=True)
class Parcel:
    """Which parcel of which order a form is about."""

    order: Order
    name: str
    is_return: bool


@of_shop
@require_safe
def label_page(request: ShopRequest, number: str) -> HttpResponse:
    """The label section as it stands; htmx asks again and again while a label is being bought."""
    about = _about(request, number)
    panel = panel_of(request.shop, about.order, about.name, is_return=about.is_return)
    if request.htmx and not about.is_return and _has_just_come(request, panel):
        # The number stands in the field then, ready to be shipped with.
        return _to_whole_page(request, about)
    return _show(request, panel)


@of_shop
@require_POST
def label_price(request: ShopRequest, number: str) -> HttpResponse:
    """What carriers ask for the parcel in the form. Buys nothing."""
    panel = _filled(request, number)
    if not panel.form.is_valid() or not panel.postage.is_ready:
        return _show(request, panel, status=422)
    _ask_prices(request, panel)
    return _show(request, panel)


@of_shop
@require_POST
def label_buy(request: ShopRequest, number: str) -> HttpResponse:
    """Buy the parcel's label; whoever clicks twice finds the one that is there."""
    panel = _filled(request, number)
    if panel.label is None and not panel.form.is_valid():
        return _show(request, panel, status=422)
    now = timezone.now()
    try:
        label = _asked(panel, now)
    except NotReady as why:
        panel.is_stopped = why.is_packing
        panel.problem = "" if why.is_packing else " ".join(why.sentences)
        return _show(request, panel, status=422)
    if label.state == LabelState.QUEUED:
        label = buy(label, now)
    return _bought(request, panel, label)


@of_shop
@require_POST
def label_items(request: ShopRequest, number: str) -> HttpResponse:
    """Keep what was said of the items in the parcel, for this label and all that come."""
    about = _about(request, number)
    panel = panel_of(request.shop, about.order, about.name, is_return=about.is_return)
    forms = item_forms(request.shop, panel.postage, Presets(request.shop), request.POST)
    are_valid = [form.is_valid() for _title, form in forms]  # each says what is wrong with it
    if not all(are_valid):
        panel.items = forms
        return _show(request, panel, status=422)
    for _title, form in forms:
        form.save()
    if not request.htmx:
        messages.success(request, _("Saved, for this parcel and all that come."))
        return redirect(_home(request, about))
    return _show(
        request, panel_of(request.shop, about.order, about.name, is_return=about.is_return)
    )


def _about(request: ShopRequest, number: str) -> Parcel:
    """The parcel that the request names; of an order the next one unless it says which."""
    given = request.POST if request.method == "POST" else request.GET
    found = Order.objects.select_related("buyer", "channel").defer("search")
    wanted = found.prefetch_related("lines", "shipments")
    order: Order = get_object_or_404(wanted, shop=request.shop, number=number)
    is_return = bool(given.get("return"))
    usual = "1" if is_return else next_parcel(order)
    return Parcel(order, given.get("parcel", "")[:100] or usual, is_return)


def _filled(request: ShopRequest, number: str) -> Panel:
    """The section with the form as it was sent."""
    about = _about(request, number)
    return panel_of(
        request.shop, about.order, about.name, is_return=about.is_return, data=request.POST
    )


def _ask_prices(request: ShopRequest, panel: Panel) -> None:
    try:
        gateway = account(request.shop)
        if gateway is not None:
            show_prices(panel, prices(panel.postage, gateway))
    except ShippingError as error:
        panel.problem = str(error)


def _asked(panel: Panel, now: Any) -> Label:
    """The row of the label: new, or the one that the parcel has already. Raises NotReady."""
    if panel.label is not None:
        return panel.label.label
    carrier, service = panel.form.service
    override = str(panel.form.cleaned_data.get("override") or "")
    return ask(panel.postage, now=now, carrier=carrier, service=service, override=override)


def _bought(request: ShopRequest, panel: Panel, label: Label) -> HttpResponse:
    """Where to go on: to the parcel with its number, or the section with what is wrong."""
    about = Parcel(panel.order, panel.parcel, panel.is_return)
    if label.state == LabelState.BOUGHT and not panel.is_return:
        messages.success(request, _("The label is bought. Print it, then ship the parcel."))
        return _to_whole_page(request, about)
    fresh = panel_of(request.shop, panel.order, panel.parcel, is_return=panel.is_return)
    if request.htmx:
        return _show(request, fresh)
    return redirect(_home(request, about))


def _has_just_come(request: ShopRequest, panel: Panel) -> bool:
    """Whether the label that the page waits for has been bought."""
    is_waiting = request.GET.get("was") in UNDER_WAY
    return bool(is_waiting and panel.label and panel.label.label.state == LabelState.BOUGHT)


def _to_whole_page(request: ShopRequest, about: Parcel) -> HttpResponse:
    """To the page with this parcel; by htmx too."""
    home = _home(request, about)
    if not request.htmx:
        return redirect(home)
    return HttpResponse(headers={"HX-Redirect": home})


def _home(request: ShopRequest, about: Parcel) -> str:
    """The page that shows this parcel's label."""
    if not about.is_return:
        return ship_url(request.shop, about.order.number)
    page = reverse("order_label", args=[request.shop.slug, about.order.number])
    return f"{page}?{urlencode({'return': '1', 'parcel': about.name})}"


def _show(request: ShopRequest, panel: Panel, status: int = 200) -> HttpResponse:
    """The section alone for htmx; else within its page."""
    context = {"panel": panel, "section": "ship"}
    if request.htmx:
        # htmx swaps only what succeeded.
        return render(request, "dashboard/_label.html", context)
    if not panel.is_return:
        return ship_page.show(request, panel.order.number, panel=panel, status=status)
    return render(request, "dashboard/label.html", context, status=status)
