"""The buyer's page of an order: how it stands, and where it goes, which they can correct."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications.links import token
from orders.models import LabelState, Order
from orders.postal import postal_lines
from orders.shipping.addresses import Given, give
from orders.shipping.carriers import tracking_url
from orders.showing import Showing
from orders.words import OrderStatus, PaymentTerms, ScanStatus
from shopcare.address_form import AddressForm
from shopcare.buyer.doors import is_too_often, of_buyer, show

# What was placed so long ago and has not been shipped is no order that waits for an address: a
# link in an old letter is read as long as one likes, but changes nothing any more.
CORRECTED_WITHIN = timedelta(days=180)
# A label in one of these states has an address on it that may go out.
PRINTED = (LabelState.BUYING, LabelState.BOUGHT)


@require_http_methods(["GET", "HEAD", "POST"])
@of_buyer
def order_page(request: HttpRequest, order: Order) -> HttpResponse:
    """How the order stands; a correction of the address comes by POST alone.

    Programs that open every link of a mail change nothing by it.
    """
    if request.method != "POST" or not _can_correct(order):
        return show("order", _seen(order, AddressForm(order=order, fills_itself=True)))
    if is_too_often(order):
        return show("slower", _frame(order), status=429)
    if "refit" in request.POST:
        typed = AddressForm.refitted(request.POST.dict(), order=order, fills_itself=True)
        return show("order", _seen(order, typed, is_open=True))
    form = AddressForm(request.POST, order=order, fills_itself=True)
    if not form.is_valid():
        return show("order", _seen(order, form, is_open=True))
    given = give(order, form.address, now=timezone.now(), source="buyer")
    if given == Given.TOO_LATE:
        order.refresh_from_db()
        return show("order", _seen(order, form))
    return redirect("buyer_saved", token(order))


@require_http_methods(["GET", "HEAD"])
@of_buyer
def saved_page(request: HttpRequest, order: Order) -> HttpResponse:
    """Thank you; and where the order goes now."""
    return show("saved", _frame(order) | {"has_label": _has_label(order)})


def _frame(order: Order) -> dict[str, Any]:
    """What every page of an order shows."""
    return {
        "order": order,
        "shop": order.shop,
        "token": token(order),
        "language": get_language(),
        "address": postal_lines(
            order.address, home=order.shop.country, language=get_language() or "en"
        ),
    }


def _seen(order: Order, form: AddressForm, *, is_open: bool = False) -> dict[str, Any]:
    can_correct = _can_correct(order)
    return _frame(order) | {
        "state": _state(order),
        "lines": order.lines.all(),
        "parcels": [_parcel(parcel, Showing(order.shop)) for parcel in order.shipments.all()],
        "can_correct": can_correct,
        "is_too_late": bool(order.shipped_at and not order.delivered_at),
        "has_label": can_correct and _has_label(order),
        "form": form if can_correct else None,
        "is_open": is_open or not order.address.is_known,
    }


def _can_correct(order: Order) -> bool:
    is_open = order.needs_shipping and not order.shipped_at and not order.cancelled_at
    return bool(is_open and timezone.now() < order.placed_at + CORRECTED_WITHIN)


def _has_label(order: Order) -> bool:
    return order.labels.filter(is_return=False, state__in=PRINTED).exists()


def _state(order: Order) -> str:
    showing = Showing(order.shop)
    if order.cancelled_at is not None:
        return _("This order was cancelled.")
    if order.delivered_at is not None:
        return _("It arrived on %(day)s.") % {"day": showing.day(order.delivered_at)}
    if order.shipped_at is not None:
        return _("It is on its way to you since %(day)s.") % {"day": showing.day(order.shipped_at)}
    if order.paid_at is None and order.terms == PaymentTerms.PREPAID:
        return _("It is waiting for your payment.")
    if order.status == OrderStatus.PAID and not order.needs_shipping:
        return _("It is paid. Thank you!")
    return _("It is being made ready for you.")


def _parcel(parcel: Any, showing: Showing) -> dict[str, str]:
    status = ScanStatus(parcel.status).label if parcel.status else _("sent")
    return {
        "carrier": " ".join(filter(None, (parcel.carrier, parcel.service))),
        "code": parcel.tracking_code,
        "url": tracking_url(parcel.carrier, parcel.tracking_code),
        "status": _("on its way back") if parcel.returned else str(status),
        "day": showing.day(parcel.shipped_at),
    }
