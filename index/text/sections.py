"""Sections: the paragraphs between one heading of a document and the next, to cut passages from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.documents import TERM_LEVEL, Content, Heading, Span
from index.text.plain_blocks import find_paragraphs

_BETWEEN_TERMS = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Section:
    """The paragraphs between two headings.

    Attributes:
        path: the headings above, the outermost first.
        paragraphs: in order; if none are marked, they are found as they are read.
        entries: where those paragraphs start that are entries of a list of definitions, each with
            its term, and short.
    """

    path: tuple[Heading, ...]
    paragraphs: Iterable[Span]
    entries: frozenset[int] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The words of the headings above; those without any only part what they stand between."""
        return tuple(heading.text for heading in self.path if heading.text)


def split_sections(content: Content, short: int) -> Iterator[Section]:
    """The sections of a document, in order.

    Several short entries of a list of definitions, one after the other, are in one section with
    what stands above them: their terms are not headings then.

    Args:
        short: the characters that a short entry has fewer of.
    """
    before: Section | None = None
    entries: list[Section] = []
    for section in _split_at_headings(content):
        is_entry = _is_short_entry(section, content.text, short)
        if is_entry and entries and section.path[:-1] == entries[-1].path[:-1]:
            entries.append(section)
            continue
        if entries:
            # An entry that has entries below it stays their heading.
            outer = entries.pop() if section.path[:-1] == entries[-1].path else None
            yield from _join_entries(before, entries)
            before, entries = outer, []
        if is_entry:
            entries = [section]
        else:
            yield from filter(None, (before,))
            before = section
    yield from _join_entries(before, entries)


def _split_at_headings(content: Content) -> Iterator[Section]:
    path: list[Heading] = []
    at, taken = 0, 0
    for heading in (*content.headings, None):
        end = heading.span.start if heading else len(content.text)
        if content.paragraphs is None:
            paragraphs: Iterable[Span] = find_paragraphs(content.text, at, end)
        else:
            first = taken
            while taken < len(content.paragraphs) and content.paragraphs[taken].start < end:
                taken += 1
            paragraphs = content.paragraphs[first:taken]
        yield Section(tuple(path), paragraphs)
        if heading:
            path = [outer for outer in path if outer.level < heading.level] + [heading]
            # Headings of a loader that is not ours may overlap.
            at = max(at, heading.span.end)


def _is_short_entry(section: Section, text: str, short: int) -> bool:
    """Whether a section is one short paragraph that begins with its heading, a term."""
    paragraphs = section.paragraphs
    if not section.path or not isinstance(paragraphs, Sequence) or len(paragraphs) != 1:
        return False
    term, entry = section.path[-1], paragraphs[0]
    if term.level < TERM_LEVEL or len(term.span) or not term.text or len(entry) >= short:
        return False
    words = _BETWEEN_TERMS.sub("", entry.of(text))
    return words.startswith(_BETWEEN_TERMS.sub("", term.text))


def _join_entries(before: Section | None, entries: list[Section]) -> Iterator[Section]:
    """A section and the short entries after it, as one section if they may be joined."""
    if len(entries) < 2:
        yield from filter(None, (before, *entries))
        return
    path = entries[0].path[:-1]
    paragraphs = tuple(span for entry in entries for span in entry.paragraphs)
    starts = frozenset(span.start for span in paragraphs)
    joined = Section(path, paragraphs, starts)
    above = before.paragraphs if before is not None else ()
    if before is not None and isinstance(above, Sequence) and before.names == joined.names:
        joined = Section(path, (*above, *paragraphs), starts)
    elif before is not None:
        yield before
    yield joined
