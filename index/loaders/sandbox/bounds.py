"""The bounds of what comes back from a file.

The process that parses it explains an excess, and the program refuses one.
"""

from __future__ import annotations

import msgspec

from index.loaders.shared.container import Container, show_line

# Bytes for a character in UTF-8, at the very most.
_BYTES_A_CHARACTER = 4
# Cells of rows for each part.
_CELLS_A_PART = 4
# Bytes of MessagePack for a part, which took 21 for a paragraph and 60 for a table without columns,
# and for the words beside the text: titles, headings, names of columns and of files.
_PART_BYTES, _WORDS_BYTES = 24, 8 * 2**20
# Bytes of a block with its cells; a mark takes less.
_BLOCK_BYTES = 4 * (7 + 2 * _CELLS_A_PART)
# No file has more of any part, however large it is.
MOST_PARTS = 2**22
# Characters of a reason.
_LONGEST_REASON = 500
# Deeper than headings and lists go.
_DEEPEST_LEVEL = 1_000_000


class Bounds(msgspec.Struct, frozen=True):
    """How much may come back from a file.

    Attributes:
        characters: of its text; of its headings and names of columns together as many again.
        parts: of its paragraphs, blocks, marks, headings, pages, tables, columns and files left
            out, of each.
        members: bytes of the files in it, together.
    """

    characters: int
    parts: int
    members: int

    @property
    def cells(self) -> int:
        """The most cells that its rows may have together."""
        return _CELLS_A_PART * self.parts

    @property
    def most_bytes_of_text(self) -> int:
        return _BYTES_A_CHARACTER * self.characters

    @property
    def most_bytes_beside_text(self) -> int:
        return _WORDS_BYTES + _PART_BYTES * self.parts

    @property
    def most_bytes_of_blocks(self) -> int:
        """The most bytes of all blocks, and of all marks."""
        return _BLOCK_BYTES * self.parts


def explain_excess(container: Container, bounds: Bounds) -> str | None:
    """What is too much of what a file holds; None if nothing is."""
    content = container.content
    columns = sum(len(table.columns) for table in content.tables)
    blocks = content.structure.blocks
    parts = (content.headings, content.page_starts, content.tables, blocks, content.marks)
    most = max(columns, len(container.left_out), *map(len, (content.paragraphs or (), *parts)))
    if most > bounds.parts or blocks.count_cells() > bounds.cells:
        return f"holds more than {bounds.parts:,} paragraphs, headings or names"
    words = len(content.title or "")
    words += sum(len(heading.text) for heading in content.headings)
    words += sum(len(table.caption) + sum(map(len, table.columns)) for table in content.tables)
    if max(len(content.text), words) > bounds.characters:
        return f"holds more than {bounds.characters:,} characters of text"
    if not all(1 <= heading.level <= _DEEPEST_LEVEL for heading in content.headings):
        return "has headings of levels that cannot be"
    return None


def show_reason(reason: str) -> str:
    """A reason in one line, without control characters, as long as a reason may be."""
    shown = " ".join(show_line(" ".join(reason[: _LONGEST_REASON + 1].split())).split())
    return shown if len(reason) <= _LONGEST_REASON else shown[:_LONGEST_REASON] + "…"
