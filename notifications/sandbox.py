"""Liquid in a sandbox: what a seller's wording may do, and how much of it.

No wording can read a file, loop for long, fill the memory or make markup. Parsed templates
are kept, because the same few wordings are rendered thousands of times.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache, lru_cache, wraps
from io import StringIO
from typing import Any, ClassVar, TextIO

from django.utils.translation import gettext
from liquid import BoundTemplate, Environment, RenderContext, StrictUndefined, Token, Undefined
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import FilterArgumentError, OutputStreamLimitError
from liquid.expression import Expression
from liquid.filter import with_context
from liquid.stringify import to_liquid_string
from liquid.undefined import UNDEFINED

from notifications.amounts import Amount, Day, day_text
from notifications.placeholders import SCENE_KEY, Group, Scene

_MAX_OUTPUT = 20_000
_MAX_TEXT = 50_000
_MAX_ITEMS = 1_000
_MAX_REPEATED = 2_000

# They read other templates, make HTML or count across a letter.
_TAGS_LEFT_OUT = ("include", "render", "tablerow", "increment", "decrement")
# They make markup or hide text; a letter needs neither.
_FILTERS_LEFT_OUT = (
    "safe", "escapejs", "base64_encode", "base64_decode", "base64_url_safe_encode",
    "base64_url_safe_decode",
)  # fmt: skip
# A letter escapes by itself, so these change nothing; shop owners write them out of habit.
_FILTERS_WITHOUT_EFFECT = ("escape", "escape_once", "newline_to_br")
_MATH = (
    "abs", "at_most", "at_least", "ceil", "divided_by", "floor", "minus", "plus", "round",
    "times", "modulo",
)  # fmt: skip
_REPEATING = ("replace", "replace_first", "replace_last", "join")


class WordingContext(RenderContext):
    """A render context with a short way to `order.total` and its like.

    Nearly all that a letter asks for is a group and a name. Liquid's general look-up through
    four scopes takes a third of the time of a letter.
    """

    __slots__ = ()

    def get(
        self, path: list[object], *, token: Token | None, default: object = UNDEFINED
    ) -> object:
        """Return the value at *path*; names set by the wording itself go the long way."""
        if len(path) == 2 and not self.loops and path[0] not in self.locals:
            group = self.globals.get(str(path[0]))
            if type(group) is Group and path[1] in group.getters:
                return group[str(path[1])]
        return super().get(path, token=token, default=default)


class WordingTemplate(BoundTemplate):
    """A parsed wording."""

    context_class = WordingContext

    def make_globals(self, render_args: Mapping[str, object]) -> Mapping[str, object]:
        """Return the values as they are: a wording has no globals of its own."""
        return render_args

    def _get_buffer(self) -> StringIO:
        return _LimitedBuffer()


class _LimitedBuffer(StringIO):
    """Takes as much text as a letter can hold."""

    room = _MAX_OUTPUT

    def write(self, text: str, /) -> int:
        self.room -= len(text)
        if self.room < 0:
            raise OutputStreamLimitError("the letter becomes too long", token=None)
        return super().write(text)


class _OutputNode(OutputNode):
    """Prints one value; a plain `{{ order.total }}` without the detour over filters."""

    __slots__ = ("path",)

    def __init__(self, token: Token, expression: Expression) -> None:
        super().__init__(token, expression)
        self.path: list[object] | None = None
        if isinstance(expression, FilteredExpression) and not expression.filters:
            left = expression.left
            if isinstance(left, Path) and all(isinstance(part, str) for part in left.path):
                self.path = list(left.path)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Print the value of a path at once, anything else as Liquid does."""
        if self.path is None:
            return super().render_to_output(context, buffer)
        value = context.get(self.path, token=self.token)
        return buffer.write(value if isinstance(value, str) else to_liquid_string(value, False))


class _OutputTag(Output):
    node_class = _OutputNode


class Sandbox(Environment):
    """The Liquid that wordings are written in."""

    template_class = WordingTemplate

    context_depth_limit: ClassVar[int] = 10
    block_nesting_limit: ClassVar[int] = 15
    loop_iteration_limit: ClassVar[int | None] = _MAX_ITEMS
    local_namespace_limit: ClassVar[int | None] = 200_000
    output_stream_limit: ClassVar[int | None] = _MAX_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Take Liquid's own tags and filters, less what is unsafe, plus money and date."""
        super().setup_tags_and_filters(extra=extra)
        self.add_tag(_OutputTag)
        for tag in _TAGS_LEFT_OUT:
            del self.tags[tag]
        for name in _FILTERS_LEFT_OUT:
            del self.filters[name]
        for name in _FILTERS_WITHOUT_EFFECT:
            self.filters[name] = _unchanged
        for name, function in list(self.filters.items()):
            self.filters[name] = _guarded(name, function)
        self.filters["money"] = _money
        self.filters["date"] = _date


@cache
def _sandbox(undefined: type[Undefined]) -> Sandbox:
    return Sandbox(undefined=undefined)


def filter_names() -> frozenset[str]:
    """Return the names of all filters that a wording may use."""
    return frozenset(_sandbox(StrictUndefined).filters)


@lru_cache(maxsize=2_048)
def parsed(source: str) -> BoundTemplate:
    """Return *source* ready to render for sending: what is unknown prints as nothing.

    Raises LiquidError for broken Liquid.
    """
    return _sandbox(Undefined).from_string(source)


def parsed_strictly(source: str) -> BoundTemplate:
    """Return *source* ready for a check: what is unknown raises UndefinedError."""
    return _sandbox(StrictUndefined).from_string(source)


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a Liquid filter that refuses to make more text than a letter can hold."""
    is_math, is_repeating = name in _MATH, name in _REPEATING

    @wraps(function)
    def guarded(value: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(value, range) and len(value) > _MAX_ITEMS:
            raise _refusal(gettext("more than %s items") % _MAX_ITEMS)
        if is_math:
            value = _number(value)
            arguments = tuple(map(_number, arguments))
        elif is_repeating and any(len(str(text)) > _MAX_REPEATED for text in arguments):
            raise _refusal(gettext("%s: the text to insert is too long") % name)
        result = function(value, *arguments, **options)
        if isinstance(result, str | list) and len(result) > _MAX_TEXT:
            raise _refusal(gettext("%s makes too long a text") % name)
        return result

    return guarded


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _unchanged(value: Any) -> Any:
    return value


@with_context
def _money(value: Any, *, context: RenderContext) -> str:
    """Print a number as a price in the order's currency and the letter's language."""
    if value is None or isinstance(value, Undefined):
        return ""
    if isinstance(value, Amount):
        return str(value)
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise _refusal(gettext("money: %s is not a number") % value) from error
    if not number.is_finite():
        raise _refusal(gettext("money: not a finite number"))
    return str(_scene(context).money(number))


@with_context
def _date(value: Any, form: Any = "long", *, context: RenderContext) -> str:
    """Print a date; *form* is short, medium, long, full or a pattern such as %d.%m.%Y."""
    if value is None or isinstance(value, Undefined):
        return ""
    if not isinstance(value, Day):
        raise _refusal(gettext("date: %s is not a date") % value)
    try:
        return day_text(value, str(form), _scene(context).language)
    except ValueError as error:
        raise _refusal(f"date: {error}") from error


def _refusal(reason: str) -> FilterArgumentError:
    return FilterArgumentError(reason, token=None)


def _scene(context: RenderContext) -> Scene:
    scene = context.globals[SCENE_KEY]
    if not isinstance(scene, Scene):
        raise TypeError("a letter is rendered with its scene")
    return scene
