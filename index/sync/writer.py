"""What the one who holds the right to write does with an index."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.documents import Content
from index.errors import MissingPath
from index.files import is_gone, is_missing
from index.reports import ProgressCallback, Report
from index.search.keywords import Keywords
from index.search.vectors import Vectors
from index.storage.damage import salvage
from index.storage.roots import Root, forget, leave_out, read_removed, read_roots, remember
from index.storage.store import Store
from index.sync.batch import Changes
from index.sync.catch_up import rebuild_keywords
from index.sync.sync import Cutter, sync
from index.sync.walk import Found, outermost, walk, within

# Patterns to include and to exclude.
Rules = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """One writer's work; what it changes is derived from when it is done.

    Attributes:
        cut: makes passages of a document.
        tell: told how far the work has come.
    """

    store: Store
    vectors: Vectors
    keywords: Keywords
    changes: Changes
    cut: Cutter
    tell: ProgressCallback

    def add(self, named: Sequence[str], rules: Rules | None) -> Report:
        """Bring in step what is named, and remember it; with rules, for its folders."""
        roots = read_roots(self.store)
        if rules is not None:
            ruled = [Root(path, *rules) for path in named if Path(path).is_dir()]
            remember(self.store, ruled)
            roots |= {root.path: root for root in ruled}
        leave_out(self.store, (), instead_of=[*read_removed(self.store).intersection(named)])
        new = {path: Root(path) for path in named if path not in roots}
        found = self._walk(named, roots | new)
        # The others are part of a folder that is remembered already.
        remember(self.store, [root for path, root in new.items() if path in found.begun_at])
        return sync(named, found, self.store, self.changes, self.cut, self.tell)

    def update(self, places: Iterable[str] | None) -> Report:
        """Bring in step what is remembered and there, or only some places in it."""
        roots = read_roots(self.store)
        there = {path: root for path, root in roots.items() if not self._is_missing(path)}
        return self._sync(list(there) if places is None else within(places, there), there)

    def _is_missing(self, root: str) -> bool:
        """Whether a remembered folder is missing; a file that is deleted is not."""
        if not is_missing(root):
            return False
        was_file = root in self.store.states(root) or root in self.store.failures(root)
        return not was_file or is_missing(str(Path(root).parent))

    def _sync(self, places: Sequence[str], roots: Mapping[str, Root]) -> Report:
        found = self._walk(places, roots)
        return sync(places, found, self.store, self.changes, self.cut, self.tell)

    def _walk(self, places: Sequence[str], roots: Mapping[str, Root]) -> Found:
        return walk(places, roots, self.store.path.parent, read_removed(self.store), self.tell)

    def add_texts(self, named: Iterable[tuple[str, Content]]) -> Report:
        """Add texts that have no file."""
        report = Report()
        known = {document.path for document in self.store.documents()}
        for name, content in named:
            self.changes.put(name, content, None, self.cut(content))
            report.updated += name in known
            report.added += name not in known
        self.changes.commit()
        return report

    def remove(self, paths: Iterable[str | os.PathLike[str]]) -> int:
        """Remove documents, and all under a folder; returns how many went.

        Folders that were named are forgotten. What lies in one that is not is left out from now on.

        Raises:
            MissingPath: nothing in the index is there.
        """
        roots, removed = read_roots(self.store), read_removed(self.store)
        places: dict[str, None] = {}
        wanted: dict[str, None] = {}
        forgotten: dict[str, None] = {}
        for path in paths:
            names, named = find_removable(self.store, path)
            places[os.path.abspath(path)] = None
            wanted.update(dict.fromkeys(names))
            forgotten.update(dict.fromkeys(named))
        forget(self.store, list(forgotten))
        # A file that is gone from the disk may come back.
        there = [path for path in outermost(places) if not is_missing(path)]
        kept = roots.keys() - forgotten.keys()
        leave_out(self.store, within(there, kept), instead_of=within(removed, places))
        for name in wanted:
            self.changes.remove(name)
        self.changes.commit()
        return len(wanted)

    def repair(self) -> list[str]:
        """Make good what is damaged; returns what of the store is lost, a line each."""
        lost = salvage(self.store, self.tell)
        files = [path for path in lost.values() if path and not is_gone(path)]
        self.vectors.verify(self.tell)
        self._sync(files, read_roots(self.store) | {path: Root(path) for path in files})
        rebuild_keywords(self.store, self.keywords, self.tell)
        return [
            f"store: {path or f'document {number}'} was damaged and is no longer in the index"
            for number, path in lost.items()
            if path not in files
        ]


def find_removable(store: Store, path: str | os.PathLike[str]) -> tuple[list[str], list[str]]:
    """What `remove` takes out for a path: names of documents and failures, and named folders.

    Raises:
        MissingPath: nothing in the index is there.
    """
    given, absolute = os.fspath(path), os.path.abspath(path)
    names = [document.path for document in store.documents(absolute)]
    names += store.failures(absolute)
    names += [given] if store.text(given) is not None else []
    named = within(read_roots(store), [absolute])
    if not names and not named:
        raise MissingPath(f"{given} is not in the index")
    return names, named
