"""Closing the shop, and opening it again: for owners."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from notifications import closing
from shopcare.dashboard.home import closed_shops
from shopcare.dashboard.shop import ShopRequest, even_when_closed, of_shop, owners_only


class CloseForm(forms.Form):
    """The shop's name, typed once more, so that nobody closes one by a slip."""

    name = forms.CharField(
        label=gettext_lazy("Name of the shop"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, *args: Any, shop_name: str, **kwargs: Any) -> None:
        self.shop_name = shop_name
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        """Raises ValidationError unless it is the shop's, however it is written."""
        name: str = self.cleaned_data["name"]
        if name.casefold().split() != self.shop_name.casefold().split():
            raise forms.ValidationError(_("This is not the name of the shop."))
        return name


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def close_page(request: ShopRequest) -> HttpResponse:
    """What closing means, and the orders to take along; POST with the shop's name closes it."""
    form = CloseForm(request.POST or None, shop_name=request.shop.name)
    if request.method == "POST" and form.is_valid():
        closing.close(request.shop, now=timezone.now())
        messages.success(request, _("%(shop)s is closed.") % {"shop": request.shop.name})
        return redirect("home")
    context = {"section": "policy", "form": form, "closed": closed_shops(request.user)}
    status = 422 if form.errors else 200
    return render(request, "dashboard/close_shop.html", context, status=status)


@of_shop
@even_when_closed
@owners_only
@require_POST
def reopen(request: ShopRequest) -> HttpResponse:
    """Open a closed shop again."""
    if closing.reopen(request.shop, now=timezone.now()):
        messages.success(request, _("%(shop)s is open again.") % {"shop": request.shop.name})
    return redirect("shop", request.shop.slug)
