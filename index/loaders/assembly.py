"""A document's text put together from its parts, with the spans of its blocks and headings."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.documents import Content, Heading, Span


@dataclass(slots=True)
class Assembly:
    """Grows part by part; a blank line parts them."""

    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _headings: list[Heading] = field(default_factory=list)
    _blocks: list[Span] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self._length

    def add_block(self, text: str) -> None:
        """A paragraph, a list or a table; nothing where there are no words in it."""
        if text := text.strip():
            self._blocks.append(self._put(text))

    def add_heading(self, text: str, level: int) -> None:
        """A heading; 1 is the highest level."""
        if words := " ".join(text.split()):
            self._headings.append(Heading(self._put(words), level, words))

    def add(self, content: Content) -> None:
        """What another loader has read, which has blocks."""
        if not content.text.strip():
            return
        start = self._put(content.text).start
        self._headings += [
            Heading(_moved(heading.span, start), heading.level, heading.text)
            for heading in content.headings
        ]
        self._blocks += [_moved(block, start) for block in content.blocks or ()]

    def begin_part(self, name: str, level: int) -> None:
        """What follows stands under a name that is not in the text, or under none."""
        at = self._length + (2 if self._length else 0)
        self._headings.append(Heading(Span(at, at), level, name))

    def content(self, title: str | None) -> Content:
        return Content(
            "".join(self._pieces),
            title=title,
            headings=tuple(self._headings),
            blocks=tuple(self._blocks),
        )

    def _put(self, text: str) -> Span:
        if self._length:
            self._pieces.append("\n\n")
            self._length += 2
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        return Span(start, self._length)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
