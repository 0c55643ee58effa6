"""eBay's orders report: one row per sale; several items make a summary row and a row per item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from orders.facts import Address, BuyerDetails, Line, ParcelLine, Payment, Placed, Shipment
from orders.intake import money, texts
from orders.intake.checking import Check, Progress, Style, address, is_on_delivery
from orders.intake.ebay_columns import Cells
from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.money import BLANKS, ZERO
from orders.intake.tables import Sheet, fold, grouped
from orders.words import ChannelKind, PaymentTerms

Rows = list[tuple[int, Cells]]
# The columns that say for whom something is; "FedEx" must stand before a bare "Ex" and so on.
CARRIERS = (
    "USPS",
    "UPS",
    "FedEx",
    "DHL",
    "DPD",
    "GLS",
    "Hermes",
    "Evri",
    "Royal Mail",
    "Parcelforce",
    "Yodel",
    "Deutsche Post",
    "Canada Post",
    "Australia Post",
    "La Poste",
    "Colissimo",
)


def key(cells: Cells) -> str:
    """What belongs together: the order number; sales without one go by their record number.

    Empty for rows that are no sale at all: the report's last lines.
    """
    if is_footer(cells):
        return ""
    number = cells.number.strip()
    return number if number not in BLANKS else f"#{cells.record.strip()}"


def is_footer(cells: Cells) -> bool:
    """Whether a row holds no sale: `3,record(s) downloaded,…`, `Seller ID : …`."""
    return not any(
        text.strip()
        for text in (cells.title, cells.sale_date, cells.total, cells.sold_for, cells.item)
    )


def orders(
    sheet: Sheet[Cells], style: Style, scattered: dict[str, int], progress: Progress
) -> Iterator[IncomingOrder | Problem]:
    """Every order of the report, or what is wrong with it."""
    for group in grouped(sheet, key, scattered):
        if key(group[0][1]):
            yield from _Order(group, Check(style, sheet.title)).read()
        progress.done += len(group)


class _Order:
    """One order's rows. Order columns may stand on any of them; the first filled cell counts."""

    def __init__(self, rows: Rows, check: Check) -> None:
        self.rows = rows
        self.check = check
        items = [(row, cells) for row, cells in rows if cells.title.strip() or cells.item.strip()]
        # Reports that overlap repeat a sale: by its transaction, or else by the whole row.
        once = {cells.transaction.strip() or cells: (row, cells) for row, cells in items}
        self.items = list(once.values())
        # A sale of one item has everything on its own row, and no summary.
        self.has_summary = len(items) < len(rows)

    def read(self) -> Iterator[IncomingOrder | Problem]:
        check = self.check
        placed = self._placed()
        paid_at = check.moment(*self._first("paid_on"))
        method = texts.line(self._text("method"))[:100]
        refunded = check.amount(*self._first("refunded"))
        payments = self._payments(placed, paid_at, method)
        shipments = self._shipments(placed)
        record = texts.line(self._text("record"))
        cancelled = fold(self._text("state")).startswith(("cancel", "storn", "abgebroch"))
        return check.result(
            lambda: IncomingOrder(
                row=self.rows[0][0],
                placed=placed,
                former_number=record if record != placed.order else "",
                payments=payments,
                shipments=shipments,
                refunded=abs(refunded),
                cancelled=cancelled,
            )
        )

    def _first(self, name: str) -> tuple[int, str, str]:
        """Row, field and text of the first filled cell of a column."""
        for row, cells in self.rows:
            text = getattr(cells, name).strip()
            if text not in BLANKS:
                return row, name, text
        return self.rows[0][0], name, ""

    def _text(self, name: str) -> str:
        return self._first(name)[2]

    def _placed(self) -> Placed:
        check, text = self.check, self._text
        number = self._first("number")
        if not number[2]:
            number = self._first("record")
        shipping = self._money("shipping")
        total = self._money("total")
        lines = self._lines(total)
        tax = check.amount(*self._first("seller_tax"))
        if fold(text("tax_included")) not in ("no", "nein"):
            tax += self._amount("ebay_tax") + self._amount("ebay_charges")
        return Placed(
            order=check.number(*number),
            at=check.placed_at(*self._first("sale_date")),
            channel=ChannelKind.EBAY,
            currency=self._currency(),
            terms=PaymentTerms.ON_DELIVERY
            if is_on_delivery(text("method"))
            else PaymentTerms.PREPAID,
            ship_by=check.day(*self._first("ship_by")),
            buyer=BuyerDetails(
                name=texts.html_line(text("buyer_name")) or texts.html_line(text("ship_name")),
                email=texts.email(text("email")),
                username=texts.line(text("username"))[:200],
            ),
            address=self._address(),
            lines=lines,
            shipping=shipping or ZERO,
            tax=tax,
            total=check.total(*self._first("total")[:2], total),
            note=texts.note(text("note")),
        )

    def _money(self, name: str) -> Decimal | None:
        """The order's amount: the summary row's; where that says nothing, the items' sum."""
        summaries = [pair for pair in self.rows if pair not in self.items]
        for rows in (summaries, self.items):
            found = [
                amount
                for row, cells in rows
                if (amount := self.check.money(row, name, getattr(cells, name))) is not None
            ]
            if found:
                return sum(found, ZERO) if rows is self.items else found[0]
        return None

    def _amount(self, name: str) -> Decimal:
        return self._money(name) or ZERO

    def _currency(self) -> str:
        told = self._text("currency")
        if told:
            return self.check.currency(*self._first("currency"))
        own = self.check.style.currency
        for name in ("total", "sold_for", "shipping"):
            if code := money.currency_told(self._text(name), own):
                return code
        return own

    def _address(self) -> Address:
        """Where it goes; older reports name the buyer's own address only."""
        text = self._text
        to = "ship" if text("ship_street1") or text("ship_city") else "buyer"
        return address(
            name=texts.html_line(text(f"{to}_name")) or texts.html_line(text("buyer_name")),
            street1=texts.html_line(text(f"{to}_street1")),
            street2=texts.html_line(text(f"{to}_street2")),
            city=texts.html_line(text(f"{to}_city")),
            region=text(f"{to}_region"),
            postcode=text(f"{to}_zip"),
            country=text(f"{to}_country"),
        )

    def _lines(self, total: Decimal | None) -> tuple[Line, ...]:
        """The items with the price of one: what "Sold for" means is told by the order's sums."""
        check = self.check
        read = [
            (
                cells,
                check.quantity(row, "quantity", cells.quantity),
                check.amount(row, "sold_for", cells.sold_for),
            )
            for row, cells in self.items
        ]
        if not read:
            row, name, text = self._first("title")
            check.reject(
                row, name, text, gettext("The order's items are missing: export it again.")
            )
        per_line = self._is_per_line([(quantity, price) for _, quantity, price in read], total)
        return tuple(
            Line(
                title=texts.html_line(cells.title) or texts.line(cells.item),
                sku=texts.line(cells.sku)[:200],
                quantity=quantity,
                unit_price=money.to_cents(price / quantity) if per_line and quantity else price,
                variation=texts.html_line(cells.variation).strip("[]"),
            )
            for cells, quantity, price in read
            if quantity
        )

    def _is_per_line(self, sold: list[tuple[int, Decimal]], total: Decimal | None) -> bool:
        """Whether "Sold for" is the price of the whole line, as in some layouts."""
        if all(quantity == 1 for quantity, _ in sold):
            return False
        each = sum((quantity * price for quantity, price in sold), ZERO)
        together = sum((price for _, price in sold), ZERO)
        if self.has_summary:
            row, cells = next(pair for pair in self.rows if pair not in self.items)
            goods = self.check.money(row, "sold_for", cells.sold_for)
            if goods is not None:
                return goods == together != each
        rest = self._amount("shipping") + self._amount("ebay_tax")
        fits = {together, together + rest, together + self._amount("shipping")}
        return total is not None and total in fits and total < each

    def _payments(
        self, placed: Placed, paid_at: datetime | None, method: str
    ) -> tuple[Payment, ...]:
        """Paid in full on the day of payment; without that day the sale waits for its money."""
        total = placed.grand_total
        if paid_at is None or total <= 0:
            return ()
        reference = f"ebay:{placed.order}"
        return (
            Payment(
                order=placed.order, at=paid_at, amount=total, reference=reference, method=method
            ),
        )

    def _shipments(self, placed: Placed) -> tuple[Shipment, ...]:
        """One parcel per tracking number, counted by the day of shipping."""
        sent = sorted(self._sent(placed).items(), key=lambda parcel: parcel[1].at)
        # A single item in a single parcel is everything there is.
        everything = len(sent) == 1 and len(self.items) < 2
        return tuple(
            Shipment(
                order=placed.order,
                at=parcel.at,
                parcel=str(count),
                carrier=carrier_of(parcel.service),
                service=parcel.service,
                tracking_code=code,
                lines=None if everything else parcel.lines(),
            )
            for count, (code, parcel) in enumerate(sent, 1)
        )

    def _sent(self, placed: Placed) -> dict[str, _Parcel]:
        """Parcels by tracking number. Item rows tell what is in each.

        What the summary row alone tells stands for everything.
        """
        check, sent = self.check, dict[str, _Parcel]()
        default_at = check.moment(*self._first("shipped_on"))
        for row, cells in self.items:
            at = check.moment(row, "shipped_on", cells.shipped_on.strip("- "))
            for code in _codes(cells.tracking) or ([""] if at else []):
                service = texts.line(cells.service)[:100]
                parcel = sent.setdefault(
                    code, _Parcel(at or default_at or placed.at, service, Counter())
                )
                item = texts.line(cells.sku)[:200] or texts.html_line(cells.title)
                if code == (_codes(cells.tracking) or [""])[0]:
                    parcel.inside[item] += check.quantity(row, "quantity", cells.quantity)
        if not sent:
            codes = _codes(self._text("tracking"))
            at = default_at or (placed.at if codes else None)
            if at is not None:
                service = texts.line(self._text("service"))[:100]
                return {code: _Parcel(at, service, Counter()) for code in codes or [""]}
        return sent


@dataclass
class _Parcel:
    """What one parcel's rows tell; `inside` counts items by SKU or title."""

    at: datetime
    service: str
    inside: Counter[str]

    def lines(self) -> tuple[ParcelLine, ...] | None:
        """What is in it; None when no row says so."""
        return tuple(ParcelLine(*pair) for pair in self.inside.items()) or None


def _codes(text: str) -> list[str]:
    """The tracking numbers in a cell; sellers put several, parted by commas or semicolons."""
    parts = text.replace(";", ",").replace("|", ",").split(",")
    return [code for part in parts if (code := texts.line(part)[:100]) and code not in BLANKS]


def carrier_of(service: str) -> str:
    """The carrier that a service's name begins with or holds; empty when it names none."""
    words = f" {service.casefold()} "
    return next((name for name in CARRIERS if f" {name.casefold()} " in words), "")
