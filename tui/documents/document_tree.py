"""The contents of an index as a tree of folders and documents; the state and details of each."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.content import Content

from index import (
    NotAnIndex,
    Passage,
    Properties,
    Status,
    describe_kind,
    describe_size,
    is_surprising,
)
from index.documents import fold
from index.locations import Location
from qa import counted
from tui.common.presentation.wording import (
    describe_day,
    describe_languages,
    describe_properties,
    join_some,
    one_line,
    shorten_line,
    shorten_path,
)

if TYPE_CHECKING:
    from index import Filter

State = Literal["indexed", "changed", "gone", "waiting", "failed", "skipped"]
# States of files that are not in the index.
OUTSIDE: tuple[State, ...] = ("waiting", "failed", "skipped")
STATE_WORDS: dict[State, str] = {
    "indexed": "indexed",
    "changed": "changed since it was indexed",
    "gone": "its file is gone",
    "waiting": "not indexed yet",
    "failed": "could not be read",
    "skipped": "left out",
}
# Headings that are listed; and characters of a text without headings.
_MOST_HEADINGS, _BEGINNING_CHARACTERS = 100, 600


@dataclass(frozen=True, slots=True)
class Scope:
    """The folder or document that questions are confined to; all documents if `path` is empty.

    Attributes:
        tags, authors: of a folder, only documents with all the tags, and by one of the authors.
    """

    path: str = ""
    is_folder: bool = True
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def to_filter(self) -> Filter | None:
        """The filter for a search; None for all documents."""
        # Loading the search takes long: the screen is drawn first.
        from index import Filter

        if not self.path:
            return None
        # The path is literal: wildcards in it are escaped.
        literal = "".join(f"\\{c}" if c in "\\*?[] " else c for c in self.path.rstrip("/"))
        paths = (literal + "/" * self.is_folder,)
        return Filter(paths, tags=self.tags, authors=self.authors)


ALL_DOCUMENTS = Scope()


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A document, or a file that is not indexed.

    Attributes:
        state: "indexed" (and unchanged), "changed" or "gone" (since it was indexed), "waiting"
            (not indexed yet), "failed" (could not be read) or "skipped" (left out).
        reason: why it could not be read, or was left out; "" otherwise.
        properties: what the document says of itself.
    """

    path: str
    state: State
    reason: str = ""
    properties: Properties = field(default_factory=Properties)


@dataclass(slots=True)
class Folder:
    """A folder: the folders in it by name, and the documents; `counts` counts those below, too."""

    path: str
    folders: dict[str, Folder] = field(default_factory=dict)
    entries: list[TreeEntry] = field(default_factory=list)
    counts: Counter[State] = field(default_factory=Counter)

    @property
    def indexed(self) -> int:
        """The number of documents of the index in it and below."""
        return count_indexed(self.counts)


@dataclass(frozen=True, slots=True)
class DocumentTree:
    """The contents of an index.

    Attributes:
        folders: the folders that were added, without those inside another; and the folders
            of files that were added alone.
        waiting: the number of passages that are not embedded yet. Until then they are found
            by keywords alone.
    """

    folders: tuple[Folder, ...] = ()
    waiting: int = 0

    @property
    def counts(self) -> Counter[State]:
        """The number of documents in each state."""
        return sum((folder.counts for folder in self.folders), Counter())


def count_indexed(counts: Counter[State]) -> int:
    """How many of these are in the index."""
    return counts.total() - sum(counts[state] for state in OUTSIDE)


def filter_tree(tree: DocumentTree, words: str) -> DocumentTree:
    """The documents whose paths hold all the words, with the folders above them.

    Case and accents do not count, as in a search's `Filter`. `#word` is the beginning of a tag, and
    `@word` that of a word of an author's name.
    """
    wanted = fold(words).split()
    if not wanted:
        return tree
    folders = (_filter_folder(folder, wanted) for folder in tree.folders)
    return replace(tree, folders=tuple(folder for folder in folders if folder.counts))


def _filter_folder(folder: Folder, wanted: list[str]) -> Folder:
    kept = Folder(folder.path)
    for name, below in folder.folders.items():
        inner = _filter_folder(below, wanted)
        if inner.counts:
            kept.folders[name] = inner
            kept.counts += inner.counts
    for entry in folder.entries:
        if all(_matches(entry, word) for word in wanted):
            kept.entries.append(entry)
            kept.counts[entry.state] += 1
    return kept


def _matches(entry: TreeEntry, word: str) -> bool:
    mark, rest = word[:1], word[1:]
    if mark == "#" and any(fold(tag).startswith(rest) for tag in entry.properties.tags):
        return True
    names = (part for name in entry.properties.authors for part in fold(name).split())
    if mark == "@" and any(part.startswith(rest) for part in names):
        return True
    return word in fold(entry.path)


def complete_marks(tree: DocumentTree, words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags, and the words of authors' names, that the marked words of a filter stand for.

    Of those in the tree that begin so, the shortest.
    """
    properties = [entry.properties for folder in tree.folders for entry in _list_entries(folder)]
    tags = {tag.casefold() for each in properties for tag in each.tags}
    names = {
        part for each in properties for name in each.authors for part in name.casefold().split()
    }
    return _complete("#", tags, words), _complete("@", names, words)


def _complete(mark: str, known: set[str], words: str) -> tuple[str, ...]:
    begun = (word[1:] for word in fold(words).split() if word.startswith(mark) and word[1:])
    found = (
        min((each for each in known if fold(each).startswith(word)), key=len, default="")
        for word in begun
    )
    return tuple(dict.fromkeys(filter(None, found)))


def _list_entries(folder: Folder) -> Iterator[TreeEntry]:
    yield from folder.entries
    for below in folder.folders.values():
        yield from _list_entries(below)


def read_document_tree(index: Location) -> DocumentTree:
    """The contents of an index; an empty tree if there is none yet.

    Raises:
        QuotebackError: the index cannot be read.
    """
    # Loading the index takes long: the screen is drawn first.
    from index import Index

    if isinstance(index, Path) and not index.exists():
        return DocumentTree()
    try:
        with Index.open(index) as opened:
            properties = {each.path: each.properties for each in opened.documents()}
            return build_document_tree(opened.status(), list(properties), properties)
    except NotAnIndex:
        if isinstance(index, Path) and index.is_dir() and not any(index.iterdir()):
            return DocumentTree()
        raise


def build_document_tree(
    status: Status, documents: list[str], properties: Mapping[str, Properties] | None = None
) -> DocumentTree:
    """Build the tree from the status of an index, the paths of its documents, and what they say."""
    entries = {path: TreeEntry(path, "indexed") for path in documents}
    entries |= {path: TreeEntry(path, "changed") for path in status.stale}
    entries |= {path: TreeEntry(path, "gone") for path in status.gone}
    entries |= {path: TreeEntry(path, "waiting") for path in status.new}
    skipped = [each for each in status.skipped if is_surprising(each.reason)]
    entries |= {each.path: TreeEntry(each.path, "skipped", each.reason) for each in skipped}
    entries |= {each.path: TreeEntry(each.path, "failed", each.reason) for each in status.failed}
    for path, own in (properties or {}).items():
        if own != Properties() and (entry := entries.get(path)):
            entries[path] = replace(entry, properties=own)
    # Folders inside another one are shown there.
    roots = [
        path
        for path in status.folders
        if path not in entries and not any(_is_within(path, other) for other in status.folders)
    ]
    folders = {path: Folder(path) for path in roots}
    for path in sorted(entries):
        root = next((root for root in roots if _is_within(path, root)), None)
        if root is None:
            root = str(Path(path).parent)
            folders.setdefault(root, Folder(root))
        _add_entry(folders[root], entries[path])
    return DocumentTree(tuple(folders[path] for path in sorted(folders)), status.waiting)


def _is_within(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _add_entry(root: Folder, entry: TreeEntry) -> None:
    here = root
    here.counts[entry.state] += 1
    for name in Path(entry.path).parent.relative_to(root.path).parts:
        below = str(Path(here.path) / name)
        here = here.folders.setdefault(name, Folder(below))
        here.counts[entry.state] += 1
    here.entries.append(entry)


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    """The details of one document.

    Attributes:
        size: of the file, in bytes; None if it cannot be looked at.
        changed: when the file was changed last.
        passages: how many it has in the index; None if that is not known.
        headings: the first of its headings, each with those above it.
        beginning: the first words of its text.
    """

    size: int | None = None
    changed: datetime | None = None
    passages: int | None = None
    headings: tuple[tuple[str, ...], ...] = ()
    beginning: str = ""


def read_details(
    path: str, passages_of: Callable[[str], Sequence[Passage]] | None
) -> DocumentDetails:
    """Look at a file and at its passages. What cannot be found out is left out."""
    size = changed = None
    try:
        stat = Path(path).stat()
        size, changed = stat.st_size, datetime.fromtimestamp(stat.st_mtime)
    except (OSError, ValueError, OverflowError):
        pass
    try:
        passages = passages_of(path) if passages_of else ()
    except Exception:
        passages = ()
    beginning = passages[0].text[:_BEGINNING_CHARACTERS] if passages else ""
    return DocumentDetails(
        size, changed, len(passages) or None, _list_headings(passages), beginning
    )


def _list_headings(passages: Sequence[Passage]) -> tuple[tuple[str, ...], ...]:
    """The headings above the passages in reading order, each once."""
    listed: dict[tuple[str, ...], None] = {}
    for passage in passages:
        for level in range(1, len(passage.headings) + 1):
            listed[passage.headings[:level]] = None
        if len(listed) >= _MOST_HEADINGS:
            break
    return tuple(listed)[:_MOST_HEADINGS]


def describe_state(entry: TreeEntry) -> str:
    """The state of a document in words, with the reason if there is one."""
    words = STATE_WORDS[entry.state]
    return f"{words}: {entry.reason}" if entry.reason else words


def draw_details(entry: TreeEntry, details: DocumentDetails) -> Content:
    """Name, folder and all that is known, a line each; and the headings, or the first words."""
    path = Path(entry.path)
    changed = details.changed
    rows = (
        ("Kind", describe_kind(entry.path)),
        ("Size", "" if details.size is None else describe_size(details.size)),
        ("Author", join_some(entry.properties.authors, ", ", 10)),
        ("Dated", describe_day(entry.properties.date)),
        ("Tags", join_some([f"#{tag}" for tag in entry.properties.tags], " ", 20)),
        ("Language", describe_languages(entry.properties)),
        ("Changed", f"{changed.day} {changed:%B %Y, %H:%M}" if changed else ""),
        ("Passages", "" if not details.passages else f"{details.passages:,}"),
        ("State", describe_state(entry)),
    )
    lines = [
        Content.styled(one_line(path.name), "bold $text-primary"),
        Content.styled(one_line(shorten_path(str(path.parent))), "$secondary"),
        Content(""),
    ]
    for name, value in rows:
        if value:
            style = "$text-error" if name == "State" and entry.state == "failed" else ""
            lines.append(Content.assemble((f"{name:10}", "$secondary"), (one_line(value), style)))
    known = len(lines)
    for headings in details.headings:
        indent = "  " * (len(headings) - 1)
        lines.append(Content.styled(f"{indent}{one_line(headings[-1])}", "$secondary"))
    if details.beginning and not details.headings:
        lines.append(
            Content.styled(shorten_line(details.beginning, _BEGINNING_CHARACTERS), "$secondary")
        )
    if details.headings or details.beginning:
        lines.insert(known, Content(""))
    return Content("\n").join(lines)


def describe_details(entry: TreeEntry, details: DocumentDetails) -> str:
    """The same on one line, without the name."""
    parts = (
        describe_properties(entry.properties),
        describe_kind(entry.path),
        "" if details.size is None else describe_size(details.size),
        describe_day(details.changed),
        counted(details.passages, "passage") if details.passages else "",
        describe_state(entry),
    )
    return one_line(" · ".join(part for part in parts if part))
