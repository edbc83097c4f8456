"""The details of one document: its kind, size, date, state and reason, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from textual.content import Content

from index import Passage, describe_kind, describe_size
from qa import counted
from tui.common.presentation.wording import (
    describe_day,
    describe_languages,
    describe_properties,
    join_some,
    one_line,
    shorten_line,
    shorten_path,
)
from tui.documents.document_tree import State, TreeEntry

# Headings that are listed; and characters of a text without headings.
_MOST_HEADINGS, _BEGINNING_CHARACTERS = 100, 600

STATE_WORDS: dict[State, str] = {
    "indexed": "indexed",
    "changed": "changed since it was indexed",
    "gone": "its file is gone",
    "waiting": "not indexed yet",
    "failed": "could not be read",
    "skipped": "left out",
}


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """The details of one document.

    Attributes:
        size: of the file, in bytes; None if it cannot be looked at.
        changed: when the file was changed last.
        passages: how many it has in the index; None if that is not known.
        headings: the first of its headings, each with those above it.
        beginning: the first words of its text.
    """

    size: int | None = None
    changed: datetime | None = None
    passages: int | None = None
    headings: tuple[tuple[str, ...], ...] = ()
    beginning: str = ""


def read_details(
    path: str, passages_of: Callable[[str], Sequence[Passage]] | None
) -> DocumentDetails:
    """Look at a file and at its passages. What cannot be found out is left out."""
    size = changed = None
    try:
        stat = Path(path).stat()
        size, changed = stat.st_size, datetime.fromtimestamp(stat.st_mtime)
    except (OSError, ValueError, OverflowError):
        pass
    try:
        passages = passages_of(path) if passages_of else ()
    except Exception:
        passages = ()
    beginning = passages[0].text[:_BEGINNING_CHARACTERS] if passages else ""
    return DocumentDetails(
        size, changed, len(passages) or None, _list_headings(passages), beginning
    )


def _list_headings(passages: Sequence[Passage]) -> tuple[tuple[str, ...], ...]:
    """The headings above the passages in reading order, each once."""
    listed: dict[tuple[str, ...], None] = {}
    for passage in passages:
        for level in range(1, len(passage.headings) + 1):
            listed[passage.headings[:level]] = None
        if len(listed) >= _MOST_HEADINGS:
            break
    return tuple(listed)[:_MOST_HEADINGS]


def describe_state(entry: TreeEntry) -> str:
    """The state of a document in words, with the reason if there is one."""
    words = STATE_WORDS[entry.state]
    return f"{words}: {entry.reason}" if entry.reason else words


def draw_details(entry: TreeEntry, details: DocumentDetails) -> Content:
    """Name, folder and all that is known, a line each; and the headings, or the first words."""
    path = Path(entry.path)
    changed = details.changed
    rows = (
        ("Kind", describe_kind(entry.path)),
        ("Size", "" if details.size is None else describe_size(details.size)),
        ("Author", join_some(entry.properties.authors, ", ", 10)),
        ("Dated", describe_day(entry.properties.date)),
        ("Tags", join_some([f"#{tag}" for tag in entry.properties.tags], " ", 20)),
        ("Language", describe_languages(entry.properties)),
        ("Changed", f"{changed.day} {changed:%B %Y, %H:%M}" if changed else ""),
        ("Passages", "" if not details.passages else f"{details.passages:,}"),
        ("State", describe_state(entry)),
    )
    lines = [
        Content.styled(one_line(path.name), "bold $text-primary"),
        Content.styled(one_line(shorten_path(str(path.parent))), "$secondary"),
        Content(""),
    ]
    for name, value in rows:
        if value:
            style = "$text-error" if name == "State" and entry.state == "failed" else ""
            lines.append(Content.assemble((f"{name:10}", "$secondary"), (one_line(value), style)))
    known = len(lines)
    for headings in details.headings:
        indent = "  " * (len(headings) - 1)
        lines.append(Content.styled(f"{indent}{one_line(headings[-1])}", "$secondary"))
    if details.beginning and not details.headings:
        lines.append(
            Content.styled(shorten_line(details.beginning, _BEGINNING_CHARACTERS), "$secondary")
        )
    if details.headings or details.beginning:
        lines.insert(known, Content(""))
    return Content("\n").join(lines)


def describe_details(entry: TreeEntry, details: DocumentDetails) -> str:
    """The same on one line, without the name."""
    parts = (
        describe_properties(entry.properties),
        describe_kind(entry.path),
        "" if details.size is None else describe_size(details.size),
        describe_day(details.changed),
        counted(details.passages, "passage") if details.passages else "",
        describe_state(entry),
    )
    return one_line(" · ".join(part for part in parts if part))
