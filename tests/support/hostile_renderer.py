"""The process that renders, led astray by what a document says: it hangs, dies, raises or lies."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace

from index.documents import Structure
from tui.source.renderer import worker
from tui.source.rendering.documents import render_document
from tui.source.rendering.rendering import Rendering

HANG, DIE, RAISE, LIE = "(hang)", "(die)", "(raise)", "(lie)"


def render(
    path: str, text: str, structure: Structure, pages: Sequence[tuple[int, int]]
) -> Rendering | None:
    if HANG in text:
        # It takes longer than the world is old, and no other thread runs meanwhile.
        re.match(r"(a|a)+\Z", "a" * 200 + "b")
    if DIE in text:
        os._exit(1)
    if RAISE in text:
        raise IndexError
    rendering = render_document(path, text, structure, pages)
    if rendering is not None and LIE in text:
        # All of it is past the end of the document.
        far = rendering.offsets.ends + 2**30
        rendering = replace(rendering, offsets=replace(rendering.offsets, starts=far, ends=far))
    return rendering


if __name__ == "__main__":
    worker.render_document = render
    sys.exit(worker.main())
