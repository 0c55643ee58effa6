"""Importing: an orders file of 100,000 rows, the first time and again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench import files
from bench.ground import make_database, race, run_sql
from bench.report import Case, Contender, Role, show
from orders.shops import create_shop

ROWS = 100_000
TABLES = "orders_order, orders_buyer, orders_earlyfact, bench_plainorder"


def run(folder: Path, *, quick: bool, rounds: int) -> None:
    """Measure and show; `rounds` 0 takes the usual number."""
    rows = ROWS // 10 if quick else ROWS
    rounds = rounds or (1 if quick else 3)
    make_database("imports")
    create_shop("bench", timezone="Europe/Berlin", country="DE")
    generic, shopify = folder / "generic.csv", folder / "shopify.csv"
    files.generic(generic, rows)
    shopify_orders = files.shopify(shopify, rows)
    show(_first_time(generic, rows).measure(rounds))
    show(_ours_twice("shopify", shopify, shopify_orders, rows).measure(rounds))
    show(_ours_twice("generic", generic, rows, rows).measure(rounds))


def _first_time(path: Path, rows: int) -> Case:
    looped = min(rows, 5_000)
    plain = "django-import-export"
    case = Case("import", f"{rows:,} rows, one order each", "orders/s", [])
    for name, role, task, orders, rounds in (
        ("csv, checks, COPY into one table", Role.LIMIT, ["copy", path], rows, None),
        (f"{plain} (bulk)", Role.PEER, ["import_export", path, rows, "bulk"], rows, 1),
        (f"{plain} ({looped:,} rows)", Role.PEER, ["import_export", path, looped, ""], looped, 1),
        ("import_orders, into all tables", Role.OURS, ["ours", "generic", path], rows, None),
    ):
        contender = Contender(name, role, lambda: 0.0, rounds)
        contender.measure = _measuring(contender, task, orders, {"created": orders})
        case.contenders.append(contender)
    return case


def _ours_twice(channel: str, path: Path, orders: int, rows: int) -> Case:
    """The same file again follows each first time; both are measured."""
    first = Contender("the first time", Role.OURS, lambda: 0.0)
    again = Contender("the same file again", Role.OURS, lambda: 0.0)
    task: list[object] = ["ours", channel, path]
    import_it = _measuring(first, task, orders, {"created": orders})
    import_again = _measuring(again, task, orders, {"unchanged": orders}, keep=True)

    def both() -> float:
        rate = import_it()
        again.values.append(import_again())
        return rate

    first.measure = both
    again.rounds = 0
    name = f"{channel}, {rows:,} rows, {orders:,} orders"
    return Case("import", name, "orders/s", [first, again])


def _measuring(
    contender: Contender,
    task: list[object],
    orders: int,
    expected: dict[str, int],
    *,
    keep: bool = False,
) -> Callable[[], float]:
    """Orders a second; notes the highest memory use of the process that imported."""

    def measure() -> float:
        if not keep:
            run_sql(f"TRUNCATE {TABLES} CASCADE")
        run_sql("VACUUM (ANALYZE)", "CHECKPOINT")
        run = race([["importers", *task]])
        counted = {name: count for name, count in run.results[0].items() if count}
        if counted != expected:
            raise RuntimeError(f"{contender.name}: {counted}, not {expected}.")
        contender.peak_mb = max(contender.peak_mb or 0.0, run.peak_mb)
        return orders / run.seconds

    return measure
