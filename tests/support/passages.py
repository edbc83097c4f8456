"""Passages as the index gives them: with their blocks."""

from index import Content, Document, Hit, Passage, Span
from index.text.plain_blocks import find_blocks


def make_passage(
    text: str, number: int = 1, *, start: int = 0, columns: tuple[str, ...] = ()
) -> Passage:
    """A passage of plain text that begins at an offset of its document."""
    blocks = tuple(find_blocks(Content(text)).shift(start))
    return Passage(number, Span(start, start + len(text)), text, columns=columns, blocks=blocks)


def make_hit(text: str, *, start: int = 0, columns: tuple[str, ...] = ()) -> Hit:
    """A passage of plain text, as it is found; nobody knows what stands around it."""
    return Hit(make_passage(text, start=start, columns=columns), Document(1, "/d", None), 0.5)
