"""Source code, configuration and logs: the decoded file, whose lines stand for themselves."""

from __future__ import annotations

from index.documents import Content
from index.loaders.shared.decoding import decode


def load(data: bytes) -> Content:
    return Content(decode(data), layout="lines")
