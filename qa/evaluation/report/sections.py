"""The parts of the report: HTML in which all but markup is escaped, tables, sections, charts.

Charts are inline SVG: bars, curves and intervals. Colours come from the page's style sheet, by
class: `right` and `wrong` are the tones of what is drawn. Every chart has a title and a description
for those who cannot see it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from index.documents import shorten
from qa.display import visible

_VOID = frozenset(("input", "meta"))

Child = str | Iterable[str]
# Characters of a text that is shown in passing.
CLIPPED = 240
Tone = Literal["right", "wrong"]
_WIDTH = 640
_LABELS = 250
_ROW = 28
_FIGURES = 130
_LONGEST_LABEL = 34


class Markup(str):
    """HTML that may stand as it is; any other string is text."""

    __slots__ = ()


def join(*children: Child) -> Markup:
    """The children one after the other: markup as it is, text escaped.

    In text, control characters are replaced by visible stand-ins.
    """
    return Markup("".join(_write_child(child) for child in children))


def element(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element. Attributes that are None are left out; of their names, a last `_` is dropped
    (`class_`) and others are hyphens (`text_anchor`).
    """
    start = name
    for key, value in attributes.items():
        if value is not None:
            text = f"{value:.6g}" if isinstance(value, float) else str(value)
            start += f' {key.rstrip("_").replace("_", "-")}="{escape(visible(text))}"'
    return Markup(f"<{start}>" if name in _VOID else f"<{start}>{join(*children)}</{name}>")


def _write_child(child: Child) -> str:
    if isinstance(child, Markup):
        return str(child)
    return escape(visible(child)) if isinstance(child, str) else join(*child)


def make_table(
    heads: Sequence[str], rows: Iterable[Sequence[Child]], text: Sequence[int] = ()
) -> Markup:
    """A table whose first column names the rows; wide ones scroll by themselves.

    The further columns with the numbers `text` hold words, not figures.
    """

    def kind(column: int) -> str | None:
        return None if column == 0 else "words" if column in text else "number"

    head = element(
        "tr", (element("th", name, scope="col", class_=kind(n)) for n, name in enumerate(heads))
    )
    body = (
        element(
            "tr",
            element("th", row[0], scope="row"),
            (element("td", cell, class_=kind(n)) for n, cell in enumerate(row[1:], 1)),
        )
        for row in rows
    )
    whole = element("table", element("thead", head), element("tbody", body))
    return element("div", whole, class_="table", tabindex="0", role="group", aria_label=heads[0])


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a heading; `key` is its address within the page."""

    key: str
    title: str
    content: Markup

    @property
    def markup(self) -> Markup:
        """The section as it stands in the page."""
        heading = element("h2", self.title, id=self.key)
        return element("section", heading, self.content, aria_labelledby=self.key)

    @property
    def link(self) -> Markup:
        """A link to the section."""
        return element("a", self.title, href=f"#{self.key}")


def join_picture(words: str, chart: Markup, figures: Markup) -> Markup:
    """A chart, what it says in words, and its figures to be unfolded."""
    folded = element("details", element("summary", "Figures"), figures, class_="figures")
    return join(element("p", words), element("figure", chart, folded))


def format_number(value: float) -> str:
    """A figure as the report writes it."""
    return f"{value:.3f}"


def format_share(part: float, whole: float) -> str:
    """A part in per cent, without decimals."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def clip(text: str) -> str:
    """The beginning of a text that is too long to be shown in passing."""
    return shorten(text, CLIPPED)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `text` is its figure in words."""

    label: str
    value: float
    text: str
    tone: Tone = "right"


@dataclass(frozen=True, slots=True)
class Interval(Bar):
    """A value with its confidence interval, if it has one; `text` is both in words."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve; `text` is shown when it is pointed at.

    Attributes:
        weight: from 0 to 1, of the dot that is drawn; None draws none.
        named: the text is written beside the dot.
    """

    x: float
    y: float
    text: str
    weight: float | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`; a logarithmic one starts above 0."""

    label: str
    low: float
    high: float
    ticks: Sequence[float]
    logarithmic: bool = False

    def locate(self, value: float) -> float:
        """Where a value lies on the axis: 0 at its low end, 1 at its high one."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return (at - low) / (high - low) if high > low else 0.5


def make_share_axis(label: str) -> Axis:
    """An axis from 0 to 1."""
    return Axis(label, 0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0))


def draw_bars(
    title: str, description: str, rows: Sequence[Bar], most: float | None = None
) -> Markup:
    """Horizontal bars, one a row, with their figures; one of the value `most` has full length."""
    longest = most or max((row.value for row in rows), default=0.0) or 1.0
    room = _WIDTH - _LABELS - _FIGURES
    drawn = []
    for number, row in enumerate(rows):
        top = number * _ROW
        length = room * row.value / longest
        drawn += [
            _draw_row_label(row.label, top),
            element(
                "rect",
                element("title", f"{row.label}: {row.text}"),
                x=_LABELS,
                y=top + 5,
                width=length,
                height=_ROW - 10,
                class_=row.tone,
            ),
            _draw_text(_LABELS + length + 8, top + 19, row.text, "figure"),
        ]
    bottom = len(rows) * _ROW
    return _draw_chart(
        title, description, bottom + 4, [*drawn, _draw_line(_LABELS, 0, _LABELS, bottom)]
    )


def draw_intervals(title: str, description: str, rows: Sequence[Interval]) -> Markup:
    """Values with their confidence intervals, one a row, about a line at zero."""
    values = (v for row in rows for v in (row.value, row.low, row.high) if v is not None)
    step = _find_round_step(max(max((abs(value) for value in values), default=0.0) / 2, 0.001))
    ticks = [step * number for number in range(-2, 3)]
    axis = Axis("difference", ticks[0], ticks[-1], ticks)
    left, right = _LABELS + 10.0, _WIDTH - _FIGURES - 10.0
    across = _make_placer(axis, left, right)
    bottom = len(rows) * _ROW
    drawn = [
        part
        for tick in ticks
        for part in (
            _draw_line(across(tick), 0, across(tick), bottom, "grid" if tick else "axis"),
            _draw_text(
                across(tick), bottom + 18, f"{tick:+.3g}" if tick else "0", "tick", "middle"
            ),
        )
    ]
    for number, row in enumerate(rows):
        middle = number * _ROW + _ROW / 2
        drawn.append(_draw_row_label(row.label, number * _ROW))
        if row.low is not None and row.high is not None:
            drawn.append(
                _draw_line(across(row.low), middle, across(row.high), middle, f"whisker {row.tone}")
            )
        drawn += [
            _draw_dot(across(row.value), middle, 5.0, row.tone, f"{row.label}: {row.text}"),
            _draw_text(_WIDTH - _FIGURES + 4.0, middle + 5, row.text, "figure"),
        ]
    return _draw_chart(title, description, bottom + 26, drawn)


def draw_curve(
    title: str,
    description: str,
    x: Axis,
    y: Axis,
    points: Sequence[Point],
    *,
    marked: Iterable[Point] = (),
    diagonal: bool = False,
) -> Markup:
    """A line through points, with `marked` points beside it, and a dashed diagonal if wanted."""
    left, right, top, bottom = 60.0, _WIDTH - 24.0, 12.0, 320.0
    across, up = _make_placer(x, left, right), _make_placer(y, bottom, top)
    drawn = []
    for tick in y.ticks:
        drawn += [
            _draw_line(left, up(tick), right, up(tick), "grid"),
            _draw_text(left - 8, up(tick) + 5, f"{tick:g}", "tick", "end"),
        ]
    for tick in x.ticks:
        drawn += [
            _draw_line(across(tick), bottom, across(tick), bottom + 5),
            _draw_text(across(tick), bottom + 20, f"{tick:g}", "tick", "middle"),
        ]
    drawn.append(_draw_line(left, bottom, right, bottom))
    if diagonal:
        drawn.append(_draw_line(left, bottom, right, top, "ideal"))
    path = " ".join(f"{across(point.x):.1f},{up(point.y):.1f}" for point in points)
    drawn.append(element("polyline", class_="curve", points=path))
    for point in (*points, *marked):
        if point.weight is not None:
            at, height = across(point.x), up(point.y)
            tone: Tone = "wrong" if point.named else "right"
            drawn.append(_draw_dot(at, height, 3 + 7 * math.sqrt(point.weight), tone, point.text))
            if point.named:
                # Written on the side that has room for it.
                late = at > (left + right) / 2
                shift, anchor = (-14, "end") if late else (14, "start")
                drawn.append(_draw_text(at + shift, height - 10, point.text, "figure", anchor))
    drawn += [
        _draw_text((left + right) / 2, bottom + 44, x.label, "label", "middle"),
        element(
            "text",
            y.label,
            class_="label",
            text_anchor="middle",
            transform=f"translate(16 {(top + bottom) / 2:g}) rotate(-90)",
        ),
    ]
    return _draw_chart(title, description, bottom + 54, drawn)


def _make_placer(axis: Axis, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (end - start) * axis.locate(value)


def _find_round_step(least: float) -> float:
    """The smallest of …, .1, .2, .5, 1, 2, 5, … that is at least so much, but for rounding."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least * 0.999)


def _draw_chart(title: str, description: str, height: float, drawn: Iterable[Markup]) -> Markup:
    key = re.sub(r"\W+", "-", title.casefold()).strip("-")
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-description"),
        join(drawn),
        viewBox=f"0 0 {_WIDTH} {height:g}",
        role="img",
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-description",
    )


def _draw_row_label(label: str, top: float) -> Markup:
    short = shorten(label, _LONGEST_LABEL)
    return _draw_text(_LABELS - 10, top + 19, short, "label", "end")


def _draw_text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> Markup:
    return element("text", text, x=float(x), y=float(y), class_=kind, text_anchor=anchor)


def _draw_line(x1: float, y1: float, x2: float, y2: float, kind: str = "axis") -> Markup:
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=kind)


def _draw_dot(x: float, y: float, radius: float, tone: Tone, text: str) -> Markup:
    return element("circle", element("title", text), cx=x, cy=y, r=radius, class_=tone)
