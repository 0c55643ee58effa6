"""What the database cannot hold, and that it can hold everything else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from orders import lifecycle
from orders.facts import (
    Address,
    BuyerDetails,
    Cancel,
    Fact,
    Line,
    ParcelLine,
    Payment,
    Placed,
    Refund,
    Scan,
    Shipment,
    Word,
)
from orders.limits import fault
from orders.models import Order
from orders.words import ScanStatus
from tests.factory import MONDAY, make_shop, placed, record

LINE = Line("Bead", quantity=1, unit_price=Decimal(1))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"order": ""}, "order"),
        ({"order": "1" * 101}, "order"),
        ({"at": datetime(1969, 12, 31, tzinfo=UTC)}, "at"),
        ({"at": datetime(2200, 1, 1, tzinfo=UTC)}, "at"),
        ({"ship_by": date(2300, 1, 1)}, "ship_by"),
        ({"currency": "eur"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"channel": "amazon"}, "channel"),
        ({"terms": "later"}, "terms"),
        ({"total": Decimal("-0.01")}, "total"),
        ({"total": Decimal("0.0001")}, "total"),
        ({"total": Decimal(10) ** 11}, "total"),
        ({"total": Decimal("NaN")}, "total"),
        ({"shipping": Decimal("Infinity")}, "shipping"),
        ({"buyer": BuyerDetails(email="e" * 321)}, "email"),
        ({"buyer": BuyerDetails(name="Z\0")}, "name"),
        ({"address": Address(country="DNK")}, "country"),
        ({"address": Address(city="\ud800")}, "city"),
        ({"lines": (replace(LINE, sku="s" * 201),)}, "sku"),
        ({"lines": (replace(LINE, title="a\0b"),)}, "title"),
        ({"lines": (replace(LINE, quantity=0),)}, "quantity"),
        ({"lines": (replace(LINE, quantity=2**31),)}, "quantity"),
        ({"lines": (replace(LINE, unit_price=Decimal(10) ** 12),)}, "unit_price"),
        ({"lines": (replace(LINE, unit_price=Decimal(10) ** 9, quantity=1000),)}, "total"),
        ({"note": "n" * 100_001}, "note"),
        ({"requested_service": "s" * 101}, "requested_service"),
    ],
)
def test_an_order_that_cannot_be_kept_is_told_by_its_field(
    fields: dict[str, Any], field: str
) -> None:
    found = fault(placed(**fields))

    assert found is not None
    assert found.field == field
    assert found.problem


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (Payment(order="1", at=MONDAY, amount=Decimal(0)), "amount"),
        (Refund(order="1", at=MONDAY, amount=Decimal(-1)), "amount"),
        (Payment(order="1", at=MONDAY, amount=Decimal("1.0001")), "amount"),
        (Payment(order="1", at=MONDAY, reference="r" * 501), "reference"),
        (Shipment(order="1", at=MONDAY, tracking_code="1" * 101), "tracking_code"),
        (Shipment(order="1", at=MONDAY, lines=(ParcelLine("Bead", 0),)), "quantity"),
        (Scan(order="1", at=MONDAY, status=ScanStatus.UNKNOWN, message="m" * 501), "message"),
        (Cancel(order="1", at=MONDAY, reason="\0"), "reason"),
        (Word(order="1", at=MONDAY, text="t" * 100_001), "text"),
    ],
)
def test_a_fact_that_cannot_be_kept_is_told_by_its_field(fact: Fact, field: str) -> None:
    found = fault(fact)

    assert found is not None
    assert found.field == field


BIGGEST = Placed(
    order="1" * 100,
    at=datetime(1970, 1, 1, tzinfo=UTC),
    currency="EUR",
    ship_by=date(2199, 12, 31),
    buyer=BuyerDetails("ü" * 300, "é" * 320, "ñ" * 200, "x" * 12),
    address=Address("ö" * 300, "s" * 300, "s" * 300, "c" * 200, "r" * 200, "p" * 40, "DK"),
    lines=(replace(LINE, sku="漢" * 200, title="t" * 9_000, quantity=2**31 - 1),),
    total=Decimal("99999999999.999"),
    note="𝒳" * 9_000,
)


@pytest.mark.django_db
def test_what_just_fits_is_kept() -> None:
    number = BIGGEST.order
    facts: list[Fact] = [
        BIGGEST,
        Payment(order=number, at=MONDAY, amount=Decimal("0.001"), reference="漢" * 500),
        Shipment(
            order=number,
            at=MONDAY,
            parcel="漢" * 100,
            carrier="漢" * 100,
            tracking_code="漢" * 100,
            lines=tuple(ParcelLine(f"{n} {'漢' * 300}", 1) for n in range(200)),
        ),
        Scan(order=number, at=MONDAY, status=ScanStatus.IN_TRANSIT, message="漢" * 500),
        Cancel(order=number, at=MONDAY, reason="r" * 100_000),
        Word(order=number, at=MONDAY, text="𝒳" * 100_000),
    ]

    assert [fault(fact) for fact in facts] == [None] * len(facts)
    record(make_shop(), *facts, now=MONDAY)

    assert Order.objects.get().note == BIGGEST.note


def test_parts_of_a_sum_may_be_finer_than_cents() -> None:
    thirds = replace(LINE, quantity=3, unit_price=Decimal("0.33333333"))

    assert fault(placed(lines=(thirds,), total=Decimal("1.00"), tax=Decimal("0.15966"))) is None


def test_a_german_reads_in_german_what_cannot_be_kept() -> None:
    with translation.override("de"):
        found = fault(Payment(order="1", at=MONDAY, amount=Decimal(0)))

    assert found is not None
    assert found.problem == "Der Betrag muss mehr als null sein."


@pytest.mark.django_db
def test_an_order_known_from_elsewhere_is_refused_in_the_active_language() -> None:
    shop = make_shop()
    record(shop, placed(channel="etsy"), now=MONDAY)

    with translation.override("de"):
        [result] = lifecycle.record(shop, [placed(channel="own")], now=MONDAY)

    assert result.outcome == lifecycle.Outcome.REFUSED
    assert result.reason.startswith("Bestellung 1001 ist schon von Etsy bekannt.")
    assert "own-1001" in result.reason
