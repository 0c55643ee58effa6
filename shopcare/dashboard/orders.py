"""The list of orders, and the page of one order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import Flag, Order
from orders.words import ChannelKind, OrderStatus
from shopcare.dashboard.forecast import forecast
from shopcare.dashboard.order_sheet import sheet
from shopcare.dashboard.shop import ShopRequest, of_shop
from shopcare.dashboard.showing import Showing
from shopcare.dashboard.timeline import entries

PAGE = 50
LONGEST_TIMELINE = 300
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

TONES = {
    OrderStatus.AWAITING_PAYMENT: "wait",
    OrderStatus.PAID: "go",
    OrderStatus.SHIPPED: "go",
    OrderStatus.DELIVERED: "ok",
    OrderStatus.CANCELLED: "soft",
}


@of_shop
def order_list(request: ShopRequest) -> HttpResponse:
    """The shop's orders, newest first, 50 on a page; ?status=, ?q= (how the number begins)."""
    status, begins = request.GET.get("status", ""), request.GET.get("q", "").strip()
    found = Order.objects.filter(shop=request.shop)
    if status in OrderStatus.values:
        found = found.filter(status=status)
    if begins:
        found = found.filter(number__startswith=begins)
    page = _page(found, request.GET.get("after", ""), request.GET.get("before", ""))
    kept = {"status": status, "q": begins}
    context = {
        "section": "orders",
        "exactly": True,
        "rows": _rows(page.orders, Showing(request.shop)),
        "pills": _pills(status, begins),
        "q": begins,
        "status": status if status in OrderStatus.values else "",
        "newer": page.newer and _query(kept, before=page.newer),
        "older": page.older and _query(kept, after=page.older),
    }
    return render(request, "dashboard/orders.html", context)


@of_shop
def order_page(request: ShopRequest, number: str) -> HttpResponse:
    """Who, what, where and money; checkpoints, timeline and forecast of one order."""
    order = get_object_or_404(
        Order.objects.select_related("buyer", "channel").prefetch_related(
            "lines", "payments", "refunds", "shipments"
        ),
        shop=request.shop,
        number=number,
    )
    showing = Showing(request.shop)
    events = list(order.events.order_by("-at", "-id")[: LONGEST_TIMELINE + 1])
    context = {
        "section": "orders",
        "order": order,
        "tone": TONES[OrderStatus(order.status)],
        "placed": showing.day_and_time(order.placed_at),
        **sheet(order, showing),
        "forecast": forecast(order, timezone.now(), showing),
        "timeline": entries(order, events[:LONGEST_TIMELINE], showing),
        "timeline_is_cut": len(events) > LONGEST_TIMELINE,
        "longest_timeline": LONGEST_TIMELINE,
    }
    return render(request, "dashboard/order.html", context)


@dataclass(frozen=True, slots=True)
class Page:
    """Some orders, and the cursors of the pages beside them; empty where there is none."""

    orders: list[Order]
    newer: str = ""
    older: str = ""


def _page(found: QuerySet[Order], after: str, before: str) -> Page:
    """The orders after, or before, a cursor; cost does not grow with how far one has paged."""
    start = _moment(after) or _moment(before)
    backwards = start is not None and not _moment(after)
    if start is not None:
        at, pk = start
        beyond = "gt" if backwards else "lt"
        # The first condition alone bounds the index scan; the second settles equal moments.
        found = found.filter(
            Q(**{f"placed_at__{beyond}e": at}),
            Q(**{f"placed_at__{beyond}": at}) | Q(**{f"id__{beyond}": pk}),
        )
    order_by = ("placed_at", "id") if backwards else ("-placed_at", "-id")
    rows = list(_with_details(found.order_by(*order_by))[: PAGE + 1])
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    has_newer = has_more if backwards else start is not None
    has_older = True if backwards else has_more
    return Page(
        rows,
        newer=_cursor(rows[0]) if rows and has_newer else "",
        older=_cursor(rows[-1]) if rows and has_older else "",
    )


def _with_details(found: QuerySet[Order]) -> QuerySet[Order]:
    up = Flag.objects.filter(cleared_at__isnull=True)
    return found.select_related("buyer", "channel").prefetch_related(
        "lines", Prefetch("flags", queryset=up, to_attr="open_flags")
    )


def _cursor(order: Order) -> str:
    return f"{(order.placed_at - EPOCH) // timedelta(microseconds=1)}-{order.pk}"


def _moment(cursor: str) -> tuple[datetime, int] | None:
    """The place a cursor names, or None for anything that is no cursor of ours."""
    micros, _dash, pk = cursor.partition("-")
    try:
        return EPOCH + timedelta(microseconds=int(micros)), min(int(pk), 2**63 - 1)
    except (ValueError, OverflowError):
        return None


def _query(kept: dict[str, str], **more: str) -> str:
    return "?" + urlencode({name: value for name, value in (kept | more).items() if value})


def _pills(status: str, begins: str) -> list[dict[str, Any]]:
    """The status filter: all, and each status."""
    choices = [("", _("all")), *OrderStatus.choices]
    return [
        {"label": label, "url": _query({"status": value, "q": begins}), "is_on": value == status}
        for value, label in choices
    ]


def _rows(orders: list[Order], showing: Showing) -> list[dict[str, Any]]:
    # Translated once and not for each row: that is a quarter of the page's time.
    labels = {value: str(label) for value, label in (*OrderStatus.choices, *ChannelKind.choices)}
    return [_row(order, showing, labels) for order in orders]


def _row(order: Order, showing: Showing, labels: dict[str, str]) -> dict[str, Any]:
    lines = list(order.lines.all())
    place = ", ".join(part for part in (order.ship_city, order.ship_country) if part)
    return {
        "order": order,
        "tone": TONES[OrderStatus(order.status)],
        "status": labels[order.status],
        "channel": labels[order.channel.kind],
        "placed": showing.day(order.placed_at),
        "total": showing.money(order.total, order.currency),
        "what": str(lines[0]) if lines else "",
        "more": len(lines) - 1,
        "where": place,
        "flags": order.open_flags,  # type: ignore[attr-defined]  # prefetched
    }
