"""What proves a claim, written from what we know of the order: invoice, journey, the buyer's words.

In English, whatever the shop's language: EasyPost's people read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from orders.models import Order, Shipment
from orders.models.claim import ClaimKind
from orders.shipping.paper import document
from orders.words import ScanStatus

# EasyPost's names of the three kinds of evidence.
BUYERS_WORDS = "email_evidence_attachments"
INVOICE = "invoice_attachments"
DOCUMENTS = "supporting_documentation_attachments"
KINDS = (BUYERS_WORDS, INVOICE, DOCUMENTS)

Evidence = dict[str, list[str]]


def gather(order: Order, shipment: Shipment, said: str, files: Iterable[str]) -> Evidence:
    """The evidence as data URLs: what the buyer wrote, the invoice, the order and its journey.

    `said` is what the buyer wrote elsewhere, `files` are photographs and the like (data URLs).
    """
    words = (_known_words(order), _words(order, [said.strip()] if said.strip() else []))
    return {
        BUYERS_WORDS: [document(text) for text in words if text],
        INVOICE: [document(_invoice(order))],
        DOCUMENTS: [document(_journey(order, shipment)), *files],
    }


def missing(evidence: Evidence, kind: ClaimKind) -> list[str]:
    """Which evidence EasyPost wants besides: `words` of the buyer, `photos` of the damage.

    Source: https://support.easypost.com/hc/en-us/articles/28342512901133
    """
    found = [] if evidence.get(BUYERS_WORDS) else ["words"]
    if kind == ClaimKind.DAMAGE and len(evidence.get(DOCUMENTS) or []) < 2:
        found.append("photos")
    return found


def _known_words(order: Order) -> str:
    """What the timeline has of the buyer's words, each with its time."""
    known = order.events.filter(kind="word").order_by("at", "id").values_list("at", "data__text")
    return _words(order, [f"{_time(at)}\n{text}" for at, text in known if text])


def _words(order: Order, parts: list[str]) -> str:
    if not parts:
        return ""
    head = f"What the buyer wrote about order {order.number}\nFrom: {_buyer(order)}"
    return "\n\n".join([head, *parts])


def _invoice(order: Order) -> str:
    lines = [
        f"Invoice for order {order.number}",
        f"Seller: {order.shop.name}, {order.shop.country}",
        f"Buyer: {_buyer(order)}",
        f"Ordered: {_time(order.placed_at)}",
        "",
    ]
    for line in order.lines.all():
        name = " ".join(part for part in (line.title, line.variation, line.sku) if part)
        price = line.unit_price * line.quantity
        lines.append(f"{line.quantity} x {name}")
        lines.append(f"    {line.unit_price:.2f} each, {price:.2f} {order.currency}")
    sums = (
        ("Shipping", order.shipping),
        ("Tax", order.tax),
        ("Discount", -order.discount),
    )
    lines += ["", *(f"{name}: {amount:.2f} {order.currency}" for name, amount in sums if amount)]
    lines.append(f"Total: {order.total:.2f} {order.currency}")
    lines.append(f"Paid: {order.paid_amount:.2f} {order.currency}")
    return "\n".join(lines)


def _journey(order: Order, shipment: Shipment) -> str:
    lines = [
        f"Order {order.number}: confirmation and journey of parcel {shipment.parcel}",
        f"Ordered: {_time(order.placed_at)}",
        "Ship to:",
        *(f"    {part}" for part in order.address.values() if part),
        f"Carrier: {shipment.carrier} {shipment.service}".rstrip(),
        f"Tracking number: {shipment.tracking_code}",
        f"Handed over: {_time(shipment.shipped_at)}",
        "",
        "The carrier's scans",
    ]
    scans = list(shipment.tracking_events.order_by("at", "id"))
    for scan in scans:
        what = scan.message or ScanStatus(scan.status).value.replace("_", " ")
        place = f" ({scan.location})" if scan.location else ""
        lines.append(f"    {_time(scan.at)}  {what}{place}")
    if not scans:
        lines.append("    none")
    return "\n".join(lines)


def _buyer(order: Order) -> str:
    name = order.ship_name or order.buyer.name or order.buyer.username
    return f"{name} <{order.buyer.email}>" if order.buyer.email else name


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
