"""Finding orders by words: folded, so that accents, case and word order do not matter.

An order's lexemes are made here rather than by PostgreSQL's parser, which has its own ideas of
what is a word in an e-mail address or an order number, and cannot fold accents without an
extension. Prefixes match: "zo ør" finds Zoë Ørsted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from orders import rows
from orders.facts import Placed

WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart, spelled as people without them on their keyboard do.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
LONGEST = 100
MOST = 300
# A tracking number as it is printed, in groups: "9400 1000 0000".
GROUPED = re.compile(r"[A-Za-z]{0,3}[0-9]{8,40}[A-Za-z]{0,2}")
# Of an e-mail address the pieces alone ("com") say nothing, and half the orders have them.
SPLITS = frozenset("@.")


def fold(text: str) -> str:
    """Case, accents and compatibility forms gone: "Łódź" and "lodz" are one."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(PLAIN)


def lexemes_of(placed: Placed) -> set[str]:
    """What an order can be found by: number, buyer, recipient, town, items and SKUs."""
    buyer, address = placed.buyer, placed.address
    found = words(buyer.name, address.name, address.city, *(line.title for line in placed.lines))
    codes = [placed.order, buyer.email, buyer.username, address.postcode]
    return found | whole(*codes, *(line.sku for line in placed.lines))


def words(*texts: str) -> set[str]:
    """The words of texts: each by itself, and those with an apostrophe also in one."""
    return set().union(*map(_words, texts))


def whole(*codes: str) -> set[str]:
    """Numbers, addresses and the like: as they are, in one, and their pieces."""
    return set().union(*map(_whole, codes))


# Imports tell the same titles, towns and SKUs again and again.
@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return _pieces(fold(text))


def _pieces(folded: str) -> frozenset[str]:
    found: set[str] = set()
    for part in folded.split():
        pieces = WORD.findall(part)
        found.update(pieces)
        if len(pieces) > 1:
            found.add("".join(pieces))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _whole(code: str) -> frozenset[str]:
    folded = fold(code)
    if folded.isalnum():
        return frozenset((folded,))
    return _pieces(folded) | {folded.strip(), "".join(WORD.findall(folded))} - {""}


def kept(lexemes: Iterable[str]) -> list[str]:
    """What is stored of these lexemes: sorted, each once, none too long and not too many.

    One that another begins with is left out: beginnings match, so the longer finds all that it
    would. Its first successor in the order is such a one, if there is any.
    """
    found = sorted({lexeme[:LONGEST] for lexeme in lexemes})
    longest = [one for one, after in pairwise([*found, ""]) if not after.startswith(one)]
    return longest[:MOST]


def vector(lexemes: Iterable[str]) -> str:
    """Lexemes as the text of a tsvector."""
    return " ".join(_quoted(lexeme) for lexeme in kept(lexemes))


def query(text: str) -> str:
    """What somebody typed as the text of a tsquery; empty when there is no word in it."""
    return together(terms(text))


def together(some: Iterable[str]) -> str:
    """The tsquery of an order that has all these terms."""
    return " & ".join(some)


def terms(text: str) -> list[str]:
    """What somebody typed as tsqueries that an order must all fulfil.

    Each word must be found, as the beginning of a lexeme. What holds signs ("hand-made",
    "O'Brien", "T-1001") is looked for as typed and in one; and, where that is not too common to
    be of use, piece by piece.
    """
    parts = []
    for typed in fold(text).split()[:20]:
        pieces = WORD.findall(typed)
        ways = {typed[:LONGEST], "".join(pieces)[:LONGEST]} if len(pieces) > 1 else set(pieces)
        found = [f"{_quoted(way)}:*" for way in sorted(ways)]
        if len(pieces) > 1 and SPLITS.isdisjoint(typed) and min(map(len, pieces)) > 2:
            found.append(f"({' & '.join(f'{_quoted(piece)}:*' for piece in pieces)})")
        if found:
            parts.append(found[0] if len(found) == 1 else f"({' | '.join(found)})")
    digits = "".join(text.split())
    if len(parts) > 1 and GROUPED.fullmatch(digits):
        return [f"({together(parts)} | {_quoted(digits.lower())}:*)"]
    return parts


def add(found_by: Iterable[tuple[int, set[str]]]) -> None:
    """By these lexemes each order is found as well."""
    rows.execute_many(
        "UPDATE orders_order SET search = search || %s::tsvector WHERE id = %s",
        [[vector(lexemes), order_id] for order_id, lexemes in found_by if lexemes],
    )


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
