"""The door of the package: a file of a channel, read into orders and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_noop

from orders.intake import ebay, etsy, etsy_items, generic, shopify, woocommerce
from orders.intake.checking import Check, Progress, Style
from orders.intake.incoming import IncomingOrder, Problem, UnreadableFile
from orders.intake.json_kinds import kind_of_json
from orders.intake.json_records import BrokenJson, read_records
from orders.intake.layouts import KNOWN_NAMES, LAYOUTS, OTHER_FILES, Layout, layout_of
from orders.intake.tables import (
    Sheet,
    Survey,
    Table,
    find_encoding,
    fold,
    open_table,
    open_text,
    survey,
)

CHANNELS = ("etsy", "ebay", "shopify", "woocommerce", "generic")
# Channels whose one file is one sheet.
READERS: dict[str, Callable[..., Iterator[IncomingOrder | Problem]]] = {
    "shopify": shopify.orders,
    "ebay": ebay.orders,
    "generic": generic.orders,
}
NO_ORDERS = gettext_noop(
    "The file has a header but no orders below it: export a period with orders."
)
HOW = {
    "etsy": gettext_noop("in Etsy, use Shop Manager, Settings, Options, Download data."),
    "ebay": gettext_noop("in eBay's Seller Hub, use Orders, Download report."),
    "shopify": gettext_noop("in Shopify, use Orders, Export, plain CSV file."),
    "generic": gettext_noop("start from the template; order and placed_at are needed."),
}


class Reading(Iterator[IncomingOrder | Problem]):
    """The orders and problems of a file, one by one; `progress` tells how far it is.

    Closing it closes the file.
    """

    def __init__(
        self, channel: str, found: Iterator[IncomingOrder | Problem], progress: Progress
    ) -> None:
        self.channel = channel
        self.progress = progress
        self._found = found

    def __next__(self) -> IncomingOrder | Problem:
        return next(self._found)


def read_orders(
    channel: str, path: Path, *, zone: ZoneInfo, currency: str, items: Path | None = None
) -> Reading:
    """Read an orders file of a channel (one of CHANNELS).

    `zone` and `currency` are the shop's: for dates without a zone and files without a currency.
    `items` is Etsy's second file; the two may be given in either order.
    Raises UnreadableFile at once, before the first order, with one sentence for the seller; after
    that only when a CSV file turns out to be damaged in its middle.
    """
    if channel not in CHANNELS:
        raise UnreadableFile(
            gettext("There is no channel “%(channel)s”: choose one of %(channels)s.")
            % {"channel": channel, "channels": ", ".join(CHANNELS)}
        )
    if items is not None and channel != "etsy":
        raise UnreadableFile(gettext("Only Etsy has a second file of items: leave it out."))
    style = Style(zone, currency)
    progress = Progress()
    if channel == "woocommerce":
        refuse_tables(path)
        found = woocommerce.orders(path, style, progress)
    elif channel == "etsy":
        found = _etsy(path, items, style, progress)
    else:
        found = _table(channel, path, style, progress)
    # Reading the first now brings an unreadable file to light before anything is stored.
    first = next(found, None)
    if first is None:
        raise UnreadableFile(gettext(NO_ORDERS))
    return Reading(channel, chain([first], found), progress)


def recognise_channel(path: Path) -> str | None:
    """Whose export a file is, by its header or its JSON; None when it is nobody's.

    Raises UnreadableFile for pictures, empty files and the like.
    """
    if looks_like_json(path):
        kind = _json_kind(path)
        return kind if kind in CHANNELS else None
    layout = layout_of(open_table(path, KNOWN_NAMES).header)
    return None if layout is None else layout.channel


def _table(
    channel: str, path: Path, style: Style, progress: Progress
) -> Iterator[IncomingOrder | Problem]:
    sheet, layout = _sheet(channel, path)
    style, found = _survey(sheet, layout, style, progress)
    return READERS[channel](sheet, style, found.scattered, progress)


def _etsy(
    path: Path, items: Path | None, style: Style, progress: Progress
) -> Iterator[IncomingOrder | Problem]:
    """One of Etsy's files, or both joined, whichever was named first."""
    sheets = {}
    for each in (path, items):
        if each is not None:
            sheet, layout = _sheet("etsy", each)
            if layout.name in sheets:
                raise UnreadableFile(
                    gettext("Both files are %(file)s: give the other one, or one file alone.")
                    % {"file": gettext(layout.title)}
                )
            sheets[layout.name] = (sheet, layout)
    if "etsy_orders" not in sheets:
        sheet, layout = sheets["etsy_items"]
        style, found = _survey(sheet, layout, style, progress)
        return etsy_items.orders(sheet, style, found.scattered, progress)
    sheet, layout = sheets["etsy_orders"]
    own_style, found = _survey(sheet, layout, style, progress)
    if "etsy_items" not in sheets:
        return etsy.orders(sheet, own_style, found.scattered, progress)
    other, other_layout = sheets["etsy_items"]
    items_style, items_found = _survey(other, other_layout, style, Progress())
    progress.total = found.rows + items_found.rows
    return etsy.orders(
        sheet,
        own_style,
        found.scattered,
        progress,
        etsy_items.by_order(other),
        Check(items_style, other.title),
    )


def _sheet(channel: str, path: Path) -> tuple[Sheet[Any], Layout]:
    """The file as the channel's sheet. Raises UnreadableFile when it is another's or none."""
    if looks_like_json(path):
        kind = _json_kind(path)
        if kind == "woocommerce":
            raise UnreadableFile(
                gettext("This looks like WooCommerce orders: choose channel woocommerce.")
            )
        how = gettext("This is JSON, but these orders come as CSV: %(how)s")
        raise UnreadableFile(kind or how % {"how": gettext(HOW[channel])})
    table = open_table(path, KNOWN_NAMES)
    layout = layout_of(table.header)
    if layout is None:
        raise UnreadableFile(_unknown(channel, table))
    if layout.channel != channel:
        raise _another_layout(layout)
    sheet: Sheet[Any] = Sheet(table, layout.cells, layout.columns)
    missing = [sheet.title(name) for name in layout.required if not sheet.has(name)]
    if missing:
        raise UnreadableFile(_lacks(missing[0]))
    return sheet, layout


def _survey(
    sheet: Sheet[Any], layout: Layout, style: Style, progress: Progress
) -> tuple[Style, Survey]:
    """The file's own style, where it shows one; else that of its layout."""
    found = survey(sheet, layout.key, layout.money, layout.dates)
    if found.rows == 0:
        raise UnreadableFile(gettext(NO_ORDERS))
    progress.total = found.rows
    comma, day_first = found.decimal_comma, found.day_first
    if comma is None:
        # A comma cannot part the cells and the cents of unquoted amounts: such files are European.
        comma = sheet.table.separator == ";"
    if day_first is None:
        day_first = layout.day_first or (comma and layout.channel == "generic")
    return Style(style.zone, style.currency, comma, day_first), found


def _unknown(channel: str, table: Table) -> str:
    """Why a file with an unknown header cannot be read, as precisely as can be told."""
    names = {fold(name) for name in table.header}
    for telling, sentence in OTHER_FILES:
        if telling <= names:
            return gettext(sentence)
    wanted = [layout for layout in LAYOUTS if layout.channel == channel]
    nearest = max(wanted, key=lambda layout: len(names & layout.names))
    if len(names & nearest.names) >= 3:
        for field in nearest.required:
            if not {fold(name) for name in nearest.columns[field]} & names:
                return _lacks(nearest.columns[field][0])
    return gettext("No header of an orders export was found in this file: %(how)s") % {
        "how": gettext(HOW[channel])
    }


def _lacks(column: str) -> str:
    return gettext(
        "The column “%(column)s” is missing: export the file again with all its columns."
    ) % {"column": column}


def _another_layout(layout: Layout) -> UnreadableFile:
    return UnreadableFile(
        gettext("This looks like %(file)s: choose channel %(channel)s.")
        % {"file": gettext(layout.title), "channel": layout.channel}
    )


def looks_like_json(path: Path) -> bool:
    """Whether a text file begins as JSON does. Raises UnreadableFile for files that are no text."""
    encoding, _ = find_encoding(path)
    with open_text(path, encoding) as text:
        start = text.read(4096).lstrip("\ufeff \t\r\n")
    return start[:1] in ("{", "[") and bool(start)


def _json_kind(path: Path) -> str | None:
    try:
        record = next(read_records(path, Progress()), None)
    except BrokenJson:
        return None
    return None if record is None else kind_of_json(record.value)


def refuse_tables(path: Path) -> None:
    """Raise UnreadableFile for spreadsheets where WooCommerce's JSON is wanted."""
    if looks_like_json(path):
        return
    layout = layout_of(open_table(path, KNOWN_NAMES).header)
    if layout is not None:
        raise _another_layout(layout)
    raise UnreadableFile(
        gettext(
            "This is not JSON: WooCommerce orders are read as its REST interface gives them "
            "(wc/v3/orders)."
        )
    )
