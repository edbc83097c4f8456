"""The documents: a tree with their states, to add, remove, update, watch or choose some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static, Tree

from index import Passage
from qa import counted
from tui.common.presentation.wording import one_line, shorten_path
from tui.common.screens.background import in_background
from tui.common.screens.screen_parts import (
    KeyFooter,
    MessageLine,
    PageScreen,
    PathSuggester,
    PromptScreen,
    Title,
    resolve_path,
    share_keys,
)
from tui.documents.document_tree import (
    ALL_DOCUMENTS,
    OUTSIDE,
    STATE_WORDS,
    DocumentTree,
    Folder,
    Scope,
    TreeEntry,
    complete_marks,
    count_indexed,
    describe_details,
    describe_state,
    draw_details,
    filter_tree,
    read_details,
)
from tui.documents.document_tree_view import DocumentTreeView
from tui.documents.indexing_queue import IndexingQueue, describe_progress
from tui.source.places import Position

# Seconds between two readings of an index that is being written.
_REFRESH_SECONDS = 2.0
_NOTHING_YET = (
    "Add a file, or a folder with all that is in it: text, Markdown, HTML, PDF, Office, mail, "
    "tables, code and more.\n\nYou can ask as soon as the first document is in."
)


class DocumentsScreen(PageScreen[Scope | Position | None]):
    """The documents of the index; typing filters them.

    Returns the document to read, or the new scope of questions; None if it was closed.
    """

    AUTO_FOCUS = "DocumentTreeView"
    DEFAULT_CSS = """
    DocumentsScreen {
        & > .summary { height: 1; padding: 0 2; color: $text-muted; }
        & > Horizontal { height: 1fr; margin: 0 1; }
        .details { width: 40; height: 100%; padding: 0 1; text-overflow: ellipsis; }
        & > .detail-line { height: 1; padding: 0 2; color: $text-muted; text-wrap: nowrap; }
        & > .working { height: auto; max-height: 2; padding: 0 2; color: $text-accent; }
        &.-narrow .details { display: none; }
        &.-vast .details { width: 2fr; }
        &.-vast DocumentTreeView { width: 3fr; }
        &.-wide > .detail-line, &.-vast > .detail-line { display: none; }
        &.-low > Input { margin-top: 0; }
        &.-low DocumentTreeView, &.-low DocumentTreeView:focus { border: none; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-vast")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "read", "Read"),
        Binding("f2", "add", "Add", id="add-documents"),
        Binding("f3", "confine", "Ask only this", id="ask-only-this"),
        Binding("f4", "update", "Update all", id="update-documents"),
        Binding("delete", "remove", "Remove", id="remove-documents"),
        Binding("f8", "stop", "Stop", id="stop-indexing"),
        Binding("f7", "watch", "Watch", id="watch-documents"),
        Binding("f6", "reread", "Update this", show=False, id="update-this"),
        Binding("escape", "leave", "Back", id="leave-documents"),
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
        passages_of: Callable[[str], Sequence[Passage]] | None = None,
    ) -> None:
        """The screen.

        Args:
            read: reads the contents of the index; called in the background.
            passages_of: returns the passages of a document; called in the background.
            scope: the current scope of questions.
            adding: start with the prompt for a file or folder.
        """
        super().__init__()
        self._queue = queue
        self._read = read
        self._adding = adding
        self._passages_of = passages_of
        self._contents = DocumentTree()
        self._filter = Input(
            placeholder="Type to filter: words, #tag, @author", select_on_focus=False, compact=True
        )
        self._details = Static(classes="details framed")
        self._details.border_title = "Document"
        self._detail_line = Static(classes="detail-line")
        self._summary = Static("Looking…", classes="summary")
        self._tree = DocumentTreeView()
        self._tree.scope = scope
        self._tree.border_title = "Documents"
        self._working = Static(classes="working")
        self._message = MessageLine()
        self._to_remove = ""
        self._was_busy = False
        self._is_reading = False
        self._was_read = False
        self._timer: Timer

    def compose(self) -> ComposeResult:
        yield Title("Documents")
        yield self._filter
        yield self._summary
        with Horizontal():
            yield self._tree
            yield self._details
        yield self._detail_line
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
            self._contents = tree
            self._was_read = True
            self._show_contents()
        finally:
            self._is_reading = False

    def _show_contents(self) -> None:
        words, contents = self._filter.value, self._contents
        shown = filter_tree(contents, words)
        self._tree.show_tree(shown, words)
        summary = summarise_filtered(shown, contents) if words.strip() else summarise_tree(contents)
        self._summary.update(Content(summary))
        self._show_details()

    @work(exclusive=True, group="details")
    async def _show_details(self) -> None:
        chosen = self._tree.chosen
        if not isinstance(chosen, TreeEntry):
            nothing = _NOTHING_YET if self._was_read and not self._contents.counts else ""
            self._details.update(nothing if chosen is None else _draw_folder(chosen))
            self._detail_line.update("" if chosen is None else _draw_folder(chosen, short=True))
            return
        passages_of = self._passages_of
        details = await in_background(lambda: read_details(chosen.path, passages_of))
        self._details.update(draw_details(chosen, details))
        self._detail_line.update(Content(describe_details(chosen, details)))

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:  # noqa: ARG002
        """Offer a key only when it can do something."""
        return self._queue.progress is not None if action == "stop" else True

    def on_key(self, event: events.Key) -> None:
        if event.key == "backspace" and not self._filter.has_focus and self._filter.value:
            event.stop()
            self._filter.focus()
            self._filter.action_delete_left()
        else:
            share_keys(event, self._filter, self._tree)

    def on_paste(self, event: events.Paste) -> None:
        share_keys(event, self._filter, self._tree)

    def on_input_changed(self) -> None:
        self._show_contents()

    def on_input_submitted(self) -> None:
        self._read_document(self._tree.chosen)

    def on_tree_node_highlighted(self) -> None:
        self._show_details()
        if self._to_remove:
            self._to_remove = ""
            self._message.show("")

    def on_tree_node_selected(self, event: Tree.NodeSelected[Folder | TreeEntry]) -> None:
        self._read_document(event.node.data)

    def action_read(self) -> None:
        self._read_document(self._tree.chosen)

    def _read_document(self, chosen: Folder | TreeEntry | None) -> None:
        """Return the document, to be shown in the source; a folder is only opened."""
        if not isinstance(chosen, TreeEntry):
            return
        if chosen.state in OUTSIDE:
            name = Path(chosen.path).name
            self._message.show(
                f"{name} is not in the index ({describe_state(chosen)})", problem=True
            )
        else:
            self.dismiss(Position(chosen.path, 0))

    def action_leave(self) -> None:
        """Take the filter away; without one, leave."""
        if self._filter.value:
            self._filter.value = ""
            self._tree.focus()
        else:
            self.dismiss()

    @work(exclusive=True, group="add")
    async def action_add(self) -> None:
        """Ask for a file or folder, and add it."""
        typed = self._filter.value.strip()
        path = await self.app.push_screen_wait(
            PromptScreen(
                "Add a file or folder",
                # Some type it into the line that is there.
                typed if typed.startswith(("/", "~", ".")) else "",
                take=resolve_path,
                hint="Tab completes the path. A folder is taken with all that is in it.",
                placeholder="~/notes",
                suggester=PathSuggester(),
            )
        )
        if path:
            self._queue.add(str(resolve_path(path)))

    def action_confine(self) -> None:
        """Confine questions to the chosen folder or document; if they are already, lift that.

        Of a folder, to what tags and authors in the filter leave of it.
        """
        chosen = self._tree.chosen
        if chosen is not None:
            is_folder = isinstance(chosen, Folder)
            words = self._filter.value
            marks = complete_marks(filter_tree(self._contents, words), words) if is_folder else ()
            here = Scope(chosen.path, is_folder, *marks)
            self.dismiss(ALL_DOCUMENTS if here == self._tree.scope else here)

    def action_update(self) -> None:
        self._queue.update()

    def action_reread(self) -> None:
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
    parts = [counted(count_indexed(counts), "document")]
    for count, words in (
        (counts["waiting"], "not indexed yet"),
        (counts["changed"], "changed"),
        (counts["gone"], "gone"),
        (counts["failed"], "could not be read"),
        (counts["skipped"], "left out"),
    ):
        if count:
            parts.append(f"{count:,} {words}")
    if tree.waiting:
        parts.append(f"{counted(tree.waiting, 'passage')} to be embedded")
    return ", ".join(parts)


def summarise_filtered(shown: DocumentTree, contents: DocumentTree) -> str:
    """How many of all files a filter leaves, in one line."""
    count, most = shown.counts.total(), contents.counts.total()
    if not most:
        return summarise_tree(contents)
    return f"{count:,} of {most:,}" if count else f"None of {most:,} fits these words"


def _draw_folder(folder: Folder, *, short: bool = False) -> Content:
    """A folder with its counts."""
    name = Content.styled(one_line(shorten_path(folder.path)), "bold $text-primary")
    counts = [f"{counted(folder.indexed, 'document')} in the index"]
    counts += [
        f"{folder.counts[state]:,} {STATE_WORDS[state]}"
        for state in STATE_WORDS
        if state != "indexed" and folder.counts[state]
    ]
    if short:
        return Content(", ".join(counts))
    return Content.assemble(name, "\n\n", "\n".join(counts))
