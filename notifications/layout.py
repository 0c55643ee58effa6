"""The layout of a letter: the text part and the HTML part made from one written body.

The body is plain text in which every block (summary, address, button) stands as one
private-use character. Escaping the whole body at once means that nothing anybody typed,
seller or buyer, can ever become markup.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import css_inline

from orders.showing import locale_of

WORDING_FOLDER = Path(__file__).parent / "wording"
_LETTER_PAGE = Path(__file__).parent.parent / "templates" / "email" / "letter.html"

_LONGEST_LINE = 500
_LONGEST_TEXT = 4_000
_FIRST_BLOCK, _LAST_BLOCK = 0xE000, 0xE03F
# Controls, lone surrogates, bidirectional overrides and the characters that stand for blocks.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    f"\ud800-\udfff{chr(_FIRST_BLOCK)}-{chr(_LAST_BLOCK)}]"
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
# First-strong isolates: plain text programs and browsers keep what is between them together.
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_ISOLATED = re.compile(f"{_ISOLATE}([^{_ISOLATE}{_END_ISOLATE}]*){_END_ISOLATE}")
_BLANK_LINES = re.compile(r"\n{2,}")
_URL = re.compile(r"https?://[^\s<>\"\u2068\u2069]+")
_URL_TAIL = re.compile(r"(?:[.,;:!?)\]}'*_]|&(?:quot|gt|lt|#x27);)+$")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a letter with a look of its own in each part."""

    text: str
    html: str


def marker(index: int) -> str:
    """Return the character that stands for the block at *index*; at most 64 in a letter."""
    return chr(min(_FIRST_BLOCK + index, _LAST_BLOCK))


def typed(value: str) -> str:
    """Return what somebody typed on one line, safe to print; right-to-left text isolated.

    Cut where no honest entry is that long, so that nobody's name can burst a letter.
    """
    if len(value) > _LONGEST_LINE:
        value = f"{value[:_LONGEST_LINE]}…"
    if not value.isprintable():
        value = _UNSAFE.sub("", " ".join(value.split()))
    if not value.isascii() and _RIGHT_TO_LEFT.search(value):
        return f"{_ISOLATE}{value}{_END_ISOLATE}"
    return value.strip()


def typed_lines(value: str) -> str:
    """Return a text of several lines that somebody typed, safe to print and not endless."""
    if len(value) > _LONGEST_TEXT:
        value = f"{value[:_LONGEST_TEXT]}…"
    return "\n".join(map(typed, value.strip().splitlines()))


def tidied(body: str) -> str:
    """Return *body* without the loose spaces and empty lines that Liquid tags leave behind."""
    lines = "\n".join(map(str.rstrip, body.split("\n")))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def text_part(body: str, blocks: Sequence[Block]) -> str:
    """Return the plain text of a tidied *body*, each block between blank lines."""
    for index, block in enumerate(blocks):
        body = body.replace(marker(index), f"\n\n{block.text}\n\n")
    return _BLANK_LINES.sub("\n\n", body).strip("\n") + "\n"


def html_part(body: str, blocks: Sequence[Block]) -> str:
    """Return the HTML of a tidied *body*: paragraphs at blank lines, web addresses as links."""
    body = _URL.sub(_linked, escape(body))
    if _ISOLATE in body:
        body = _ISOLATED.sub(r'<span dir="auto">\1</span>', body)
    html_of = {marker(index): block.html for index, block in enumerate(blocks)}
    for char in html_of:
        body = body.replace(char, f"\n\n{char}\n\n")
    paragraph = parts()["paragraph"]
    pieces: list[str] = []
    for chunk in _BLANK_LINES.split(body):
        if chunk in html_of:
            pieces.append(html_of[chunk])
        elif lines := chunk.strip():
            pieces.append(paragraph(lines=lines.replace("\n", "<br>\n")))
    return "".join(pieces)


def page(*, language: str, subject: str, shop: str, content: str, footer: str) -> str:
    """Return the whole HTML page; *content* and *footer* are HTML, the others plain text."""
    return parts()["page"](
        language=escape(language),
        direction=direction(language),
        subject=escape(subject),
        shop=escape(shop),
        content=content,
        footer=footer,
    )


@cache
def direction(language: str) -> str:
    """Return "rtl" or "ltr", the direction in which *language* is written."""
    return str(locale_of(language).text_direction)


@cache
def phrases(language: str) -> dict[str, str]:
    """Return the layout's own words in *language*; English when we have none."""
    path = WORDING_FOLDER / language.partition("-")[0].lower() / "phrases.toml"
    if not path.is_file():
        path = WORDING_FOLDER / "en" / "phrases.toml"
    return {name: str(text) for name, text in tomllib.loads(path.read_text("utf-8")).items()}


def rows(items: Iterable[str]) -> str:
    """Return the table around rows made by the parts item, sum and strong."""
    return parts()["rows"](item="".join(items), sum="", strong="")


def link(url: str, text: str) -> str:
    """Return *text* as a link to *url* (plain text both), or only the text if it is no page."""
    if not is_page(url):
        return escape(text)
    return parts()["link"](url=escape(url), text=escape(text))


def is_page(url: str) -> bool:
    """True for an http or https address; nothing else may become a link in a letter."""
    return url.startswith(("https://", "http://")) and not any(char in url for char in " \n<>\"'")


Part = Callable[..., str]


@cache
def parts() -> dict[str, Part]:
    """Return the pieces of the layout by name, CSS inlined, each a function of its slots.

    Inlining takes about a millisecond, so it is done once and not for each letter.
    """
    source = _LETTER_PAGE.read_text("utf-8")
    source = source[: source.index("<!--")] + source[source.index("-->") + 3 :].lstrip()
    html = css_inline.CSSInliner(load_remote_stylesheets=False).inline(source)
    innermost = re.compile(r"<!-- part:(\w+) -->((?:(?!<!-- part:).)*?)<!-- end:\1 -->\s*", re.S)
    found: dict[str, Part] = {}
    while match := innermost.search(html):
        found[match[1]] = _part(match[2])
        html = f"{html[: match.start()]}[[{match[1]}]]{html[match.end() :]}"
    found["page"] = _part(re.sub(r"(?:\[\[content\]\]\s*)+", "[[content]]", html))
    return found


def _part(html: str) -> Part:
    pattern = re.sub(r"\[\[(\w+)\]\]", r"%(\1)s", html.replace("%", "%%"))

    def fill(**slots: str) -> str:
        return pattern % slots

    return fill


def _linked(found: re.Match[str]) -> str:
    """Link an address in escaped text; a full stop or bracket after it stays outside."""
    url = found[0]
    tail = _URL_TAIL.search(url)
    end = tail.start() if tail else len(url)
    return parts()["link"](url=url[:end], text=url[:end]) + url[end:]
