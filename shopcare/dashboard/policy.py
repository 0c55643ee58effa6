"""The policy in plain words, and what a change of it would have done: for owners."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from notifications import preview_runs
from notifications.loading import policy_of
from notifications.models import PolicyPreview
from notifications.policy_changes import save_channel, save_policy
from notifications.tasks import preview_policies
from orders.models import Channel, Policy
from orders.showing import Showing
from shopcare.dashboard.policy_form import PolicyForms
from shopcare.dashboard.preview_showing import shown_preview
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only

log = logging.getLogger(__name__)

# So many orders are played before the answer, in a second or so; more in the background.
AT_ONCE = 1_000
# One worker's process keeps one processor busy; those of the two queues are two processes.
QUEUES = ("default", "mail")


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def policy_page(request: ShopRequest) -> HttpResponse:
    """Every setting in a sentence. GET ?preview= shows the settings of a preview; POST saves."""
    if request.method == "POST":
        forms = PolicyForms.of(*_stored(request), data=request.POST)
        if forms.are_valid():
            _save(request, forms)
            return redirect("policy", slug=request.shop.slug)
        return _page(request, forms, status=422)
    preview = _asked_for(request)
    if preview is None:
        return _page(request, PolicyForms.of(*_stored(request)))
    return _page(request, PolicyForms.of(*preview_runs.proposed(preview)), preview)


@of_shop
@owners_only
@require_POST
def policy_preview(request: ShopRequest) -> HttpResponse:
    """Play the last 90 days under the settings in the form; saves none of them."""
    forms = PolicyForms.of(*_stored(request), data=request.POST)
    part = request.headers.get("HX-Request") == "true"
    if not forms.are_valid():
        if part:
            return render(request, "dashboard/_policy_preview.html", {"is_refused": True})
        return _page(request, forms, status=422)
    forms.changed_channels()
    channels = [form.channel for form in forms.channels]
    now = timezone.now()
    preview = preview_runs.start(request.shop, forms.policy.instance, channels, now=now)
    if len(preview.order_ids) <= AT_ONCE or not _call_helpers():
        preview_runs.work(preview)
    if part:
        return render(request, "dashboard/_policy_preview.html", _shown(request, preview))
    address = reverse("policy", args=[request.shop.slug])
    return redirect(f"{address}?preview={preview.pk}#preview")


@of_shop
@owners_only
@require_GET
def policy_preview_part(request: ShopRequest, preview: int) -> HttpResponse:
    """How far a preview is, or what it found; htmx asks until it is done."""
    found = get_object_or_404(PolicyPreview, shop=request.shop, pk=preview)
    return render(request, "dashboard/_policy_preview.html", _shown(request, found))


def _stored(request: ShopRequest) -> tuple[Policy, list[Channel]]:
    return policy_of(request.shop), list(request.shop.channels.all())


def _asked_for(request: ShopRequest) -> PolicyPreview | None:
    number = request.GET.get("preview", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return PolicyPreview.objects.filter(shop=request.shop, pk=int(number)).first()


def _page(
    request: ShopRequest,
    forms: PolicyForms,
    preview: PolicyPreview | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "policy",
        "exactly": True,
        "form": forms.policy,
        "sections": forms.policy.sections(),
        "channels": forms.channels,
        "is_refused": status == 422,
        "country": Showing(request.shop).country(request.shop.country),
        **(_shown(request, preview) if preview else {}),
    }
    return render(request, "dashboard/policy.html", context, status=status)


def _shown(request: ShopRequest, preview: PolicyPreview) -> dict[str, Any]:
    return {"preview": shown_preview(preview, Showing(request.shop))}


def _save(request: ShopRequest, forms: PolicyForms) -> None:
    """Save what changed, and say what follows."""
    now = timezone.now()
    changed = forms.changed_channels()
    if not changed and not forms.policy.has_changed():
        messages.info(request, _("Nothing was changed."))
        return
    save_policy(forms.policy.instance, now=now)
    for channel in changed:
        save_channel(channel, now=now)
    log.info("Policy changed", extra={"action": "policy_changed", "shop": request.shop.slug})
    messages.success(
        request,
        _("Saved. It holds from now on; nothing is sent about what lay more than a day ago."),
    )


def _call_helpers() -> bool:
    """Have workers play the orders; False when there is no way to reach any."""
    try:
        for queue in QUEUES:
            preview_policies.apply_async(queue=queue, expires=60, retry=False)
    except OperationalError:
        log.warning("No broker", extra={"action": "preview_without_workers"})
        return False
    return True
