"""The blocks of a letter: order summary, address, parcel, morning list.

Each is aligned plain text in the text part and a table, box or button in the HTML part.
"""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from html import escape

from notifications.layout import Block, is_page, link, parts, phrases, rows, typed
from notifications.letter import DigestSection, Line, Order, Parcel
from orders.showing import money

_WIDTH = 56
_LONGEST_TITLE = 160
_MOST_LINES = 60
_MOST_ENTRIES = 100
_FIRST_MARK = "\u0300"  # Below it every character takes one column.


def summary(order: Order, language: str, words: dict[str, str]) -> Block | None:
    """Return what was bought and what it costs; None for an order without lines and total."""
    if not order.lines and not order.total:
        return None
    lines = order.lines[:_MOST_LINES]
    text_rows: list[str] = []
    html_rows: list[str] = []
    item, detail = parts()["item"], parts()["details"]
    for line in lines:
        title = _title(line, words)
        amount = money(line.line_total, order.currency, language)
        variation = typed(line.variation[:_LONGEST_TITLE])
        text_rows.append(_aligned(f"{title} ({variation})" if variation else title, amount))
        details = detail(text=escape(variation)) if variation else ""
        html_rows.append(item(title=escape(title), details=details, amount=escape(amount)))
    if left_out := len(order.lines) - len(lines):
        more = words["more_lines"].format(count=left_out)
        text_rows.append(more)
        html_rows.append(item(title=escape(more), details="", amount=""))
    if text_rows:
        text_rows.append("-" * _WIDTH)
    for name, value in _sums(order):
        amount = money(value, order.currency, language)
        text_rows.append(_aligned(words[name], amount))
        part = parts()["strong" if name in ("total", "open") else "sum"]
        html_rows.append(part(label=escape(words[name]), amount=escape(amount)))
    return Block("\n".join(text_rows), rows(html_rows))


def _sums(order: Order) -> list[tuple[str, Decimal]]:
    """Return the sums under the items that say something: a lone total when it is all."""
    extras = [("shipping", order.shipping), ("discount", -order.discount), ("tax", order.tax)]
    sums = [(name, value) for name, value in extras if value]
    if sums and order.subtotal:
        sums.insert(0, ("subtotal", order.subtotal))
    sums.append(("total", order.total))
    if order.paid and order.open > 0:
        sums += [("paid", order.paid), ("open", order.open)]
    return sums


def address(lines: Iterable[str]) -> Block | None:
    """Return a postal address, a line each; None when there is none."""
    kept = [clean for line in lines if (clean := typed(line[:_LONGEST_TITLE]))]
    if not kept:
        return None
    return Block("\n".join(f"    {line}" for line in kept), _box(kept))


def contents(parcel: Parcel, words: dict[str, str]) -> Block | None:
    """Return what is in the parcel; None when it holds the whole order."""
    if not parcel.lines:
        return None
    kept = [_title(line, words) for line in parcel.lines[:_MOST_LINES]]
    if left_out := len(parcel.lines) - len(kept):
        kept.append(words["more_lines"].format(count=left_out))
    return Block("\n".join(f"  - {line}" for line in kept), _box(kept))


def parcel_link(parcel: Parcel, words: dict[str, str]) -> Block | None:
    """Return the way to follow the parcel: an address to click, in HTML a button."""
    if not is_page(parcel.tracking_url):
        return None
    url, text = escape(parcel.tracking_url), escape(words["follow_parcel"])
    return Block(parcel.tracking_url, parts()["button"](url=url, text=text))


def order_link(order: Order, words: dict[str, str]) -> Block | None:
    """Return the way to the buyer's own page: an address to click, in HTML a button."""
    if not is_page(order.page_url):
        return None
    url, text = escape(order.page_url), escape(words["open_order"])
    return Block(order.page_url, parts()["button"](url=url, text=text))


def digest(sections: Iterable[DigestSection]) -> Block | None:
    """Return the morning list, grouped by what needs doing; None when there is nothing."""
    text: list[str] = []
    html: list[str] = []
    for section in sections:
        kept = [(typed(entry), url) for entry, url in section.entries[:_MOST_ENTRIES]]
        if not kept:
            continue
        text.append("\n".join([typed(section.title), *(_entry(*entry) for entry in kept)]))
        entries = "".join(parts()["entry"](text=link(url, entry)) for entry, url in kept)
        html.append(parts()["group"](title=escape(typed(section.title)), entry=entries))
    return Block("\n\n".join(text), "".join(html)) if text else None


def footer(language: str, shop: str, order: str, unsubscribe_url: str) -> Block:
    """Return the small print: why this mail comes, and how to end it where that is possible."""
    words = phrases(language)
    reason = words["because_order" if order else "because_shop"].format(shop=shop, order=order)
    text, html = reason, escape(reason)
    if is_page(unsubscribe_url):
        text += f"\n{words['unsubscribe']}: {unsubscribe_url}"
        html += f"<br>\n{link(unsubscribe_url, words['unsubscribe'])}"
    return Block(text, html)


def _box(lines: list[str]) -> str:
    return parts()["box"](lines="<br>\n".join(map(escape, lines)))


def _entry(text: str, url: str) -> str:
    return f"- {text}\n  {url}" if url else f"- {text}"


def _title(line: Line, words: dict[str, str]) -> str:
    title = line.title if len(line.title) <= _LONGEST_TITLE else f"{line.title[:_LONGEST_TITLE]}…"
    return words["quantity"].format(quantity=line.quantity, title=typed(title))


def _aligned(label: str, amount: str) -> str:
    """Put *amount* at the right edge; below a label that leaves no room for it."""
    room = _WIDTH - _columns(label) - len(amount)
    if room < 2:
        return f"{label}\n{amount:>{_WIDTH}}"
    return f"{label}{' ' * room}{amount}"


@lru_cache(maxsize=4_096)
def _columns(text: str) -> int:
    """Return how wide *text* is in a fixed-width font; East Asian characters take two."""
    if max(text, default="") < _FIRST_MARK:
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    narrow = sum(unicodedata.combining(char) > 0 or char in "\u2068\u2069" for char in text)
    return len(text) + wide - narrow
