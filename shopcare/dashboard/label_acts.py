"""What can be done with a label that is there: other formats, giving it back, trying again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orders.models import Label, LabelState, Order
from orders.shipping.label_files import fetch_file
from orders.shipping.problems import ShippingError
from orders.shipping.refunds import NotRefundable, refund
from orders.shipping.wishes import keep_wish
from shopcare.dashboard.ship_board import ship_url
from shopcare.dashboard.shop import ShopRequest, of_shop


@of_shop
@require_safe
def label_file(request: ShopRequest, label: int, file_format: str) -> HttpResponse:
    """To the label as PDF, PNG or ZPL, where EasyPost keeps it; it is converted when need be."""
    found = _label(request, label)
    try:
        return redirect(fetch_file(found, file_format))
    except ShippingError as error:
        messages.error(request, str(error))
        return _back(request, found)


@of_shop
@require_POST
def label_refund(request: ShopRequest, label: int) -> HttpResponse:
    """Ask for the price of an unused label back; asking twice asks once."""
    found = _label(request, label)
    try:
        found = refund(found, timezone.now())
    except (NotRefundable, ShippingError) as error:
        messages.error(request, str(error))
        return _back(request, found)
    if found.state == LabelState.REFUNDED:
        messages.success(request, _("The label is paid back."))
    elif found.state == LabelState.REFUND_REFUSED:
        messages.warning(request, found.problem)
    else:
        messages.success(
            request,
            _("Asked for. The carrier looks whether it was used; you see here how it ends."),
        )
    return _back(request, found)


@of_shop
@require_POST
def label_wish(request: ShopRequest, number: str) -> HttpResponse:
    """Keep the way of shipping that the buyer asked for; empty for the usual one."""
    order = get_object_or_404(Order, shop=request.shop, number=number)
    service = request.POST.get("service", "")[:100].replace("\0", "")
    if keep_wish(order, service, now=timezone.now()):
        messages.success(request, _("Kept on the order."))
    return redirect(ship_url(request.shop, order.number))


def _label(request: ShopRequest, pk: int) -> Label:
    labels = Label.objects.select_related("shop", "order")
    return get_object_or_404(labels, shop=request.shop, pk=pk)


def _back(request: ShopRequest, label: Label) -> HttpResponse:
    """To where the label is at work: the Ship screen, or its order's page."""
    order = label.order
    if request.POST.get("back") == "order" or label.is_return or order.shipped_at is not None:
        return redirect("order", request.shop.slug, order.number)
    return redirect(ship_url(request.shop, order.number))
