"""Today: what needs the seller now, each thing with its one button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from notifications import copying, decisions
from notifications.models import Message
from notifications.words import MessageState
from orders.facts import Answer, Fact, Reinstate, Relisted
from orders.lifecycle import record
from orders.models import Label, Order, Shop
from orders.words import NoteKind
from shopcare.dashboard.shop import ShopRequest, of_shop
from shopcare.dashboard.today_rows import today


@of_shop
def today_page(request: ShopRequest) -> HttpResponse:
    """The page; or, asked by itself with `seen`, the list alone, if it has changed since."""
    context = {"section": "today", "exactly": True, "today": today(request.shop, timezone.now())}
    listed = render_to_string("dashboard/_today_list.html", context, request)
    # Without the token that protects the forms, which is another one each time.
    seen = sha256(_without_tokens(listed).encode()).hexdigest()[:16]
    context |= {"seen": seen, "listed": listed}
    if "seen" in request.GET:
        if request.GET["seen"] == seen:
            return HttpResponse(status=204)
        return render(request, "dashboard/_today.html", context)
    return render(request, "dashboard/today.html", context)


def _without_tokens(html: str) -> str:
    return "\n".join(line for line in html.split("\n") if "csrfmiddlewaretoken" not in line)


@of_shop
@require_POST
def today_act(request: ShopRequest) -> HttpResponse:
    """Do what a button on the page says, or beside a flag of an order, and come back to it."""
    now = timezone.now()
    done = DOINGS.get(request.POST.get("action", ""))
    if done is None:
        raise Http404
    messages.success(request, done(request, now))
    if done is _keep_label:
        return redirect("order", request.shop.slug, _order(request).number)
    return redirect("shop", slug=request.shop.slug)


def _order(request: ShopRequest) -> Order:
    found: Order = get_object_or_404(
        request.shop.orders.select_related("buyer"), number=request.POST.get("order", "")
    )
    return found


def _record(shop: Shop, fact: Fact, now: datetime) -> None:
    record(shop, [fact], now=now, source="dashboard")


def _answered(request: ShopRequest, now: datetime) -> str:
    order = _order(request)
    _record(request.shop, Answer(order=order.number, at=now), now)
    return _("Good: %(buyer)s has your answer.") % {"buyer": order.buyer}


def _reinstate(request: ShopRequest, now: datetime) -> str:
    order = _order(request)
    _record(request.shop, Reinstate(order=order.number, at=now), now)
    return _("Order %(number)s is alive again.") % {"number": order.number}


def _relisted(request: ShopRequest, now: datetime) -> str:
    order = _order(request)
    _record(request.shop, Relisted(order=order.number, at=now), now)
    return _("Order %(number)s counts as cancelled, unpaid; nothing more goes out about it.") % {
        "number": order.number
    }


def _tell_delay(request: ShopRequest, now: datetime) -> str:
    order = _order(request)
    decisions.send_now(order=order, kind=NoteKind.DELAY_NOTICE, subject="", now=now)
    return _("%(buyer)s is told about the delay.") % {"buyer": order.buyer}


def _tell_late(request: ShopRequest, now: datetime) -> str:
    return _tell(request, NoteKind.LATE_DELIVERY, now)


def _tell_returned(request: ShopRequest, now: datetime) -> str:
    return _tell(request, NoteKind.RETURNED, now)


def _tell(request: ShopRequest, kind: NoteKind, now: datetime) -> str:
    order = _order(request)
    parcel = get_object_or_404(order.shipments, parcel=request.POST.get("about", ""))
    decisions.send_now(order=order, kind=kind, subject=parcel.parcel, now=now)
    return _("%(buyer)s is told about the parcel.") % {"buyer": order.buyer}


def _keep_label(request: ShopRequest, now: datetime) -> str:
    order = _order(request)
    labels = Label.objects.filter(parcel=request.POST.get("about", ""), is_return=False)
    label = get_list_or_404(labels, order=order)[0]
    decisions.keep_label(order=order, parcel=label.parcel, now=now)
    return _("The label of order %(number)s is used as it is.") % {"number": order.number}


def _copied(request: ShopRequest, now: datetime) -> str:
    waiting = Message.objects.filter(shop=request.shop, order__isnull=False)
    wanted = request.POST.get("message", "")
    message = get_object_or_404(waiting, pk=int(wanted) if wanted.isdecimal() else 0)
    if copying.mark_copied(message=message, now=now):
        return _("Noted as sent.")
    message.refresh_from_db()
    if message.state == MessageState.COPIED:
        return _("It was noted as sent already.")
    return _("It is not to be sent any more: %(why)s") % {"why": message.detail}


DOINGS: dict[str, Callable[[ShopRequest, datetime], str]] = {
    "answered": _answered,
    "reinstate": _reinstate,
    "relisted": _relisted,
    "tell_delay": _tell_delay,
    "tell_late": _tell_late,
    "tell_returned": _tell_returned,
    "keep_label": _keep_label,
    "copied": _copied,
}
