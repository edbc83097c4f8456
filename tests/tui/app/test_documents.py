"""Documents come in while the app is open; questions are confined to some of them."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from index import Filter, IndexMoved, OtherVersion, Status
from tests.tui.conftest import NOWHERE, PRICE, WHEN, FakeAssistant, type_question
from tui.app.app import QuotebackApp
from tui.app.title_line import IndexSummary
from tui.common.screens.screen_parts import PromptScreen
from tui.conversation.question_input import QuestionInput
from tui.conversation.turn_view import TurnView
from tui.conversation.welcome import Offer, Overview, SampleDocuments, Unfinished
from tui.documents.document_tree import ALL_DOCUMENTS, DocumentTree, Scope, build_document_tree
from tui.documents.documents_screen import DocumentsScreen
from tui.saved_conversations.conversation_store import ConversationStore
from tui.settings.settings import Settings
from tui.source.source_pane import SourcePane

SAMPLES = SampleDocuments(Path("/samples"), [WHEN])


class Indexer:
    """Stands for the process: tells what it is given, and waits in between."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, ...]] = []
        self.tells: asyncio.Queue = asyncio.Queue()

    async def run(self, arguments):
        self.jobs.append(tuple(arguments[arguments.index("--") + 1 :]))
        while (told := await self.tells.get()) is not None:
            yield told


@pytest.fixture
def indexer() -> Indexer:
    return Indexer()


@pytest.fixture
def made(tmp_path, indexer):
    """Makes the app, with that indexer."""

    def make(opening, samples: SampleDocuments | None = None) -> QuotebackApp:
        app = QuotebackApp(
            opening,
            samples=samples,
            index=tmp_path / "an.index",
            settings=tmp_path / "settings.toml",
        )
        app._queue._run = indexer.run
        return app

    return make


@pytest.fixture
def app(made, assistant) -> QuotebackApp:
    return made(lambda _report: assistant)


def rest(app) -> str:
    """What is going on, and how much is asked."""
    counts = app._main.summary.counts
    return f"{app._main.status.render()}: {counts[0] if counts else 0} documents"


async def test_what_questions_are_confined_to_is_always_in_sight_and_one_key_lifts_it(
    app, assistant, until, screen_text, ask
):
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        app._set_scope(Scope("/library/notes", True))
        await pilot.pause()
        await until(lambda: "only notes/ (^g asks everything)" in screen_text(app))
        await ask(pilot)
        assert assistant.options["filter"] == Filter(paths=("/library/notes/",))
        await until(lambda: "only notes/" in screen_text(app))
        await pilot.press("ctrl+g")
        await until(lambda: "only notes/" not in screen_text(app))
        await ask(pilot, PRICE)
        assert assistant.options["filter"] is None


async def test_a_click_lifts_it_too(app):
    async with app.run_test(size=(80, 24)) as pilot:
        app._set_scope(Scope("/library/manual.txt", False))
        await pilot.pause()
        await pilot.click(IndexSummary)
        await pilot.pause()
        assert app._main.answering.options.filter is None
        assert app.query_one(IndexSummary).scope == ALL_DOCUMENTS


async def test_it_is_chosen_among_the_documents(app, until, monkeypatch, screen_text):
    def contents(_index: Path) -> DocumentTree:
        from tests.tui.documents.test_documents_screen import contents as known

        return known()

    monkeypatch.setattr("tui.app.document_search.read_document_tree", contents)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        await pilot.press("ctrl+o")
        await until(lambda: "letters/" in screen_text(app))
        await pilot.press("down", "f3")
        await until(lambda: "only letters/" in screen_text(app))


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
async def test_the_line_that_says_so_fits_every_size(app, size, ask):
    async with app.run_test(size=size) as pilot:
        await ask(pilot)
        app._set_scope(Scope("/library/" + "long" * 50, True))
        await pilot.pause()
        await pilot.pause()
        for widget in (IndexSummary, QuestionInput, SourcePane):
            region = app.query_one(widget).region
            assert region.area
            assert app.screen.region.contains_region(region)
        assert app.query_one(IndexSummary).region.height == 1


async def test_the_samples_give_way_as_soon_as_something_of_ones_own_is_in(
    made, indexer, until, screen_text, ask
):
    own = FakeAssistant(texts={"/mine/a.md": "Mine."}, passages=1)
    opened = iter([FakeAssistant(), own])
    app = made(lambda _report: next(opened), SAMPLES)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready: 3 documents" in rest(app))
        await ask(pilot)
        app._queue.add("/mine")
        await indexer.tells.put({"progress": _step("reading", 0), "counts": [0, 0]})
        await until(lambda: "Indexing 0% · Ready: 3 documents" in rest(app))
        await indexer.tells.put({"progress": _step("embedding", 1), "counts": [1, 1]})
        await until(lambda: rest(app).endswith("Ready: 1 documents"))
        assert app._main.assistant is own
        await until(lambda: "From here on your own documents are asked" in screen_text(app))
        # What the samples have answered can still be looked at.
        await pilot.press("f3")
        await app.workers.wait_for_complete()
        assert "Could not show" not in screen_text(app)
        # But it is nothing that a question to one's own could build on.
        await ask(pilot)
        assert own.asked == [(WHEN, ())]
        await pilot.press("ctrl+l")
        await until(lambda: "Ask your own documents." in screen_text(app))
        assert "Nothing is indexed yet:" not in screen_text(app)
        await indexer.tells.put(None)


async def test_a_question_that_comes_before_ones_own_are_open_waits_for_them(
    made, indexer, until, ask
):
    samples, own, there = FakeAssistant(), FakeAssistant(), threading.Event()

    def opening(_report):
        if not app._samples:
            there.wait(20)
            return own
        return samples

    app = made(opening, SAMPLES)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready: 3 documents" in rest(app))
        app._queue.add("/mine")
        await indexer.tells.put({"progress": _step("embedding", 1), "counts": [1, 1]})
        await until(lambda: app._samples is None)
        asking = asyncio.create_task(ask(pilot, WHEN))
        await until(lambda: app.query(TurnView))
        there.set()
        await asking
        assert (samples.asked, own.asked) == ([], [(WHEN, ())])
        await indexer.tells.put(None)


async def test_the_welcome_leads_to_where_documents_are_added(made, assistant, until, screen_text):
    app = made(lambda _report: assistant, SAMPLES)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        await pilot.click(Offer)
        await until(lambda: "Add a file or folder" in screen_text(app))


def unfinished() -> DocumentTree:
    status = Status("/i", 0, 0, 0, "m", 0, ("/n",), (), (), ("/n/a.md",), (), None)
    return build_document_tree(status, [])


async def test_the_offer_to_go_on_is_gone_while_documents_come_in_and_back_when_that_is_stopped(
    app, indexer, until, monkeypatch, ask
):
    monkeypatch.setattr("tui.app.opening.read_document_tree", lambda _: unfinished())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: app.query("Unfinished Offer"))
        app._queue.update()
        await until(lambda: not app.query("Unfinished Offer"))
        await until(lambda: app._main.status.idle == "Ready")
        app._queue.stop()
        await until(lambda: app.query("Unfinished Offer"))
        await until(lambda: app._main.status.idle == "Not all is indexed")
        # It stays below what is asked.
        await ask(pilot)
        assert isinstance(app._main.conversation.children[-1], Unfinished)


async def test_the_offer_is_gone_after_a_look_at_documents_that_another_process_has_indexed(
    app, until, monkeypatch
):
    monkeypatch.setattr("tui.app.opening.read_document_tree", lambda _: unfinished())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Not all is indexed" in rest(app))
        finished = build_document_tree(
            Status("/i", 0, 0, 0, "m", 0, ("/n",), (), (), (), (), None), []
        )
        monkeypatch.setattr("tui.app.opening.read_document_tree", lambda _: finished)
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, DocumentsScreen))
        await pilot.press("escape")
        await until(lambda: "Ready" in rest(app))
        assert not app.query("Unfinished Offer")


async def test_nothing_is_offered_where_indexing_began_while_that_was_found_out(
    app, indexer, until, monkeypatch
):
    found, asked = threading.Event(), threading.Event()

    def read(_index) -> DocumentTree:
        asked.set()
        found.wait(10)
        return unfinished()

    monkeypatch.setattr("tui.app.opening.read_document_tree", read)
    async with app.run_test(size=(120, 40)):
        await until(asked.is_set)
        app._queue.update()
        await until(lambda: indexer.jobs)
        found.set()
        await app.workers.wait_for_complete(
            [worker for worker in app.workers if worker.group == "look-around"]
        )
        assert not app.query("Unfinished Offer")


async def test_the_offer_stays_in_its_place_while_questions_to_try_are_found(
    app, until, screen_text, monkeypatch
):
    found = threading.Event()

    def suggest(_assistant, _is_wanted):
        found.wait(10)
        yield from (WHEN, PRICE)

    monkeypatch.setattr("tui.app.opening.read_document_tree", lambda _: unfinished())
    monkeypatch.setattr("tui.app.opening.suggest_questions", suggest)
    monkeypatch.setattr("tui.app.opening._QUIET_SECONDS", 0.01)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "3 documents: 2 plain text" in screen_text(app))
        await pilot.pause()
        before = app.query_one("Unfinished Offer").region
        found.set()
        await until(lambda: PRICE in screen_text(app))
        assert app.query_one("Unfinished Offer").region == before


async def test_it_stays_there_too_if_it_was_made_while_the_samples_were_asked(
    made, assistant, until, screen_text, monkeypatch
):
    monkeypatch.setattr("tui.app.opening.read_document_tree", lambda _: unfinished())
    monkeypatch.setattr("tui.app.opening.suggest_questions", lambda *_: iter(()))
    app = made(lambda _report: assistant, SAMPLES)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Not all is indexed" in rest(app))
        await app._main.conversation.leave_samples()
        await pilot.pause()
        before = app.query_one("Unfinished Offer").region
        overview = Overview("3 documents", (WHEN, PRICE))
        await app._main.conversation.show_overview(overview)
        await until(lambda: PRICE in screen_text(app))
        assert app.query_one("Unfinished Offer").region == before


async def test_the_offer_does_not_touch_the_frame(app, until, monkeypatch):
    monkeypatch.setattr("tui.app.opening.read_document_tree", lambda _: unfinished())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: app.query("Unfinished Offer"))
        await pilot.pause()
        above = app._main.conversation.content_region.y
        assert app.query_one(Unfinished).region.y == above + 1


async def test_it_is_offered_to_go_on_before_the_samples_are_open(made, until, monkeypatch):
    monkeypatch.setattr("tui.app.opening.read_document_tree", lambda _: unfinished())
    opened = threading.Event()

    def opening(_report) -> FakeAssistant:
        opened.wait(10)
        return FakeAssistant()

    app = made(opening, SAMPLES)
    async with app.run_test(size=(120, 40)):
        await until(lambda: app.query("Unfinished Offer"))
        assert app._main.assistant is None
        opened.set()
        await until(lambda: "Not all is indexed" in rest(app))


async def test_an_interruption_before_the_first_document_is_offered_to_go_on(
    made, assistant, indexer, until, screen_text, monkeypatch
):
    status = Status("/i", 0, 0, 0, "m", 0, ("/n",), (), (), ("/n/a.md",), (), None)
    monkeypatch.setattr(
        "tui.app.opening.read_document_tree", lambda _: build_document_tree(status, [])
    )
    app = made(lambda _: assistant, SAMPLES)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: "Indexing is not finished: 1 file" in screen_text(app))
        assert "Nothing is indexed yet:" in screen_text(app)
        await pilot.click("Unfinished Offer")
        await until(lambda: indexer.jobs)
        await until(lambda: "not finished" not in screen_text(app))
        indexer.tells.put_nowait(None)


async def test_what_is_in_the_documents_is_said_once_all_of_them_are_in(
    made, assistant, indexer, until, screen_text, monkeypatch
):
    status = Status("/i", 0, 0, 0, "m", 0, ("/n",), (), (), ("/n/a.md",), (), None)
    monkeypatch.setattr(
        "tui.app.opening.read_document_tree", lambda _: build_document_tree(status, [])
    )
    monkeypatch.setattr("tui.app.opening._QUIET_SECONDS", 0.01)
    app = made(lambda _: assistant)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: "3 documents: 2 plain text, 1 Markdown" in screen_text(app))
        await pilot.click("Unfinished Offer")
        await until(lambda: indexer.jobs)
        assistant.texts["/library/new.md"] = "New."
        await asyncio.sleep(0.1)
        assert "3 documents: " in screen_text(app)
        indexer.tells.put_nowait(None)
        await until(lambda: "4 documents: 2 Markdown, 2 plain text" in screen_text(app))


async def test_new_documents_are_counted_without_opening_anew(app, assistant, indexer, until):
    async with app.run_test(size=(120, 40)):
        await until(lambda: "Ready: 3 documents" in rest(app))
        app._queue.update()
        assistant.texts["/library/new.md"] = "New."
        await indexer.tells.put({"progress": _step("embedding", 1), "counts": [4, 20]})
        await until(lambda: "Indexing 55% · Ready: 4 documents" in rest(app))
        await indexer.tells.put(None)
        await until(lambda: rest(app).startswith("Ready: 4 documents"))


async def test_what_another_process_has_added_counts_as_searched(
    app, assistant, ask, until, screen_text
):
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready: 3 documents" in rest(app))
        assistant.texts["/library/new.md"] = "New."
        assistant.passages = 13
        await ask(pilot, NOWHERE)
        await until(lambda: "Searched 4 documents, 13 passages." in screen_text(app))


async def test_a_reply_does_not_wait_until_documents_are_counted(
    app, assistant, until, screen_text, monkeypatch
):
    counted = threading.Event()

    def count(index):
        counted.wait(30)
        return len(index.texts), 13

    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready: 3 documents" in rest(app))
        monkeypatch.setattr(type(assistant.index), "counts", property(count))
        await type_question(pilot, NOWHERE)
        await until(lambda: "Searched 3 documents, 12 passages." in screen_text(app))
        counted.set()
        await until(lambda: "Searched 3 documents, 13 passages." in screen_text(app))


async def test_the_first_reply_does_not_wait_for_it_either(
    app, assistant, until, screen_text, monkeypatch
):
    counted = threading.Event()
    monkeypatch.setattr(
        type(assistant.index), "counts", property(lambda _: counted.wait(30) and (3, 12))
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await type_question(pilot, NOWHERE)
        await until(lambda: app.query(TurnView) and app.query_one(TurnView).reply is not None)
        assert app._main.summary.counts is None
        counted.set()
        await until(lambda: "Searched 3 documents, 12 passages." in screen_text(app))


async def test_until_the_documents_of_another_index_are_counted_no_count_is_shown(
    made, until, screen_text, monkeypatch
):
    counted, first, second = threading.Event(), FakeAssistant(passages=5_120), FakeAssistant()

    def count(index):
        if index.counted == second.passages:
            counted.wait(10)
        return (3, index.counted)

    monkeypatch.setattr(type(first.index), "counts", property(count))
    opened = iter([first, second])
    app = made(lambda _report: next(opened))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "5,120 passages" in screen_text(app))
        app._open()
        await until(lambda: app._main.assistant is second)
        await type_question(pilot, NOWHERE)
        await until(lambda: app.query(TurnView) and app.query_one(TurnView).reply is not None)
        await pilot.pause()
        shown = screen_text(app)
        counted.set()
        assert "5,120" not in shown
        assert "Searched all documents." in shown
        await until(lambda: "Searched 3 documents, 12 passages." in screen_text(app))


async def test_an_index_that_is_asked_by_now_is_not_left_for_one_that_cannot_be_counted(
    made, until, monkeypatch
):
    asked, first, second = threading.Event(), FakeAssistant(passages=5_120), FakeAssistant()

    def count(index):
        if index.counted == first.passages:
            asked.wait(10)
            raise OSError("the index is damaged")
        return (3, index.counted)

    monkeypatch.setattr(type(first.index), "counts", property(count))
    app = made(lambda _report: first)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: app._main.assistant is first)
        await app._main.use_assistant(second)
        asked.set()
        await until(lambda: app._opening.failed)
        await pilot.pause()
        assert app._main.assistant is second
        assert app._main.summary.counts == (3, 12)


async def test_documents_that_cannot_be_counted_are_not_asked(
    app, assistant, until, screen_text, monkeypatch
):
    def count(_index):
        raise OSError("the index is damaged")

    monkeypatch.setattr(type(assistant.index), "counts", property(count))
    async with app.run_test(size=(120, 40)):
        await until(lambda: "Could not open: the index is damaged" in screen_text(app))
        await until(lambda: "Not ready" in rest(app))


async def test_a_count_of_documents_that_are_no_longer_asked_is_not_shown(
    app, assistant, until, screen_text, monkeypatch
):
    begun, counted, ended = threading.Event(), threading.Event(), threading.Event()

    def count(index):
        begun.set()
        counted.wait(30)
        ended.set()
        return len(index.texts), 13

    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready: 3 documents" in rest(app))
        monkeypatch.setattr(type(assistant.index), "counts", property(count))
        await type_question(pilot, NOWHERE)
        await until(lambda: begun.is_set())
        app._main.answering.leave_assistant()
        counted.set()
        await until(lambda: ended.is_set())
        await asyncio.sleep(0.2)
        assert "Searched 3 documents, 12 passages." in screen_text(app)
        assert app._main.summary.counts == (3, 12)


async def test_what_could_not_be_opened_is_as_soon_as_there_are_documents(
    made, assistant, indexer, until, screen_text
):
    there = False

    def opening(_report):
        if not there:
            raise OSError("no index here")
        return assistant

    app = made(opening)
    async with app.run_test(size=(120, 40)):
        await until(lambda: "Could not open: no index here" in screen_text(app))
        app._queue.add("/mine")
        there = True
        await indexer.tells.put({"report": {"added": 1}, "counts": [3, 12]})
        await until(lambda: "Ready: 3 documents" in rest(app))
        await indexer.tells.put(None)


async def test_an_index_that_was_replaced_is_opened_again_by_a_key(
    made, assistant, ask, until, screen_text
):
    lost = FakeAssistant()

    def gone(*_arguments, **_options):
        raise IndexMoved("/i is no longer the index that was opened: open it again")

    lost.ask = gone
    opened = iter([lost, assistant])
    app = made(lambda _report: next(opened))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        await type_question(pilot, WHEN)
        await until(lambda: "/i is no longer the index" in screen_text(app))
        await until(lambda: "^r opens the index again" in screen_text(app))
        await pilot.press("ctrl+r")
        await until(lambda: "Ready" in rest(app))
        assert (await ask(pilot)).reply.answered


async def test_what_another_version_of_the_model_has_embedded_is_embedded_anew(
    made, assistant, indexer, until, screen_text
):
    outdated = True

    def opening(_report):
        if outdated:
            raise OtherVersion("another version: run `quoteback verify --repair`")
        return assistant

    app = made(opening)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: indexer.jobs == [("update",)])
        await until(lambda: "they are embedded anew now" in screen_text(app))
        outdated = False
        await indexer.tells.put({"progress": _step("embedding", 0), "counts": [3, 12]})
        await until(lambda: "Ready: 3 documents" in rest(app))
        await indexer.tells.put(None)
        await until(lambda: rest(app).startswith("Ready: 3 documents"))
        # It is tried once: what does not help is not done again and again.
        outdated = True
        app._open()
        await until(lambda: "Could not open: another version" in screen_text(app))
        await pilot.pause()
        assert indexer.jobs == [("update",)]


async def test_keys_are_answered_while_documents_come_in(app, assistant, indexer, until, ask):
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        app._queue.update()
        await indexer.tells.put({"progress": _step("embedding", 1), "counts": [3, 12]})
        turn = await ask(pilot)
        assert turn.reply.answered
        await pilot.press(*"typed")
        assert app.query_one(QuestionInput).value == "typed"
        await indexer.tells.put(None)


async def test_watching_is_kept_and_begins_with_the_app(
    app, made, assistant, indexer, until, tmp_path
):
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, DocumentsScreen))
        await pilot.press("f7")
        await until(lambda: app.settings == replace(Settings(), watch=True))
        await until(lambda: indexer.jobs == [("watch",)])
        await until((tmp_path / "settings.toml").exists)
    again = made(lambda _report: assistant)
    async with again.run_test(size=(120, 40)):
        await until(lambda: len(indexer.jobs) == 2)
        assert again._queue.watching


async def test_quitting_while_documents_come_in_ends_that(app, indexer, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        app._queue.update()
        await indexer.tells.put({"progress": _step("embedding", 1), "counts": [3, 12]})
        await until(lambda: app._queue.progress)
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app._queue._task.done()


def _step(stage: str, done: int) -> dict:
    return {"stage": stage, "done": done, "total": 2, "current": "/mine/a.md"}


async def test_keys_that_work_everywhere_lead_from_any_screen_to_another(
    made, assistant, until, tmp_path
):
    opened = {
        "ctrl+o": "DocumentsScreen",
        "f5": "ConversationsScreen",
        "ctrl+s": "SettingsScreen",
        "ctrl+f": "SearchScreen",
        "ctrl+k": "QuickOpenScreen",
    }
    documents, conversations, settings, search, quick_open = opened
    # From each of the first four to each of the others, and to the last.
    ways = [
        [documents, conversations, documents, settings, documents, search, conversations, settings,
         conversations, search, settings, search, documents, quick_open],
        *([first, quick_open] for first in (conversations, settings, search)),
    ]  # fmt: skip
    app = QuotebackApp(
        lambda _report: assistant,
        index=tmp_path / "an.index",
        settings=tmp_path / "settings.toml",
        conversations=ConversationStore(tmp_path / "conversations.sqlite"),
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        for way in ways:
            for key in way:
                await pilot.press(key)
                await until(lambda key=key: type(app.screen).__name__ == opened[key])
                if key != quick_open:
                    # Where one is already, the key does nothing.
                    await pilot.press(key)
                    assert type(app.screen).__name__ == opened[key]
            while app.screen is not app._main:
                await pilot.press("escape")
                await pilot.pause()


async def test_a_key_does_not_lead_away_from_a_panel(app, until):
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: "Ready" in rest(app))
        await pilot.press("ctrl+o", "f2")
        await until(lambda: isinstance(app.screen, PromptScreen))
        await pilot.press("ctrl+s", "ctrl+f")
        assert isinstance(app.screen, PromptScreen)
