"""From a wording in Liquid to a letter: subject, text and HTML.

The shipped wordings lie in wording/<language>/<kind>.liquid; a seller may change each. A
seller's wording is checked when it is saved, so that nothing can break when it is sent.
"""

import logging
import re
from dataclasses import dataclass, replace
from functools import cache

from liquid.exceptions import LiquidError

from notifications import blocks, layout
from notifications.layout import WORDING_FOLDER, typed
from notifications.letter import Letter, LetterContext
from notifications.placeholders import KIND_GROUPS, Scene, namespace
from notifications.sandbox import parsed

logger = logging.getLogger(__name__)

KINDS = tuple(KIND_GROUPS)
_LONGEST_SUBJECT = 150
_ENDS_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\ue03f]")
# Whatever a wording can run into with values that nobody thought of when it was saved.
_RENDERING_FAULTS = (LiquidError, ValueError, TypeError, ArithmeticError, LookupError)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a seller edits: a subject of one line, and a body in paragraphs, both Liquid."""

    subject: str
    body: str


def render(kind: str, wording: Wording, context: LetterContext) -> Letter:
    """Return the letter that *wording* makes of *context*.

    Never fails for the wording's sake: what is unknown prints as nothing, and a wording that
    breaks on these values gives way to the shipped one, with a warning in the log.
    """
    scene = Scene(context)
    try:
        subject, body = _filled(kind, wording, scene)
    except _RENDERING_FAULTS as fault:
        logger.warning(
            "A wording failed, the shipped one is used",
            extra={"action": "wording_failed", "kind": kind, "fault": type(fault).__name__},
        )
        scene = Scene(context)
        subject, body = _filled(kind, shipped_wording(kind, scene.language), scene)
    return _letter(kind, subject, body, scene)


def render_words(kind: str, subject: str, body: str, context: LetterContext) -> Letter:
    """Return the letter that consists of these very words: no Liquid, nothing filled in."""
    return _letter(kind, subject, body, Scene(context))


def letter_language(wanted: str) -> str:
    """Return *wanted* ("de-AT") when a wording in its language is shipped, else "en"."""
    return wanted if _base(wanted) in shipped_languages() else "en"


def shipped_wording(kind: str, language: str) -> Wording:
    """Return our own wording of *kind*: "de-AT" falls back to "de", unknown ones to "en".

    Raises KeyError for a kind that is no letter.
    """
    if kind not in KIND_GROUPS:
        raise KeyError(kind)
    return _shipped(kind, _base(letter_language(language)))


@cache
def shipped_languages() -> tuple[str, ...]:
    """Return the languages that wordings are shipped in, one folder each."""
    return tuple(sorted(path.parent.name for path in WORDING_FOLDER.glob("*/phrases.toml")))


@cache
def _shipped(kind: str, language: str) -> Wording:
    return read_wording((WORDING_FOLDER / language / f"{kind}.liquid").read_text("utf-8"))


def read_wording(source: str) -> Wording:
    """Return the wording in *source*: "Subject: …", a blank line, the body.

    Raises ValueError when the first line is no subject.
    """
    first, _, body = source.partition("\n")
    name, _, subject = first.partition(":")
    if name != "Subject" or not subject.strip():
        raise ValueError("a wording begins with a line 'Subject: …'")
    return Wording(subject=subject.strip(), body=body.strip("\n"))


def without_returns(wording: Wording) -> Wording:
    """Return *wording* with plain line ends; browsers send CR LF."""
    return replace(wording, body=wording.body.replace("\r\n", "\n").replace("\r", "\n"))


def _filled(kind: str, wording: Wording, scene: Scene) -> tuple[str, str]:
    values = namespace(kind, scene)
    body = without_returns(wording).body
    return parsed(wording.subject).render(values), parsed(body).render(values)


def _letter(kind: str, subject: str, body: str, scene: Scene) -> Letter:
    context = scene.context
    shop = typed(context.shop.name)
    order = typed(context.order.number) if "buyer" in KIND_GROUPS[kind] else ""
    foot = blocks.footer(
        scene.language, shop, "" if kind == "relist" else order, context.unsubscribe_url
    )
    subject, body = one_line(subject) or shop, layout.tidied(body)
    return Letter(
        subject=subject,
        text=f"{layout.text_part(body, scene.blocks)}\n-- \n{foot.text}\n",
        html=layout.page(
            language=scene.language,
            subject=subject,
            shop=shop,
            content=layout.html_part(body, scene.blocks),
            footer=foot.html,
        ),
    )


def one_line(subject: str) -> str:
    """Return *subject* fit for a header: one line, no controls, at most 150 characters."""
    line = " ".join(_INVISIBLE.sub("", _ENDS_A_LINE.sub(" ", subject)).split())
    if len(line) <= _LONGEST_SUBJECT:
        return line
    return f"{line[: _LONGEST_SUBJECT - 1].rstrip()}…"


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
