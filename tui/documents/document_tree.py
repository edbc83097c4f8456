"""The contents of an index as a tree of folders and documents, with the state of each."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from index import NotAnIndex, Properties, Status, is_surprising
from index.locations import Location

if TYPE_CHECKING:
    from index import Filter

State = Literal["indexed", "changed", "gone", "waiting", "failed", "skipped"]
# States of files that are not in the index.
OUTSIDE: tuple[State, ...] = ("waiting", "failed", "skipped")


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
    """A folder and its contents.

    Attributes:
        folders: the folders in it, by name.
        entries: the documents in it.
        counts: the number of documents in each state, in it and below.
    """

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
    """The documents whose paths hold all the words, in any case, with the folders above them.

    `#word` is the beginning of a tag, and `@word` that of a word of an author's name.
    """
    wanted = words.casefold().split()
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
    if mark == "#" and any(tag.casefold().startswith(rest) for tag in entry.properties.tags):
        return True
    names = (part for name in entry.properties.authors for part in name.casefold().split())
    if mark == "@" and any(part.startswith(rest) for part in names):
        return True
    return word in entry.path.casefold()


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
    begun = (word[1:] for word in words.casefold().split() if word.startswith(mark) and word[1:])
    found = (
        min((each for each in known if each.startswith(word)), key=len, default="")
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
