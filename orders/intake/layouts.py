"""The layouts of spreadsheet files: whose they are, how they are told apart, what they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_noop

from orders.intake import (
    ebay,
    ebay_columns,
    etsy,
    etsy_items,
    generic,
    generic_columns,
    shopify,
    shopify_columns,
)
from orders.intake.tables import fold


@dataclass(frozen=True)
class Layout:
    """One kind of orders file."""

    name: str
    channel: str
    title: str
    # Folded header names; the file is of this layout when it has all names of one of these sets.
    telling: tuple[frozenset[str], ...]
    cells: type[Any]
    columns: Mapping[str, Sequence[str]]
    required: Sequence[str]
    money: Sequence[str]
    dates: Sequence[str]
    key: Callable[[Any], str]
    day_first: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that a column of this layout may have, folded."""
        return frozenset(fold(name) for names in self.columns.values() for name in names)


def _names(*names: str) -> frozenset[str]:
    return frozenset(fold(name) for name in names)


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        name="shopify",
        channel="shopify",
        title=gettext_noop("a Shopify orders export"),
        telling=(_names("Name", "Lineitem name"), _names("Name", "Lineitem quantity", "Total")),
        cells=shopify_columns.Cells,
        columns=shopify_columns.COLUMNS,
        required=shopify_columns.REQUIRED,
        money=shopify_columns.MONEY,
        dates=shopify_columns.DATES,
        key=shopify.key,
    ),
    Layout(
        name="etsy_items",
        channel="etsy",
        title=gettext_noop("Etsy's sold order items"),
        telling=(
            _names("Sale Date", "Item Name", "Order ID", "Transaction ID"),
            _names("Sale Date", "Item Name", "Order ID", "Listing ID"),
            _names("Sale Date", "Item Name", "Order ID", "Price"),
        ),
        cells=etsy_items.ItemCells,
        columns=etsy_items.COLUMNS,
        required=etsy_items.REQUIRED,
        money=etsy_items.MONEY,
        dates=etsy_items.DATES,
        key=etsy_items.key,
    ),
    Layout(
        name="etsy_orders",
        channel="etsy",
        title=gettext_noop("Etsy's sold orders"),
        telling=(
            _names("Sale Date", "Order ID", "Order Total"),
            _names("Sale Date", "Order ID", "Order Value"),
            _names("Sale Date", "Order ID", "Full Name"),
        ),
        cells=etsy.Cells,
        columns=etsy.COLUMNS,
        required=etsy.REQUIRED,
        money=etsy.MONEY,
        dates=etsy.DATES,
        key=etsy.key,
    ),
    Layout(
        name="ebay",
        channel="ebay",
        title=gettext_noop("an eBay orders report"),
        telling=(
            _names("Sales Record Number", "Sale Date"),
            _names("Sales Record Number", "Buyer Username"),
            _names("Order Number", "Buyer Username", "Sale Date"),
            _names("Order Number", "Item Title", "Sale Date"),
            _names("Verkaufsprotokollnummer", "Bestellnummer"),
            _names("Verkaufsprotokollnummer", "Verkaufsdatum"),
            _names("Bestellnummer", "Nutzername des Käufers", "Verkauft am"),
            _names("Bestellnummer", "Nutzername des Käufers", "Verkaufsdatum"),
        ),
        cells=ebay_columns.Cells,
        columns=ebay_columns.COLUMNS,
        required=("sale_date", "title", "total"),
        money=ebay_columns.MONEY,
        dates=ebay_columns.DATES,
        key=ebay.key,
    ),
    Layout(
        name="generic",
        channel="generic",
        title=gettext_noop("the general orders file"),
        telling=tuple(
            _names(order, placed)
            for order in generic_columns.COLUMNS["order"]
            for placed in generic_columns.COLUMNS["placed_at"]
        ),
        cells=generic_columns.Cells,
        columns=generic_columns.COLUMNS,
        required=generic_columns.REQUIRED,
        money=generic_columns.MONEY,
        dates=generic_columns.DATES,
        key=generic.key,
    ),
)

# Other files that sellers take for their orders.
OTHER_FILES: tuple[tuple[frozenset[str], str], ...] = (
    (
        _names("Payment ID", "Gross Amount", "Order ID"),
        gettext_noop("These are Etsy's payments: download Orders or Order Items instead."),
    ),
    (
        _names("Datum der Transaktionserstellung", "Typ"),
        gettext_noop("This is eBay's transactions report: download the orders report instead."),
    ),
    (
        _names("Transaction creation date", "Type"),
        gettext_noop("This is eBay's transactions report: download the orders report instead."),
    ),
    (
        _names("Handle", "Title", "Vendor"),
        gettext_noop("These are Shopify's products: export the orders instead."),
    ),
    (
        _names("Title", "Description", "Price", "Currency code"),
        gettext_noop("These are Etsy's listings: download Orders or Order Items instead."),
    ),
    (
        _names("First Name", "Last Name", "Accepts Email Marketing"),
        gettext_noop("These are Shopify's customers: export the orders instead."),
    ),
    (
        _names("Customer ID", "First Name", "Total Spent"),
        gettext_noop("These are Shopify's customers: export the orders instead."),
    ),
)

KNOWN_NAMES = frozenset().union(
    *(layout.names for layout in LAYOUTS), *(names for names, _ in OTHER_FILES)
)


def layout_of(header: Sequence[str]) -> Layout | None:
    """The layout of a file with this header; None when it is none of ours."""
    names = {fold(name) for name in header}
    for layout in LAYOUTS:
        if any(telling <= names for telling in layout.telling):
            return layout
    return None
