"""Order files to import, made with a seed: the same on every machine."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orders.intake.generic_columns import Cells

SEED = 7
FIRST = datetime(2025, 11, 1, 8, 0, tzinfo=UTC)
TOWNS = (("Aarhus", "8000", "DK"), ("Berlin", "10115", "DE"), ("Holyoke", "01040", "US"))
NAMES = ("Zoë Ørsted", "Ada Example", "Grace Muster", "José Núñez", "Mary-Ann O’Neill")
ITEMS = ("Lucky bead", "Mug “Good morning”", "Alder scarf, blue", "Gift box")
SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,"
    "Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Lineitem requires shipping,Lineitem fulfillment status,"
    "Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Province,"
    "Shipping Country,Payment Method,Refunded Amount"
).split(",")


def generic(path: Path, rows: int) -> None:
    """One order a row, as our own template has it; four of five paid, three of five shipped."""
    chance = random.Random(SEED)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, Cells._fields, restval="")
        writer.writeheader()
        for number in range(rows):
            writer.writerow(_row(number, rows, chance))


def _row(number: int, rows: int, chance: random.Random) -> dict[str, object]:
    at = FIRST + timedelta(minutes=5 * number)
    city, postcode, country = chance.choice(TOWNS)
    price = chance.randrange(300, 9000) / 100
    quantity = chance.randrange(1, 4)
    row: dict[str, object] = {
        "order": f"G-{number}",
        "placed_at": f"{at:%Y-%m-%d %H:%M:%S}",
        "channel": "own",
        "buyer_name": chance.choice(NAMES),
        "buyer_email": f"buyer{chance.randrange(rows)}@example.com",
        "currency": "EUR",
        "item": chance.choice(ITEMS),
        "sku": f"S-{chance.randrange(500)}",
        "quantity": quantity,
        "unit_price": f"{price:.2f}",
        "shipping": "3.00",
        "total": f"{price * quantity + 3:.2f}",
        "street1": f"Bead Lane {number}",
        "city": city,
        "postcode": postcode,
        "country": country,
    }
    if number % 5:
        row["paid_at"] = f"{at + timedelta(minutes=3):%Y-%m-%d %H:%M:%S}"
    if number % 5 > 1:
        row["shipped_at"] = f"{at + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
        row["carrier"] = "DHL"
        row["tracking_code"] = f"0034{number:010}"
    return row


def shopify(path: Path, rows: int) -> int:
    """Like Shopify's orders export, a row for each line; a third of the orders have two.

    The number of orders.
    """
    chance = random.Random(SEED)
    orders = written = 0
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, SHOPIFY, restval="")
        writer.writeheader()
        while written < rows:
            lines = 2 if chance.random() < 1 / 3 and written + 1 < rows else 1
            writer.writerows(_shopify_rows(orders, lines, chance))
            written += lines
            orders += 1
    return orders


def _shopify_rows(number: int, lines: int, chance: random.Random) -> list[dict[str, str]]:
    at = FIRST + timedelta(minutes=5 * number)
    prices = [chance.randrange(300, 9000) / 100 for _line in range(lines)]
    rows = [
        {
            "Name": f"#{number}",
            "Created at": f"{at:%Y-%m-%d %H:%M:%S} +0000",
            "Lineitem quantity": "1",
            "Lineitem name": chance.choice(ITEMS),
            "Lineitem price": f"{price:.2f}",
            "Lineitem sku": f"S-{chance.randrange(500)}",
            "Lineitem requires shipping": "true",
            "Lineitem fulfillment status": "fulfilled" if number % 5 > 1 else "pending",
        }
        for price in prices
    ]
    rows[0] |= _shopify_head(number, at, sum(prices), chance)
    return rows


def _shopify_head(number: int, at: datetime, sold: float, chance: random.Random) -> dict[str, str]:
    """What only the first row of an order tells."""
    city, postcode, country = chance.choice(TOWNS)
    is_paid, is_shipped = number % 5 > 0, number % 5 > 1
    return {
        "Email": f"buyer{chance.randrange(50_000)}@example.com",
        "Financial Status": "paid" if is_paid else "pending",
        "Paid at": f"{at + timedelta(minutes=3):%Y-%m-%d %H:%M:%S} +0000" if is_paid else "",
        "Fulfillment Status": "fulfilled" if is_shipped else "unfulfilled",
        "Fulfilled at": f"{at + timedelta(days=1):%Y-%m-%d %H:%M:%S} +0000" if is_shipped else "",
        "Currency": "EUR",
        "Subtotal": f"{sold:.2f}",
        "Shipping": "3.00",
        "Taxes": "0.00",
        "Total": f"{sold + 3:.2f}",
        "Discount Amount": "0.00",
        "Shipping Name": chance.choice(NAMES),
        "Shipping Address1": f"Bead Lane {number}",
        "Shipping City": city,
        "Shipping Zip": f"'{postcode}",
        "Shipping Country": country,
        "Payment Method": "Shopify Payments",
        "Refunded Amount": "0.00",
    }
