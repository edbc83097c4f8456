"""How much a file may hold: the loader says so in words, and the program checks it once more."""

from __future__ import annotations

import unicodedata

import msgspec

from index.loaders.shared.container import Container

# Bytes for a character in UTF-8, at the very most.
_BYTES_A_CHARACTER = 4
# Bytes for what stands beside the text, as MessagePack: a block took 21 and a table 60.
_BYTES_A_PART, _BYTES_OF_WORDS = 32, 16 * 2**20
# Characters of a reason, and of the name of a file in another.
_LONGEST_REASON, _LONGEST_NAME = 500, 1_001
# Deeper than headings and lists go.
_DEEPEST_LEVEL = 1_000_000
# Control characters and halves of characters, and what turns the direction of writing.
_HIDDEN_CATEGORIES = frozenset(("Cc", "Cs", "Zl", "Zp"))
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Bounds(msgspec.Struct, frozen=True):
    """How much may come back from a file.

    Attributes:
        characters: of its text; of its headings and names of columns together as many again.
        parts: how many paragraphs, and how many headings, pages, tables, columns.
        members: bytes of the files in it, together.
    """

    characters: int
    parts: int
    members: int

    @property
    def most_bytes_of_text(self) -> int:
        return _BYTES_A_CHARACTER * self.characters

    @property
    def most_bytes_beside_text(self) -> int:
        return _BYTES_OF_WORDS + _BYTES_A_PART * self.parts


def explain_excess(container: Container, bounds: Bounds) -> str | None:
    """What is too much of what a file holds; None if nothing is."""
    content = container.content
    words = [content.title or "", *(heading.text for heading in content.headings)]
    columns = 0
    for table in content.tables:
        words += [table.caption, *table.columns]
        columns += len(table.columns)
    if max(len(content.text), sum(map(len, words))) > bounds.characters:
        return f"holds more than {bounds.characters:,} characters of text"
    counts = (
        len(content.blocks or ()),
        len(content.headings),
        len(content.page_starts),
        len(content.tables),
        columns,
        len(container.left_out),
    )
    if max(counts) > bounds.parts:
        return f"holds more than {bounds.parts:,} paragraphs, headings or rows"
    if not all(1 <= heading.level <= _DEEPEST_LEVEL for heading in content.headings):
        return "has headings of levels that cannot be"
    return None


def show_reason(reason: str) -> str:
    """A reason in one line of visible characters, as long as a reason may be."""
    return _cut(" ".join(_show_all(reason[: _LONGEST_REASON + 1]).split()), _LONGEST_REASON)


def show_name(name: str) -> str:
    """The name of a file in another, in visible characters, as long as a name may be."""
    return _cut(_show_all(name[: _LONGEST_NAME + 1]), _LONGEST_NAME)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _show_all(text: str) -> str:
    return "".join(" " if _is_hidden(letter) else letter for letter in text)


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in _HIDDEN_CATEGORIES or letter in _TURNING
