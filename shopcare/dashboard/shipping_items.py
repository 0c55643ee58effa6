"""What the shop's items weigh and are: a list to fill by hand or by spreadsheet; for owners."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.models import ItemDetails
from orders.shipping.item_list import (
    ItemList,
    NoList,
    read_items,
    save_items,
    unknown_items,
    write_items,
)
from orders.shipping.postage import profile_of
from orders.shipping.units import from_grams, weight_unit
from orders.showing import Showing
from shopcare.dashboard.exports import harmless
from shopcare.dashboard.shipping_forms import ItemFileForm, ItemForm
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only

PAGE = 50
SUGGESTED = 8


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def item_list(request: ShopRequest) -> HttpResponse:
    """The items by name, ?q= those that hold it, ?after= the next; POST adds one."""
    units = profile_of(request.shop).units
    if request.method == "POST":
        form = ItemForm(request.POST, shop=request.shop, units=units)
        if not form.is_valid():
            return _page(request, form=form)
        form.save()
        messages.success(request, _("Saved: %(item)s") % {"item": form.instance.item})
        return redirect("shipping_items", slug=request.shop.slug)
    return _page(request)


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def item_page(request: ShopRequest, item: int) -> HttpResponse:
    """One item; POST changes or removes it."""
    found = get_object_or_404(ItemDetails, shop=request.shop, pk=item)
    units = profile_of(request.shop).units
    if request.method == "POST" and "remove" in request.POST:
        found.delete()
        messages.success(request, _("The item is off the list."))
        return redirect("shipping_items", slug=request.shop.slug)
    data = request.POST if request.method == "POST" else None
    form = ItemForm(data, instance=found, shop=request.shop, units=units)
    if data is not None and form.is_valid():
        form.save()
        messages.success(request, _("Saved: %(item)s") % {"item": found.item})
        return redirect("shipping_items", slug=request.shop.slug)
    context = {"section": "shipping", "form": form, "weight_unit": weight_unit(units)}
    return render(
        request, "dashboard/shipping_item.html", context, status=422 if form.errors else 200
    )


@of_shop
@owners_only
@require_safe
def item_file(request: ShopRequest) -> HttpResponse:
    """All items as a CSV file."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{request.shop.slug}-items.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.write("\ufeff")  # or spreadsheets take it for another encoding
    rows = csv.writer(answer)
    units = profile_of(request.shop).units
    rows.writerows(harmless(row) for row in write_items(request.shop, units))
    return answer


@of_shop
@owners_only
@require_POST
def item_upload(request: ShopRequest) -> HttpResponse:
    """Take over a CSV file: what is right is saved, what is wrong is named with its row."""
    form = ItemFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, file=form)
    units = profile_of(request.shop).units
    try:
        found = read_items(request.shop, form.cleaned_data["file"].read(), units)
    except NoList as wrong:
        form.add_error("file", str(wrong))
        return _page(request, file=form)
    saved = save_items(found.items)
    said = ngettext("%(count)d item is saved.", "%(count)d items are saved.", saved)
    messages.success(request, said % {"count": saved})
    if found.problems:
        return _page(request, taken=found)
    return redirect("shipping_items", slug=request.shop.slug)


def _page(
    request: ShopRequest,
    *,
    form: ItemForm | None = None,
    file: ItemFileForm | None = None,
    taken: ItemList | None = None,
) -> HttpResponse:
    units = profile_of(request.shop).units
    wanted = request.GET.get("item", "")[:300]
    suggested = unknown_items(request.shop, SUGGESTED)
    context = {
        "section": "shipping",
        "form": form or ItemForm(shop=request.shop, units=units, initial={"item": wanted}),
        "adds": form is not None or bool(wanted),
        "file": file or ItemFileForm(),
        "problems": taken.problems[:PAGE] if taken else [],
        "suggested": [(name, f"?{urlencode({'item': name})}#new") for name in suggested],
        "weight_unit": weight_unit(units),
        **_rows(request, units),
    }
    status = 422 if form or file else 200
    return render(request, "dashboard/shipping_items.html", context, status=status)


def _rows(request: ShopRequest, units: str) -> dict[str, Any]:
    """One page of the list."""
    words, after = request.GET.get("q", "")[:100], request.GET.get("after", "")[:300]
    found = ItemDetails.objects.filter(shop=request.shop)
    if words:
        found = found.filter(item__icontains=words)
    if after:
        found = found.filter(item__gt=after)
    rows = list(found[: PAGE + 1])
    showing = Showing(request.shop)
    here = reverse("shipping_items", args=[request.shop.slug])
    more = {"q": words} if words else {}
    is_cut = len(rows) > PAGE
    return {
        "rows": [
            {
                "item": item,
                "weight": "" if item.weight_g is None else f"{from_grams(item.weight_g, units):f}",
                "origin": showing.country(item.origin) if item.origin else "",
            }
            for item in rows[:PAGE]
        ],
        "q": words,
        "is_first_page": not after,
        "next": f"{here}?{urlencode({**more, 'after': rows[PAGE - 1].item})}" if is_cut else "",
    }
