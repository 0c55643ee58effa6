"""The Ship screen: an evening's packing, one parcel after the other."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications.shipping import TakenBack, send_parcel, take_back
from orders.facts import Shipment, TrackingCode
from orders.models import PackingExtra
from orders.packing import MOST_EXTRAS, parcel_lines, set_extras
from orders.shipping.buying import live_label
from orders.shipping.recognise import candidates, tidy
from orders.showing import Showing
from shopcare.dashboard import ship_evening
from shopcare.dashboard.ship_board import Board, board, ship_url, what_follows
from shopcare.dashboard.ship_packing import order_named
from shopcare.dashboard.ship_page import render_board
from shopcare.dashboard.ship_page import show as ship_page_of
from shopcare.dashboard.ship_parcel import (
    ParcelForm,
    Verdict,
    is_empty,
    judge,
    quantities,
)
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only


@of_shop
def ship_page(request: ShopRequest) -> HttpResponse:
    """What is to be shipped, and one order of it open: ?order=, else the first."""
    return ship_page_of(request, request.GET.get("order", ""))


@of_shop
@require_POST
def ship_parcel(request: ShopRequest) -> HttpResponse:
    """Ship the open order, or a part of it, and go on to the next."""
    now = timezone.now()
    form = ParcelForm(request.POST)
    found = board(request.shop, request.POST.get("number", "")[:100], now)
    current = found.current
    if not form.is_valid() or current is None or current.order.number != form.value("number"):
        messages.warning(request, _("This order is not waiting to be shipped (any more)."))
        return redirect(ship_url(request.shop))
    if form.value("parcel") != current.parcel:
        messages.warning(request, _("This parcel was shipped already."))
        return redirect(ship_url(request.shop, current.order.number))
    label = live_label(current.order, current.parcel)
    verdict = judge(form, current, request.shop, ship_evening.carriers(request), label)
    if is_empty(form, current):
        verdict.doubts = [_("There is nothing in this parcel.")]
    if verdict.doubts:
        return render_board(request, found, form=form, verdict=verdict)
    messages.success(request, _send(request, form, found, verdict, now))
    return redirect(ship_url(request.shop, found.after_current()))


def _send(
    request: ShopRequest, form: ParcelForm, found: Board, verdict: Verdict, now: datetime
) -> str:
    """Record the parcel; what it is and what follows, in words."""
    current = found.current
    assert current is not None
    inside = parcel_lines(current.left, quantities(form, current))
    fact = Shipment(
        order=current.order.number,
        at=now,
        parcel=current.parcel,
        carrier=verdict.carrier,
        service=form.value("service") or verdict.service,
        tracking_code=verdict.code,
        lines=inside,
    )
    finding = send_parcel(shop=request.shop, fact=fact, now=now)
    ship_evening.remember(request, fact)
    shipped = _("Order %(number)s is shipped.")
    if inside is not None:
        shipped = _("Parcel %(parcel)s of order %(number)s is shipped; the rest stays on the list.")
    follows = what_follows(finding, current.order, Showing(request.shop), now)
    return shipped % {"number": fact.order, "parcel": fact.parcel} + " " + follows


@of_shop
def ship_carriers(request: ShopRequest) -> HttpResponse:
    """The carriers that ?code= may belong to, while it is being typed."""
    code = request.GET.get("code", "")[:100]
    usual = ship_evening.carriers(request)
    verdict = Verdict(tidy(code), choices=candidates(code, home=request.shop.country, usual=usual))
    return render(request, "dashboard/_ship_carriers.html", {"verdict": verdict})


@of_shop
@require_POST
def ship_take_back(request: ShopRequest) -> HttpResponse:
    """Undo a shipment of which nothing has left the house."""
    number, parcel = request.POST.get("number", ""), request.POST.get("parcel", "")
    outcome = take_back(shop=request.shop, number=number, parcel=parcel, now=timezone.now())
    if outcome == TakenBack.DONE:
        ship_evening.forget(request, number, parcel)
        messages.success(
            request,
            _("Order %(number)s is back on the list, and the buyer hears nothing of it.")
            % {"number": number},
        )
    else:
        messages.warning(request, _why_not(outcome))
    return redirect(ship_url(request.shop, number))


def _why_not(outcome: TakenBack) -> str:
    return {
        TakenBack.NOTICE_SENT: _(
            "The buyer has been told already, so it cannot be taken back. If the number is wrong, "
            "correct it: the buyer then gets the right one."
        ),
        TakenBack.SCANNED: _("The carrier has it already, so it cannot be taken back."),
    }.get(outcome, _("There is no such parcel (any more)."))


@of_shop
@require_POST
def ship_correct(request: ShopRequest) -> HttpResponse:
    """Give a parcel another tracking number; the buyer hears of the new one."""
    parcel = get_object_or_404(
        order_named(request).shipments.all(), parcel=request.POST.get("parcel", "")
    )
    code = request.POST.get("code", "")[:100]
    if not tidy(code):
        messages.warning(request, _("Type the right number."))
        return redirect(ship_url(request.shop))
    found = candidates(code, home=request.shop.country, usual=[parcel.carrier])
    now = timezone.now()
    fact = TrackingCode(
        order=parcel.order.number,
        at=now,
        parcel=parcel.parcel,
        carrier=found[0].name if found else "",
        tracking_code=found[0].code if found else tidy(code),
    )
    finding = send_parcel(shop=request.shop, fact=fact, now=now)
    follows = what_follows(finding, parcel.order, Showing(request.shop), now)
    messages.success(request, _("The number is corrected.") + " " + follows)
    return redirect(ship_url(request.shop))


@of_shop
@owners_only
def ship_extras(request: ShopRequest) -> HttpResponse:
    """What the seller puts into every parcel: one thing a line."""
    if request.method == "POST":
        set_extras(shop=request.shop, names=request.POST.get("names", "").splitlines())
        messages.success(request, _("Saved. It stands on every packing list from now on."))
        return redirect("ship_extras", slug=request.shop.slug)
    names = PackingExtra.objects.filter(shop=request.shop).values_list("name", flat=True)
    context = {"section": "ship", "names": "\n".join(names), "most": MOST_EXTRAS}
    return render(request, "dashboard/ship_extras.html", context)
