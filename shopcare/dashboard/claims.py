"""The claim for one parcel: prepared, filed, followed, withdrawn; owners and helpers alike."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import Claim, ClaimKind, ClaimState, Order, Shipment
from orders.shipping import claims, paper
from orders.shipping.problems import ShippingError
from orders.showing import Showing
from shopcare.dashboard.action_forms import MoneyField
from shopcare.dashboard.claim_form import ClaimForm
from shopcare.dashboard.claim_showing import SORTS, standing
from shopcare.dashboard.order_page import order_of
from shopcare.dashboard.shop import ShopRequest, of_shop

# The kinds of evidence that are handed out as what they are, and their files' names.
SHOWN = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@of_shop
def claim_page(request: ShopRequest, number: str, parcel: str) -> HttpResponse:
    """Everything about the parcel's claim; POST does what `do` says, `save` by default."""
    order = order_of(request.shop, number)
    shipment = get_object_or_404(order.shipments, parcel=parcel)
    claim = claims.claim_of(order, parcel)
    if request.method == "POST":
        do = request.POST.get("do", "save")
        if do == "save":
            return _save(request, order, shipment, claim)
        if claim is not None and do in ACTS:
            _act(request, claim, ACTS[do])
        return redirect("claim", request.shop.slug, number, parcel)
    return _show(request, order, shipment, claim, ClaimForm(shipment=shipment, claim=claim))


@of_shop
def claim_evidence(
    request: ShopRequest, number: str, parcel: str, sort: str, at: int
) -> HttpResponse:
    """One piece of evidence as a file."""
    claim = claims.claim_of(order_of(request.shop, number), parcel)
    found = (claim.evidence if claim else {}).get(SORTS.get(sort, "")) or []
    if at >= len(found):
        raise Http404
    kind, raw = paper.opened(found[at])
    # Always a file, never a page of ours: what was uploaded is not to be run here.
    name = f"{sort}-{at + 1}.{SHOWN.get(kind, 'txt')}"
    return HttpResponse(
        raw,
        content_type=kind if kind in SHOWN else "text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _save(
    request: ShopRequest, order: Order, shipment: Shipment, claim: Claim | None
) -> HttpResponse:
    form = ClaimForm(request.POST, request.FILES, shipment=shipment, claim=claim)
    if not form.is_valid():
        return _show(request, order, shipment, claim, form)
    given = form.cleaned_data
    claims.prepare(
        order,
        shipment.parcel,
        ClaimKind(given["kind"]),
        timezone.now(),
        description=given["description"],
        said=given["said"],
        amount=given.get("amount"),
        files=given["photos"],
    )
    messages.success(request, _("The claim is prepared."))
    return redirect("claim", request.shop.slug, order.number, shipment.parcel)


def _act(request: ShopRequest, claim: Claim, act: Callable[[ShopRequest, Claim], Claim]) -> None:
    """Do it, and say how the claim stands then, or why it was not done."""
    try:
        after = act(request, claim)
    except ShippingError as error:
        messages.error(request, str(error))
        return
    if after.state == claim.state:
        if after.detail:
            messages.warning(request, after.detail)
    else:
        stands = _("The claim is now: %(state)s.") % {"state": after.get_state_display()}
        messages.success(request, stands)


def _paid(request: ShopRequest, claim: Claim) -> Claim:
    try:
        paid = MoneyField().clean(request.POST.get("paid"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return claim
    return claims.settle_by_hand(claim, paid or claim.paid or claim.amount, timezone.now())


ACTS: dict[str, Callable[[ShopRequest, Claim], Claim]] = {
    "file": lambda request, claim: claims.file(claim, timezone.now()),
    "look": lambda request, claim: claims.look(claim, timezone.now()),
    "withdraw": lambda request, claim: claims.withdraw(claim, timezone.now()),
    "filed": lambda request, claim: claims.filed_by_hand(claim, timezone.now()),
    "paid": _paid,
    "refused": lambda request, claim: claims.settle_by_hand(claim, None, timezone.now()),
}


def _show(
    request: ShopRequest,
    order: Order,
    shipment: Shipment,
    claim: Claim | None,
    form: ClaimForm,
) -> HttpResponse:
    context = {
        "section": "orders",
        "order": order,
        "parcel": shipment,
        "claim": claim,
        "form": form if claim is None or claim.state == ClaimState.PREPARED else None,
        **standing(order, shipment, claim, Showing(request.shop)),
    }
    return render(request, "dashboard/claim.html", context)
