"""The parts of the report: HTML in which all but markup is escaped, tables, sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from index.documents import shorten
from qa.display import visible

_VOID = frozenset(("input", "meta"))

Child = str | Iterable[str]
# Characters of a text that is shown in passing.
CLIPPED = 240


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

    Args:
        text: the further columns that hold words, not figures.
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
