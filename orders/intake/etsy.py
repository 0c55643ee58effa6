"""Etsy's two files: sold orders (buyer, address, money) and sold order items (lines).

Either one will do; together they are joined by Order ID.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext

from orders.facts import BuyerDetails, Line, Payment, Placed, Shipment
from orders.intake import texts
from orders.intake.checking import Check, Progress, Style, address
from orders.intake.etsy_items import Rows, items_order, lines_of
from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.money import ZERO
from orders.intake.tables import Sheet, fold, grouped
from orders.words import ChannelKind

# The column names of EtsySoldOrders<year>.csv.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("Order ID",),
    "sale_date": ("Sale Date",),
    "username": ("Buyer User ID",),
    "full_name": ("Full Name",),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "email": ("Buyer Email", "Email", "E-mail"),
    "method": ("Payment Method",),
    "shipped": ("Date Shipped",),
    "street1": ("Street 1",),
    "street2": ("Street 2",),
    "city": ("Ship City",),
    "region": ("Ship State",),
    "zip": ("Ship Zipcode",),
    "country": ("Ship Country",),
    "currency": ("Currency",),
    "value": ("Order Value",),
    "discount": ("Discount Amount",),
    "shipping": ("Shipping",),
    "tax": ("Sales Tax",),
    "total": ("Order Total",),
    "status": ("Status",),
    "adjusted": ("Adjusted Order Total",),
    "order_type": ("Order Type",),
    "date_paid": ("Date Paid",),
}
REQUIRED = ("number", "sale_date", "total")
MONEY = ("total", "value", "shipping")
DATES = ("sale_date", "shipped")

# Ways to pay that bring the money later than the sale.
LATE_METHODS = ("check", "cheque", "moneyorder", "banktransfer", "other")


class Cells(NamedTuple):
    """One row of the orders file; the fields are the keys of COLUMNS."""

    number: str
    sale_date: str
    username: str
    full_name: str
    first_name: str
    last_name: str
    email: str
    method: str
    shipped: str
    street1: str
    street2: str
    city: str
    region: str
    zip: str
    country: str
    currency: str
    value: str
    discount: str
    shipping: str
    tax: str
    total: str
    status: str
    adjusted: str
    order_type: str
    date_paid: str


def key(cells: Cells) -> str:
    """What belongs together: the order's id."""
    return cells.number.strip()


def orders(
    sheet: Sheet[Cells],
    style: Style,
    scattered: dict[str, int],
    progress: Progress,
    items: dict[str, Rows] | None = None,
    items_check: Check | None = None,
) -> Iterator[IncomingOrder | Problem]:
    """Every order of the orders file with its lines, then those of the items file alone.

    `items` are the rows of the items file by Order ID; `items_check` names their columns.
    """
    left = {} if items is None else items
    for group in grouped(sheet, key, scattered):
        # An order twice comes from files with overlapping months; the last row is the newest.
        row, cells = group[-1]
        its_items = left.pop(key(cells), [])
        yield from _order(row, cells, its_items, style, sheet, items_check)
        progress.done += len(group) + len(its_items)
    for rows in left.values():
        if items_check is not None:
            yield from items_order(rows, Check(style, items_check.title))
            progress.done += len(rows)


def _order(
    row: int,
    cells: Cells,
    items: Rows,
    style: Style,
    sheet: Sheet[Cells],
    items_check: Check | None,
) -> Iterator[IncomingOrder | Problem]:
    check = Check(style, sheet.title)
    if items and items_check is not None:
        of_items = Check(style, items_check.title)
        lines, paid_text = lines_of(items, of_items), _first_filled(items, "date_paid")
        check.problems += of_items.problems
    else:
        lines, paid_text = _lines_alone(row, cells, check), ""
    placed = _placed(row, cells, lines, check)
    total = placed.total or ZERO
    cancelled = fold(cells.status).startswith(("cancel", "storn"))
    paid_text = cells.date_paid or paid_text
    payments = _payments(row, placed, paid_text, cells.method, cells.shipped, check)
    refunded = _refunded(row, cells, total, cancelled and bool(payments), check)
    shipped_at = check.moment(row, "shipped", cells.shipped)
    yield from check.result(
        lambda: IncomingOrder(
            row=row,
            placed=placed,
            payments=payments,
            shipments=(Shipment(order=placed.order, at=shipped_at),) if shipped_at else (),
            refunded=refunded,
            cancelled=cancelled,
        )
    )


def _lines_alone(row: int, cells: Cells, check: Check) -> tuple[Line, ...]:
    """The lines that the orders file tells by itself: none, for it has SKUs but no titles.

    What was handed over face to face is one line that needs no shipping.
    """
    if not is_in_person(cells.order_type):
        return ()
    value = check.amount(row, "value", cells.value)
    return (Line(title="Sold in person", unit_price=value, needs_shipping=False),)


def _first_filled(rows: Rows, name: str) -> str:
    return next((text for _, cells in rows if (text := getattr(cells, name).strip())), "")


def _placed(row: int, cells: Cells, lines: tuple[Line, ...], check: Check) -> Placed:
    """The order with Etsy's own total: what the buyer paid.

    Etsy collects sales tax itself in many places and then counts it in Order Total only; what
    the total holds beyond value, discount and shipping is that tax.
    """
    total = check.total(row, "total", check.money(row, "total", cells.total))
    if total is None and not check.problems:
        missing = gettext("The order's total is missing: export it again.")
        check.reject(row, "total", cells.total, missing)
    shipping = check.amount(row, "shipping", cells.shipping)
    discount = abs(check.amount(row, "discount", cells.discount))
    tax = check.amount(row, "tax", cells.tax)
    value = check.money(row, "value", cells.value)
    if value is not None and total is not None:
        tax = max(tax, total - (value - discount + shipping))
    in_person = is_in_person(cells.order_type)
    return Placed(
        order=check.number(row, "number", cells.number),
        at=check.placed_at(row, "sale_date", cells.sale_date),
        channel=ChannelKind.IN_PERSON if in_person else ChannelKind.ETSY,
        currency=check.currency(row, "currency", cells.currency),
        buyer=BuyerDetails(
            name=_name(cells), email=texts.email(cells.email), username=username(cells.username)
        ),
        address=address(
            name=_name(cells),
            street1=texts.html_line(cells.street1),
            street2=texts.html_line(cells.street2),
            city=texts.html_line(cells.city),
            region=cells.region,
            postcode=cells.zip,
            country=cells.country,
        ),
        lines=lines,
        shipping=shipping,
        tax=tax,
        discount=discount,
        total=total,
    )


def _name(cells: Cells) -> str:
    return texts.html_line(cells.full_name) or texts.html_line(
        f"{cells.first_name} {cells.last_name}"
    )


def username(text: str) -> str:
    """A buyer's user name; guests have none."""
    name = texts.line(text)
    return "" if name.casefold() == "guest" else name[:200]


def is_in_person(order_type: str) -> bool:
    """Whether the sale was made face to face, the goods handed over at once."""
    return fold(order_type) in ("inperson", "square")


def _payments(
    row: int, placed: Placed, paid: str, method: str, shipped: str, check: Check
) -> tuple[Payment, ...]:
    """Etsy orders are paid with the sale; only cheques and the like come later."""
    late = fold(method) in LATE_METHODS and placed.channel == ChannelKind.ETSY
    paid_at = check.moment(row, "date_paid", paid)
    if paid_at is None:
        if late and not shipped.strip():
            return ()
        paid_at = placed.at
    if not placed.total:
        return ()
    return (
        Payment(
            order=placed.order,
            at=paid_at,
            amount=placed.total,
            reference=f"etsy:{placed.order}",
            method=texts.line(method)[:100],
        ),
    )


def _refunded(row: int, cells: Cells, total: Decimal, cancelled: bool, check: Check) -> Decimal:
    """What went back: Etsy tells the total that is left (0 stands for "not adjusted" too)."""
    adjusted = check.amount(row, "adjusted", cells.adjusted)
    if 0 < adjusted < total:
        return total - adjusted
    status = fold(cells.status)
    fully = "refund" in status and "partial" not in status
    return total if cancelled or fully else ZERO
