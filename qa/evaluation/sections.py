"""What the report is built of: sections, tables, figures in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.evaluation.markup import Child, Markup, element

# Characters of a text that is shown in passing.
CLIPPED = 240


def table(
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


def section(title: str, *children: Child, key: str) -> Markup:
    """A part of the report, under a heading."""
    return element("section", element("h2", title, id=key), *children, aria_labelledby=key)


def pictured(
    title: str, words: str, chart: Markup, figures: Markup, *, key: str, folded: bool = True
) -> Markup:
    """A section with a chart, what it says in words, and its figures, folded or not."""
    if folded:
        figures = element("details", element("summary", "Figures"), figures, class_="figures")
    return section(title, element("p", words), element("figure", chart, figures), key=key)


def number(value: float) -> str:
    """A figure as the report writes it."""
    return f"{value:.3f}"


def share(part: float, whole: float) -> str:
    """A part in per cent, without decimals."""
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def counted(count: int, one: str) -> str:
    """A count with what is counted, whose plural takes an s."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def clipped(text: str) -> str:
    """The beginning of a text that is too long to be shown in passing."""
    return text if len(text) <= CLIPPED else f"{text[: CLIPPED - 1]}…"
