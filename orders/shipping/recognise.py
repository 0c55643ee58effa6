"""Which carrier a tracking number may belong to, by its shape and its check digit.

Pure. Where no source is named, rules and examples are those gathered by
https://github.com/jkeen/tracking_number_data (couriers/*.json, CHECKSUM_ALGORITHMS.md) and, for
German carriers, https://www.paketda.de/firmenkunden/paket-pruefziffern.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from orders.shipping import check_digits as check

# Dots and dashes as printed for the eye; "]C1" and control characters as some scanners send them.
NOISE = re.compile(r"[\s.\-\x00-\x1f]+")
SYMBOLOGY = re.compile(r"^\](?:C|d|Q|e)\d")


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier that a number may belong to.

    `name` is what buyers read and `carriers.tracking_url` understands. `code` is the number
    itself, without what a barcode holds besides. `is_certain`: a check digit proves it.
    """

    name: str
    code: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What a carrier's numbers look like; the group `code` is the number, or all of it is.

    `fits` looks at the check digit; None where the carrier has none, or publishes none.
    `homes` are the countries (ISO 3166-1) where the carrier is at home; empty for everywhere.
    """

    carrier: str
    pattern: re.Pattern[str]
    fits: Callable[[str], bool] | None
    homes: frozenset[str] = frozenset()


def candidates(code: str, *, home: str = "", usual: Collection[str] = ()) -> list[Carrier]:
    """The carriers that `code` may belong to, the likeliest first; empty when there is none.

    A number with a right check digit goes before one that only looks the part; then come the
    `usual` carriers of the shop, and those at home in its country `home` (ISO 3166-1). What only
    looks like a number of a carrier from elsewhere is left out.
    """
    number = tidy(code)
    found: dict[str, tuple[tuple[bool, ...], Carrier]] = {}
    for shape in SHAPES:
        carrier = _match(shape, number)
        is_foreign = bool(home and shape.homes) and home not in shape.homes
        if carrier is None or carrier.name in found or (is_foreign and not carrier.is_certain):
            continue
        rank = (not carrier.is_certain, carrier.name not in usual, is_foreign)
        found[carrier.name] = (rank, carrier)
    return [carrier for _rank, carrier in sorted(found.values(), key=lambda pair: pair[0])]


def mistyped(code: str) -> list[str]:
    """The carriers whose numbers look like `code`, but for its check digit; empty if any fits."""
    number = tidy(code)
    if candidates(code):
        return []
    shapes = [shape for shape in SHAPES if shape.fits and shape.pattern.fullmatch(number)]
    postal = S10.fullmatch(number)
    names = [shape.carrier or _post_of(postal) for shape in shapes]
    return list(dict.fromkeys(name for name in names if name))


def tidy(code: str) -> str:
    """The number as carriers store it: capitals and digits, nothing in between."""
    return NOISE.sub("", SYMBOLOGY.sub("", code.strip())).upper()


def _match(shape: Shape, number: str) -> Carrier | None:
    found = shape.pattern.fullmatch(number)
    if found is None:
        return None
    code = found.groupdict().get("code") or number
    if shape.fits is not None and not shape.fits(code):
        return None
    name = shape.carrier or _post_of(S10.fullmatch(number))
    # FedEx pads the number inside its long barcodes with noughts.
    code = code.lstrip("0").rjust(12, "0") if shape.pattern is FEDEX_34 else code
    return Carrier(name, code, shape.fits is not None) if name else None


def _post_of(postal: re.Match[str] | None) -> str:
    """The post that issues S10 numbers of a country; empty when we know no page of it."""
    if postal is None:
        return ""
    if postal["country"] == "DE" and postal["service"].startswith("C"):
        return "DHL Paket"
    return POSTS.get(postal["country"], "")


# UPU S10: two letters of service, eight digits, a check digit, the country of the post.
# https://www.upu.int/UPU/media/upu/files/postalSolutions/programmesAndServices/standards/S10-12.pdf
S10 = re.compile(r"(?P<service>[A-Z]{2})\d{9}(?P<country>[A-Z]{2})")
POSTS = {
    "AT": "Austrian Post",
    "AU": "Australia Post",
    "BE": "bpost",
    "CA": "Canada Post",
    "CH": "Swiss Post",
    "DE": "Deutsche Post",
    "DK": "PostNord",
    "ES": "Correos",
    "FR": "La Poste",
    "GB": "Royal Mail",
    "IT": "Poste Italiane",
    "JP": "Japan Post",
    "NL": "PostNL",
    "NO": "Bring",
    "NZ": "NZ Post",
    "PL": "Poczta Polska",
    "SE": "PostNord",
    "US": "USPS",
}

# FedEx Express' 34 digits hold the 12 to 14 digits of the number at their end; what does not
# start with a 9 is Express (96… is Ground).
FEDEX_34 = re.compile(r"(?:[0-8]\d{19}|96\d{18})(?P<code>\d{14})")


def _shape(
    carrier: str, pattern: str, fits: Callable[[str], bool] | None = None, homes: str = ""
) -> Shape:
    return Shape(carrier, re.compile(pattern), fits, frozenset(homes.split()))


# Equal in rank, an earlier shape goes before a later one.
SHAPES = (
    Shape("", S10, lambda code: check.s10(code[2:11])),
    # "1Z", six of the shipper, two of the service, seven of the parcel, a check digit.
    _shape("UPS", r"1Z[A-Z0-9]{15}\d", lambda code: check.ups(code[2:])),
    _shape("UPS", r"[AHJKTV]\d{10}", lambda code: check.ups(code[1:])),
    # USPS Publication 199 (Intelligent Mail package barcode): 420 and the ZIP code may go before.
    _shape(
        "USPS",
        r"(?:420\d{5}(?:\d{4})?)?(?P<code>9[1-5](?:\d{20}|\d{24}))",
        check.mod10_from_right,
        "US",
    ),
    _shape("USPS", r"(?P<code>(?:0[13]|13|23|7[01])\d{18})", check.mod10_from_right, "US"),
    # The older numbers of 20 digits are checked with the "91" that their barcode begins with.
    _shape("USPS", r"71\d{18}", lambda code: check.mod10_from_right("91" + code), "US"),
    _shape("FedEx", r"\d{12}", check.fedex_express, "US CA"),
    # The ASTRA barcode and SmartPost's numbers, whose check digit counts the "92" before them.
    _shape("FedEx", r"3\d{15}(?P<code>\d{12})\d{4}", check.fedex_express, "US CA"),
    _shape("FedEx", r"61\d{18}", lambda code: check.mod10_from_right("92" + code), "US CA"),
    Shape("FedEx", FEDEX_34, check.fedex_express, frozenset({"US", "CA"})),
    _shape("FedEx", r"\d{15}", check.mod10_from_right, "US CA"),
    _shape("FedEx", r"96\d{5}(?P<code>\d{15})", check.mod10_from_right, "US CA"),
    _shape("FedEx", r"00\d{16}", check.mod10_from_right, "US CA"),
    # GS1's SSCC with its prefix 00; DHL's company prefixes begin with 340 or 370.
    _shape("DHL Paket", r"00(?:34|37)\d{16}", check.mod10_from_right, "DE"),
    _shape("DHL Paket", r"\d{12}", check.identcode, "DE"),
    _shape("DHL Paket", r"JJD\d{9,18}", None, "DE"),
    # Air waybills; JD… are the numbers of single pieces.
    _shape("DHL Express", r"\d{10,11}", check.mod7),
    _shape("DHL Express", r"JJ?D\d{9,18}"),
    _shape("DHL Express", r"JVGL\d{10,20}"),
    # DPD Parcel Label Specification 2.4.1: ISO/IEC 7064 MOD 37,36; 28 characters are the barcode.
    _shape("DPD", r"\d{7}(?P<code>\d{14})\d{6}[0-9A-Z]", None, "DE AT CH FR NL BE PL"),
    _shape("DPD", r"\d{14}[0-9A-Z]", check.mod37_36, "DE AT CH FR NL BE PL"),
    _shape("Hermes", r"\d{14}", check.mod10_from_right, "DE"),
    _shape("DPD", r"\d{14}", None, "DE AT CH FR NL BE PL"),
    # GLS publishes no check digit for all its countries; its Track ID is eight letters and digits.
    _shape("GLS", r"\d{11,12}", None, "DE AT NL BE FR IT ES PL DK"),
    _shape("GLS", r"(?=\w*\d)[A-Z][A-Z0-9]{7}", None, "DE AT NL BE FR IT ES PL DK"),
    _shape("Canada Post", r"\d{16}", check.mod10_from_right, "CA"),
    _shape("Evri", r"\d{16}|[A-Z]\d{2}[A-Z0-9]{3}\d{10}", None, "GB"),
    _shape("Swiss Post", r"9[89]\d{16}", None, "CH"),
    _shape("PostNL", r"3S[A-Z]{4,6}\d{7,13}", None, "NL"),
    _shape(
        "Australia Post", r"[A-Z][A-Z0-9]{2}\d{9}(?:\d{6,11})?|33[A-Z0-9]{3}\d{15,18}", None, "AU"
    ),
    _shape("Purolator", r"[0-5]\d{11}", check.luhn, "CA"),
    _shape("Purolator", r"[A-Z]{3}\d{9}", None, "CA"),
    _shape("OnTrac", r"C\d{14}", lambda code: check.ups("4" + code[1:]), "US"),
    _shape("OnTrac", r"D\d{14}", lambda code: check.ups("5" + code[1:]), "US"),
    _shape("Amazon", r"TB[ACM]\d{12}"),
)
