"""The process that draws: what it makes is what would be made here, and it never lasts."""

from __future__ import annotations

import threading
import time

import pytest

from index import Span
from index.documents import NO_STRUCTURE
from index.loaders.sandbox import Budget, Limits, Sandbox
from tests.support.drawing_growth import FORMATS, drawing_cases, grows_faster_than_length
from tests.support.hostile_renderer import DIE, HANG, LIE, RAISE
from tests.support.hostile_texts import CASES
from tests.support.loading import read_structure
from tests.tui.source.test_source_snapshots import KINDS
from tui.source.rendering.documents import colour_code, render_document
from tui.source.rendering.packing import pack_rendering
from tui.source.source_document import (
    BROKEN,
    STOPPED,
    TOO_LONG,
    RenderingFailed,
    read_source_document,
    render_apart,
    render_source_document,
)

pytestmark = pytest.mark.e2e
GOOD = "# Rain\n\nIt **rains**.\n"
STRUCTURE = read_structure("a.md", GOOD)


@pytest.fixture
def hostile(monkeypatch):
    """Documents can lead the process astray."""
    monkeypatch.setattr("tui.source.source_document._PROCESS", "tests.support.hostile_renderer")


def is_drawn() -> bool:
    rendering = render_apart("/library/rain.md", GOOD, STRUCTURE)
    return rendering is not None and rendering.text == "Rain\n\n\nIt rains.\n"


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_from_the_process_is_what_would_be_made_here(kind):
    content = KINDS[kind][0]
    given = f"/library/rain.{kind}", content.text, content.structure, [(3, 1), (9, 2)]
    here, there = render_document(*given), render_apart(*given)
    assert pack_rendering(there) == pack_rendering(colour_code(here))


def test_a_text_that_is_best_read_as_it_is_has_no_rendering():
    assert render_apart("/library/rain.txt", "Rain.", NO_STRUCTURE) is None


def test_what_takes_too_long_is_ended_and_the_next_document_is_drawn(hostile, monkeypatch):
    with Sandbox(Budget(Limits(seconds=1))) as sandbox:
        monkeypatch.setattr("tui.source.source_document._open_sandbox", lambda: sandbox)
        assert is_drawn()
        started = time.monotonic()
        with pytest.raises(RenderingFailed, match=TOO_LONG):
            render_apart("/library/a.md", HANG, NO_STRUCTURE)
        assert time.monotonic() - started < 10
        assert is_drawn()


@pytest.mark.parametrize("text", [DIE, RAISE, "\ud800"])
def test_a_document_that_cannot_be_drawn_costs_that_document(hostile, text):
    with pytest.raises(RenderingFailed, match=BROKEN):
        render_apart("/library/a.md", text, NO_STRUCTURE)
    assert is_drawn()


def test_a_lie_is_noticed(hostile):
    text = f"{GOOD}{LIE}" * 300
    document = read_source_document("/library/a.md", text, tuple, structure=STRUCTURE)
    drawn = render_source_document(document)
    assert (drawn.note, drawn.rendered, drawn.is_rendered) == (BROKEN, None, True)


@pytest.mark.parametrize("mischief", [DIE, RAISE, LIE])
def test_a_document_whose_colours_cannot_be_found_stays_as_it_was_drawn(hostile, mischief):
    text = f"# Rain {mischief}\n\n```python\nx = 42\n```\n"
    document = read_source_document(
        "/library/a.md", text, tuple, structure=read_structure("a.md", text)
    )
    drawn = render_source_document(document)
    assert document.rendered is not None
    assert (drawn.note, drawn.rendered, drawn.is_rendered) == ("", document.rendered, True)


@pytest.mark.parametrize("times", [1, 300])
def test_a_document_whose_passages_cannot_be_read_is_drawn_with_a_note(times):
    def read_passages():
        raise OSError("the index is damaged")

    text = f"{GOOD}\n```python\nx = 42\n```\n" * times
    structure = read_structure("a.md", text)
    document = read_source_document("/library/a.md", text, read_passages, structure=structure)
    drawn = render_source_document(document)
    assert drawn.note == "Its pages could not be read: the index is damaged"
    assert drawn.rendered is not None
    assert drawn.rendered.rendering.styles["number"]
    assert drawn.outline.entries


@pytest.mark.parametrize("seconds", [0, 0.5])
def test_what_is_not_wanted_any_more_is_ended(hostile, seconds):
    stop = threading.Event()
    threading.Timer(seconds, stop.set).start()
    started = time.monotonic()
    with pytest.raises(RenderingFailed, match=STOPPED):
        render_apart("/library/a.md", HANG, NO_STRUCTURE, stop=stop)
    assert time.monotonic() - started < 30
    assert is_drawn()


@pytest.mark.parametrize("suffix", ["py", "lua", "php"])
def test_code_is_coloured_though_nothing_can_be_imported(suffix):
    rendering = render_apart(f"/library/rain.{suffix}", "<?php\nx = 42;", NO_STRUCTURE)
    assert rendering.is_numbered
    assert Span(10, 12) in rendering.styles["number"]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
def test_no_text_takes_more_than_its_length_to_draw(suffix):
    texts = [*drawing_cases(suffix), *CASES.get(suffix, {}).items()]
    problems = {
        name: problem
        for name, text in texts
        if (problem := grows_faster_than_length(suffix, text, 3_000))
    }
    assert problems == {}
