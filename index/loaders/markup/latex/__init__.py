"""LaTeX: the words that are printed, without commands; formulas as they are written."""

from __future__ import annotations

from index.documents import Content
from index.loaders.markup.latex.reader import LatexReader
from index.loaders.plain import text as plain_text
from index.loaders.shared.decoding import decode


def load(data: bytes) -> Content:
    """The content of a source; of one without commands, its text."""
    source = decode(data)
    if "\\" not in source:
        return plain_text.load(data)
    return LatexReader(source.replace("\r\n", "\n").replace("\r", "\n")).read()
