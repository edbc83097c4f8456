"""The process that renders, led astray by what a document says: it hangs, dies, raises or lies."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

import msgspec

from index import Passage
from index.documents import Structure
from tui.source.renderer import worker
from tui.source.renderer.packed import PackedRendering, pack_rendering
from tui.source.rendering.formats import render_document
from tui.source.rendering.rendering import Rendering

HANG, DIE, RAISE, LIE = "(hang)", "(die)", "(raise)", "(lie)"


def render(
    path: str, text: str, passages: Sequence[Passage], structure: Structure
) -> Rendering | None:
    if HANG in text:
        # It takes longer than the world is old, and no other thread runs meanwhile.
        re.match(r"(a|a)+\Z", "a" * 200 + "b")
    if DIE in text:
        os._exit(1)
    if RAISE in text:
        raise IndexError
    return render_document(path, text, passages, structure)


def pack(rendering: Rendering) -> PackedRendering:
    packed = pack_rendering(rendering)
    if LIE in rendering.text:
        # All of it is past the end of the document.
        _, ends, *drawn = packed.offsets
        packed = msgspec.structs.replace(packed, offsets=(ends, b"\xff\xff\xff\x7f", *drawn))
    return packed


if __name__ == "__main__":
    worker.render_document = render
    worker.pack_rendering = pack
    sys.exit(worker.main())
