"""Plain text: the decoded file is the canonical text, blank lines part its paragraphs."""

from __future__ import annotations

from index.documents import Content
from index.loaders.decoding import decode


def load(data: bytes) -> Content:
    return Content(decode(data))
