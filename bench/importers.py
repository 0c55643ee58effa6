"""The ways to import an orders file that are compared; each runs in a process of its own."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
COLUMNS = (
    "order placed_at channel buyer_name buyer_email currency item sku quantity unit_price"
    " shipping total paid_at street1 city postcode country"
).split()


def ours(channel: str, path: str) -> dict[str, int]:
    """`load_orders`, as the command `import_orders` calls it."""
    from orders.intake.load import load_orders
    from orders.models import Shop

    report = load_orders(Shop.objects.get(slug="bench"), channel, Path(path), now=NOW)
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
    }


def copy(path: str) -> dict[str, int]:
    """The same checks of each value, then COPY into one plain table."""
    created = 0
    connection.ensure_connection()
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    command = f"COPY bench_plainorder ({columns}) FROM STDIN"
    with (
        Path(path).open(newline="", encoding="utf-8") as stream,
        connection.connection.cursor() as cursor,
        cursor.copy(command) as copying,
    ):
        for row in csv.DictReader(stream):
            copying.write_row(_checked(row))
            created += 1
    return {"created": created}


def _checked(row: dict[str, str]) -> list[Any]:
    """The values of COLUMNS; raises ValueError or ArithmeticError for what is none."""
    if not row["order"].strip() or "@" not in row["buyer_email"]:
        raise ValueError(row["order"])
    values: dict[str, Any] = {name: row[name].strip() for name in COLUMNS}
    for name in ("placed_at", "paid_at"):
        values[name] = datetime.fromisoformat(f"{row[name]}+00:00") if row[name] else None
    for name in ("unit_price", "shipping", "total"):
        values[name] = Decimal(row[name])
    values["quantity"] = int(row["quantity"])
    if values["quantity"] < 1 or values["total"] < 0 or len(values["currency"]) != 3:
        raise ValueError(row["order"])
    return list(values.values())


def import_export(path: str, rows: str, is_bulk: str) -> dict[str, int]:
    """django-import-export, into the plain table; in its bulk mode or as it comes."""
    import tablib
    from import_export import resources

    from bench.models import PlainOrder

    class OrderResource(resources.ModelResource):  # type: ignore[misc]
        class Meta:
            model = PlainOrder
            fields = COLUMNS
            import_id_fields = ("order",)
            use_bulk = is_bulk == "bulk"
            batch_size = 1000

    with Path(path).open(newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream)
        data = tablib.Dataset(headers=COLUMNS)
        for row in islice(reader, int(rows)):
            data.append([row[name] for name in COLUMNS])
    result = OrderResource().import_data(data, raise_errors=True)
    return {"created": result.totals["new"]}
