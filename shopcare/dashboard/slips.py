"""Packing slips to print: one order's, or those of all that is to be shipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orders.models import Order, PackedItem, PackingExtra
from orders.packing import PackingItem, packing_list
from orders.postal import postal_lines
from orders.showing import Showing
from orders.to_ship import to_ship
from shopcare.dashboard.order_sheet import order_sums
from shopcare.dashboard.shop import ShopRequest, of_shop

MOST = 100
PAPERS = {"a4": "A4", "letter": "Letter", "label": _("Label, 4 × 6 in")}
# Where paper is measured in inches (CLDR, territories that use US letter).
# https://github.com/unicode-org/cldr/blob/main/common/supplemental/supplementalData.xml
LETTER_COUNTRIES = frozenset("BZ CA CL CO CR GT MX NI PA PH PR SV US VE".split())


@dataclass(frozen=True, slots=True)
class Slip:
    """One sheet."""

    order: Order
    placed: str
    address: tuple[str, ...]
    items: list[PackingItem]
    prices: dict[int, str]
    sums: list[tuple[str, str, bool]]


@of_shop
def order_slip(request: ShopRequest, number: str) -> HttpResponse:
    """The slip of one order; ?paper=, ?prices=1."""
    return _page(request, Order.objects.filter(shop=request.shop, number=number))


@of_shop
def slips(request: ShopRequest) -> HttpResponse:
    """The slips of the orders named by ?order=, or of the first 100 that are to be shipped."""
    numbers = request.GET.getlist("order")[:MOST]
    if numbers:
        return _page(request, Order.objects.filter(shop=request.shop, number__in=numbers))
    return _page(request, to_ship(request.shop), may_be_empty=True)


def _page(
    request: ShopRequest, found: QuerySet[Order], *, may_be_empty: bool = False
) -> HttpResponse:
    orders = list(
        found.select_related("buyer", "channel").prefetch_related("lines", "shipments")[:MOST]
    )
    if not orders and not may_be_empty:
        raise Http404
    default = "letter" if request.shop.country in LETTER_COUNTRIES else "a4"
    paper = request.GET.get("paper", default)
    chosen: dict[str, str | list[str]] = {
        "order": request.GET.getlist("order")[:MOST],
        "paper": paper if paper in PAPERS else default,
        "prices": "1" if request.GET.get("prices") else "",
    }
    context = {
        "slips": _slips(request, orders, has_prices=bool(chosen["prices"])),
        "paper": chosen["paper"],
        "papers": [(name, label, _query(chosen, paper=name)) for name, label in PAPERS.items()],
        "has_prices": bool(chosen["prices"]),
        "prices_url": _query(chosen, prices="" if chosen["prices"] else "1"),
        "section": "ship",
    }
    return render(request, "dashboard/slips.html", context)


def _query(chosen: Mapping[str, str | list[str]], **more: str) -> str:
    values = {name: value for name, value in {**chosen, **more}.items() if value}
    return "?" + urlencode(values, doseq=True)


def _slips(request: ShopRequest, orders: Sequence[Order], *, has_prices: bool) -> list[Slip]:
    showing = Showing(request.shop)
    extras = list(PackingExtra.objects.filter(shop=request.shop))
    ticked: dict[int, set[str]] = {order.pk: set() for order in orders}
    for order_id, item in PackedItem.objects.filter(order__in=orders).values_list(
        "order_id", "item"
    ):
        ticked[order_id].add(item)
    return [
        Slip(
            order=order,
            placed=showing.day(order.placed_at),
            address=postal_lines(
                order.address, home=request.shop.country, language=get_language() or "en"
            ),
            items=packing_list(order, extras, ticked[order.pk]),
            prices=_prices(order, showing) if has_prices else {},
            sums=order_sums(order, showing) if has_prices else [],
        )
        for order in orders
    ]


def _prices(order: Order, showing: Showing) -> dict[int, str]:
    """What each line costs in all, by its position."""
    return {
        line.position: showing.money(line.unit_price * line.quantity, order.currency)
        for line in order.lines.all()
    }
