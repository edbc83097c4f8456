"""The one process that writes to an index, and what it can do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path

from index.documents import Content
from index.errors import MissingPath, translate_disk_errors
from index.filesystem.freshness import is_gone, is_missing
from index.filesystem.paths import drop_nested, paths_within
from index.reports import ProgressCallback, Report, serialise_calls
from index.search.dense import DenseIndex
from index.search.keywords import KeywordIndex
from index.search.vectors import Vectors
from index.storage.backup import write_backup
from index.storage.damage import DamagedDocument, find_document
from index.storage.locking import writer_lock
from index.storage.repair import repair_rows
from index.storage.roots import (
    Root,
    delete_roots,
    mark_read,
    read_removed,
    read_roots,
    read_unread,
    write_removed,
    write_roots,
)
from index.storage.store import Store
from index.sync.batch import Batch
from index.sync.catch_up import catch_up_keywords, rebuild_keywords
from index.sync.embedding import Embedder
from index.sync.recut import recut_passages
from index.sync.sync import sync_files
from index.sync.walk import WalkResult, walk
from index.text.passages import Piece, cut_passages, limit_passage_tokens

# Patterns to include and patterns to exclude.
Patterns = tuple[tuple[str, ...], tuple[str, ...]]


@contextmanager
def open_writer(
    store: Store, dense: DenseIndex, keywords: KeywordIndex, progress: ProgressCallback
) -> Iterator[Writer]:
    """Hold the right to write to an index; at the end, the derived parts catch up.

    Raises:
        IndexInUse: another process is writing, and has been for some seconds.
        CannotWrite: there is no room, or no permission.
        ModelError: the model of an index in which nothing is embedded cannot be loaded.
    """
    folder, progress = store.path.parent, serialise_calls(progress)
    store.check_unmoved()
    with writer_lock(folder, progress), translate_disk_errors(folder):
        store.check_unmoved()
        dense.reset_if_outdated()
        _remove_leftovers(folder)
        vectors = dense.vectors
        vectors.refresh()
        store.reserve_ids(max(keywords.watermark, vectors.last_id))
        with Embedder(store, vectors, lambda: dense.encoder, progress) as embedder:
            batch = Batch(store, keywords, embedder.embed_committed)
            yield Writer(store, dense, vectors, keywords, batch, progress)
            catch_up_keywords(store, keywords, progress)
            embedder.finish()
            write_backup(store)
            store.delete_setting("migrating")
            store.mark_finished()


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed writer was rebuilding."""
    for path in (*folder.glob("*.part"), *folder.glob("*.old")):
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Writer:
    """Changes an index for as long as its process has the right to; see `open_writer`."""

    store: Store
    dense: DenseIndex
    vectors: Vectors
    keywords: KeywordIndex
    batch: Batch
    progress: ProgressCallback

    def add(self, given: Sequence[str], patterns: Patterns | None) -> Report:
        """Bring the index up to date with some paths, and remember them.

        Args:
            given: absolute paths of files and folders.
            patterns: of the folders; where None, those remembered with each of them.
        """
        roots, unread = read_roots(self.store), self._find_unread()
        if patterns is not None:
            changed = [Root(path, *patterns) for path in given if Path(path).is_dir()]
            write_roots(self.store, changed)
            roots |= {root.path: root for root in changed}
        # What was removed and is now given comes back.
        write_removed(self.store, (), in_place_of=[*read_removed(self.store).intersection(given)])
        new = {path: Root(path) for path in given if path not in roots}
        paths = [*given, *unread]
        walked = self._walk(paths, roots | new)
        # The others are part of a folder that is remembered already.
        write_roots(self.store, [root for path, root in new.items() if path in walked.walked_roots])
        # What is read now may be all that is left should the store be lost.
        write_backup(self.store)
        return self._sync_files(paths, walked)

    def update(self, paths: Iterable[str] | None) -> Report:
        """Bring the index up to date with all roots, or with some paths in them.

        Nothing is removed that is in a folder which is missing as a whole.
        """
        roots = read_roots(self.store)
        present = {path: root for path, root in roots.items() if not self._is_missing(path)}
        wanted = list(present) if paths is None else paths_within(paths, present)
        wanted += self._find_unread()
        return self._sync_files(wanted, self._walk(wanted, present))

    def _find_unread(self) -> list[str]:
        """Roots of a restored store that have to be read again, and are there."""
        return [root for root in read_unread(self.store) if not self._is_missing(root)]

    def _is_missing(self, root: str) -> bool:
        """Whether a root that is a folder is missing; a file that is deleted is not."""
        if not is_missing(root):
            return False
        was_file = root in self.store.states(root) or root in self.store.failures(root)
        return not was_file or is_missing(str(Path(root).parent))

    def _walk(self, paths: Sequence[str], roots: Mapping[str, Root]) -> WalkResult:
        index_folder, removed = self.store.path.parent, read_removed(self.store)
        return walk(paths, roots, index_folder, removed, self.progress)

    def _sync_files(self, paths: Sequence[str], walked: WalkResult) -> Report:
        report = sync_files(paths, walked, self.store, self.batch, self._cut, self.progress)
        mark_read(self.store, paths_within(read_unread(self.store), paths))
        return report

    def add_texts(self, texts: Iterable[tuple[str, str | Content]]) -> Report:
        """Add texts that have no file, each under its name."""
        report = Report()
        known = {document.path for document in self.store.documents()}
        for name, content in map(_check_text, texts):
            self.batch.put(name, content, None, self._cut(content))
            report.updated += name in known
            report.added += name not in known
        self.batch.commit()
        report.failed += self.batch.rejected
        return report

    def remove(self, paths: Iterable[str]) -> int:
        """Remove documents, and all in a folder; returns how many were removed.

        Roots are forgotten. What lies in a root that stays is left out from now on.

        Raises:
            MissingPath: one of the paths is not in the index.
        """
        roots, removed = read_roots(self.store), read_removed(self.store)
        # Dictionaries, as they keep the order.
        absolute: dict[str, None] = {}
        documents: dict[str, None] = {}
        forgotten: dict[str, None] = {}
        for path in paths:
            names, roots_inside = find_removable(self.store, path)
            absolute[os.path.abspath(path)] = None
            documents.update(dict.fromkeys(names))
            forgotten.update(dict.fromkeys(roots_inside))
        delete_roots(self.store, list(forgotten))
        # A file that is deleted from the disk may come back.
        present = [path for path in drop_nested(absolute) if not is_missing(path)]
        kept_roots = roots.keys() - forgotten.keys()
        write_removed(
            self.store,
            paths_within(present, kept_roots),
            in_place_of=paths_within(removed, absolute),
        )
        for path in documents:
            self.batch.remove(path)
        self.batch.commit()
        return len(documents)

    def repair(self) -> list[str]:
        """Repair what is damaged; returns what of the store is lost, a line each.

        A damaged document stays until its file has been read again, or its text cut again.
        """
        damaged = repair_rows(self.store, self.progress)
        self.vectors.verify(self.progress)
        roots = read_roots(self.store)
        files = [each.path for each in damaged if _is_file(each.path)]
        wanted = [*files, *self._find_unread()]
        if any(each.entry_is_damaged for each in damaged):
            # Their files may be others than they say.
            wanted += [path for path in roots if not self._is_missing(path)]
        new = {path: Root(path) for path in files if path not in roots}
        self._sync_files(wanted, self._walk(wanted, roots | new))
        lost = self._repair_from_texts(damaged)
        rebuild_keywords(self.store, self.keywords, self.progress)
        return lost

    def _repair_from_texts(self, damaged: Sequence[DamagedDocument]) -> list[str]:
        """Cut documents again whose files could not be read; drop those without a text."""
        lost = []
        for before in damaged:
            entry = find_document(self.store, before.id)
            if entry is None:
                continue
            document, state, left = entry
            if left is None:
                if before.entry_is_damaged and (state is None or state.loader_version is None):
                    lost.append(f"store: the entry of {document.path} was damaged: check its name")
            elif left.text is not None:
                content = Content(left.text, document.title)
                # Where the damaged passages began was known before they went.
                left = before if before.text == left.text else left
                self.batch.put(document.path, content, state, recut_passages(left, self._cut))
            elif state is None or self._is_lost(document.path):
                self.batch.remove(document.path)
                lost.append(f"store: {document.path} was damaged and is no longer in the index")
        self.batch.commit()
        return lost

    def _is_lost(self, path: str) -> bool:
        """Whether a file is gone, and not only its folder for the time being."""
        missing = [root for root in read_roots(self.store) if self._is_missing(root)]
        return is_gone(path) and not paths_within([path], missing)

    def _cut(self, content: Content, seconds: float = inf) -> list[Piece]:
        encoder = self.dense.encoder
        most = limit_passage_tokens(encoder.max_tokens)
        return cut_passages(content, encoder.count_tokens, most, seconds)


def find_removable(store: Store, path: str) -> tuple[list[str], list[str]]:
    """The paths of the documents and failures, and of the roots, that `remove` takes out.

    Raises:
        MissingPath: the path is not in the index.
    """
    if not os.fspath(path):
        # It would be the working folder.
        raise MissingPath("an empty path: name a file, a folder or a text")
    folder = os.path.abspath(path)
    names = [document.path for document in store.documents(folder)]
    names += store.failures(folder)
    # A text that has no file is known by its name.
    names += [path] if store.text(path) is not None else []
    roots = paths_within(read_roots(store), [folder])
    if not names and not roots:
        raise MissingPath(f"{path} is not in the index")
    return names, roots


def _is_file(path: str) -> bool:
    """Whether a document has a file, and it is there: the name of a text is no path."""
    return Path(path).is_absolute() and not is_gone(path)


def _check_text(pair: tuple[str, str | Content]) -> tuple[str, Content]:
    match pair:
        case (str(name), (str() | Content()) as text):
            if not name.strip():
                raise ValueError("a text needs a name, in place of a path: one has none")
            return name, Content(text) if isinstance(text, str) else text
    raise TypeError(f"add_texts takes pairs of a name and a text, not {str(pair)[:80]!r}")
