"""The documents' screen, as a person adds, looks over, confines and removes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from textual import events
from textual.app import App
from textual.widgets import Input

from index import Failure, Passage, Properties, Span, Status
from tui.common.screens.screen_parts import PromptScreen
from tui.documents.document_tree import (
    ALL_DOCUMENTS,
    DocumentTree,
    Scope,
    build_document_tree,
    filter_tree,
)
from tui.documents.document_tree_view import DocumentTreeView
from tui.documents.documents_screen import DocumentsScreen, summarise_filtered, summarise_tree
from tui.documents.indexing_queue import IndexingProgress
from tui.source.places import Position

FILES = ["/notes/boiler.md", "/notes/garden.md", "/notes/letters/ann.md", "/notes/letters/ben.md"]


def contents(
    files: list[str] = FILES, properties: Mapping[str, Properties] | None = None, **kinds: object
) -> DocumentTree:
    known = {"stale": (), "gone": (), "new": (), "failed": ()} | kinds
    return build_document_tree(
        Status("/index", 0, 10, 10, "model", 0, ("/notes",), threshold=None, **known),
        files,
        properties,
    )


@dataclass
class FakeQueue:
    """Writes down what it is asked for."""

    progress: IndexingProgress | None = None
    problem: str = ""
    outcome: str = ""
    watching: bool = False
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, path: str) -> None:
        self.asked.append(("add", path))

    def update(self) -> None:
        self.asked.append(("update",))

    def remove(self, path: str) -> None:
        self.asked.append(("remove", path))

    def watch(self, watching: bool) -> None:
        self.watching = watching

    def stop(self) -> None:
        self.asked.append(("stop",))


class LibraryApp(App[None]):
    """The screen alone; keeps what it gives."""

    def __init__(self, scope: Scope = ALL_DOCUMENTS, *, adding: bool = False) -> None:
        super().__init__()
        self.queue = FakeQueue()
        self.read: Callable[[], DocumentTree] = contents
        self.given: list[Scope | Position | None] = []
        self.passages_of: Callable[[str], Sequence[Passage]] | None = None
        self._scope, self._adding = scope, adding

    def on_mount(self) -> None:
        screen = DocumentsScreen(
            self.queue,
            lambda: self.read(),
            self._scope,
            adding=self._adding,
            passages_of=self.passages_of,
        )
        self.push_screen(screen, self.given.append)

    @property
    def tree(self) -> DocumentTreeView:
        return self.screen.query_one(DocumentTreeView)


@pytest.fixture
def listed(until):
    """Wait until the tree is drawn and the cursor has its place."""

    async def waiting(app, pilot) -> None:
        await until(lambda: isinstance(app.screen, DocumentsScreen) and app.tree.chosen)
        await pilot.pause()

    return waiting


async def test_folders_are_listed_with_counts_and_opened_with_a_key(listed, screen_text, until):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await until(lambda: "boiler.md" in screen_text(app))
        shown = screen_text(app)
        assert "4 documents" in shown
        assert "▼ /notes/  4" in shown
        assert "▶ letters/  2" in shown
        assert "ann.md" not in shown
        await pilot.press("down", "enter")
        await pilot.pause()
        await until(lambda: "ann.md" in screen_text(app))


async def test_an_empty_index_says_what_to_do_as_soon_as_it_has_been_read(screen_text, until):
    app, read = LibraryApp(), threading.Event()
    app.read = lambda: DocumentTree() if read.wait(10) else contents()
    async with app.run_test(size=(120, 24)) as pilot:
        await until(lambda: "Looking…" in screen_text(app))
        await pilot.pause()
        assert "Add a file" not in screen_text(app)
        read.set()
        await until(lambda: "Add a file" in screen_text(app))


async def test_what_is_not_in_step_is_said_with_its_reason(listed, screen_text, until):
    app = LibraryApp()
    app.read = lambda: contents(
        stale=("/notes/boiler.md",),
        new=("/notes/new.md",),
        failed=(Failure("/notes/bad.pdf", "it is encrypted"),),
    )
    async with app.run_test(size=(100, 24)) as pilot:
        await listed(app, pilot)
        await until(lambda: "bad.pdf  could not be read: it is encrypted" in screen_text(app))
        shown = screen_text(app)
        assert "4 documents, 1 not indexed yet, 1 changed, 1 could not be read" in shown
        assert "boiler.md  changed since it was indexed" in shown
        assert "new.md  not indexed yet" in shown


async def test_names_are_text_and_never_commands_or_markup(listed, screen_text, until):
    app = LibraryApp()
    app.read = lambda: contents(["/notes/[b]x\x1b[31m\u202e.md"])
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await until(lambda: "[b]x␛[31m�.md" in screen_text(app))


async def test_a_folder_is_added_by_its_path(listed, until, screen_text, tmp_path):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("f2")
        await until(lambda: isinstance(app.screen, PromptScreen))
        app.screen.query_one(Input).value = f"{tmp_path}/none"
        await pilot.press("enter")
        await until(lambda: "no such file or folder" in screen_text(app))
        assert app.queue.asked == []
        app.screen.query_one(Input).value = f"{tmp_path}/sub/../"
        await pilot.press("enter")
        await until(lambda: app.queue.asked == [("add", str(tmp_path))])


async def test_it_can_begin_with_adding(until):
    app = LibraryApp(adding=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: isinstance(app.screen, PromptScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, DocumentsScreen))
        assert app.queue.asked == []


async def test_all_or_one_is_brought_up_to_date(listed):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("f4", "down", "f6")
        assert app.queue.asked == [("update",), ("add", "/notes/letters")]


async def test_removing_asks_first_and_moving_on_is_a_no(listed, until, screen_text):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("down", "delete")
        said = "take /notes/letters out of the index until you add it again"
        await until(lambda: said in " ".join(screen_text(app).split()))
        await pilot.press("down")
        await until(lambda: "out of the index" not in screen_text(app))
        await pilot.press("delete")
        await pilot.pause()
        assert app.queue.asked == []
        await pilot.press("delete")
        assert app.queue.asked == [("remove", "/notes/boiler.md")]


async def test_questions_are_confined_to_a_folder_or_a_document(listed, until):
    for keys, scope in (
        (("f3",), Scope("/notes", True)),
        (("down", "down", "f3"), Scope("/notes/boiler.md", False)),
        (("escape",), None),
    ):
        app = LibraryApp()
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await pilot.press(*keys)
            await until(lambda app=app: app.given)
            assert app.given == [scope]


async def test_they_are_confined_to_what_a_tag_or_an_author_leaves_of_a_folder(
    listed, until, screen_text
):
    properties = {
        FILES[2]: Properties(("Ann Smith",), ("rain",)),
        FILES[3]: Properties((), ("rain",)),
    }
    for typed, keys, scope in (
        ("#ra", (), Scope("/notes", True, ("rain",))),
        ("#rain @smi", (), Scope("/notes", True, ("rain",), ("smith",))),
        ("@ann", ("down", "down", "down"), Scope(FILES[2], False)),
    ):
        app = LibraryApp()
        app.read = lambda: contents(properties=properties)
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await pilot.press(*typed)
            await until(lambda app=app: "boiler.md" not in screen_text(app))
            # The cursor goes to the top once the tree is drawn.
            await pilot.pause()
            await pilot.press(*keys, "f3")
            await until(lambda app=app: app.given)
            assert app.given == [scope]


async def test_what_they_are_confined_to_is_marked_and_the_same_key_lifts_it(
    listed, until, screen_text
):
    app = LibraryApp(Scope("/notes", True))
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await until(lambda: "/notes/  4  only this is asked" in screen_text(app))
        await pilot.press("f3")
        await until(lambda: app.given == [ALL_DOCUMENTS])


async def test_the_tree_is_open_as_far_as_what_questions_are_confined_to(
    listed, until, screen_text
):
    app = LibraryApp(Scope("/notes/letters/ann.md", False))
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await until(lambda: "ann.md  only this is asked" in screen_text(app))
        await pilot.press("f3")
        await until(lambda: app.given == [ALL_DOCUMENTS])


async def test_work_is_shown_as_it_goes_and_can_be_stopped(listed, until, screen_text):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("f8")
        assert app.queue.asked == []
        app.queue.progress = IndexingProgress("indexing", 0.4, "/notes/boiler.md", left=90)
        app.screen.show_work()
        shown = "Indexing 40%, 2 min left · boiler.md · gives way to your other work"
        await until(lambda: shown in screen_text(app))
        await until(lambda: "Stop" in screen_text(app))
        await pilot.press("f8")
        assert app.queue.asked == [("stop",)]
        app.read = lambda: contents([*FILES, "/notes/new.md"])
        app.queue.progress, app.queue.outcome = None, "1 added"
        app.screen.show_work()
        await until(lambda: "5 documents" in screen_text(app))
        await until(lambda: "1 added" in screen_text(app))
        await until(lambda: "new.md" in screen_text(app))


@pytest.mark.parametrize(
    ("queue", "message"),
    [
        (FakeQueue(progress=IndexingProgress("embedding", 0.4)), "Embedding 40%"),
        (FakeQueue(watching=True), "Watching for changes"),
        (FakeQueue(outcome="2 added"), "2 added"),
        (FakeQueue(problem="no room on the disk"), "no room on the disk"),
    ],
)
async def test_what_goes_on_already_is_shown_at_once(listed, until, screen_text, queue, message):
    app = LibraryApp()
    app.queue = queue
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await until(lambda: message in screen_text(app))


async def test_while_it_is_worked_on_the_tree_follows(listed, until, monkeypatch, screen_text):
    monkeypatch.setattr("tui.documents.documents_screen._REFRESH_SECONDS", 0.1)
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        app.queue.progress = IndexingProgress("reading")
        app.screen.show_work()
        app.read = lambda: contents([*FILES, "/notes/new.md"])
        await until(lambda: "5 documents" in screen_text(app))


async def test_the_tree_stays_as_it_was_opened_and_the_cursor_where_it_was(listed, until):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("down", "enter")
        await until(lambda: len(app.tree.root.children[0].children[0].children) == 2)
        await pilot.press("down", "down")
        assert app.tree.chosen.path == "/notes/letters/ben.md"
        app.read = lambda: contents(["/notes/a.md", "/notes/letters/abe.md", *FILES])
        app.screen.refresh_tree()
        await until(lambda: len(app.tree.root.children[0].children[0].children) == 3)
        await until(lambda: app.tree.chosen and app.tree.chosen.path == "/notes/letters/ben.md")
        app.read = lambda: contents(FILES[:2])
        app.screen.refresh_tree()
        await until(lambda: len(app.tree.root.children[0].children) == 2)
        await until(lambda: app.tree.chosen is not None)


async def test_watching_is_turned_on_and_off(listed, until, screen_text):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("f7")
        assert app.queue.watching
        app.screen.show_work()
        await until(lambda: "Watching for changes" in screen_text(app))
        await pilot.press("f7")
        assert not app.queue.watching


async def test_what_goes_wrong_is_one_line_and_the_screen_lives_on(listed, until, screen_text):
    app = LibraryApp()

    def broken() -> DocumentTree:
        raise OSError("the disk [b]is gone\x1b[31m")

    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        app.read = broken
        app.screen.refresh_tree()
        await until(lambda: "the disk [b]is gone␛[31m" in screen_text(app))
        app.queue.problem = "another process is writing"
        app.screen.show_work()
        await until(lambda: "another process is writing" in screen_text(app))
        await pilot.press("escape")
        await until(lambda: app.given == [None])


async def test_nothing_yet_is_said_with_what_to_do(until, screen_text):
    app = LibraryApp()
    app.read = DocumentTree
    async with app.run_test(size=(80, 24)):
        await until(lambda: "Nothing is indexed yet: add a file or folder" in screen_text(app))


async def test_where_there_is_room_nothing_yet_says_what_can_be_added(until, screen_text):
    app = LibraryApp()
    app.read = DocumentTree
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: "Add a file, or a folder" in screen_text(app))
        app.read = contents
        app.screen.refresh_tree()
        await until(lambda: "4 documents in the index" in screen_text(app))
        # What is said of a folder keeps step with it, and what fits no words is not said.
        app.read = lambda: contents(FILES[:3])
        app.screen.refresh_tree()
        await until(lambda: "3 documents in the index" in screen_text(app))
        await pilot.press(*"zebra")
        await until(lambda: "documents in the index" not in screen_text(app))


async def test_a_path_that_was_typed_as_a_filter_is_the_one_to_add(until, screen_text):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "4 documents" in screen_text(app))
        await pilot.press(*"~/x", "f2")
        await until(lambda: isinstance(app.screen, PromptScreen))
        assert app.screen.query_one(Input).value == "~/x"


def test_passages_that_wait_to_be_embedded_are_counted():
    waiting = build_document_tree(
        Status("/i", 1, 10, 4, "m", 0, ("/n",), (), (), (), (), None), ["/n/a.md"]
    )
    assert summarise_tree(waiting) == "1 document, 6 passages to be embedded"
    one = build_document_tree(
        Status("/i", 1, 10, 9, "m", 0, ("/n",), (), (), (), (), None), ["/n/a.md"]
    )
    assert summarise_tree(one) == "1 document, 1 passage to be embedded"


def test_a_filter_says_how_many_of_all_it_leaves():
    tree = contents()
    assert summarise_filtered(filter_tree(tree, "letters"), tree) == "2 of 4"
    assert summarise_filtered(filter_tree(tree, "x"), tree).startswith("None of 4")
    empty = DocumentTree()
    assert summarise_filtered(empty, empty) == summarise_tree(empty)


async def test_typing_filters_the_tree_and_escape_takes_the_filter_away(listed, until, screen_text):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press(*"ben")
        await until(lambda: "ben.md" in screen_text(app) and "boiler.md" not in screen_text(app))
        assert "1 of 4" in screen_text(app)
        await pilot.press("escape")
        await until(lambda: "boiler.md" in screen_text(app))
        assert "4 documents" in screen_text(app)
        assert app.given == []
        await pilot.press("escape")
        await until(lambda: app.given == [None])


async def test_what_is_pasted_in_the_tree_filters_it(listed, until, screen_text):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        app.post_message(events.Paste("ben"))
        await until(lambda: "1 of 4" in screen_text(app))
        await pilot.press(*".md")
        assert app.screen.query_one(Input).value == "ben.md"


async def test_the_cursor_goes_to_what_a_filter_found_without_its_accents(listed, until):
    app = LibraryApp()
    app.read = lambda: contents(["/notes/éa/other.md", "/notes/éa/Résumé.md"])
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        for typed in ("resume", "RÉSUMÉ"):
            await pilot.press(*typed)
            await until(lambda: app.tree.chosen and app.tree.chosen.path.endswith("Résumé.md"))
            await pilot.press("escape")
            await until(lambda: app.tree.chosen)
            await pilot.press("home")


async def test_enter_reads_a_document(listed, until):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("down", "enter", "end", "enter")
        await until(lambda: app.given == [Position("/notes/garden.md", 0)])


async def test_the_cursor_goes_to_the_first_name_that_is_typed(listed, until):
    app = LibraryApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press(*"LETT")
        await until(lambda: app.tree.chosen and app.tree.chosen.path == "/notes/letters")
        await pilot.press(*["backspace"] * 4, *"boil")
        await until(lambda: app.tree.chosen and app.tree.chosen.path == "/notes/boiler.md")
        await pilot.press("enter")
        await until(lambda: app.given == [Position("/notes/boiler.md", 0)])


async def test_what_is_not_in_the_index_cannot_be_read_and_the_reason_is_said(
    listed, until, screen_text
):
    app = LibraryApp()
    app.read = lambda: contents(
        skipped=(Failure("/notes/a.zip", "of an unsupported kind"), Failure("/notes/.b", "hidden"))
    )
    async with app.run_test(size=(100, 24)) as pilot:
        await listed(app, pilot)
        await until(lambda: "a.zip  left out: of an unsupported kind" in screen_text(app))
        assert ".b" not in screen_text(app)
        assert "4 documents, 1 left out" in screen_text(app)
        await pilot.press("down", "down", "enter")
        said = "a.zip is not in the index (left out: of an unsupported kind)"
        await until(lambda: said in screen_text(app))
        assert app.given == []


async def test_what_is_known_of_a_document_stands_beside_it(listed, until, screen_text, tmp_path):
    file = tmp_path / "plan.md"
    file.write_text("x" * 3400)
    app = LibraryApp()
    app.read = lambda: build_document_tree(
        Status("/i", 1, 7, 7, "m", 0, (str(tmp_path),), (), (), (), (), None), [str(file)]
    )
    app.passages_of = lambda _: [Passage(1, Span(0, 4), "Salt")] * 7
    async with app.run_test(size=(120, 24)) as pilot:
        await listed(app, pilot)
        await pilot.press("down")
        for part in ("Markdown", "3.4 kB", "Passages  7", "State     indexed"):
            await until(lambda part=part: part in screen_text(app))
