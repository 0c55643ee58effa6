"""Money, quantities and currencies as marketplaces and spreadsheets write them.

A value that tells its own decimal mark is read by it: `1.024,00`, `978.45`, `12,5`. One that
does not (`1.024`, `1,024`) is read by the mark of its file, which `decisive_mark` finds out.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.translation import gettext, gettext_noop

ZERO = Decimal(0)
CENT = Decimal("0.01")
# Nobody sells anything dearer by post; more is a column mix-up (an order number, a phone).
HIGHEST = Decimal(1_000_000_000)
MOST_ITEMS = 100_000
NO_AMOUNT = gettext_noop("This is not an amount of money: write it like 12.50.")

# What stands for "nothing" in a cell.
BLANKS = frozenset({"", "-", "--", "—", "–", "n/a", "N/A", "null", "None"})

SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN", "₺": "TRY", "₹": "INR", "₪": "ILS"}
# Which dollar: eBay writes the country before the sign.
DOLLARS = {
    "US": "USD",
    "AU": "AUD",
    "A": "AUD",
    "C": "CAD",
    "CA": "CAD",
    "NZ": "NZD",
    "HK": "HKD",
    "S": "SGD",
    "NT": "TWD",
}
DOLLAR_CURRENCIES = frozenset(DOLLARS.values())
CODES = frozenset(
    {
        *("AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK"),
        *("EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "KWD", "MAD"),
        *("MXN", "MYR", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "RUB", "SAR", "SEK", "SGD"),
        *("THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR"),
    }
)


class BadValue(ValueError):
    """A cell that cannot be read; the message is a sentence for the seller."""


@lru_cache(maxsize=65536)
def read_money(text: str, decimal_comma: bool = False) -> Decimal | None:
    """The amount in a cell, without its currency; None for an empty one.

    `decimal_comma` decides only what the value leaves open (`1.024` or `1,024`).
    Raises BadValue when it is not an amount.
    """
    # The fast way: most files hold plain numbers.
    if text.isascii() and text.replace(".", "", 1).isdigit() and not _is_open(text):
        return _within_reason(Decimal(text), text)
    bare = text.strip()
    if bare in BLANKS:
        return None
    digits, negative = _digits(bare)
    mark = decisive_mark(digits) or ("," if decimal_comma else ".")
    number = digits.replace("." if mark == "," else ",", "").replace(mark, ".")
    if not number.replace(".", "", 1).isdigit() or number.count(".") > 1:
        raise BadValue(gettext(NO_AMOUNT))
    value = Decimal(number)
    return _within_reason(-value if negative else value, text)


def _is_open(text: str) -> bool:
    """Whether `1.024` could be a thousand as well."""
    whole, point, rest = text.partition(".")
    return bool(point) and (len(rest) == 3 or not whole)


def _digits(bare: str) -> tuple[str, bool]:
    """What is left of an amount without currency, spaces and sign; and whether it is negative."""
    negative = (bare[0] == "(" and bare[-1] == ")") or bare[0] in "-−" or bare[-1] in "-−"
    kept = []
    letters = []
    before = ""
    for char in bare:
        if char in "0123456789.,":
            # The full stop of `Fr.` and `kr.` belongs to the word.
            if not (char == "." and before.isalpha()):
                kept.append(char)
        elif char.isalpha():
            letters.append(char)
        elif char in "-−":
            # Also a sign after the currency: `$-13.24`. Between digits it is no sign.
            if kept and bare[-1] != char:
                raise BadValue(gettext(NO_AMOUNT))
            negative = True
        elif not (char.isspace() or char in "()'’+`" or char in "$€£¥₺₹₪฿₩₽₴"):
            raise BadValue(gettext(NO_AMOUNT))
        before = char
    word = "".join(letters)
    # Beside a sign a short word names its country: `US $`, `£GB`.
    with_sign = len(word) <= 3 and any(sign in bare for sign in "$€£¥")
    if word and not with_sign and word.upper() not in CODES and word not in _WORDS:
        raise BadValue(gettext(NO_AMOUNT))
    # A mark at the very end is none: `12.`
    return "".join(kept).rstrip(".,"), negative


_WORDS = frozenset({"zł", "kr", "Kč", "Fr", "SFr", "Ft", "lei", "Rs", "R", "RM", "Rp", "лв"})


def _within_reason(value: Decimal, text: str) -> Decimal:
    if abs(value) >= HIGHEST:
        raise BadValue(
            gettext("This is too large to be an amount of money: is it in the right column?")
        )
    return value


def decisive_mark(text: str) -> str:
    """The decimal mark that an amount shows by itself, `.` or `,`; empty when it leaves it open.

    With both marks the later one is decimal; a mark that appears twice parts thousands; a single
    mark is decimal unless exactly three digits follow it.
    """
    dot, comma = text.rfind("."), text.rfind(",")
    if dot >= 0 and comma >= 0:
        return "." if dot > comma else ","
    if dot < 0 and comma < 0:
        return ""
    mark = "." if dot >= 0 else ","
    if text.count(mark) > 1:
        return "," if mark == "." else "."
    at = max(dot, comma)
    behind = 0
    for char in text[at + 1 :]:
        if not char.isdigit():
            break
        behind += 1
    before = text[:at].lstrip("-+ $€£")
    if behind == 3 and 0 < len(before) <= 3 and before != "0" and before[-1:].isdigit():
        return ""
    return mark if behind else ""


@lru_cache(maxsize=4096)
def read_quantity(text: str) -> int:
    """How many; an empty cell means one. Raises BadValue for fractions, words and minus."""
    bare = text.strip()
    if bare in BLANKS:
        return 1
    whole, _, rest = bare.replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit()) or rest.strip("0"):
        raise BadValue(gettext("This is not a number of items: write a whole number like 2."))
    if len(whole) > 9 or int(whole) > MOST_ITEMS:
        raise BadValue(
            gettext("This is too large to be a number of items: is it in the right column?")
        )
    return int(whole)


@lru_cache(maxsize=4096)
def read_currency(text: str) -> str:
    """An ISO 4217 code, upper case; empty for an empty cell. Raises BadValue otherwise."""
    bare = text.strip().upper()
    if bare in BLANKS:
        return ""
    if len(bare) == 3 and bare.isascii() and bare.isalpha():
        return bare
    return _SIGNS.get(text.strip()) or _refuse_currency()


_SIGNS = {**SYMBOLS, "US$": "USD", "US $": "USD", "C $": "CAD", "AU $": "AUD"}


def _refuse_currency() -> str:
    raise BadValue(gettext("This is not a currency: write its three letters, like EUR or USD."))


@lru_cache(maxsize=4096)
def currency_told(text: str, shop_currency: str) -> str:
    """The currency that an amount carries (`£3`, `US $12.00`, `EUR 12,00`), or an empty string.

    A bare dollar sign is the shop's own dollar when its currency is one, else the US dollar.
    """
    for symbol, code in SYMBOLS.items():
        if symbol in text:
            return code
    word = "".join(char for char in text if char.isalpha()).upper()
    if "$" in text:
        own = shop_currency if shop_currency in DOLLAR_CURRENCIES else "USD"
        return DOLLARS.get(word, word if word in CODES else own)
    return word if word in CODES else ""


def to_cents(value: Decimal) -> Decimal:
    """Rounded to two places, half up; for amounts that were divided."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)
