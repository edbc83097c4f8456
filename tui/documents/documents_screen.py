"""The documents: a tree with their state; added, removed, read again, watched, asked alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from qa import counted
from tui.common.background import in_background
from tui.common.page import KeyFooter, MessageLine, Title
from tui.common.paths import PathSuggester, resolve_path
from tui.common.prompt import PromptScreen
from tui.common.wording import one_line, shorten_path
from tui.documents.document_tree import DocumentTree, Folder
from tui.documents.document_tree_view import DocumentTreeView
from tui.documents.indexing_queue import IndexingProgress, IndexingQueue
from tui.documents.scope import ALL_DOCUMENTS, Scope

# Seconds between two looks at an index that is being written.
_LOOK = 2.0


class DocumentsScreen(Screen[Scope | None]):
    """What questions are answered from. Gives what they are to be confined to from now on."""

    AUTO_FOCUS = "DocumentTreeView"
    DEFAULT_CSS = """
    DocumentsScreen {
        & > .summary { height: 1; padding: 0 2; color: $text-muted; }
        & > .working { height: auto; max-height: 2; padding: 0 2; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", id="add-documents"),
        Binding("f", "confine", "Ask only this", id="ask-only-this"),
        Binding("u", "update", "Update all", id="update-documents"),
        Binding("r", "read", "Update this", show=False, id="update-this"),
        Binding("delete,backspace", "remove", "Remove", id="remove-documents"),
        Binding("w", "watch", "Watch", id="watch-documents"),
        Binding("x", "stop", "Stop", id="stop-indexing"),
        Binding("escape", "dismiss", "Back", id="leave-documents"),
    ]

    @dataclass
    class Watched(Message):
        """Files are to be watched from now on, or no longer."""

        watching: bool

    def __init__(
        self,
        shelf: IndexingQueue,
        read: Callable[[], DocumentTree],
        scope: Scope = ALL_DOCUMENTS,
        *,
        adding: bool = False,
    ) -> None:
        """The screen.

        Args:
            read: gives what is in the index; called in the background.
            scope: what questions are confined to.
            adding: begin with adding something.
        """
        super().__init__()
        self._shelf = shelf
        self._read = read
        self._adding = adding
        self._summary = Static("Looking…", classes="summary")
        self._tree = DocumentTreeView()
        self._tree.scope = scope
        self._working = Static(classes="working")
        self._message = MessageLine()
        self._to_remove = ""
        self._was_working = False
        self._looking = False
        self._timer: Timer

    def compose(self) -> ComposeResult:
        yield Title("Documents")
        yield self._summary
        yield self._tree
        yield self._working
        yield self._message
        yield KeyFooter()

    def on_mount(self) -> None:
        self._timer = self.set_interval(_LOOK, self.look, pause=True)
        # Once it is there: until then it shows nothing.
        self.call_later(self.show_work)
        self.look()
        if self._adding:
            self.action_add()

    def show_work(self) -> None:
        """Say how it goes on the shelf; called whenever that has changed."""
        if not self.is_mounted:
            return
        working = self._shelf.working
        if working is not None:
            self._timer.resume()
        elif self._was_working:
            self._timer.pause()
            self.look()
        if (working is None) == self._was_working:
            self._was_working = working is not None
            self.refresh_bindings()
        watching = "Watching for changes" if self._shelf.watching else ""
        now = in_words(working) if working else self._shelf.outcome
        self._working.update(Content(" · ".join(filter(None, [watching, now]))))
        if not self._to_remove:
            self._message.show(self._shelf.problem, problem=True)

    # What is there

    @work
    async def look(self) -> None:
        """See what is in the index. One look at a time: a large one takes long."""
        if self._looking:
            return
        self._looking = True
        try:
            contents = await in_background(self._read)
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self._tree.show(contents)
            self._summary.update(Content(summarise_tree(contents)))
        finally:
            self._looking = False

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """What cannot be done is not offered."""
        return self._shelf.working is not None if action == "stop" else True

    def on_tree_node_highlighted(self) -> None:
        if self._to_remove:
            self._to_remove = ""
            self._message.show("")

    @work(exclusive=True, group="add")
    async def action_add(self) -> None:
        """Ask for a file or folder, and add it."""
        path = await self.app.push_screen_wait(
            PromptScreen(
                "Add a file or folder",
                take=resolve_path,
                hint="Tab completes the path. A folder is taken with all that is in it.",
                placeholder="~/notes",
                suggester=PathSuggester(),
            )
        )
        if path:
            self._shelf.add(str(resolve_path(path)))

    def action_confine(self) -> None:
        """Confine questions to what is chosen, or no longer."""
        chosen = self._tree.chosen
        if chosen is not None:
            here = Scope(chosen.path, isinstance(chosen, Folder))
            self.dismiss(ALL_DOCUMENTS if here == self._tree.scope else here)

    def action_update(self) -> None:
        self._shelf.update()

    def action_read(self) -> None:
        if self._tree.chosen is not None:
            self._shelf.add(self._tree.chosen.path)

    def action_remove(self) -> None:
        """Remove what is chosen, at the second time of asking; the files themselves stay."""
        chosen = self._tree.chosen
        if chosen is None:
            return
        if self._to_remove != chosen.path:
            self._to_remove = chosen.path
            name = shorten_path(chosen.path)
            until = " until you add it again" if self._tree.is_within_another else ""
            self._message.show(
                f"Press the key again to take {name} out of the index{until}; the files stay",
                problem=True,
            )
            return
        self._to_remove = ""
        self._message.show("")
        self._shelf.remove(chosen.path)

    def action_watch(self) -> None:
        self._shelf.watch(not self._shelf.watching)
        self.post_message(self.Watched(self._shelf.watching))

    def action_stop(self) -> None:
        self._shelf.stop()


def summarise_tree(contents: DocumentTree) -> str:
    """What is in an index, in one line."""
    counts = contents.counts
    if not counts:
        return "Nothing is indexed yet: add a file or folder"
    total = counts.total() - counts["waiting"] - counts["failed"]
    parts = [counted(total, "document")]
    for count, words in (
        (counts["waiting"], "not indexed yet"),
        (counts["changed"], "changed"),
        (counts["gone"], "gone"),
        (counts["failed"], "could not be read"),
    ):
        if count:
            parts.append(f"{count:,} {words}")
    if contents.waiting:
        parts.append(f"{counted(contents.waiting, 'passage')} to be embedded")
    return ", ".join(parts)


def in_words(working: IndexingProgress, *, short: bool = False) -> str:
    """What goes on, in one line; the short one does not name the file at hand."""
    done = "" if working.done is None else f" {working.done:.0%}"
    current = f" · {Path(working.current).name}" if working.current and not short else ""
    said = one_line(f"{working.stage}{done}{current}")
    return said[:1].upper() + said[1:]
