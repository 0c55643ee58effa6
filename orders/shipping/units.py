"""Weights and measures as the seller's scales and rulers show them; stored in grams and mm.

Pure. What was typed reads the same when it is shown again: steps shown are wider than those kept.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from orders.models.parcels import Units

# Exact by definition. Source: https://www.nist.gov/pml/owm/metric-si/unit-conversion
GRAMS_IN_OUNCE = Decimal("28.349523125")
MM_IN_INCH = Decimal("25.4")

ONE, TENTH, TWENTIETH = Decimal(1), Decimal("0.1"), Decimal("0.05")


def to_grams(amount: Decimal, units: str) -> int:
    """`amount` of grams or ounces in grams; what weighs anything weighs a gram at least."""
    grams = amount * GRAMS_IN_OUNCE if units == Units.IMPERIAL else amount
    rounded = int(grams.quantize(ONE, ROUND_HALF_UP))
    return max(rounded, 1) if amount > 0 else 0


def to_mm(amount: Decimal, units: str) -> int:
    """`amount` of centimetres or inches in millimetres."""
    mm = amount * (MM_IN_INCH if units == Units.IMPERIAL else 10)
    return int(mm.quantize(ONE, ROUND_HALF_UP))


def from_grams(grams: int, units: str) -> Decimal:
    """Grams as grams, or as ounces with one place."""
    if units != Units.IMPERIAL:
        return Decimal(grams)
    return _plain((grams / GRAMS_IN_OUNCE).quantize(TENTH, ROUND_HALF_UP))


def from_mm(mm: int, units: str) -> Decimal:
    """Millimetres as centimetres, or as inches in steps of a twentieth."""
    if units != Units.IMPERIAL:
        return _plain(Decimal(mm) / 10)
    steps = (mm / MM_IN_INCH / TWENTIETH).quantize(ONE, ROUND_HALF_UP)
    return _plain(steps * TWENTIETH)


def weight_unit(units: str) -> str:
    """The sign of the weights: g or oz."""
    return "oz" if units == Units.IMPERIAL else "g"


def length_unit(units: str) -> str:
    """The sign of the measures: cm or in."""
    return "in" if units == Units.IMPERIAL else "cm"


def _plain(value: Decimal) -> Decimal:
    """Without noughts at its end, and never as a power of ten."""
    return value.quantize(ONE) if value == value.to_integral_value() else value.normalize()
