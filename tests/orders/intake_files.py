"""Reading orders files in tests: from tests/data, from text, or from real exports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from orders.intake.incoming import IncomingOrder, Problem
from orders.intake.readers import read_orders

OWN = Path(__file__).parent.parent / "data" / "intake"
BERLIN = ZoneInfo("Europe/Berlin")


def read(
    channel: str, path: Path, items: Path | None = None, currency: str = "EUR"
) -> tuple[dict[str, IncomingOrder], list[Problem]]:
    """The orders of a file by number, and its problems."""
    found = list(read_orders(channel, path, zone=BERLIN, currency=currency, items=items))
    orders = [each for each in found if isinstance(each, IncomingOrder)]
    by_number = {order.placed.order: order for order in orders}
    assert len(by_number) == len(orders)
    return by_number, [each for each in found if isinstance(each, Problem)]


def write(folder: Path, text: str | bytes, name: str = "orders.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def utc(text: str) -> datetime:
    """A moment, written short: `2026-03-01 11:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
