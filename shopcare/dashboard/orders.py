"""The list of orders: what it is narrowed to, its pages, and its rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.listing import page_of
from orders.models import Flag, Order, Shop
from orders.showing import Showing
from orders.words import ChannelKind, OrderStatus, Role
from shopcare.dashboard.order_filters import Filters, filters_of
from shopcare.dashboard.shop import ShopRequest, of_shop
from shopcare.dashboard.undoing import offered_undo

# What a row shows; the rest of an order is as much again.
SHOWN = (
    *("number", "placed_at", "status", "total", "currency", "ship_city", "ship_country"),
    *("buyer__name", "buyer__email", "buyer__username", "channel__kind"),
)
TONES = {
    OrderStatus.AWAITING_PAYMENT: "wait",
    OrderStatus.PAID: "go",
    OrderStatus.SHIPPED: "go",
    OrderStatus.DELIVERED: "ok",
    OrderStatus.CANCELLED: "soft",
}


@of_shop
def order_list(request: ShopRequest) -> HttpResponse:
    """The shop's orders, newest first, 50 on a page; narrowed as the address says."""
    filters, showing = filters_of(request.shop, request.GET.dict()), Showing(request.shop)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(request.shop, filters.wish(), after=after, before=before)
    ids = page.ids if after or before else _exact_first(request.shop, filters, page.ids)
    context = {
        "section": "orders",
        "exactly": True,
        "rows": _rows(_in_order(ids), showing),
        "filters": filters.values,
        "pills": filters.pills(),
        "chips": filters.chips(showing),
        "choices": filters.choices(),
        "all_ticked": request.GET.get("ticked") == "all",
        "tick_all": filters.query(after=after, before=before, ticked="all"),
        "newer": page.newer and filters.query(before=page.newer),
        "older": page.older and filters.query(after=page.older),
        "export": filters.query() if request.role == Role.OWNER else "",
        "undo": offered_undo(request),
    }
    return render(request, "dashboard/orders.html", context)


def _exact_first(shop: Shop, filters: Filters, ids: list[int]) -> list[int]:
    """The order with exactly this number comes first, however many others begin like it."""
    words = filters.values.get("q", "").removeprefix("#")
    if not words or len(filters.values) > 1:
        return ids
    exact = list(Order.objects.filter(shop=shop, number=words).values_list("pk", flat=True))
    return exact + [pk for pk in ids if pk not in exact]


def _in_order(ids: list[int]) -> list[Order]:
    up = Flag.objects.to_see()
    found = (
        Order.objects.select_related("buyer", "channel")
        .prefetch_related("lines", Prefetch("flags", queryset=up, to_attr="open_flags"))
        .only(*SHOWN)
        .in_bulk(ids)
    )
    return [found[pk] for pk in ids if pk in found]


def _rows(orders: list[Order], showing: Showing) -> list[dict[str, Any]]:
    # Translated once and not for each row: that is a quarter of the page's time.
    labels = {value: str(label) for value, label in (*OrderStatus.choices, *ChannelKind.choices)}
    labels["tick"] = _("Tick order %(number)s")
    return [_row(order, showing, labels) for order in orders]


def _row(order: Order, showing: Showing, labels: dict[str, str]) -> dict[str, Any]:
    lines = list(order.lines.all())
    rest = len(lines) - 1
    more = ngettext("and %(more)d more", "and %(more)d more", rest) % {"more": rest}
    place = ", ".join(part for part in (order.ship_city, order.ship_country) if part)
    return {
        "order": order,
        "tone": TONES[OrderStatus(order.status)],
        "status": labels[order.status],
        "channel": labels[order.channel.kind],
        "placed": showing.day(order.placed_at),
        "total": showing.money(order.total, order.currency),
        "what": str(lines[0]) if lines else "",
        "more": more if rest > 0 else "",
        "tick": labels["tick"] % {"number": order.number},
        "where": place,
        "flags": order.open_flags,  # type: ignore[attr-defined]  # prefetched
    }
