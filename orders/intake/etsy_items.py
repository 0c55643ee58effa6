"""Etsy's sold order items: one row per line, several rows per order, order money repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from sys import intern
from typing import NamedTuple

from orders.facts import BuyerDetails, Line, Payment, Placed, Shipment
from orders.intake import texts
from orders.intake.checking import Check, Progress, Style, address
from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.money import ZERO
from orders.intake.tables import Sheet, fold, grouped
from orders.words import ChannelKind

# The column names of EtsySoldOrderItems<year>.csv.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("Order ID",),
    "sale_date": ("Sale Date",),
    "title": ("Item Name",),
    "buyer": ("Buyer",),
    "email": ("Buyer Email", "Email", "E-mail"),
    "quantity": ("Quantity",),
    "price": ("Price",),
    "discount": ("Discount Amount",),
    "shipping_discount": ("Shipping Discount",),
    "shipping": ("Order Shipping", "Shipping"),
    "tax": ("Order Sales Tax", "Sales Tax"),
    "item_total": ("Item Total",),
    "currency": ("Currency",),
    "transaction": ("Transaction ID",),
    "date_paid": ("Date Paid",),
    "shipped": ("Date Shipped",),
    "ship_name": ("Ship Name",),
    "street1": ("Ship Address1",),
    "street2": ("Ship Address2",),
    "city": ("Ship City",),
    "region": ("Ship State",),
    "zip": ("Ship Zipcode",),
    "country": ("Ship Country",),
    "variations": ("Variations",),
    "order_type": ("Order Type",),
    "sku": ("SKU",),
    "listing_type": ("Listings Type",),
}
REQUIRED = ("number", "sale_date", "title", "price")
MONEY = ("price", "item_total", "shipping")
DATES = ("sale_date", "date_paid", "shipped")


class ItemCells(NamedTuple):
    """One row of the items file; the fields are the keys of COLUMNS."""

    number: str
    sale_date: str
    title: str
    buyer: str
    email: str
    quantity: str
    price: str
    discount: str
    shipping_discount: str
    shipping: str
    tax: str
    item_total: str
    currency: str
    transaction: str
    date_paid: str
    shipped: str
    ship_name: str
    street1: str
    street2: str
    city: str
    region: str
    zip: str
    country: str
    variations: str
    order_type: str
    sku: str
    listing_type: str


Rows = list[tuple[int, ItemCells]]


def key(cells: ItemCells) -> str:
    """What belongs together: the order's id."""
    return cells.number.strip()


def by_order(sheet: Sheet[ItemCells]) -> dict[str, Rows]:
    """The whole items file in memory, by Order ID, for joining; repeated texts are kept once."""
    found: dict[str, Rows] = {}
    for row, cells in sheet.rows():
        kept = ItemCells._make([intern(cell) for cell in cells])
        found.setdefault(key(kept), []).append((row, kept))
    return found


def orders(
    sheet: Sheet[ItemCells], style: Style, scattered: dict[str, int], progress: Progress
) -> Iterator[IncomingOrder | Problem]:
    """Every order of an items file that came alone."""
    for group in grouped(sheet, key, scattered):
        yield from items_order(group, Check(style, sheet.title))
        progress.done += len(group)


def items_order(rows: Rows, check: Check) -> Iterator[IncomingOrder | Problem]:
    """One order of its item rows alone: buyer, address and money are derived from them.

    Discount, shipping and tax belong to the order and stand on each of its rows; they count once.
    """
    rows = _once(rows)
    row = rows[0][0]
    placed = _placed(rows, check)
    paid_at = check.moment(row, "date_paid", _first(rows, "date_paid")) or placed.at
    shipped_at = check.moment(row, "shipped", _first(rows, "shipped"))
    payments = _payments(placed, paid_at)
    return check.result(
        lambda: IncomingOrder(
            row=row,
            placed=placed,
            payments=payments,
            shipments=(Shipment(order=placed.order, at=shipped_at),) if shipped_at else (),
        )
    )


def _payments(placed: Placed, paid_at: datetime) -> tuple[Payment, ...]:
    """Etsy lists items once they are sold and paid."""
    total = placed.total or ZERO
    reference = f"etsy:{placed.order}"
    return (
        (Payment(order=placed.order, at=paid_at, amount=total, reference=reference),)
        if total > 0
        else ()
    )


def _placed(rows: Rows, check: Check) -> Placed:
    row, head = rows[0]
    lines = lines_of(rows, check)
    shipping = max(check.amount(row, "shipping", head.shipping), ZERO)
    discount = abs(check.amount(row, "discount", head.discount))
    tax = check.amount(row, "tax", head.tax)
    value = sum((_item_total(number, cells, check) for number, cells in rows), ZERO)
    in_person = fold(head.order_type) in ("inperson", "square")
    return Placed(
        order=check.number(row, "number", head.number),
        at=check.placed_at(row, "sale_date", head.sale_date),
        channel=ChannelKind.IN_PERSON if in_person else ChannelKind.ETSY,
        currency=check.currency(row, "currency", head.currency),
        buyer=_buyer(head),
        address=address(
            name=texts.html_line(head.ship_name),
            street1=texts.html_line(head.street1),
            street2=texts.html_line(head.street2),
            city=texts.html_line(head.city),
            region=head.region,
            postcode=head.zip,
            country=head.country,
        ),
        lines=lines,
        shipping=shipping,
        tax=tax,
        discount=discount,
        total=check.total(row, "item_total", value - discount + shipping + tax),
    )


def _item_total(row: int, cells: ItemCells, check: Check) -> Decimal:
    """What a line cost. Three at 6.17 are 18.50 at Etsy, which rounds once: its sum counts."""
    told = check.money(row, "item_total", cells.item_total)
    if told is not None:
        return told
    price = check.amount(row, "price", cells.price)
    return price * check.quantity(row, "quantity", cells.quantity)


def lines_of(rows: Rows, check: Check) -> tuple[Line, ...]:
    """The lines of an order's item rows; a row repeated by overlapping files counts once."""
    lines = []
    for row, cells in _once(rows):
        quantity = check.quantity(row, "quantity", cells.quantity)
        title = texts.html_line(cells.title) or texts.line(cells.sku)
        if not title or quantity == 0:
            continue
        handed_over = fold(cells.order_type) in ("inperson", "square")
        lines.append(
            Line(
                title=title,
                sku=texts.line(cells.sku)[:200],
                quantity=quantity,
                unit_price=check.amount(row, "price", cells.price),
                variation=texts.html_line(cells.variations),
                needs_shipping=not handed_over and fold(cells.listing_type) != "download",
            )
        )
    return tuple(lines)


def _once(rows: Rows) -> Rows:
    """Each sold item once, by its transaction id (or, without one, by the whole row)."""
    seen: dict[object, tuple[int, ItemCells]] = {}
    for row, cells in rows:
        # The later row is the newer one, and stays in the place of the first.
        seen[cells.transaction.strip() or cells] = (row, cells)
    return list(seen.values())


def _first(rows: Rows, name: str) -> str:
    return next((text for _, cells in rows if (text := getattr(cells, name).strip())), "")


def _buyer(head: ItemCells) -> BuyerDetails:
    """`Adrian Dale (kp7)`, `tidepool88` or `guest`; the name itself is on the address."""
    told = texts.html_line(head.buyer)
    name, bracket, inside = told.rpartition(" (")
    if bracket and inside.endswith(")"):
        user = inside[:-1]
    else:
        name, user = ("", told) if " " not in told else (told, "")
    if user.casefold() == "guest":
        user = ""
    return BuyerDetails(
        name=name or texts.html_line(head.ship_name),
        email=texts.email(head.email),
        username=user[:200],
    )
