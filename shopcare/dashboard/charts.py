"""Charts as plain SVG, drawn on the server: stacked bars for counts, a line for durations.

Only geometry is reckoned here; `templates/dashboard/_chart.html` draws it, and app.css gives
it the colours of the page. Nothing needs inline styles or scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 26
INSIDE, TALL = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
# Labels below the axis need so much room each.
LABEL_WIDTH = 64
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Series:
    """Values in the order of the labels; `tone` is one of app.css's, None is a gap."""

    name: str
    tone: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """A bar, or a point of a line, and what it says."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    says: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a template needs to draw it."""

    title: str
    text: str
    legend: tuple[Series, ...]
    bars: tuple[Mark, ...] = ()
    points: tuple[Mark, ...] = ()
    paths: tuple[tuple[str, str], ...] = ()
    across: tuple[Tick, ...] = ()
    up: tuple[Tick, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not self.bars and not self.points


def stacked(title: str, text: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Bars, one for each label, with the series on top of each other. `text` tells it in words."""
    sums = [sum(one.values[at] or 0 for one in series) for at in range(len(labels))]
    top, up = _scale(max(sums, default=0), whole=True)
    step = INSIDE / max(len(labels), 1)
    bars = []
    for at, label in enumerate(labels):
        y = float(HEIGHT - BOTTOM)
        for one in series:
            value = one.values[at] or 0
            height = TALL * value / top
            y -= height
            if value:
                x = LEFT + step * (at + 0.14)
                says = f"{label}: {one.name} {value:g}"
                bars.append(Mark(_r(x), _r(y), _r(step * 0.72), _r(height), one.tone, says))
    return Chart(title, text, tuple(series), tuple(bars), across=_across(labels), up=up)


def lines(title: str, text: str, labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Lines through the series' values; a None interrupts its line."""
    known = [value for one in series for value in one.values if value is not None]
    top, up = _scale(max(known, default=0), whole=False)
    step = INSIDE / max(len(labels), 1)
    points, paths = [], []
    for one in series:
        path, is_drawing = "", False
        for at, value in enumerate(one.values):
            if value is None:
                is_drawing = False
                continue
            x, y = _r(LEFT + step * (at + 0.5)), _r(HEIGHT - BOTTOM - TALL * value / top)
            path += f"{'L' if is_drawing else 'M'}{x} {y}"
            is_drawing = True
            points.append(Mark(x, y, 0, 0, one.tone, f"{labels[at]}: {one.name} {value:.1f}"))
        paths.append((one.tone, path))
    return Chart(
        title,
        text,
        tuple(series),
        points=tuple(points),
        paths=tuple(paths),
        across=_across(labels),
        up=up,
    )


def _across(labels: Sequence[str]) -> tuple[Tick, ...]:
    """As many labels as there is room for, always in even steps."""
    step = INSIDE / max(len(labels), 1)
    every = max(ceil(LABEL_WIDTH / step), 1)
    return tuple(
        Tick(_r(LEFT + step * (at + 0.5)), label)
        for at, label in enumerate(labels)
        if at % every == 0
    )


def _scale(highest: float, *, whole: bool) -> tuple[float, tuple[Tick, ...]]:
    """A round number at or above `highest`, and the lines on the way there."""
    highest = max(highest, 1)
    rough = highest / (MOST_LINES - 1)
    power = 10 ** floor(log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough)
    if whole:
        step = max(ceil(step), 1)
    count = ceil(highest / step)
    top = step * count
    ticks = (
        Tick(_r(HEIGHT - BOTTOM - TALL * step * at / top), f"{step * at:g}")
        for at in range(count + 1)
    )
    return top, tuple(ticks)


def _r(value: float) -> float:
    return round(value, 1)
