"""The documented CSV for everything else: see docs/import.md and the template to download."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext

from orders.facts import BuyerDetails, Line, ParcelLine, Payment, Placed, Scan, Shipment
from orders.intake import texts
from orders.intake.checking import Check, Progress, Style, address, is_on_delivery
from orders.intake.generic_columns import Cells
from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.tables import Sheet, fold, grouped
from orders.words import ChannelKind, PaymentTerms, ScanStatus

TEMPLATE = Path(__file__).parent / "templates" / "orders.csv"

CHANNELS = {fold(kind.value): kind for kind in ChannelKind}
NO = frozenset({"no", "n", "false", "0", "nein"})

Rows = list[tuple[int, Cells]]

# What an order has once: rows may leave it blank, but must not contradict each other.
ONCE = (
    "placed_at",
    "channel",
    "buyer_name",
    "buyer_email",
    "currency",
    "shipping",
    "tax",
    "discount",
    "total",
    "cancelled_at",
    "refunded",
    "terms",
    "street1",
    "postcode",
    "country",
)


def generic_template() -> bytes:
    """The CSV template to download: the header and two orders as an example, UTF-8."""
    return TEMPLATE.read_bytes()


def key(cells: Cells) -> str:
    """What belongs together: the order's number."""
    return cells.order.strip()


def orders(
    sheet: Sheet[Cells], style: Style, scattered: dict[str, int], progress: Progress
) -> Iterator[IncomingOrder | Problem]:
    """Every order of the file, or what is wrong with it. Its rows need not stand together."""
    for group in grouped(sheet, key, scattered):
        rows = group if len(group) == 1 else _without_copies(group)
        yield from _order(rows, Check(style, sheet.title))
        progress.done += len(group)


def _without_copies(group: Rows) -> Rows:
    """The very same row twice is a copy of it, not a second item; that is what quantity is for."""
    return list({cells: (row, cells) for row, cells in reversed(group)}.values())[::-1]


def _order(rows: Rows, check: Check) -> Iterator[IncomingOrder | Problem]:
    row = rows[0][0]
    head = rows[0][1] if len(rows) == 1 else _merged(rows, check)
    placed = _placed(rows, head, check)
    payments = _payments(rows, placed, check)
    cancelled_at = check.moment(row, "cancelled_at", head.cancelled_at)
    refunded = check.amount(row, "refunded", head.refunded)
    shipments, scans = _shipments(rows, placed, check)
    return check.result(
        lambda: IncomingOrder(
            row=row,
            placed=placed,
            payments=payments,
            shipments=shipments,
            scans=scans,
            refunded=abs(refunded),
            cancelled=cancelled_at is not None,
            cancelled_at=cancelled_at,
            cancel_reason=texts.line(head.cancel_reason),
        )
    )


def _merged(rows: Rows, check: Check) -> Cells:
    """The order's own columns out of all its rows: the first filled cell of each."""
    filled: list[str] = []
    for name, column in zip(
        Cells._fields, zip(*(cells for _, cells in rows), strict=True), strict=True
    ):
        told = [(row, text) for (row, _), text in zip(rows, column, strict=True) if text.strip()]
        filled.append(told[0][1] if told else "")
        if name in ONCE:
            for row, text in told[1:]:
                if text.strip() != told[0][1].strip():
                    check.reject(
                        row,
                        name,
                        text,
                        gettext(
                            "Row %(row)s of the same order says “%(value)s”: make them alike, or "
                            "leave this cell blank."
                        )
                        % {"row": told[0][0], "value": told[0][1].strip()[:60]},
                    )
    return Cells._make(filled)


def _placed(rows: Rows, head: Cells, check: Check) -> Placed:
    row = rows[0][0]
    total = check.total(row, "total", check.money(row, "total", head.total))
    return Placed(
        order=check.number(row, "order", head.order),
        at=check.placed_at(row, "placed_at", head.placed_at),
        channel=_channel(row, head.channel, check),
        currency=check.currency(row, "currency", head.currency),
        terms=_terms(row, head, check),
        ship_by=check.day(row, "ship_by", head.ship_by),
        buyer=BuyerDetails(
            name=texts.line(head.buyer_name) or texts.line(head.ship_name),
            email=texts.email(head.buyer_email),
            username=texts.line(head.buyer_username)[:200],
            language=texts.line(head.language)[:12],
        ),
        address=address(
            name=head.ship_name or head.buyer_name,
            street1=head.street1,
            street2=head.street2,
            city=head.city,
            region=head.region,
            postcode=head.postcode,
            country=head.country,
        ),
        lines=_lines(rows, check),
        shipping=check.amount(row, "shipping", head.shipping),
        tax=check.amount(row, "tax", head.tax),
        discount=abs(check.amount(row, "discount", head.discount)),
        total=total,
        note=texts.note(head.note) if head.note else "",
        requested_service=texts.line(head.requested_service)[:100],
    )


def _channel(row: int, text: str, check: Check) -> ChannelKind:
    """The channel in our words, the seller's own site when none is told."""
    if not text.strip():
        return ChannelKind.OWN
    kind = CHANNELS.get(fold(text))
    if kind is not None:
        return kind
    one_of = gettext("Write one of %(values)s.") % {"values": ", ".join(ChannelKind.values)}
    check.reject(row, "channel", text, one_of)
    return ChannelKind.OWN


def _terms(row: int, head: Cells, check: Check) -> PaymentTerms:
    told = fold(head.terms)
    if not told:
        on_delivery = is_on_delivery(head.payment_method)
        return PaymentTerms.ON_DELIVERY if on_delivery else PaymentTerms.PREPAID
    if told in ("ondelivery", "cod", "cashondelivery", "nachnahme"):
        return PaymentTerms.ON_DELIVERY
    if told != "prepaid":
        check.reject(row, "terms", head.terms, gettext("Write prepaid or on_delivery."))
    return PaymentTerms.PREPAID


def _lines(rows: Rows, check: Check) -> tuple[Line, ...]:
    lines = []
    for row, cells in rows:
        title = texts.line(cells.item) or texts.line(cells.sku)
        quantity = check.quantity(row, "quantity", cells.quantity)
        if not title or quantity == 0:
            continue
        lines.append(
            Line(
                title=title,
                sku=texts.line(cells.sku)[:200],
                quantity=quantity,
                unit_price=check.amount(row, "unit_price", cells.unit_price),
                variation=texts.line(cells.variation),
                needs_shipping=cells.needs_shipping.strip().lower() not in NO,
            )
        )
    return tuple(lines)


def _payments(rows: Rows, placed: Placed, check: Check) -> tuple[Payment, ...]:
    """One payment per reference; paid_at alone means that the whole total was paid then."""
    found: dict[str, Payment] = {}
    for row, cells in rows:
        if not (cells.paid_at.strip() or cells.paid_amount.strip()):
            continue
        told = check.money(row, "paid_amount", cells.paid_amount)
        amount = placed.grand_total if told is None else told
        reference = texts.line(cells.payment_reference) or f"generic:{placed.order}"
        if amount > 0 and reference not in found:
            found[reference] = Payment(
                order=placed.order,
                at=check.moment(row, "paid_at", cells.paid_at) or placed.at,
                amount=amount,
                reference=reference,
                method=texts.line(cells.payment_method)[:100],
            )
    return tuple(found.values())


def _shipments(
    rows: Rows, placed: Placed, check: Check
) -> tuple[tuple[Shipment, ...], tuple[Scan, ...]]:
    """One parcel per tracking number (or, without any, one in all), in the order of shipping."""
    parcels: dict[str, tuple[datetime, datetime | None, Cells, dict[str, int]]] = {}
    for row, cells in rows:
        shipped_at = check.moment(row, "shipped_at", cells.shipped_at)
        delivered_at = check.moment(row, "delivered_at", cells.delivered_at)
        code = texts.line(cells.tracking_code)[:100]
        if shipped_at is None and delivered_at is None and not code:
            continue
        at = shipped_at or delivered_at or placed.at
        inside = parcels.setdefault(code, (at, delivered_at, cells, {}))[3]
        item = texts.line(cells.sku)[:200] or texts.line(cells.item)
        if item:
            inside[item] = inside.get(item, 0) + check.quantity(row, "quantity", cells.quantity)
    shipments, scans = [], []
    items = sum(1 for _, cells in rows if cells.item.strip() or cells.sku.strip())
    ordered = sorted(parcels.items(), key=lambda parcel: parcel[1][0])
    for count, (code, (at, delivered_at, cells, inside)) in enumerate(ordered, 1):
        everything = not inside or items < 2
        lines = tuple(ParcelLine(item, quantity) for item, quantity in inside.items())
        shipments.append(
            Shipment(
                order=placed.order,
                at=at,
                parcel=str(count),
                carrier=texts.line(cells.carrier)[:100],
                service=texts.line(cells.service)[:100],
                tracking_code=code,
                lines=None if everything else lines,
            )
        )
        if delivered_at is not None:
            scans.append(
                Scan(
                    order=placed.order,
                    at=delivered_at,
                    parcel=str(count),
                    status=ScanStatus.DELIVERED,
                )
            )
    return tuple(shipments), tuple(scans)
