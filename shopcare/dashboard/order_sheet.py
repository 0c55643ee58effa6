"""Who, what, where and money of one order, and how its checkpoints stand; as the page shows it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.checkpoints import Gate, checkpoints
from orders.models import AddressCheck, Order
from orders.packing import Progress, progress, ticks
from orders.shipping.spending import spent_on
from orders.showing import Showing
from shopcare.dashboard.label_panel import labels_of, spent_texts
from shopcare.dashboard.parcel_cards import parcel_cards

CHECKPOINTS = {
    "paid": gettext_lazy("Paid"),
    "address": gettext_lazy("Address is valid"),
    "name": gettext_lazy("Name is complete"),
    "packed": gettext_lazy("Right items packed"),
    "label": gettext_lazy("Label"),
    "first_scan": gettext_lazy("First scan"),
    "delivered": gettext_lazy("Delivered"),
}
GATE_TONES = {Gate.PASSED: "ok", Gate.OPEN: "soft", Gate.BLOCKED: "alert"}


def sheet(order: Order, showing: Showing, *, has_easypost: bool) -> dict[str, Any]:
    """What `dashboard/_order_sheet.html` asks for; `order` with lines, shipments and buyer.

    `has_easypost`: the shop has an account there.
    """
    labels = labels_of(order, showing)
    return {
        "checkpoints": _checkpoints(order, showing),
        "lines": _lines(order, showing),
        "sums": order_sums(order, showing),
        "parcels": parcel_cards(order, showing),
        "has_easypost": has_easypost,
        "labels": labels,
        "spent": spent_texts(spent_on(order), showing) if labels else [],
        "address": _address(order, showing),
        "ship_by": order.ship_by_on,
    }


def _checkpoints(order: Order, showing: Showing) -> list[dict[str, Any]]:
    found = checkpoints(
        order,
        list(order.shipments.all()),
        username=order.buyer.username,
        showing=showing,
        packing=_packing(order),
        address_check=AddressCheck.of(order),
    )
    return [
        {
            "name": CHECKPOINTS.get(point.name, point.name),
            "state": point.state.label,
            "tone": GATE_TONES[point.state],
            "is_passed": point.state == Gate.PASSED,
            "evidence": point.evidence,
        }
        for point in found
    ]


def _packing(order: Order) -> Progress | None:
    """How far it is packed; None when that says nothing, as nothing is ticked or all has gone."""
    return None if order.shipped_at or not ticks(order) else progress(order)


def _lines(order: Order, showing: Showing) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "price": showing.money(line.unit_price * line.quantity, order.currency),
            "each": showing.money(line.unit_price, order.currency) if line.quantity > 1 else "",
        }
        for line in order.lines.all()
    ]


def order_sums(order: Order, showing: Showing) -> list[tuple[str, str, bool]]:
    """Label, amount, and whether it matters most; sums of nothing are left out."""
    small = [
        (_("Items"), order.subtotal),
        (_("Shipping"), order.shipping),
        (_("Tax"), order.tax),
        (_("Discount"), -order.discount),
    ]
    below = [(_("Paid"), order.paid_amount), (_("Refunded"), -order.refunded_amount)]
    shown = [(label, amount, False) for label, amount in small if amount]
    shown.append((_("Total"), order.total, True))
    shown += [(label, amount, False) for label, amount in below if amount]
    if order.open_amount and order.paid_amount:
        shown.append((_("Still open"), order.open_amount, True))
    return [(label, showing.money(amount, order.currency), bold) for label, amount, bold in shown]


def _address(order: Order, showing: Showing) -> list[str]:
    town = " ".join(part for part in (order.ship_postcode, order.ship_city) if part)
    lines = [order.ship_name, order.ship_street1, order.ship_street2, town]
    country = showing.country(order.ship_country)
    return [line for line in (*lines, order.ship_region, country) if line]
