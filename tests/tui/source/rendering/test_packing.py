"""A rendering from another process is believed only where its parts fit together."""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
import pytest

from tests.support.loading import read_structure
from tui.source.rendering.documents import render_document
from tui.source.rendering.packing import check_rendering, pack_rendering, unpack_rendering
from tui.source.rendering.rendering import Rendering
from tui.source.span_set import SpanSet

TEXT = "# Rain\n\nIt **rains**.\n\n```python\nx = 1\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"
MADE = render_document("a.md", TEXT, read_structure("a.md", TEXT))
FAR, NONE = np.array([10_000], np.int32), np.zeros(0, np.int32)


def exchange(rendering: Rendering) -> Rendering | None:
    return unpack_rendering(pack_rendering(rendering))


def change(**parts: object) -> Rendering:
    return replace(MADE, **parts)


def change_offsets(**parts: object) -> Rendering:
    return change(offsets=replace(MADE.offsets, **parts))


def change_table(**parts: object) -> Rendering:
    return change(tables=(replace(MADE.tables[0], **parts),))


@pytest.mark.parametrize("made", [MADE, change(line_formats=None)])
def test_a_rendering_arrives_as_it_was_sent(made):
    there = exchange(made)
    check_rendering(there, len(TEXT))
    assert (there.text, there.formats, there.code) == (made.text, made.formats, made.code)
    for name in ("starts", "ends", "drawn_starts", "drawn_ends"):
        assert getattr(there.offsets, name).tolist() == getattr(made.offsets, name).tolist()
    assert np.array_equal(there.line_formats, made.line_formats)
    assert there.tables[0].cells.tolist() == made.tables[0].cells.tolist()
    assert there.tables[0].right == made.tables[0].right
    assert {name: list(spans) for name, spans in there.styles.items()} == {
        name: list(spans) for name, spans in made.styles.items()
    }


@pytest.mark.parametrize(
    "sent",
    [
        change(text=""),
        change_offsets(starts=FAR, ends=FAR, drawn_starts=FAR, drawn_ends=FAR),
        change_offsets(drawn_ends=MADE.offsets.drawn_ends[:-1]),
        change_offsets(starts=MADE.offsets.starts[:-1], ends=MADE.offsets.ends[:-1]),
        change_offsets(starts=MADE.offsets.starts[::-1]),
        change_offsets(starts=MADE.offsets.starts.reshape(-1, 1)),
        change(formats=()),
        change(formats=MADE.formats[:1]),
        change(line_formats=MADE.line_formats[:-1]),
        change(line_formats=np.full(len(MADE.line_formats), -1, np.int16)),
        change(styles={"strong": SpanSet(array("i", [10_000]), array("i", [10_000]))}),
        change(styles={"strong": SpanSet(array("i"), array("i", [1]))}),
        change_table(cells=NONE.reshape(0, 2, 2)),
        change_table(cells=NONE.reshape(2, 0, 2)),
        change_table(cells=MADE.tables[0].cells.reshape(-1, 1, 4)),
        change_table(cells=NONE),
        change_table(first_line=10_000),
        change_table(first_line=-1),
        change_table(cells=np.full((2, 2, 2), 10_000, np.int32)),
        change(tables=MADE.tables * 2),
    ],
)
def test_what_does_not_fit_together_is_refused(sent):
    with pytest.raises(ValueError, match=r"fit together|reshape"):
        check_rendering(exchange(sent), len(TEXT))


def test_what_names_places_past_the_end_of_the_document_is_refused():
    with pytest.raises(ValueError, match="fit together"):
        check_rendering(MADE, len(TEXT) - 20)


@pytest.mark.parametrize("size", [0, 1, 5])
def test_bytes_that_are_no_rendering_are_refused(size):
    whole = pack_rendering(MADE)
    cells = MADE.tables[0].cells.tobytes()
    assert cells in whole
    broken = whole.replace(bytes([0xC4, len(cells)]) + cells, bytes([0xC4, size]) + b"x" * size)
    for sent in (broken, whole[:size], b"\x91" * 5_000):
        with pytest.raises((ValueError, RecursionError)):
            check_rendering(unpack_rendering(sent), len(TEXT))
