"""The page of one order: who, what, where; checkpoints, forecast and timeline; what can be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from orders.conversations import conversation_url
from orders.models import Order, Shop
from orders.showing import Showing
from orders.words import OrderStatus
from shopcare.dashboard.action_forms import OrderAction
from shopcare.dashboard.address_card import address_card, has_account
from shopcare.dashboard.claim_showing import claim_links
from shopcare.dashboard.forecast import forecast
from shopcare.dashboard.order_sheet import sheet
from shopcare.dashboard.orders import TONES
from shopcare.dashboard.shop import ShopRequest, of_shop
from shopcare.dashboard.talk_forms import GROUPS
from shopcare.dashboard.timeline import entries

LONGEST_TIMELINE = 300


@dataclass(frozen=True, slots=True)
class Notice:
    """What was done, and what follows from it; or why it was not."""

    title: str
    sentences: list[str] = field(default_factory=list)
    is_error: bool = False


@of_shop
def order_page(request: ShopRequest, number: str) -> HttpResponse:
    """The whole page."""
    return show(request, order_of(request.shop, number))


def order_of(shop: Shop, number: str) -> Order:
    """The shop's order with all that its page shows; raises Http404."""
    found = Order.objects.select_related("buyer", "channel", "address_check").defer("search")
    wanted = found.prefetch_related("lines", "shipments")
    order: Order = get_object_or_404(wanted, shop=shop, number=number)
    # With the policy that came with it.
    order.shop = order.channel.shop = shop
    return order


def show(
    request: ShopRequest,
    order: Order,
    *,
    notice: Notice | None = None,
    opened: OrderAction | None = None,
    asks: list[str] | None = None,
) -> HttpResponse:
    """The page, or for htmx the part that changes.

    `opened` is a form that has something to say; `asks`: it wants a second word, and this is
    what would follow.
    """
    now, showing = timezone.now(), Showing(request.shop)
    # Entries of one moment, like a payment and the note about it, stand as we learned of them.
    newest = order.events.order_by(F("at").desc(), F("id").desc())
    events = list(newest[: LONGEST_TIMELINE + 1])
    is_connected = has_account(order.shop_id)
    context = {
        "section": "orders",
        "order": order,
        "tone": TONES[OrderStatus(order.status)],
        "placed": showing.day_and_time(order.placed_at),
        **sheet(order, showing, has_easypost=is_connected),
        "card": address_card(order, showing, asks_carrier=is_connected),
        "claims": claim_links(order, showing),
        "forecast": forecast(order, now, showing),
        "conversation_url": conversation_url(order.channel.kind, order.number),
        "timeline": entries(order, events[:LONGEST_TIMELINE], showing),
        "timeline_is_cut": len(events) > LONGEST_TIMELINE,
        "longest_timeline": LONGEST_TIMELINE,
        "actions": _actions(order, opened),
        "opened": opened,
        "asks": asks,
        "notice": notice,
    }
    template = "_order_body.html" if request.htmx else "order.html"
    return render(request, f"dashboard/{template}", context)


def _actions(order: Order, opened: OrderAction | None) -> list[dict[str, Any]]:
    groups = []
    for title, forms in GROUPS:
        shown = [
            opened if opened is not None and type(opened) is form else form(order=order)
            for form in forms
            if form.is_possible(order)
        ]
        if shown:
            groups.append({"title": title, "forms": shown})
    return groups
