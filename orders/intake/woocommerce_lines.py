"""The lines and the tracking numbers of a WooCommerce order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from orders.facts import Line
from orders.intake import texts
from orders.intake.checking import Check
from orders.intake.money import to_cents

# The key under which the Shipment Tracking extension keeps its entries in an order.
# Source: https://woocommerce.com/document/shipment-tracking/
TRACKING_KEY = "_wc_shipment_tracking_items"


@dataclass(frozen=True, slots=True)
class Tracking:
    """A tracking number as the extension keeps it; `shipped` is a date's text or empty."""

    code: str
    carrier: str
    shipped: str


def text_of(data: dict[str, Any], name: str) -> str:
    """A member as text, whatever its type; null and missing ones are empty."""
    value = data.get(name)
    if value is None or isinstance(value, (dict, list, bool)):
        return ""
    return value.strip() if isinstance(value, str) else str(value)


def members(data: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that should be an object; an empty one when it is not."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def objects(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A member that should be a list of objects; an empty one when it is not."""
    value = data.get(name)
    return [x for x in value if isinstance(x, dict)] if isinstance(value, list) else []


def lines_of(data: dict[str, Any], row: int, check: Check) -> tuple[Line, ...]:
    """The order's lines with the price of one before discounts.

    Fees are part of the total and no items: they are left out.
    """
    return tuple(
        line
        for item in objects(data, "line_items")
        if (line := _line(item, row, check)) is not None
    )


def _line(item: dict[str, Any], row: int, check: Check) -> Line | None:
    told = check.money(row, "line_items.quantity", text_of(item, "quantity"))
    count = Decimal(1) if told is None else told
    title = texts.html_line(text_of(item, "name")) or texts.line(text_of(item, "sku"))
    if count == 0 or not title:
        return None
    if count < 0:
        below = gettext("A quantity cannot be below zero.")
        check.reject(row, "line_items.quantity", f"{count}", below)
        return None
    variation = _variation(item)
    subtotal = _subtotal(item, count, row, check)
    price = subtotal / count
    if count != count.to_integral_value():
        # One and a half metres of cloth are one thing to pack, at the price of them all.
        variation = ", ".join(part for part in (f"{count.normalize():f} ×", variation) if part)
        price, count = subtotal, Decimal(1)
    return Line(
        title=title,
        sku=texts.line(text_of(item, "sku"))[:200],
        quantity=int(count),
        unit_price=_rounded(price),
        variation=variation,
        needs_shipping=not (item.get("virtual") is True or item.get("downloadable") is True),
    )


def _subtotal(item: dict[str, Any], count: Decimal, row: int, check: Check) -> Decimal:
    """What the line costs before discounts; some answers tell the price of one only."""
    told = check.money(row, "line_items.subtotal", text_of(item, "subtotal"))
    if told is not None:
        return told
    return check.amount(row, "line_items.price", text_of(item, "price")) * count


def _rounded(price: Decimal) -> Decimal:
    """A price that three decimals can hold stays as it is; a divided one is rounded to cents."""
    return price if price * 1000 == int(price * 1000) else to_cents(price)


def _variation(item: dict[str, Any]) -> str:
    """The chosen attributes; entries whose key begins with _ are the software's own."""
    chosen = []
    for entry in objects(item, "meta_data"):
        name = text_of(entry, "display_key") or text_of(entry, "key")
        value = text_of(entry, "display_value") or text_of(entry, "value")
        if value and name and not text_of(entry, "key").startswith("_"):
            chosen.append(f"{texts.html_line(name.removeprefix('pa_'))}: {texts.html_line(value)}")
    return ", ".join(chosen)[:1000]


def trackings_of(data: dict[str, Any]) -> list[Tracking]:
    """The tracking numbers in or beside the order, each once."""
    entries = objects(data, "shipment_trackings")
    for meta in objects(data, "meta_data"):
        if text_of(meta, "key") == TRACKING_KEY:
            entries += objects(meta, "value")
    found: dict[str, Tracking] = {}
    for entry in entries:
        code = texts.line(text_of(entry, "tracking_number"))[:100]
        if code and code not in found:
            carrier = text_of(entry, "custom_tracking_provider")
            carrier = carrier or text_of(entry, "tracking_provider")
            found[code] = Tracking(
                code, texts.html_line(carrier)[:100], text_of(entry, "date_shipped")
            )
    return list(found.values())
