"""The Ship screen as a whole: its list, the open order with its packing and its label."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.models import Label, OrderLine
from orders.pack_check import PackCheck, ScanAnswer
from orders.packing import PackingItem, progress_of
from orders.shipping.recognise import POSTS, SHAPES
from shopcare.dashboard import ship_evening
from shopcare.dashboard.label_panel import USABLE, Panel, panel_of
from shopcare.dashboard.ship_board import Board, Current, board, just_shipped, ship_url
from shopcare.dashboard.shop import ShopRequest

CARRIERS = sorted({shape.carrier for shape in SHAPES if shape.carrier} | set(POSTS.values()))


def show(
    request: ShopRequest,
    number: str,
    *,
    panel: Panel | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The screen with the order `number` open, and its label section when that is made already."""
    found = board(request.shop, number, timezone.now())
    if panel is not None and (found.current is None or found.current.order.number != number):
        messages.warning(request, _("This order is not waiting to be shipped (any more)."))
        return redirect(ship_url(request.shop))
    return render_board(request, found, panel=panel, status=status, **more)


def render_board(
    request: ShopRequest,
    found: Board,
    *,
    panel: Panel | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The screen for a board that was read already."""
    context: dict[str, Any] = {
        "section": "ship",
        "exactly": True,
        "board": found,
        "current": found.current,
        "carriers": CARRIERS,
        "service": ship_evening.service(request),
        "done": just_shipped(request.shop, ship_evening.parcels(request)),
        **more,
    }
    if found.current is not None:
        current = found.current
        panel = panel or panel_of(request.shop, current.order, current.parcel)
        label = bought_label(panel)
        context |= {"panel": panel, "label": label, "parts": parts(current, label)}
        context |= packing_context(current.items, panel.packing)
        if label is not None:
            context["service"] = label.service
    return render(request, "dashboard/ship.html", context, status=status)


def packing_context(
    items: list[PackingItem], check: PackCheck | None, answer: ScanAnswer | None = None
) -> dict[str, Any]:
    """What the packing list shows: each thing, how many of it are in, and what does not belong."""
    packed = {each.key: each.packed for each in check.lines} if check else {}
    things: list[tuple[PackingItem, int]] = [(item, packed.get(item.key, 0)) for item in items]
    return {
        "things": things,
        "progress": progress_of(items),
        "wrong": check.wrong if check else [],
        "has_begun": bool(check and check.has_begun),
        "answer": answer,
        "answer_is_well": answer is not None and answer.scanned in ("right", "complete"),
    }


def bought_label(panel: Panel) -> Label | None:
    """The label that the parcel can be shipped with."""
    view = panel.label
    return view.label if view and view.label.state in USABLE else None


def parts(current: Current, label: Label | None) -> list[tuple[OrderLine, int, int]]:
    """Each line that is left, how many of it, and how many go into this parcel."""
    if label is None or label.lines is None:
        return [(line, left, left) for line, left in current.left]
    wanted = {each["item"]: each["quantity"] for each in label.lines}
    found = []
    for line, left in current.left:
        taken = min(wanted.get(line.item, 0), left)
        wanted[line.item] = wanted.get(line.item, 0) - taken
        found.append((line, left, taken))
    return found
