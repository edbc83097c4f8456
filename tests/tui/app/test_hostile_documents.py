"""The app never freezes: keys are answered whatever document is drawn, and it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index import Document, Hit, Passage, Span
from index.loaders.sandbox import Budget, Limits, Sandbox
from tests.support.drawing_growth import drawing_cases
from tests.support.event_loop import measure_gaps
from tests.support.hostile_renderer import DIE, HANG
from tests.support.loading import read_structure
from tests.tui.conftest import MUSEUM
from tui.source.places import Position, QuotedPlace
from tui.source.source_document import BROKEN, STOPPED, TOO_LONG, read_source_document
from tui.source.source_pane import SourcePane
from tui.source.source_view import SPAN, SourceView

# A key that is answered this late is a freeze.
_MOST_SECONDS = 1.0
_SLOW = "/library/slow.md"
_FILLING = "The **otter** weighs 14 kg, and the mill is old.\n\n" * 100


@pytest.fixture
def impatience() -> int:
    """Seconds that drawing a document may take."""
    return 1


@pytest.fixture
def renderer(monkeypatch, impatience) -> Iterator[None]:
    """Documents can lead astray what draws them, which has less patience than usual."""
    monkeypatch.setattr("tui.source.source_document._PROCESS", "tests.support.hostile_renderer")
    with Sandbox(Budget(Limits(seconds=impatience))) as sandbox:
        monkeypatch.setattr("tui.source.source_document._open_sandbox", lambda: sandbox)
        yield


@pytest.fixture
def pane(app):
    return lambda: app.query_one(SourcePane)


def row_in_sight(pane: SourcePane) -> str:
    return pane.query_one(SourceView).render_line(0).text.rstrip()


async def type_and_measure(pilot, until, holds) -> float:
    """Type a letter, and wait until something holds; returns how long a key had to wait at most."""
    async with measure_gaps() as gaps:
        await pilot.press("a")
        await until(holds)
    return gaps.longest


async def test_keys_are_answered_while_a_document_is_drawn_for_ever(
    app, assistant, renderer, pane, until, screen_text
):
    assistant.texts[_SLOW] = f"# Otters {HANG}\n\n{_FILLING}"
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: app._main.assistant is not None)
        app._main.open_position(Position(_SLOW, 0))
        gap = await type_and_measure(
            pilot, until, lambda: pane().document is not None and pane().document.note
        )
        assert gap < _MOST_SECONDS
        assert pane().document.note == TOO_LONG
        assert app._main.question.value == "a"
        await pilot.pause()
        assert TOO_LONG in screen_text(app)
        assert row_in_sight(pane()) == f"# Otters {HANG}"


async def test_it_is_read_as_it_is_meanwhile(app, assistant, renderer, pane, until):
    assistant.texts[_SLOW] = f"# Otters {HANG}\n\n{_FILLING}"
    async with app.run_test(size=(120, 36)):
        await until(lambda: app._main.assistant is not None)
        app._main.open_position(Position(_SLOW, 0))
        await until(lambda: pane().document is not None)
        assert not pane().document.is_rendered
        await until(lambda: row_in_sight(pane()) == f"# Otters {HANG}")


@pytest.mark.parametrize("impatience", [60])
async def test_esc_stops_drawing(app, assistant, renderer, pane, until):
    assistant.texts[_SLOW] = HANG + _FILLING
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: app._main.assistant is not None)
        app._main.open_position(Position(_SLOW, 0))
        await until(lambda: pane().document is not None)
        await pilot.press("escape")
        await until(lambda: pane().document.is_rendered)
        assert pane().document.note == STOPPED


@pytest.mark.parametrize("impatience", [60])
async def test_esc_leads_to_the_question_while_colours_are_found(
    app, assistant, renderer, pane, until
):
    assistant.texts[_SLOW] = f"# Otters {HANG}\n\n```python\nx = 42\n```\n"
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: app._main.assistant is not None)
        app._main.open_position(Position(_SLOW, 0))
        await until(lambda: pane().document is not None)
        pane().query_one(SourceView).focus()
        await pilot.pause()
        await pilot.press("escape")
        assert app._main.question.has_focus
        await until(lambda: pane().document.is_rendered)
        assert pane().document.note == ""
        assert row_in_sight(pane()) == f"Otters {HANG}"


@pytest.mark.parametrize("impatience", [60])
async def test_another_document_ends_the_drawing_before_it(app, assistant, renderer, pane, until):
    assistant.texts[_SLOW] = HANG + _FILLING
    assistant.texts["/library/good.md"] = _FILLING
    async with app.run_test(size=(120, 36)):
        await until(lambda: app._main.assistant is not None)
        app._main.open_position(Position(_SLOW, 0))
        await until(lambda: pane().document is not None)
        app._main.open_position(Position("/library/good.md", 0))
        await until(lambda: pane().document.path == "/library/good.md")
        await until(lambda: pane().document.is_rendered)
        assert pane().document.note == ""
        assert row_in_sight(pane()).startswith("The otter weighs")


async def test_highlights_are_exact_where_a_document_could_not_be_drawn(
    app, assistant, renderer, pane, until
):
    text = f"{_FILLING}It opened **on 4 May** 1998. {DIE}"
    assistant.texts[_SLOW] = text
    start = text.index("on 4 May")
    passage = Passage(1, Span(start, start + 8), "on 4 May")
    place = QuotedPlace.from_hit(Hit(passage, Document(9, _SLOW, None), 1.0))
    async with app.run_test(size=(120, 36)):
        await until(lambda: app._main.assistant is not None)
        app._main._show(replace(place, spans=(passage.span,)))
        await until(lambda: pane().document is not None and pane().document.is_rendered)
        assert pane().document.note == BROKEN
        view = pane().query_one(SourceView)
        wanted = view.rich_style + view.get_component_rich_style(SPAN)

        def quoted() -> str:
            segments = [s for y in range(view.scrollable_size.height) for s in view.render_line(y)]
            return "".join(s.text for s in segments if s.style == wanted)

        await until(lambda: quoted() == "on 4 May")


def test_a_short_document_whose_drawing_raises_is_shown_as_it_is(monkeypatch):
    def fail(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr("tui.source.source_document.render_document", fail)
    document = read_source_document(
        "/library/notes.md", MUSEUM, tuple, structure=read_structure("a.md", MUSEUM)
    )
    assert (document.note, document.rendered, document.is_rendered) == (BROKEN, None, True)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".md", ".csv"])
async def test_every_hostile_document_is_shown_while_keys_are_answered(
    app, assistant, pane, until, suffix
):
    texts = {f"/library/{n}{suffix}": text for n, (_, text) in enumerate(drawing_cases(suffix))}
    for path, text in texts.items():
        assistant.texts[path] = text(8_000)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: app._main.assistant is not None)
        for path in texts:
            app._main.open_position(Position(path, 0))
            gap = await type_and_measure(
                pilot,
                until,
                lambda path=path: (
                    (shown := pane().document) is not None
                    and shown.path == path
                    and shown.is_rendered
                ),
            )
            assert gap < _MOST_SECONDS, path
            assert pane().document.note in ("", TOO_LONG)
            await until(lambda: pane().query_one(SourceView).viewport is not None)
