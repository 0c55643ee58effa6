"""The parts of an order as plain values: who bought, what, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """Who bought. `language` is a BCP 47 tag, or empty when nobody told."""

    name: str = ""
    email: str = ""
    username: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where it goes. `country` is ISO 3166-1 alpha-2, upper case, or empty when not known."""

    name: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.name or self.street1 or self.city)

    def values(self) -> tuple[str, ...]:
        """Name, street, second line, city, region, postcode, country."""
        return (
            self.name,
            self.street1,
            self.street2,
            self.city,
            self.region,
            self.postcode,
            self.country,
        )


NOBODY = BuyerDetails()
NOWHERE = Address()


@dataclass(frozen=True, slots=True)
class Line:
    """One item of an order. `unit_price` in the order's currency, before order discounts."""

    title: str
    sku: str = ""
    quantity: int = 1
    unit_price: Decimal = Decimal(0)
    variation: str = ""
    needs_shipping: bool = True


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """So many of an item in a parcel; the item is named by its SKU, or its title without one."""

    item: str
    quantity: int
