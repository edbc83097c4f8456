"""The tree of indexed documents: folders with counts, documents with their state."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from index.documents import fold
from tui.common.presentation.wording import one_line, shorten_path
from tui.documents.document_tree import (
    ALL_DOCUMENTS,
    STATE_WORDS,
    DocumentTree,
    Folder,
    State,
    TreeEntry,
    describe_state,
)

Node = TreeNode[Folder | TreeEntry]

# Lines that are shown with all folders open; the folders after them stay closed.
_MOST_OPENED = 500
_SHORT: dict[State, str] = {"skipped": "left out"}


class DocumentTreeView(Tree[Folder | TreeEntry]):
    """Folders and documents; the contents of a folder are added when it is opened."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "documents--muted",
        "documents--changed",
        "documents--gone",
        "documents--waiting",
        "documents--failed",
        "documents--skipped",
        "documents--scope",
    }
    DEFAULT_CSS = """
    DocumentTreeView {
        width: 1fr;
        height: 1fr;
        padding: 0 1;
        background: $background;
        &:focus { background-tint: $foreground 0%; }
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
        & > .documents--muted, & > .documents--waiting, & > .documents--skipped {
            color: $text-muted;
        }
        & > .documents--changed, & > .documents--gone { color: $text-warning; }
        & > .documents--failed { color: $text-error; }
        & > .documents--scope { color: $text-accent; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        super().__init__("Documents", classes="framed")
        self.show_root = False
        self.guide_depth = 3
        self.scope = ALL_DOCUMENTS
        self._shown = DocumentTree()
        self._opened_lines = 0

    @property
    def chosen(self) -> Folder | TreeEntry | None:
        """The folder or document under the cursor."""
        node = self.cursor_node
        return node.data if node is not None else None

    @property
    def is_within_another(self) -> bool:
        """Whether the cursor is on a part of a folder that was added."""
        node = self.cursor_node
        return node is not None and node.parent is not self.root

    def show_tree(self, tree: DocumentTree, words: str = "") -> None:
        """Show a tree. Open folders stay open, and the cursor keeps its place.

        The first time, the tree is open down to the current scope, with the cursor on it.

        Args:
            words: what the tree was filtered by. All its folders are open then, and the cursor is
                on the first name that has the last word.
        """
        if tree == self._shown:
            return
        wanted = fold(words).split()
        first = not self.root.children and not wanted
        open_before = {_node_path(node) for node in _list_nodes(self.root) if node.is_expanded}
        before, line = _node_path(self.cursor_node), self.cursor_line
        if first:
            before = self.scope.path
            open_before |= {str(folder) for folder in Path(before).parents}
        top = None if first else self.scroll_offset.y
        self._shown = tree
        self._opened_lines = 0
        self.clear()
        self.root.expand()
        for folder in tree.folders:
            self._add_folder(self.root, folder, open_before, open_=first)
        if wanted:
            self._open_all(self.root)
        # The tree counts its lines when it is drawn.
        if wanted:
            self.call_after_refresh(self._seek_name, wanted[-1])
        else:
            self.call_after_refresh(self._restore_cursor, before, line, top)

    def _open_all(self, node: Node) -> None:
        for child in list(node.children):
            if isinstance(child.data, Folder) and self._opened_lines < _MOST_OPENED:
                self._fill(child, set())
                child.expand()
                self._opened_lines += len(child.children)
                self._open_all(child)

    def _seek_name(self, word: str) -> None:
        names = ((node, fold(Path(_node_path(node)).name)) for node in _list_nodes(self.root))
        top = next(iter(self.root.children), None)
        self.move_cursor(next((node for node, name in names if word in name), top))

    def _restore_cursor(self, path: str, line: int, top: int | None) -> None:
        node = next(
            (node for node in _list_nodes(self.root) if path and _node_path(node) == path), None
        )
        if node is not None:
            self.move_cursor(node)
        else:
            # The node is gone: take the one that has its line now.
            self.cursor_line = min(max(line, 0), max(self.last_line, 0))
        if top is not None:
            self.scroll_to(y=top, animate=False)

    def _add_folder(
        self, above: Node, folder: Folder, opened: set[str], open_: bool = False
    ) -> None:
        node = above.add(one_line(Path(folder.path).name), folder)
        if open_ or folder.path in opened:
            self._fill(node, opened)
            node.expand()

    def _fill(self, node: Node, opened: set[str]) -> None:
        if node.children or not isinstance(node.data, Folder):
            return
        # The only folder in a folder is opened with it.
        alone = len(node.data.folders) == 1 and not node.data.entries
        for name in sorted(node.data.folders):
            self._add_folder(node, node.data.folders[name], opened, open_=alone)
        for entry in node.data.entries:
            node.add_leaf(one_line(Path(entry.path).name), entry)

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Folder | TreeEntry]) -> None:
        event.stop()
        self._fill(event.node, set())

    # Drawing

    def render_label(self, node: Node, base_style: Style, style: Style) -> Text:
        data = node.data
        if data is None:
            return super().render_label(node, base_style, style)
        parts = (
            self._describe_folder(node, data)
            if isinstance(data, Folder)
            else self._describe_entry(data)
        )
        if self.scope.path == data.path:
            parts.append(("  only this is asked", "scope"))
        label = Text(no_wrap=True)
        for text, kind in parts:
            label.append(text, self.get_component_rich_style(f"documents--{kind}") if kind else "")
        # The style of the cursor or the mouse covers the whole label.
        label.stylize(style)
        icon = ("▼ " if node.is_expanded else "▶ ") if node.allow_expand else ""
        return Text.assemble((icon, base_style + Style(meta={"toggle": True})), label)

    def _describe_folder(self, node: Node, folder: Folder) -> list[tuple[str, str]]:
        at_top = node.parent is self.root
        name = shorten_path(folder.path) if at_top else Path(folder.path).name
        other_states: list[tuple[str, str]] = [
            (f", {folder.counts[state]:,} {_SHORT.get(state, state)}", state)
            for state in STATE_WORDS
            if state != "indexed" and folder.counts[state]
        ]
        return [
            (f"{one_line(name).rstrip('/')}/", ""),
            (f"  {folder.indexed:,}", "muted"),
            *other_states,
        ]

    def _describe_entry(self, entry: TreeEntry) -> list[tuple[str, str]]:
        name = (one_line(Path(entry.path).name), "")
        if entry.state == "indexed":
            return [name]
        return [name, (f"  {one_line(describe_state(entry))}", entry.state)]


def _node_path(node: Node | None) -> str:
    return node.data.path if node is not None and node.data is not None else ""


def _list_nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in _list_nodes(child))]
