"""A rendering from another process is believed only where its parts fit together."""

from __future__ import annotations

from array import array
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from tui.source.renderer.packed import (
    BrokenRendering,
    PackedRendering,
    pack_rendering,
    unpack_rendering,
)
from tui.source.rendering.formats import render_document
from tui.source.rendering.rendering import CodeBlock

TEXT = "# Rain\n\nIt **rains**.\n\n```python\nx = 1\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"
SENT = pack_rendering(render_document("a.md", TEXT, ()))
FAR = array("i", [10_000]).tobytes()


def change(**parts: object) -> PackedRendering:
    return msgspec.structs.replace(SENT, **parts)


def change_table(**parts: object) -> PackedRendering:
    return change(tables=(msgspec.structs.replace(SENT.tables[0], **parts),))


def test_a_rendering_arrives_as_it_was_sent():
    assert pack_rendering(unpack_rendering(SENT, len(TEXT))) == SENT


@pytest.mark.parametrize(
    "sent",
    [
        change(text=""),
        change(offsets=(FAR, FAR, FAR, FAR)),
        change(offsets=(*SENT.offsets[:3], SENT.offsets[3][:-4])),
        change(offsets=(*SENT.offsets[:3], SENT.offsets[3][:-1])),
        change(offsets=(SENT.offsets[0][::-1], *SENT.offsets[1:])),
        change(formats=()),
        change(formats=SENT.formats[:1]),
        change(line_formats=SENT.line_formats[:-2]),
        change(line_formats=np.full(len(SENT.line_formats) // 2, -1, np.int16).tobytes()),
        change(styles={"strong": (FAR, FAR)}),
        change(styles={"strong": (b"", FAR)}),
        change(code=(CodeBlock(0, 10_000, "python"),)),
        change(code=(CodeBlock(-1, 0, "python"),)),
        change_table(columns=0),
        change_table(columns=3),
        change_table(cells=b""),
        change_table(first_line=10_000),
        change_table(first_line=-1),
        change_table(cells=FAR * 8),
        change(tables=SENT.tables * 2),
    ],
)
def test_what_does_not_fit_together_is_refused(sent):
    with pytest.raises(BrokenRendering):
        unpack_rendering(sent, len(TEXT))


def test_what_names_places_past_the_end_of_the_document_is_refused():
    with pytest.raises(BrokenRendering):
        unpack_rendering(SENT, len(TEXT) - 20)


def test_a_text_as_it_is_has_one_format_for_all_lines():
    plain = replace(render_document("a.md", TEXT, ()), line_formats=None)
    assert unpack_rendering(pack_rendering(plain), len(TEXT)).line_formats is None
