"""The shop's EasyPost account: connect it by its key, see how it stands, disconnect it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from orders.models import Shop, TrackingReport
from orders.shipping import account
from orders.shipping.problems import ShippingError
from orders.showing import Showing
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only

MOST_REPORTS = 5
# Where nothing from outside can come in.
AT_HOME = ("localhost", "127.", "10.", "192.168.", "[::1]", "::1")


class KeyForm(forms.Form):
    """A key that is typed in, and never shown again."""

    key = forms.CharField(
        label=gettext_lazy("API key"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "From easypost.com, Account settings, API keys. It is kept encrypted and never shown "
            "again."
        ),
    )


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def account_page(request: ShopRequest) -> HttpResponse:
    """How the account stands, and a form for its key; POST connects it."""
    if request.method != "POST":
        return _page(request, KeyForm())
    form = KeyForm(request.POST)
    if not form.is_valid() or not _connected(request, form):
        return _page(request, form, status=422)
    return redirect("shipping_account", slug=request.shop.slug)


@of_shop
@owners_only
@require_POST
def account_disconnect(request: ShopRequest) -> HttpResponse:
    """Forget the key."""
    if account.disconnect(request.shop):
        messages.success(
            request, _("The account is disconnected, its key forgotten. All goes on by hand.")
        )
    return redirect("shipping_account", slug=request.shop.slug)


def hook_url(shop: Shop) -> str:
    """The address to which EasyPost reports; empty where it could not reach it safely."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or not site.hostname or site.hostname.startswith(AT_HOME):
        return ""
    return settings.SITE_URL + reverse("hook_easypost", args=[shop.key])


def _connected(request: ShopRequest, form: KeyForm) -> bool:
    """Whether the account is connected; else the form says why not."""
    if not ratelimit.consume(request, action="easypost_key", key=str(request.shop.pk)):
        form.add_error("key", _("That were many keys. Try again in an hour."))
        return False
    url = hook_url(request.shop)
    try:
        why_not = account.connect(
            request.shop, form.cleaned_data["key"], timezone.now(), hook_url=url
        )
    except ShippingError as error:
        form.add_error("key", str(error))
        return False
    messages.success(request, _("Connected. Your parcels are followed from now on."))
    if why_not:
        messages.warning(
            request,
            _("EasyPost cannot report by itself, so we ask every few hours. It says: %(reason)s")
            % {"reason": why_not},
        )
    return True


def _page(request: ShopRequest, form: KeyForm, *, status: int = 200) -> HttpResponse:
    showing = Showing(request.shop)
    standing = account.standing(request.shop)
    context: dict[str, Any] = {
        "section": "shipping",
        "form": form,
        "standing": standing,
        "since": showing.day(standing.connected_at) if standing.connected_at else "",
        "can_be_watched": bool(hook_url(request.shop)),
        "problem": _(standing.problem) if standing.problem else "",
        "reports": [
            {
                "number": report.tracking_code,
                "at": showing.day_and_time(report.received_at),
                "problem": _(report.problem),
            }
            for report in _unfit_reports(request.shop)
        ],
    }
    return render(request, "dashboard/easypost_account.html", context, status=status)


def _unfit_reports(shop: Shop) -> list[TrackingReport]:
    """The newest reports of numbers that no parcel of the shop has."""
    unfit = TrackingReport.objects.filter(shop=shop).exclude(tracking_code="")
    return list(unfit.order_by("-pk")[:MOST_REPORTS])
