"""The documents: a tree with their states, to add, remove, update, watch or choose some."""

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

# Seconds between two readings of an index that is being written.
_REFRESH_SECONDS = 2.0


class DocumentsScreen(Screen[Scope | None]):
    """The documents of the index. Returns the new scope of questions; None if it was closed."""

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
        """Watching files was turned on or off."""

        watching: bool

    def __init__(
        self,
        queue: IndexingQueue,
        read: Callable[[], DocumentTree],
        scope: Scope = ALL_DOCUMENTS,
        *,
        adding: bool = False,
    ) -> None:
        """The screen.

        Args:
            read: reads the contents of the index; called in the background.
            scope: the current scope of questions.
            adding: start with the prompt for a file or folder.
        """
        super().__init__()
        self._queue = queue
        self._read = read
        self._adding = adding
        self._summary = Static("Looking…", classes="summary")
        self._tree = DocumentTreeView()
        self._tree.scope = scope
        self._working = Static(classes="working")
        self._message = MessageLine()
        self._to_remove = ""
        self._was_busy = False
        self._is_reading = False
        self._timer: Timer

    def compose(self) -> ComposeResult:
        yield Title("Documents")
        yield self._summary
        yield self._tree
        yield self._working
        yield self._message
        yield KeyFooter()

    def on_mount(self) -> None:
        self._timer = self.set_interval(_REFRESH_SECONDS, self.refresh_tree, pause=True)
        # `show_work` needs the mounted screen.
        self.call_later(self.show_work)
        self.refresh_tree()
        if self._adding:
            self.action_add()

    def show_work(self) -> None:
        """Show the state of the queue; to be called with every change of it."""
        if not self.is_mounted:
            return
        progress = self._queue.progress
        if progress is not None:
            self._timer.resume()
        elif self._was_busy:
            self._timer.pause()
            self.refresh_tree()
        if (progress is None) == self._was_busy:
            self._was_busy = progress is not None
            self.refresh_bindings()
        watching = "Watching for changes" if self._queue.watching else ""
        now = describe_progress(progress) if progress else self._queue.outcome
        self._working.update(Content(" · ".join(filter(None, [watching, now]))))
        if not self._to_remove:
            self._message.show(self._queue.problem, problem=True)

    # Contents

    @work
    async def refresh_tree(self) -> None:
        """Read the index and show its contents. A large one takes long: one reading at a time."""
        if self._is_reading:
            return
        self._is_reading = True
        try:
            tree = await in_background(self._read)
        except Exception as error:
            self._message.show(str(error), problem=True)
        else:
            self._tree.show_tree(tree)
            self._summary.update(Content(summarise_tree(tree)))
        finally:
            self._is_reading = False

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Offer a key only when it can do something."""
        return self._queue.progress is not None if action == "stop" else True

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
            self._queue.add(str(resolve_path(path)))

    def action_confine(self) -> None:
        """Confine questions to the chosen folder or document; if they are already, lift that."""
        chosen = self._tree.chosen
        if chosen is not None:
            here = Scope(chosen.path, isinstance(chosen, Folder))
            self.dismiss(ALL_DOCUMENTS if here == self._tree.scope else here)

    def action_update(self) -> None:
        self._queue.update()

    def action_read(self) -> None:
        if self._tree.chosen is not None:
            self._queue.add(self._tree.chosen.path)

    def action_remove(self) -> None:
        """Remove the chosen documents from the index when the key is pressed twice."""
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
        self._queue.remove(chosen.path)

    def action_watch(self) -> None:
        self._queue.watch(not self._queue.watching)
        self.post_message(self.Watched(self._queue.watching))

    def action_stop(self) -> None:
        self._queue.stop()


def summarise_tree(tree: DocumentTree) -> str:
    """The contents of an index in one line."""
    counts = tree.counts
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
    if tree.waiting:
        parts.append(f"{counted(tree.waiting, 'passage')} to be embedded")
    return ", ".join(parts)


def describe_progress(progress: IndexingProgress, *, short: bool = False) -> str:
    """The progress in one line; without the current file if `short`."""
    done = "" if progress.done is None else f" {progress.done:.0%}"
    current = f" · {Path(progress.current).name}" if progress.current and not short else ""
    text = one_line(f"{progress.stage}{done}{current}")
    return text[:1].upper() + text[1:]
