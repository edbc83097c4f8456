"""The line above a passage: its title, headings and names of columns, for people and for search."""

from __future__ import annotations

from collections.abc import Sequence

# Characters of a heading line, and of the column names in it; they, too, go with every passage.
_LONGEST_HEADING_LINE, _LONGEST_COLUMNS = 1_000, 400


def shorten(text: str, most: int) -> str:
    """The text; if longer than `most` characters, its beginning and "…"."""
    return text if len(text) <= most else text[: most - 1] + "…"


def join_headings(headings: Sequence[str], columns: Sequence[str] = ()) -> str:
    """Headings and the names of columns in one line, for people and for search.

    The line is cut short if it is very long. Nothing is ever parsed back out of it.
    """
    names = " | ".join(filter(None, dict.fromkeys(columns)))
    if len(names) > _LONGEST_COLUMNS:
        names = names[: names.rfind(" | ", 0, _LONGEST_COLUMNS)] + " | …"
    return shorten(" › ".join(filter(None, (*headings, names))), _LONGEST_HEADING_LINE)


def join_title(title: str | None, headings: Sequence[str], columns: Sequence[str] = ()) -> str:
    """As `join_headings`, after the document's title unless the first heading repeats it."""
    if title and title not in headings[:1]:
        headings = (title, *headings)
    return join_headings(headings, columns)
