"""Texts, countries and postcodes out of exports: cleaned of what spreadsheets did to them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from html import unescape

from babel import Locale

# Longer is no name, street or title but a damaged row; it is cut rather than refused.
LONGEST_LINE = 255
LONGEST_NOTE = 10_000
LONGEST_NUMBER = 64

# Names that Babel's lists of territories do not know.
COUNTRY_NAMES = {
    "usa": "US",
    "us of a": "US",
    "united states of america": "US",
    "vereinigte staaten von amerika": "US",
    "america": "US",
    "uk": "GB",
    "gbr": "GB",
    "great britain": "GB",
    "großbritannien": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "deu": "DE",
    "ger": "DE",
    "the netherlands": "NL",
    "holland": "NL",
    "nld": "NL",
    "turkey": "TR",
    "türkiye": "TR",
    "republic of korea": "KR",
    "korea": "KR",
    "korea, south": "KR",
    "korea, republic of": "KR",
    "russian federation": "RU",
    "czech republic": "CZ",
    "tschechische republik": "CZ",
    "republic of ireland": "IE",
    "slovak republic": "SK",
    "macedonia": "MK",
    "hong kong": "HK",
    "hongkong": "HK",
    "macao": "MO",
    "taiwan, province of china": "TW",
    "viet nam": "VN",
    "ivory coast": "CI",
    "brunei darussalam": "BN",
    "moldova, republic of": "MD",
    "iran, islamic republic of": "IR",
    "tanzania, united republic of": "TZ",
    "bolivia, plurinational state of": "BO",
    "venezuela, bolivarian republic of": "VE",
    "vatican city state": "VA",
    "palestine": "PS",
    "swaziland": "SZ",
    "cape verde": "CV",
    "east timor": "TL",
    "el": "GR",
    "can": "CA",
    "aus": "AU",
    "aut": "AT",
    "che": "CH",
    "fra": "FR",
    "ita": "IT",
    "esp": "ES",
}
NAME_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")

# Countries whose postcodes are always five digits, so that a missing zero can be told.
FIVE_DIGITS = frozenset({"US", "PR", "VI", "DE", "FR", "ES", "IT", "FI"})


@lru_cache(maxsize=16384)
def line(text: str) -> str:
    """A one-line text: trimmed, inner white space single, spreadsheet guards taken off.

    UTF-8 that was read as Windows-1252 (`QuÃ©bec`) is repaired where there is no doubt.
    """
    if text.isascii():
        # The common case, quickly.
        if text[:1] not in _GUARDS and text[-1:] != " " and "  " not in text and text.isprintable():
            return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE]
    else:
        text = mended(text)
    bare = " ".join(_printable(text).split())
    if bare[:2] == '="' and bare[-1:] == '"':
        bare = bare[2:-1]
    return bare.removeprefix("'").strip()[:LONGEST_LINE]


_GUARDS = frozenset(" '=")


def html_line(text: str) -> str:
    """As `line`, for sources that escape their texts for HTML (`&quot;`, `&#8217;`)."""
    return line(unescape(text) if "&" in text else text)


def note(text: str) -> str:
    """A text of several lines, trimmed; line ends as `\\n`."""
    kept = mended(text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(_printable(part).strip() for part in kept.split("\n")).strip()[:LONGEST_NOTE]


def _printable(text: str) -> str:
    """Without control characters and halves of characters, which no database takes."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isspace() or unicodedata.category(char) not in ("Cc", "Cs") else ""
        for char in text
    )


def mended(text: str) -> str:
    """Mojibake undone, also when it happened twice; anything doubtful is left as it is."""
    for _ in range(2):
        try:
            again = _bytes(text).decode("utf-8")
        except UnicodeError:
            return text
        if again == text:
            return text
        text = again
    return text


def _bytes(text: str) -> bytes:
    """The bytes that Windows-1252 would have read as this text. Raises UnicodeError."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError as error:
        # Five bytes have no character there; readers pass them through as they are.
        if text[error.start] not in "\x81\x8d\x8f\x90\x9d":
            raise
    return b"".join(
        char.encode("latin-1" if char in "\x81\x8d\x8f\x90\x9d" else "cp1252") for char in text
    )


def email(text: str) -> str:
    """An e-mail address, or nothing when the text cannot be one (the note is then to copy)."""
    bare = text.strip().strip("<>,;")
    name, at, domain = bare.rpartition("@")
    if not (name and at and "." in domain) or len(bare) > 254 or ".." in domain or "@" in name:
        return ""
    # Printable and without inner white space or separators: one address, not several.
    if not bare.isprintable() or " " in bare or "," in bare or ";" in bare or "<" in bare:
        return ""
    return bare


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """ISO 3166-1 alpha-2 of a country's code or name; empty when it is not known."""
    bare = line(text)
    return _codes().get(bare.upper()) or _names().get(_plain(bare), "")


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {code: code for code, _ in _territories("en")} | {"UK": "GB", "EL": "GR"}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in NAME_LANGUAGES:
        for code, name in _territories(language):
            names.setdefault(_plain(name), code)
    return names | {_plain(name): code for name, code in COUNTRY_NAMES.items()}


def _territories(language: str) -> list[tuple[str, str]]:
    """ISO codes and names of countries in a language; not of continents and unions."""
    found = [(str(code), str(name)) for code, name in Locale(language).territories.items()]
    no_countries = ("EU", "EZ", "QO", "UN", "ZZ")
    return [
        (code, name)
        for code, name in found
        if len(code) == 2 and code.isalpha() and code not in no_countries
    ]


def _plain(text: str) -> str:
    """Letters only, without accents: so that `Côte d'Ivoire` and `cote divoire` are one."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("&", "and"))
    return "".join(char for char in flat if char.isalpha())


def postcode(text: str, country: str) -> str:
    """A postcode with the leading zeros that a spreadsheet dropped (`6066` in the US: `06066`)."""
    bare = line(text)
    if country not in FIVE_DIGITS:
        return bare
    first, dash, rest = bare.removesuffix(".0").partition("-")
    if first.isdigit() and 3 <= len(first) < 5:
        first = first.zfill(5)
    return first + dash + rest
