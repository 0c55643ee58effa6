"""Shopify's orders export: one row per line, the order's own columns only on its first row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from orders.facts import Address, BuyerDetails, Line, ParcelLine, Payment, Placed, Shipment
from orders.intake import texts
from orders.intake.checking import Check, Progress, Style, address, is_on_delivery
from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.money import ZERO
from orders.intake.shopify_columns import Cells
from orders.intake.tables import Sheet, grouped
from orders.words import ChannelKind, PaymentTerms

# Money that was there, whatever became of it later.
PAID = frozenset({"paid", "refunded", "partially_refunded"})

Rows = list[tuple[int, Cells]]


def key(cells: Cells) -> str:
    """What belongs together: the order's name."""
    return cells.number.strip()


def orders(
    sheet: Sheet[Cells], style: Style, scattered: dict[str, int], progress: Progress
) -> Iterator[IncomingOrder | Problem]:
    """Every order of the export, or what is wrong with it."""
    for group in grouped(sheet, key, scattered):
        yield from _order(_newest_copy(group), Check(style, sheet.title))
        progress.done += len(group)


def _newest_copy(group: Rows) -> Rows:
    """The rows of one order, once: exports that overlap repeat it, and the last copy is newest.

    Where someone filled the blank cells down, every row looks like an order's first; rows that
    differ only in their line are then the lines of one order.
    """
    heads = [at for at, (_, cells) in enumerate(group) if cells.total.strip()]
    if len(heads) < 2:
        # In a re-sorted file the order's own row may stand behind its other lines.
        return group[heads[0] :] + group[: heads[0]] if heads else group
    first = group[heads[0]][1]
    alike = [group[at][1] for at in heads]
    lines = {(cells.title, cells.sku) for cells in alike}
    if len(heads) == len(group) == len(lines) and all(
        (cells.total, cells.created_at) == (first.total, first.created_at) for cells in alike
    ):
        return group
    return group[heads[-1] :]


def _order(rows: Rows, check: Check) -> Iterator[IncomingOrder | Problem]:
    row, head = rows[0]
    placed = _placed(rows, check)
    payments = _payments(row, head, placed, check)
    cancelled_at = check.moment(row, "cancelled_at", head.cancelled_at)
    refunded = check.amount(row, "refunded", head.refunded)
    shipments = _shipments(rows, placed, payments, check)
    financial = head.financial.strip().lower()
    return check.result(
        lambda: IncomingOrder(
            row=row,
            placed=placed,
            payments=payments,
            shipments=shipments,
            refunded=abs(refunded),
            # A voided payment is how Shopify marks an unpaid order that was called off.
            cancelled=cancelled_at is not None or financial == "voided",
            cancelled_at=cancelled_at,
            cancel_reason=texts.line(head.cancel_reason),
        )
    )


def _placed(rows: Rows, check: Check) -> Placed:
    row, head = rows[0]
    number = check.number(row, "number", head.number.strip().removeprefix("#"))
    lines = _lines(rows, check)
    total = check.total(row, "total", check.money(row, "total", head.total))
    if total is None and not check.problems:
        check.reject(row, "total", head.total, gettext(_NO_HEAD))
    subtotal = check.money(row, "subtotal", head.subtotal)
    sum_of_lines = sum((line.unit_price * line.quantity for line in lines), ZERO)
    told = check.amount(row, "discount", head.discount)
    # Discounts on lines and on the order stand in different columns; what they took off
    # together is the difference to the subtotal.
    discount = told if subtotal is None else max(sum_of_lines - subtotal, ZERO)
    return Placed(
        order=number,
        at=check.placed_at(row, "created_at", head.created_at),
        channel=ChannelKind.SHOPIFY,
        currency=check.currency(row, "currency", head.currency),
        terms=_terms(head),
        buyer=BuyerDetails(
            name=texts.line(head.billing_name) or texts.line(head.ship_name),
            email=texts.email(head.email),
        ),
        address=_address(head),
        lines=lines,
        shipping=check.amount(row, "shipping", head.shipping),
        tax=check.amount(row, "taxes", head.taxes),
        discount=discount,
        total=total,
        note=texts.note(head.notes) if head.notes else "",
    )


_NO_HEAD = gettext_noop(
    "The order's first row, with its total, is missing: export the orders again."
)


def _terms(head: Cells) -> PaymentTerms:
    return PaymentTerms.ON_DELIVERY if is_on_delivery(head.method) else PaymentTerms.PREPAID


def _address(head: Cells) -> Address:
    """Where it goes; orders that need no shipping have a billing address only."""
    if head.ship_street1 or head.ship_city or head.ship_name or head.ship_country:
        return address(
            name=head.ship_name,
            street1=head.ship_street1,
            street2=head.ship_street2,
            company=head.ship_company,
            city=head.ship_city,
            region=head.ship_region,
            postcode=head.ship_zip,
            country=head.ship_country,
        )
    return address(
        name=head.billing_name,
        street1=head.billing_street1,
        street2=head.billing_street2,
        company=head.billing_company,
        city=head.billing_city,
        region=head.billing_region,
        postcode=head.billing_zip,
        country=head.billing_country,
    )


def _lines(rows: Rows, check: Check) -> tuple[Line, ...]:
    """The order's lines; lines taken out of the order (quantity 0) are left out."""
    complete = rows[0][1].fulfillment.strip().lower() == "fulfilled"
    lines = []
    for row, cells in rows:
        title = texts.line(cells.title)
        quantity = check.quantity(row, "quantity", cells.quantity)
        if not (title or cells.sku.strip()) or quantity == 0:
            continue
        # A pending line of an order that is fulfilled was refunded: it will not be sent.
        dropped = complete and cells.line_fulfillment.strip().lower() in ("pending", "unfulfilled")
        lines.append(
            Line(
                title=title or texts.line(cells.sku),
                sku=texts.line(cells.sku)[:200],
                quantity=quantity,
                unit_price=check.amount(row, "price", cells.price),
                needs_shipping=cells.needs_shipping.strip().lower() != "false" and not dropped,
            )
        )
    return tuple(lines)


def _payments(row: int, head: Cells, placed: Placed, check: Check) -> tuple[Payment, ...]:
    """What was paid: all, or the total less the outstanding balance of a part payment.

    One order has one reference in every export, so that importing again adds nothing. A part
    payment has its own; its growth is not followed, the rest arrives with the full payment.
    """
    financial = head.financial.strip().lower()
    paid_at = check.moment(row, "paid_at", head.paid_at) or placed.at
    total = placed.total or ZERO
    outstanding = check.money(row, "outstanding", head.outstanding)
    amount, reference = ZERO, f"shopify:{placed.order}"
    if financial in PAID or (not financial and head.paid_at.strip()):
        amount = total
    elif financial == "partially_paid":
        amount = max(total - outstanding, ZERO) if outstanding is not None else ZERO
        reference += ":part"
    if amount <= 0:
        return ()
    method = texts.line(head.method)[:100]
    return (
        Payment(order=placed.order, at=paid_at, amount=amount, reference=reference, method=method),
    )


def _shipments(
    rows: Rows, placed: Placed, payments: tuple[Payment, ...], check: Check
) -> tuple[Shipment, ...]:
    """One parcel: of everything when the order is fulfilled, of the fulfilled lines in part.

    The export tells no date for a part; the moment of payment stands for it, which never moves.
    """
    row, head = rows[0]
    fulfillment = head.fulfillment.strip().lower()
    if fulfillment not in ("fulfilled", "partial", "partially_fulfilled"):
        return ()
    shipped_at = check.moment(row, "fulfilled_at", head.fulfilled_at)
    inside = _inside(rows, placed, fulfillment == "fulfilled")
    if not inside and fulfillment != "fulfilled":
        return ()
    return (
        Shipment(
            order=placed.order,
            at=shipped_at or _first_payment(payments) or placed.at,
            carrier=texts.line(head.carrier)[:100],
            tracking_code=texts.line(head.tracking)[:100],
            lines=inside or None,
        ),
    )


def _first_payment(payments: tuple[Payment, ...]) -> datetime | None:
    return payments[0].at if payments else None


def _inside(rows: Rows, placed: Placed, complete: bool) -> tuple[ParcelLine, ...]:
    """What is in the parcel, by SKU or title, counted once per item."""
    fulfilled = {
        texts.line(cells.sku)[:200] or texts.line(cells.title)
        for _, cells in rows
        if cells.line_fulfillment.strip().lower() == "fulfilled"
    }
    counts: dict[str, int] = {}
    for line in placed.lines:
        item = line.sku or line.title
        if line.needs_shipping and (complete or item in fulfilled):
            counts[item] = counts.get(item, 0) + line.quantity
    return tuple(ParcelLine(item, quantity) for item, quantity in counts.items())
