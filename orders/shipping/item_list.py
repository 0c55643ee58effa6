"""What a shop's items weigh and are, as a list that spreadsheets read and write."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orders.intake.money import BadValue, read_money
from orders.intake.tables import fold
from orders.models import ItemDetails, Order, OrderLine, Shop, Units
from orders.shipping.units import from_grams, to_grams

MOST_ROWS = 10_000
HEAVIEST_G = 100_000
COLUMNS = ("item", "weight", "description", "hs_code", "origin", "value")
# What people call the columns, folded; weights may name their unit.
NAMES = {
    "item": "item",
    "sku": "item",
    "title": "item",
    "artikel": "item",
    "weight": "weight",
    "gewicht": "weight",
    "weightg": "weight_g",
    "gewichtg": "weight_g",
    "weightoz": "weight_oz",
    "gewichtoz": "weight_oz",
    "description": "description",
    "beschreibung": "description",
    "hscode": "hs_code",
    "zolltarifnummer": "hs_code",
    "origin": "origin",
    "madein": "origin",
    "ursprung": "origin",
    "value": "value",
    "wert": "value",
}
RECENT_ORDERS = 500


class NoList(ValueError):
    """The file is no list of items; the message is a sentence for the seller."""


@dataclass(slots=True)
class ItemList:
    """The rows that can be saved, and what is wrong with the others as (row, sentence)."""

    items: list[ItemDetails] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_items(shop: Shop, data: bytes, units: str) -> ItemList:
    """The items of a CSV file, unsaved; a weight without a unit is in the shop's `units`.

    A column that the file does not have leaves alone what is known. Raises NoList.
    """
    reader = csv.reader(io.StringIO(_text(data)), dialect=_dialect(data))
    rows = ((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
    _number, header = next(rows, (0, []))
    names = [NAMES.get(fold(cell), "") for cell in header]
    if "item" not in names:
        raise NoList(
            _("The first row has to name the columns: %(columns)s.")
            % {"columns": ", ".join(COLUMNS)}
        )
    known = {details.item: details for details in ItemDetails.objects.filter(shop=shop)}
    found, seen = ItemList(), set()
    for number, row in islice(rows, MOST_ROWS):
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name}
        name = _unquoted(cells.pop("item", ""))
        try:
            if name in seen:
                raise BadValue(_("This item stands in the list twice."))
            found.items.append(
                _item(known.get(name) or ItemDetails(shop=shop, item=name), cells, units)
            )
            seen.add(name)
        except BadValue as wrong:
            found.problems.append((number, str(wrong)))
    return found


def save_items(items: Iterable[ItemDetails]) -> int:
    """Save the items, new and changed; how many."""
    rows = list(items)
    changeable = ["weight_g", "description", "hs_code", "origin", "value"]
    ItemDetails.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["shop", "item"], update_fields=changeable
    )
    return len(rows)


def write_items(shop: Shop, units: str) -> Iterable[list[str]]:
    """Every item of the shop as rows of text, below the names of the columns."""
    weight = "weight_oz" if units == Units.IMPERIAL else "weight_g"
    yield ["item", weight, *COLUMNS[2:]]
    for item in ItemDetails.objects.filter(shop=shop).iterator(chunk_size=1_000):
        yield [
            item.item,
            "" if item.weight_g is None else str(from_grams(item.weight_g, units)),
            item.description,
            item.hs_code,
            item.origin,
            "" if item.value is None else f"{item.value.normalize():f}",
        ]


def unknown_items(shop: Shop, limit: int) -> list[str]:
    """Items of the newest orders of which no weight is known, the most ordered first."""
    newest = Order.objects.filter(shop=shop).order_by("-placed_at")[:RECENT_ORDERS]
    lines = OrderLine.objects.filter(order__in=newest.values("pk"), needs_shipping=True)
    known = ItemDetails.objects.filter(shop=shop, weight_g__isnull=False)
    weighed = set(known.values_list("item", flat=True))
    counts: dict[str, int] = {}
    for line in lines.only("sku", "title", "quantity"):
        name = line.item[:300]
        if name not in weighed:
            counts[name] = counts.get(name, 0) + line.quantity
    return sorted(counts, key=lambda name: (-counts[name], name))[:limit]


def _item(item: ItemDetails, cells: dict[str, str], units: str) -> ItemDetails:
    """`item` with what the row says. Raises BadValue."""
    for column, unit in (
        ("weight", units),
        ("weight_g", Units.METRIC),
        ("weight_oz", Units.IMPERIAL),
    ):
        if column in cells:
            item.weight_g = _weight(cells[column], unit)
    if "value" in cells:
        item.value = read_money(cells["value"])
    item.description = _unquoted(cells.get("description", item.description))
    # Spreadsheets and customs write 7117.19 for 711719.
    item.hs_code = cells.get("hs_code", item.hs_code).replace(".", "").replace(" ", "")
    item.origin = cells.get("origin", item.origin).upper()
    try:
        item.full_clean(exclude=["shop"], validate_unique=False, validate_constraints=False)
    except ValidationError as wrong:
        first = next(iter(wrong.message_dict.items()))
        raise BadValue(f"{first[0]}: {first[1][0]}") from wrong
    return item


def _weight(text: str, units: str) -> int | None:
    amount = read_money(text)
    if amount is None:
        return None
    grams = to_grams(Decimal(amount), units)
    if not 0 < grams <= HEAVIEST_G:
        raise BadValue(_("“%(text)s” is no weight of an item.") % {"text": text[:40]})
    return grams


def _unquoted(text: str) -> str:
    """Without the apostrophe that keeps spreadsheets from taking a text for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\0", "")


def _dialect(data: bytes) -> type[csv.Dialect]:
    first = _text(data[:4096]).split("\n", 1)[0]

    class Found(csv.excel):
        delimiter = max(",;\t|", key=first.count)

    return Found
