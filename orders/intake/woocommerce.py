"""WooCommerce's orders as its REST interface (v2, v3) gives them: JSON, one object or a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, gettext_noop

from orders.facts import Address, BuyerDetails, Payment, Placed, Scan, Shipment
from orders.intake import texts, times
from orders.intake.checking import Check, Progress, Style, address, is_on_delivery, quote
from orders.intake.incoming import IncomingOrder, Problem, UnreadableFile
from orders.intake.json_kinds import UNKNOWN, kind_of_json
from orders.intake.json_records import BrokenJson, Record, read_records
from orders.intake.money import ZERO, BadValue
from orders.intake.woocommerce_lines import (
    lines_of,
    members,
    objects,
    text_of,
    trackings_of,
)
from orders.words import ChannelKind, PaymentTerms, ScanStatus

# Orders that were paid, unless they are to be paid on delivery.
# Source: https://woocommerce.com/document/managing-orders/order-statuses/
PAID = frozenset({"processing", "completed", "refunded"})
# Drafts of the editor and of the check-out, and what lies in the bin: no orders.
NO_ORDERS = frozenset({"draft", "auto-draft", "checkout-draft", "trash", "new"})
# States that shipping extensions add.
SHIPPED = frozenset({"completed", "shipped", "dispatched", "delivered", "sent"})
BROKEN = gettext_noop(
    "The file breaks off or is damaged here: export it again. What stands before is read."
)


def orders(path: Path, style: Style, progress: Progress) -> Iterator[IncomingOrder | Problem]:
    """Every order of the file, or what is wrong with it.

    Raises UnreadableFile when the first record is broken or no order; a later one that is
    becomes a Problem of its own.
    """
    records = read_records(path, progress)
    count = 0
    while True:
        try:
            record = next(records, None)
        except BrokenJson as error:
            if count == 0:
                raise UnreadableFile(
                    gettext("This is not a whole JSON file: export the orders again.")
                ) from error
            yield Problem(count + 1, "", "", gettext(BROKEN))
            return
        if record is None:
            break
        count = record.number
        yield from _read(record, style, first=count == 1)
    if count == 0:
        raise UnreadableFile(gettext("The file holds an empty list: there are no orders in it."))


def _read(record: Record, style: Style, *, first: bool) -> Iterator[IncomingOrder | Problem]:
    kind = kind_of_json(record.value)
    if kind != "woocommerce":
        sentence = kind or gettext(UNKNOWN)
        if first:
            raise UnreadableFile(sentence)
        yield Problem(record.number, "", quote(str(record.value)), sentence)
    elif "delete" in record.path:
        number = text_of(record.value, "number") or text_of(record.value, "id")
        deleted = gettext("This order was deleted in the shop; it is left out.")
        yield Problem(record.number, "delete", number, deleted)
    else:
        check = Check(style, title=lambda name: name)
        yield from _Order(record.number, record.value, check).read()


class _Order:
    """One order's JSON. Numbers may come as texts, texts as numbers, and anything as null."""

    def __init__(self, row: int, data: dict[str, Any], check: Check) -> None:
        self.row = row
        self.data = data
        self.check = check
        self.status = self._text("status").lower().removeprefix("wc-")

    def read(self) -> Iterator[IncomingOrder | Problem]:
        if self.status in NO_ORDERS:
            draft = gettext("This is a draft, not an order: it is left out.")
            self.check.reject(self.row, "status", self.status, draft)
            return self.check.result(_nothing)
        placed = self._placed()
        payments = self._payments(placed)
        shipments = self._shipments(placed, payments)
        refunded = self._refunded(placed)
        delivered = self._delivered(placed, shipments)
        return self.check.result(
            lambda: IncomingOrder(
                row=self.row,
                placed=placed,
                payments=payments,
                shipments=shipments,
                scans=delivered,
                refunded=refunded,
                cancelled=self.status == "cancelled",
            )
        )

    def _text(self, name: str) -> str:
        return text_of(self.data, name)

    def _amount(self, name: str) -> Decimal:
        return self.check.amount(self.row, name, self._text(name))

    def _moment(self, name: str) -> datetime | None:
        """`<name>_gmt` is UTC without saying so; `<name>` alone is the shop's local time."""
        utc = self._text(f"{name}_gmt")
        if not utc:
            return self.check.moment(self.row, name, self._text(name))
        try:
            return times.read_utc(utc)
        except BadValue as error:
            self.check.reject(self.row, f"{name}_gmt", utc, str(error))
            return None

    def _placed(self) -> Placed:
        check, row = self.check, self.row
        at = self._moment("date_created")
        if at is None and not check.problems:
            missing = gettext("The order's date is missing: export it again.")
            check.reject(row, "date_created", "", missing)
        billing = members(self.data, "billing")
        total = check.total(row, "total", check.money(row, "total", self._text("total")))
        if total is None and not check.problems:
            missing = gettext("The order's total is missing: export it again.")
            check.reject(row, "total", "", missing)
        return Placed(
            order=check.number(row, "number", self._text("number") or self._text("id")),
            at=at or datetime.min.replace(tzinfo=UTC),
            channel=ChannelKind.WOOCOMMERCE,
            currency=check.currency(row, "currency", self._text("currency")),
            terms=self._terms(),
            buyer=BuyerDetails(
                name=_name(billing) or _name(members(self.data, "shipping")),
                email=texts.email(text_of(billing, "email")),
                language=self._language(),
            ),
            address=self._address(billing),
            lines=lines_of(self.data, row, check),
            shipping=self._amount("shipping_total"),
            tax=self._amount("total_tax"),
            discount=abs(self._amount("discount_total")),
            total=total,
            note=texts.note(self._text("customer_note")),
        )

    def _terms(self) -> PaymentTerms:
        method = f"{self._text('payment_method')} {self._text('payment_method_title')}"
        return PaymentTerms.ON_DELIVERY if is_on_delivery(method) else PaymentTerms.PREPAID

    def _language(self) -> str:
        """What translation extensions keep: WPML, Polylang and the like."""
        for entry in objects(self.data, "meta_data"):
            if text_of(entry, "key") in ("wpml_language", "_wpml_language", "trp_language", "lang"):
                return texts.line(text_of(entry, "value")).replace("_", "-")[:12]
        return ""

    def _address(self, billing: dict[str, Any]) -> Address:
        """Where it goes; an order without a shipping address goes to the billing address."""
        to = members(self.data, "shipping")
        if not any(text_of(to, name) for name in ("address_1", "address_2", "city", "postcode")):
            to = billing
        return address(
            name=_name(to),
            street1=texts.html_line(text_of(to, "address_1")),
            street2=texts.html_line(text_of(to, "address_2")),
            company=texts.html_line(text_of(to, "company")),
            city=texts.html_line(text_of(to, "city")),
            region=texts.html_line(text_of(to, "state")),
            postcode=text_of(to, "postcode"),
            country=text_of(to, "country"),
        )

    def _payments(self, placed: Placed) -> tuple[Payment, ...]:
        """Paid on the day of payment; a paid state without one counts from placing.

        On delivery the money is there when the order is completed.
        """
        paid_at = self._moment("date_paid")
        if paid_at is None and self.status in PAID:
            if placed.terms == PaymentTerms.PREPAID:
                paid_at = placed.at
            elif self.status != "processing":
                paid_at = self._moment("date_completed") or placed.at
        if paid_at is None or not placed.total:
            return ()
        return (
            Payment(
                order=placed.order,
                at=paid_at,
                amount=placed.total,
                reference=f"woocommerce:{placed.order}",
                method=texts.html_line(self._text("payment_method_title"))[:100],
            ),
        )

    def _shipments(self, placed: Placed, payments: tuple[Payment, ...]) -> tuple[Shipment, ...]:
        """One parcel per tracking number; without any, one when the order is completed."""
        completed_at = self._moment("date_completed")
        paid_at = payments[0].at if payments else None
        usual_at = completed_at or paid_at or placed.at
        trackings = trackings_of(self.data)
        if not trackings:
            if self.status not in SHIPPED or not any(x.needs_shipping for x in placed.lines):
                return ()
            return (Shipment(order=placed.order, at=usual_at),)
        return tuple(
            Shipment(
                order=placed.order,
                at=_shipped_at(tracking.shipped, self.check, self.row) or usual_at,
                parcel=str(count),
                carrier=tracking.carrier,
                tracking_code=tracking.code,
            )
            for count, tracking in enumerate(trackings, 1)
        )

    def _delivered(self, placed: Placed, shipments: tuple[Shipment, ...]) -> tuple[Scan, ...]:
        if self.status != "delivered":
            return ()
        at = self._moment("date_completed") or self._moment("date_modified") or placed.at
        return tuple(
            Scan(order=placed.order, at=at, parcel=x.parcel, status=ScanStatus.DELIVERED)
            for x in shipments
        )

    def _refunded(self, placed: Placed) -> Decimal:
        """The sum of the refunds, which WooCommerce writes as negative totals."""
        refunds = objects(self.data, "refunds")
        sums = [
            abs(self.check.amount(self.row, "refunds.total", text_of(refund, "total")))
            for refund in refunds
        ]
        if not sums and self.status == "refunded":
            return placed.total or ZERO
        return sum(sums, ZERO)


def _nothing() -> IncomingOrder:
    raise AssertionError("a draft always has a problem")


def _name(person: dict[str, Any]) -> str:
    return texts.html_line(f"{text_of(person, 'first_name')} {text_of(person, 'last_name')}")


def _shipped_at(text: str, check: Check, row: int) -> datetime | None:
    """A tracking's date: seconds since 1970, or a day. Midnight UTC stands for the day alone."""
    if text.isdigit() and len(text) in (9, 10):
        moment = datetime.fromtimestamp(int(text), UTC)
        if moment.time() != time(0):
            return moment
        text = moment.date().isoformat()
    return check.moment(row, "shipment_trackings.date_shipped", text)
