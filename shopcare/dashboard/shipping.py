"""The postage settings: where parcels come from, boxes, labels and services; for owners."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from notifications.loading import policy_of
from notifications.policy_changes import save_policy
from orders.models import Box, ItemDetails, Shop
from orders.shipping.postage import profile_of
from orders.shipping.units import from_grams, from_mm, length_unit, weight_unit
from orders.showing import Showing
from shopcare.dashboard.shipping_forms import SERVICES, BoxForm, SenderAddressForm, ServicesForm
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only

MOST_BOXES = 50


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def shipping_page(request: ShopRequest) -> HttpResponse:
    """All of the settings; POST saves where parcels come from, units and label format."""
    profile = profile_of(request.shop)
    if request.method != "POST":
        return _page(request)
    form = SenderAddressForm(request.POST, instance=profile)
    if not form.is_valid():
        return _page(request, sender=form)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("shipping", slug=request.shop.slug)


@of_shop
@owners_only
@require_POST
def shipping_services(request: ShopRequest) -> HttpResponse:
    """Save the policy's services and insurance."""
    form = ServicesForm(request.POST, instance=policy_of(request.shop))
    if not form.is_valid():
        return _page(request, services=form)
    save_policy(form.instance, now=timezone.now())
    messages.success(request, _("Saved. It holds for the next label."))
    return redirect("shipping", slug=request.shop.slug)


@of_shop
@owners_only
@require_POST
def shipping_box_add(request: ShopRequest) -> HttpResponse:
    """Another kind of box."""
    box = Box(shop=request.shop)
    form = BoxForm(request.POST, instance=box, units=profile_of(request.shop).units)
    boxes = Box.objects.filter(shop=request.shop)
    if boxes.count() >= MOST_BOXES:
        form.add_error(None, _("No more than %(most)d boxes, please.") % {"most": MOST_BOXES})
    if not form.is_valid():
        return _page(request, box=form)
    box.position = (boxes.aggregate(Max("position"))["position__max"] or 0) + 1
    form.save()
    messages.success(request, _("“%(name)s” is there to be chosen now.") % {"name": box.name})
    return redirect("shipping", slug=request.shop.slug)


@of_shop
@owners_only
@require_POST
def shipping_box(request: ShopRequest, box: int) -> HttpResponse:
    """Change a box, or remove it."""
    found = get_object_or_404(Box, shop=request.shop, pk=box)
    if "remove" in request.POST:
        found.delete()
        messages.success(request, _("The box is gone; labels bought for it stay as they are."))
        return redirect("shipping", slug=request.shop.slug)
    form = BoxForm(request.POST, instance=found, units=profile_of(request.shop).units)
    if not form.is_valid():
        return _page(request, box=form)
    form.save()
    messages.success(request, _("Saved."))
    return redirect("shipping", slug=request.shop.slug)


def _page(
    request: ShopRequest,
    *,
    sender: SenderAddressForm | None = None,
    services: ServicesForm | None = None,
    box: BoxForm | None = None,
) -> HttpResponse:
    """The page; a form that was refused keeps what was typed into it."""
    profile = profile_of(request.shop)
    is_refused = any((sender, services, box))
    context = {
        "section": "shipping",
        "exactly": True,
        "profile": profile,
        "sender": sender or SenderAddressForm(instance=profile),
        "services": services or ServicesForm(instance=policy_of(request.shop)),
        "boxes": _boxes(request.shop, profile.units, box),
        "new_box": box if box and not box.instance.pk else BoxForm(units=profile.units),
        "adds_box": box is not None and not box.instance.pk,
        "known_services": SERVICES,
        "items": ItemDetails.objects.filter(shop=request.shop)[:1000].count(),
        "country": Showing(request.shop).country(request.shop.country),
        "weight_unit": weight_unit(profile.units),
        "length_unit": length_unit(profile.units),
        "is_refused": is_refused,
    }
    status = 422 if is_refused else 200
    return render(request, "dashboard/shipping.html", context, status=status)


def _boxes(shop: Shop, units: str, refused: BoxForm | None) -> list[dict[str, Any]]:
    found = []
    for box in Box.objects.filter(shop=shop):
        is_refused = refused is not None and refused.instance.pk == box.pk
        form = refused if is_refused else BoxForm(instance=box, units=units)
        measures = [from_mm(mm, units) for mm in (box.length_mm, box.width_mm, box.height_mm)]
        found.append(
            {
                "box": box,
                "form": form,
                "is_open": is_refused,
                "size": " × ".join(f"{measure:f}" for measure in measures),
                "weight": f"{from_grams(box.weight_g, units):f}" if box.weight_g else "",
            }
        )
    return found
