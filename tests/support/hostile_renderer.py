"""What draws documents, led astray by what a document says: it hangs, dies, raises or lies."""

from __future__ import annotations

import os
import re
from dataclasses import replace

from tui.source.rendering import process
from tui.source.rendering.packing import pack_rendering, unpack_rendering, unpack_request

HANG, DIE, RAISE, LIE = "(hang)", "(die)", "(raise)", "(lie)"


def draw(request: bytes) -> bytes:
    _, text, _, _ = unpack_request(request)
    if HANG in text:
        # It takes longer than the world is old, and no other thread runs meanwhile.
        re.match(r"(a|a)+\Z", "a" * 200 + "b")
    if DIE in text:
        os._exit(1)
    if RAISE in text:
        raise IndexError
    drawn = process.draw(request)
    rendering = unpack_rendering(drawn)
    if rendering is None or LIE not in text:
        return drawn
    # All of it is past the end of the document.
    far = rendering.offsets.ends + 2**30
    return pack_rendering(
        replace(rendering, offsets=replace(rendering.offsets, starts=far, ends=far))
    )
