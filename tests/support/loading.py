"""Loading a file in this process: thousands of files, each in a process of its own, take minutes."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pathlib import PurePath

from index.documents import (
    Content,
    MarkFinder,
    Passage,
    Span,
    Structure,
    pack_passage,
    unpack_passage,
)
from index.formats import find_format
from index.loaders import UnreadableFile
from index.loaders.registry import find_loader
from index.text.plain_blocks import complete_blocks


def load_here(suffix: str, data: bytes) -> Content:
    """What the loader of a suffix makes of a file, as `parse` gives it; its errors as they are."""
    module, name = find_loader(suffix)
    content: Content = getattr(import_module(module), name)(data)
    return complete_blocks(content)


def read_structure(path: str, text: str) -> Structure:
    """What the text of a document at a path is made of, as an index keeps it.

    A format whose text is not the file itself is taken for plain text.
    """
    form = find_format(path)
    if form is not None and form.is_decoded:
        with suppress(UnreadableFile):
            content = load_here(PurePath(path).suffix, text.encode("utf-8", "surrogatepass"))
            if content.text == text:
                return content.structure
    return complete_blocks(Content(text)).structure


def read_passage(path: str, text: str, start: int = 0, *, whole: str = "") -> Passage:
    """A passage with its blocks and marks, as they are cut out of those of its document.

    Args:
        path: of the document.
        text: of the passage.
        start: where it is said to stand.
        whole: text of the document; without one, the passage is all of it.
    """
    document = whole or text
    structure, at = read_structure(path, document), document.index(text)
    cut, placed = Span(at, at + len(text)), Span(start, start + len(text))
    packed = pack_passage(structure.blocks, MarkFinder(structure.marks).find(cut), cut)
    blocks, marks = unpack_passage(packed, placed)
    return Passage(1, placed, text, blocks=blocks, marks=marks)
