"""The list of orders: what it is narrowed to, its pages, and its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.listed import Listed, listed
from orders.listing import numbered, page_of
from orders.models import Buyer, Shop
from orders.showing import Showing
from orders.words import ChannelKind, FlagKind, OrderStatus, Role
from shopcare.dashboard.addresses import order_urls
from shopcare.dashboard.choice_words import choices_of
from shopcare.dashboard.order_filters import Filters, filters_of
from shopcare.dashboard.shop import ShopRequest, of_shop
from shopcare.dashboard.undoing import offered_undo

# So many characters of an item are shown.
LONGEST = 60
TONES = {
    OrderStatus.AWAITING_PAYMENT: "wait",
    OrderStatus.PAID: "go",
    OrderStatus.SHIPPED: "go",
    OrderStatus.DELIVERED: "ok",
    OrderStatus.CANCELLED: "soft",
}


@dataclass(frozen=True, slots=True)
class _Words:
    """What the rows of a page have in common."""

    labels: dict[str, str]
    flags: dict[str, str]
    tick: str
    nobody: str
    url: Callable[[str], str]


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
        "rows": _rows(ids, showing),
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
    exact = numbered(shop, words)
    return exact + [pk for pk in ids if pk not in exact]


def _rows(ids: list[int], showing: Showing) -> list[dict[str, Any]]:
    # Translated and resolved once and not for each row: that would be half of the page's time.
    words = _Words(
        {
            value: label
            for known in (OrderStatus, ChannelKind)
            for value, label in choices_of(known)
        },
        dict(choices_of(FlagKind)),
        _("Tick order %(number)s"),
        str(Buyer()),
        order_urls(showing.shop),
    )
    return [_row(order, showing, words) for order in listed(ids)]


def _row(order: Listed, showing: Showing, words: _Words) -> dict[str, Any]:
    rest = order.lines - 1
    more = rest > 0 and ngettext("and %(more)d more", "and %(more)d more", rest) % {"more": rest}
    return {
        "order": order,
        "pk": order.pk,
        "number": order.number,
        "url": words.url(order.number),
        "tone": TONES[OrderStatus(order.status)],
        "status": words.labels[order.status],
        "channel": words.labels[order.channel],
        "placed": showing.day(order.placed_at),
        "total": showing.money(order.total, order.currency),
        "buyer": order.buyer or words.nobody,
        "what": _shortened(order.item or ""),
        "more": more or "",
        "tick": words.tick % {"number": order.number},
        "where": ", ".join(part for part in (order.city, order.country) if part),
        "flags": [(words.flags.get(kind, kind), why) for kind, why in order.flags or ()],
    }


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else Truncator(text).chars(LONGEST)
