"""The process that renders: what it makes is what would be made here, and it never lasts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest

from index.documents import NO_STRUCTURE
from tests.support.hostile_renderer import DIE, HANG, LIE, RAISE
from tests.support.loading import read_structure
from tests.tui.source.test_source_snapshots import KINDS
from tui.source.renderer.parent import (
    BROKEN,
    STOPPED,
    TOO_LONG,
    Errand,
    Renderer,
    RenderingFailed,
)
from tui.source.renderer.wire import Render, Rendered, send
from tui.source.rendering.documents import render_document
from tui.source.rendering.rendering import Rendering

pytestmark = pytest.mark.e2e
GOOD = "# Rain\n\nIt **rains**.\n"
STRUCTURE = read_structure("a.md", GOOD)
ROOT = Path(__file__).parents[4]


def encode(rendering: Rendering) -> bytes:
    pipe = BytesIO()
    send(pipe, Rendered(rendering))
    return pipe.getvalue()


def is_drawn(renderer: Renderer) -> bool:
    rendering = renderer.render("/library/rain.md", GOOD, STRUCTURE)
    return rendering is not None and rendering.text == "Rain\n\n\nIt rains.\n"


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_from_the_process_is_what_would_be_made_here(renderer, kind):
    content = KINDS[kind][0]
    given = f"/library/rain.{kind}", content.text, content.structure, [(3, 1), (9, 2)]
    here, there = render_document(*given), renderer.render(*given)
    assert here is not None
    assert there is not None
    assert encode(there) == encode(here)


def test_a_text_that_is_best_read_as_it_is_has_no_rendering(renderer):
    assert renderer.render("/library/rain.txt", "Rain.", NO_STRUCTURE) is None


def test_what_takes_too_long_is_ended_and_the_next_document_is_drawn(renderer):
    assert is_drawn(renderer)
    started = time.monotonic()
    with pytest.raises(RenderingFailed, match=TOO_LONG):
        renderer.render("/library/a.md", HANG, NO_STRUCTURE, seconds=0.3)
    assert time.monotonic() - started < 10
    assert is_drawn(renderer)


@pytest.mark.parametrize("text", [DIE, RAISE, LIE, "\ud800"])
def test_a_document_that_cannot_be_drawn_costs_that_document(renderer, text):
    assert is_drawn(renderer)
    with pytest.raises(RenderingFailed, match=BROKEN):
        renderer.render("/library/a.md", text, read_structure("a.md", text))
    assert is_drawn(renderer)


def test_what_is_not_wanted_any_more_is_ended(renderer):
    errand = Errand()
    renderer.start()
    threading.Timer(0.5, renderer.stop, (errand,)).start()
    started = time.monotonic()
    with pytest.raises(RenderingFailed, match=STOPPED):
        renderer.render("/library/a.md", HANG, NO_STRUCTURE, (), errand, seconds=60)
    assert time.monotonic() - started < 30
    assert is_drawn(renderer)


def test_what_is_stopped_before_its_turn_is_not_begun(renderer):
    errand = Errand()
    renderer.stop(errand)
    with pytest.raises(RenderingFailed, match=STOPPED):
        renderer.render("/library/a.md", HANG, NO_STRUCTURE, (), errand, seconds=60)
    assert is_drawn(renderer)


def test_a_process_that_was_ended_from_outside_is_started_again(renderer):
    assert is_drawn(renderer)
    renderer._process.kill()
    renderer._process.wait()
    assert is_drawn(renderer)


def test_code_is_coloured_in_the_process(renderer):
    assert renderer.colour("python", "def f(): 1") == [
        (0, 3, "keyword"),
        (4, 5, "name"),
        (9, 10, "number"),
    ]


def test_a_process_whose_app_has_gone_ends_by_itself():
    command = [sys.executable, "-P", "-m", "tests.support.hostile_renderer"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            process.stdout.read(1)
            send(process.stdin, Render(0.5, "/library/a.md", HANG, b"", []))
            process.stdin.close()
            assert process.wait(30) != 0
        finally:
            process.kill()
