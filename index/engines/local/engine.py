"""The local engine: SQLite holds the truth; vectors and keywords follow it, and are checked by it.

See "Invariants" in index/README.md.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from hashlib import blake2b
from pathlib import Path

from index.arrays import Ids
from index.defaults import DEFAULT_MODEL
from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.backup import describe_backup_problem, keep_threshold
from index.engines.local.storage.damage import LOST, find_damage
from index.engines.local.storage.restore import finish_restoring, restore_store
from index.engines.local.storage.store import Store
from index.engines.local.vectors import DenseIndex, Vectors
from index.engines.local.writer import LocalWriter, open_writer, rebuild_keywords
from index.engines.model import EmbeddingModel
from index.engines.protocol import Engine
from index.engines.settings import THRESHOLD
from index.errors import DamagedIndex, DamagedKeywords, translate_disk_errors
from index.filesystem.freshness import is_missing
from index.filesystem.locking import writer_lock
from index.filesystem.private_files import make_private, measure_size
from index.reports import Footprint, ProgressCallback
from index.search.filters import Filter, select_documents

# Parts of an index, and how the names of their files and folders begin. Everything else counts as
# text, like the store and its backup.
_PARTS = {"text": "index.sqlite", "vectors": "vectors", "keywords": "keywords"}
_ADVICE = "run `quoteback verify --repair`"


class LocalEngine(Store, Engine):
    """An index in a folder. One process writes at a time."""

    def __init__(self, folder: Path, progress: ProgressCallback) -> None:
        self.location = self.folder = self.page_folder = folder
        self._progress = progress
        finish_restoring(folder, progress)
        make_private(folder)
        super().__init__(folder)
        self.keywords = KeywordIndex(folder / "keywords", lambda: self.index_id)
        self.dense = DenseIndex(self)
        # The commits, the filter and the passages of the latest selection.
        self._selected: tuple[int, Filter, Ids] | None = None
        # Raises if another version has made it.
        with self.reading():
            pass

    def digest(self, version: str) -> str:
        digest = blake2b(version.encode(), digest_size=16)
        for document in self.documents():
            digest.update(f"{document.id} {document.path!r}\n".encode())
        digest.update(self.passage_ids().tobytes())
        return digest.hexdigest()

    @property
    def is_empty(self) -> bool:
        return not self.passages_after(0, 1)

    def count_embedded(self) -> int:
        return self.counts().passages - self.dense.count_missing()

    # Search

    def select(self, filter: Filter) -> Ids:
        """Ids of the passages that a filter lets through, ascending."""
        commits = self.commits
        if self._selected is None or self._selected[:2] != (commits, filter):
            documents = select_documents(filter, self.list_filterable())
            self._selected = commits, filter, self.passage_ids(documents)
        return self._selected[2]

    def search_keywords(self, question: str, k: int, among: Ids | None = None) -> dict[int, float]:
        self.keywords.refresh()
        return dict(self.keywords.search(question, k, among))

    @property
    def vectors(self) -> Vectors:
        """The vectors of the embedded passages."""
        return self.dense.vectors

    @property
    def has_vectors(self) -> bool:
        vectors = self.vectors
        vectors.refresh()
        return not vectors.is_empty

    def open_vectors(self, fingerprint: str) -> Vectors | None:
        return self.dense.open_vectors(fingerprint)

    @property
    def vocabulary(self) -> KeywordIndex:
        self.keywords.refresh()
        return self.keywords

    # What is kept with the index

    def set_setting(self, name: str, value: str) -> None:
        if name == THRESHOLD:
            keep_threshold(self, value, self._progress)
        else:
            super().set_setting(name, value)

    # Writing, and the state of all

    def open_writer(
        self, model: EmbeddingModel, progress: ProgressCallback
    ) -> AbstractContextManager[LocalWriter]:
        """Vectors and keywords follow what is committed; at the end they have caught up."""
        return open_writer(self, self.dense, self.keywords, model, progress)

    def repair(self, model: EmbeddingModel, progress: ProgressCallback) -> list[str]:
        """Replace a damaged store, and make what is damaged of the derived parts again.

        What has been lost from the store is read again by the next writer.
        """
        self.check()
        lost: list[str] = []
        folder = self.path.parent
        with writer_lock(folder, progress), translate_disk_errors(folder):
            if self._is_damaged(progress):
                self.close()
                lost = restore_store(
                    folder, lambda _: model.load(), model.name or DEFAULT_MODEL, progress
                )
                self.reopen()
                self.dense = DenseIndex(self)
            self.vectors.verify(progress)
            rebuild_keywords(self, self.keywords, progress)
        return lost

    def _is_damaged(self, progress: ProgressCallback) -> bool:
        try:
            return bool(find_damage(self, progress))
        except DamagedIndex:
            return True

    def verify(self, model: EmbeddingModel, progress: ProgressCallback) -> list[str]:
        try:
            commits = self.commits
            problems = find_damage(self, progress)
            problems += [
                f"store: {path}: {LOST}"
                for path, failed in self.failures().items()
                if failed.reason == LOST
            ]
            for root in self.given().unread:
                advice = f"bring it back and {_ADVICE}" if is_missing(root) else _ADVICE
                problems.append(
                    f"store: {root} has not been read again since the store was restored: {advice}"
                )
            backup_problem = describe_backup_problem(self)
        except DamagedIndex as error:
            return [f"store: {error}"]
        problems += [f"vectors: {why}" for why in self.vectors.verify(progress)]
        lacking = [] if backup_problem is None else [f"folders.json: {backup_problem}: {_ADVICE}"]
        lacking += model.find_problems()
        if missing := self.dense.count_missing():
            lacking.append(f"vectors: {missing} passages are missing: {_ADVICE}")
        try:
            self.keywords.verify()
            count, wanted = self.keywords.count, self.counts().passages
            if count != wanted or (count and not self.keywords.watermark):
                lacking.append(f"keywords: {count} of {wanted} passages: {_ADVICE}")
        except DamagedKeywords as error:
            problems.append(f"keywords: {error}")
        # While a run goes on, or after it was cut short, the derived parts may lack something.
        if self.is_unfinished or self.commits != commits:
            return problems
        return problems + lacking

    def measure_footprint(self) -> Footprint:
        return Footprint(self._measure_parts(), {"asking": self.vectors.measure_memory()})

    def _measure_parts(self) -> dict[str, int]:
        parts = dict.fromkeys(_PARTS, 0)
        for path in self.path.parent.glob("*"):
            starts = (part for part, start in _PARTS.items() if path.name.startswith(start))
            parts[next(starts, "text")] += measure_size(path)
        return parts


# See `EngineModule`.
open_engine = LocalEngine
