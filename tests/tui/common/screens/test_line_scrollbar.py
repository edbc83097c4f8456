"""Horizontal scrollbars are lines, and work as those of Textual do."""

from __future__ import annotations

import pytest
from rich.console import Console
from textual.scrollbar import ScrollBarRender

from tui.common.screens.line_scrollbar import LineScrollBar


def draw(kind: type[ScrollBarRender], vertical: bool):
    console = Console(width=20, height=20)
    bar = kind(100, 50, 25, vertical=vertical, style="red on blue")
    return list(console.render(bar, console.options.update(height=20 if vertical else 1)))


def test_a_horizontal_one_is_a_thin_line_with_a_thick_part():
    assert (
        "".join(part.text for part in draw(LineScrollBar, False)).strip()
        == "─" * 5 + "━" * 10 + "─" * 5
    )


@pytest.mark.parametrize("vertical", [False, True])
def test_each_cell_does_what_it_does_in_textual(vertical):
    ours, theirs = (draw(kind, vertical) for kind in (LineScrollBar, ScrollBarRender))
    assert [part.style and part.style.meta for part in ours] == [
        part.style and part.style.meta for part in theirs
    ]
    assert (ours == theirs) == vertical
