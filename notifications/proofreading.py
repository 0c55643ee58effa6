"""The check of a seller's wording before it is saved.

Every placeholder and filter is looked up, also in branches that rarely run, and the wording
is rendered strictly on a range of made-up orders. What passes cannot break when it is sent.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from django.utils.translation import gettext as _
from liquid import BoundTemplate
from liquid.exceptions import (
    ContextDepthError,
    LiquidError,
    LiquidSyntaxError,
    ResourceLimitError,
    UndefinedError,
)
from liquid.static_analysis import TemplateAnalysis

from notifications.placeholders import (
    GETTERS,
    KIND_GROUPS,
    Placeholder,
    Scene,
    names,
    namespace,
)
from notifications.samples import sample_context, trial_contexts
from notifications.sandbox import filter_names, parsed_strictly
from notifications.writing import Wording, render, without_returns

_MOST_SUBJECT = 500
_MOST_BODY = 20_000
_MOST_HTML_BYTES = 100_000


class WordingError(ValueError):
    """A wording cannot be used; says why and, when it can, in which line of which field."""

    def __init__(self, reason: str, *, field: str, line: int | None = None) -> None:
        at = _("Subject") if field == "subject" else _("Text")
        if line and field == "body":
            at = _("Text, line %s") % line
        super().__init__(f"{at}: {reason}")
        self.reason = reason
        self.field = field
        self.line = line


def validate(kind: str, wording: Wording) -> None:
    """Raise WordingError when *wording* could not be sent as a note of *kind*."""
    if not wording.subject.strip():
        raise WordingError(_("a letter needs a subject."), field="subject")
    if "\n" in wording.subject.strip() or "\r" in wording.subject.strip():
        raise WordingError(_("the subject must be a single line."), field="subject")
    if not wording.body.strip():
        raise WordingError(_("a letter needs a text."), field="body")
    _check_field(kind, "subject", wording.subject, _MOST_SUBJECT)
    _check_field(kind, "body", without_returns(wording).body, _MOST_BODY)
    for context in trial_contexts(kind, "en"):
        if len(render(kind, wording, context).html.encode()) > _MOST_HTML_BYTES:
            raise WordingError(_("the letter becomes too long."), field="body")


def placeholders(kind: str) -> list[Placeholder]:
    """Return every placeholder a wording of *kind* may use, with meaning and example."""
    scene = Scene(sample_context(kind, "en"))
    found = []
    for name, meaning in names(kind):
        group, _dot, own = name.partition(".")
        value = GETTERS[group][own](scene)
        is_block = isinstance(value, str) and any("\ue000" <= char <= "\ue03f" for char in value)
        if is_block:
            example = scene.blocks[ord(str(value)) - 0xE000].text
        elif isinstance(value, bool):
            example = str(value).lower()
        else:
            example = "" if value is None or isinstance(value, list) else str(value)
        found.append(Placeholder(name, meaning, example))
    return found


def _check_field(kind: str, field: str, source: str, most: int) -> None:
    if len(source) > most:
        told = _("at most %(most)s characters, this has %(length)s.")
        raise WordingError(told % {"most": most, "length": len(source)}, field=field)
    try:
        template = parsed_strictly(source)
        _check_names(kind, field, source, template.analyze(include_partials=False))
        _check_rendering(kind, template)
    except LiquidError as fault:
        reason, line = _reason(fault), _line_of(fault)
        raise WordingError(reason, field=field, line=line) from fault
    except WordingError:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as fault:
        raise WordingError(_("cannot be worked out (%s).") % fault, field=field) from fault


def _check_rendering(kind: str, template: BoundTemplate) -> None:
    for language in ("en", "de"):
        for context in trial_contexts(kind, language):
            template.render(namespace(kind, Scene(context)))


def _check_names(kind: str, field: str, source: str, analysis: TemplateAnalysis) -> None:
    for variables in analysis.globals.values():
        for variable in variables:
            if problem := _problem(kind, variable.segments):
                line = source.count("\n", 0, variable.span.index) + 1
                raise WordingError(problem, field=field, line=line)
    for name, spans in analysis.filters.items():
        if name not in filter_names():
            line = source.count("\n", 0, spans[0].index) + 1
            told = _("unknown filter “%s”.") % name + _nearest(name, filter_names())
            raise WordingError(told, field=field, line=line)


def _problem(kind: str, path: Iterable[object]) -> str:
    """Return what is wrong with a placeholder such as ["order", "totl"], or ""."""
    head, *rest = path
    group = str(head)
    known = [name for name, _meaning in names(kind)]
    if group in KIND_GROUPS[kind]:
        if not rest:
            told = _("“%(group)s” is a group; say which part, for example %(example)s.")
            return told % {"group": group, "example": f"{group}.{_first(group)}"}
        if not isinstance(rest[0], str) or rest[0] in GETTERS[group]:
            return ""
    written = ".".join(str(part) for part in (group, *rest[:1]))
    if group in GETTERS and rest and rest[0] in GETTERS[group]:
        told = _("“%s” means nothing in this kind of letter.") % written
    else:
        told = _("unknown placeholder “%s”.") % written
    return told + _nearest(written, known)


def _first(group: str) -> str:
    return next(iter(GETTERS[group]))


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return a suggestion as a sentence, looking at the last part when the whole is far off."""
    known = sorted(known)
    found = get_close_matches(name, known, n=1, cutoff=0.5) or get_close_matches(
        name.rpartition(".")[2], [each.rpartition(".")[2] for each in known], n=1, cutoff=0.7
    )
    if not found:
        return ""
    best = next((each for each in known if each == found[0] or each.endswith(f".{found[0]}")), "")
    return " " + _("Did you mean “%s”?") % best


def _reason(fault: LiquidError) -> str:
    """What is wrong in a sentence of ours; the details are Liquid's own, and English."""
    details = str(fault.message or "").strip().rstrip(".")
    if isinstance(fault, ResourceLimitError | ContextDepthError):
        return _("this becomes too long, or never ends.")
    if not details:
        return _("this cannot be understood.")
    if isinstance(fault, UndefinedError):
        return _("there is nothing of this name (%s).") % details
    if isinstance(fault, LiquidSyntaxError):
        return _("this is not written as Liquid wants it (%s).") % details
    return _("cannot be worked out (%s).") % details


def _line_of(fault: LiquidError) -> int | None:
    if fault.token is None or fault.token.start_index < 0:
        return None
    return fault.token.source.count("\n", 0, fault.token.start_index) + 1
