"""The index: a folder with the store, the vectors and the keywords, kept in step with files."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.documents import Content, Document
from index.encoder import Encoder
from index.errors import (
    DamagedIndex,
    IndexInUse,
    MissingPath,
    NotAnIndex,
    OtherModel,
    QuotebackError,
)
from index.files import Freshness, checked, files_under, is_gone, quick_state, state_of
from index.keywords import DamagedKeywords, Keywords
from index.loaders import UnreadableFile, parse, read
from index.models import DEFAULT_MODEL, load_encoder
from index.passages import CONTEXT_TOKENS, Piece, passage_tokens, passages
from index.store import FILE_NAME, Embeddable, FileState, Store
from index.vectors import Ids, Vectors

# A transaction holds this many passages or files, whichever comes first.
_COMMIT_PASSAGES = 2_000
_COMMIT_FILES = 200
# Taken into the keyword index at once where it has fallen behind.
_KEYWORD_PASSAGES = 10_000
# Vectors are written after this many passages: what a kill can lose of them.
_SEGMENT_PASSAGES = 1_024
_ENCODED_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come.

    Attributes:
        stage: "reading", "embedding", or what is done to a new model ("Exporting …").
        done, total: files while reading, passages while embedding, percent of a model.
        current: the file at hand, if any.
    """

    stage: str
    done: int
    total: int
    current: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why in a few words."""

    path: str
    reason: str


@dataclass(slots=True)
class Report:
    """What a run of indexing did: numbers of files, and those that failed."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Status:
    """What is in an index, and what is out of step.

    Attributes:
        documents, passages: how many there are.
        vectors: passages that are embedded.
        model: name of the embedding model.
        bytes: size of the index on disk.
        stale: indexed files that have changed or are gone.
        failed: files that could not be read at the last run.
        threshold: the index's own abstention threshold, if set.
    """

    path: str
    documents: int
    passages: int
    vectors: int
    model: str
    bytes: int
    stale: tuple[str, ...]
    failed: tuple[Failure, ...]
    threshold: float | None


ProgressCallback = Callable[[Progress], None]


class Index:
    """An open index. Any number of threads may read; one process writes at a time."""

    def __init__(self, path: Path, encoder: Encoder | None, progress: ProgressCallback | None):
        self.path = path
        self.store = Store(path)
        self.vectors = Vectors(path / "vectors")
        self.keywords = Keywords(path / "keywords")
        self._encoder = encoder
        self._loading = threading.Lock()
        self._progress = progress
        self._freshness = Freshness()

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = False,
        model: str | None = None,
        encoder: Encoder | None = None,
        progress: ProgressCallback | None = None,
    ) -> Index:
        """Open an index.

        Args:
            path: its folder.
            create: make an empty one where there is none.
            model: the embedding model (a name or a folder); the one the index was
                made with, or the default, where not given.
            encoder: an encoder of your own, in place of a model.
            progress: told how far a model that is new here has come.

        Raises:
            NotAnIndex: there is no index, or the folder holds something else.
            OtherModel: the index was made with another model.
            OtherFormat, DamagedIndex: see there.
        """
        folder = Path(os.path.abspath(path))
        if create and not (folder / FILE_NAME).exists():
            if encoder is None and model is not None:
                # A model that cannot be had must not leave an index behind.
                encoder = load_encoder(model, progress=_as_callback(progress))
            _create(folder, encoder.name if encoder else DEFAULT_MODEL)
        index = cls(folder, encoder, progress)
        try:
            wanted, made_with = encoder.name if encoder else model, index.model
            if wanted is not None and _full_name(wanted) != _full_name(made_with):
                raise OtherModel(
                    f"{folder} was made with the model {made_with}, not {wanted}: "
                    f"choose another --index, or remove that folder to start again"
                )
        except BaseException:
            index.close()
            raise
        return index

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # What is in it

    @property
    def model(self) -> str:
        """Name of the embedding model."""
        return self.store.setting("model") or DEFAULT_MODEL

    @property
    def encoder(self) -> Encoder:
        """The embedding model, loaded when first needed.

        Raises:
            OtherModel: the model of this name is no longer the one that made the vectors.
            index.models.ModelError: it cannot be loaded.
        """
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(
                    # Only a model named by a person is ever fetched.
                    self.model,
                    progress=_as_callback(self._progress),
                    download=False,
                )
        known = self.store.setting("fingerprint")
        if known is not None and known != self._encoder.fingerprint:
            raise OtherModel(
                f"{self.path} was made with another version of the model {self.model}: "
                f"remove that folder and index your documents again"
            )
        return self._encoder

    def documents(self) -> list[Document]:
        """All documents, by path."""
        return self.store.documents()

    def text(self, path: str | os.PathLike[str]) -> str:
        """The canonical text of an indexed document.

        Raises:
            MissingPath: it is not in the index.
            DamagedIndex: it can no longer be read.
        """
        text = self.store.text(os.fspath(path))
        if text is None:
            text = self.store.text(os.path.abspath(path))
        if text is None:
            raise MissingPath(f"{os.fspath(path)} is not in the index")
        return text

    def is_current(self, document: Document) -> bool | None:
        """Whether the document's file is as it was when indexed; None where it is gone."""
        known = self.store.state(document)
        return known is None or self._freshness.is_current(Path(document.path), known)

    @property
    def counts(self) -> tuple[int, int]:
        """Number of documents and of passages."""
        return self.store.counts()

    def status(self) -> Status:
        documents, count = self.store.counts()
        return Status(
            path=str(self.path),
            documents=documents,
            passages=count,
            vectors=count - self._missing_vectors(),
            model=self.model,
            bytes=_size(self.path),
            stale=tuple(
                path
                for path, known in sorted(self.store.states().items())
                if not self._freshness.is_current(Path(path), known)
            ),
            failed=tuple(Failure(*pair) for pair in self.store.failures().items()),
            threshold=self.threshold,
        )

    def verify(self) -> list[str]:
        """Read and check everything; returns what is wrong, a line each."""
        try:
            problems = self.store.damage()
        except DamagedIndex as error:
            return [f"store: {error}"]
        problems += [f"vectors: {why}" for why in self.vectors.verify()]
        if missing := self._missing_vectors():
            problems.append(f"vectors: {missing} passages are not embedded: run `quoteback index`")
        try:
            self.keywords.verify()
            found, wanted = self.keywords.count, self.store.counts()[1]
            if found != wanted:
                problems.append(f"keywords: {found} of {wanted} passages: run `quoteback index`")
        except DamagedKeywords as error:
            problems.append(f"keywords: {error}")
        return problems

    def _missing_vectors(self) -> int:
        """How many passages are not embedded yet."""
        self.vectors.refresh()
        return len(np.setdiff1d(self._alive(), self.vectors.ids()))

    def _alive(self) -> Ids:
        """Ids of all passages, ascending."""
        return np.asarray(self.store.passage_ids(), dtype=np.int64)

    # Writing

    def add(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Bring the index in step with files and folders.

        New and changed files are read, unchanged ones cost nothing, and a file that
        is gone from under a given folder is removed. One that cannot be read is
        reported and does not stop the others. Committed in batches: after a kill or
        Ctrl-C the next run goes on from there.

        Raises:
            MissingPath: one of the paths is not there; nothing is changed then.
            IndexInUse: another process is writing.
        """
        roots = checked([Path(path) for path in paths])
        tell = progress or _silence
        with self._writing():
            report = self._sync(roots, tell)
            self._catch_up(tell)
        return report

    def add_texts(
        self,
        named: Iterable[tuple[str, Content]],
        *,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Add texts that have no file, each under a name of its own in place of a path."""
        report = Report()
        with self._writing():
            known = {document.path for document in self.documents()}
            batch = _Batch(self)
            for name, content in named:
                batch.put(name, content, None)
                report.updated += name in known
                report.added += name not in known
            batch.commit()
            self._catch_up(progress or _silence)
        return report

    def remove(self, paths: Iterable[str | os.PathLike[str]]) -> int:
        """Remove documents, and all under a folder; returns how many went.

        Raises:
            MissingPath: nothing in the index is there.
        """
        known = [document.path for document in self.documents()] + list(self.store.failures())
        wanted: dict[str, None] = {}
        for path in paths:
            given, absolute = os.fspath(path), os.path.abspath(path)
            found = [name for name in known if name == given or _is_at(name, absolute)]
            if not found:
                raise MissingPath(f"{given} is not in the index")
            wanted.update(dict.fromkeys(found))
        with self._writing():
            batch = _Batch(self)
            for name in wanted:
                batch.remove(name)
            batch.commit()
            self._catch_up(_silence)
        return len(wanted)

    def repair(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Make good what is damaged: derived parts from the store, documents from their files.

        Returns:
            what could not be made good, as `verify` has it.
        """
        tell = progress or _silence
        with self._writing():
            with self.store.writing() as connection:
                lost = self.store.salvage(connection)
            files = [Path(path) for path in lost.values() if path and not is_gone(path)]
            self._sync(files, tell)
            self.vectors.verify()
            self.keywords.rebuild(self._keyword_batches())
            self._catch_up(tell)
        kept = {str(file) for file in files}
        return self.verify() + [
            f"store: {path or f'document {number}'} was damaged and is no longer in the index"
            for number, path in lost.items()
            if path not in kept
        ]

    @property
    def threshold(self) -> float | None:
        """The abstention threshold kept with the index, if any."""
        kept = self.store.setting("threshold")
        return float(kept) if kept is not None else None

    def set_threshold(self, threshold: float) -> None:
        """Keep an abstention threshold (0 to 1) with the index."""
        self.store.set_setting("threshold", repr(threshold))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise IndexInUse(
                f"another process is writing to {self.path}: wait until it has finished"
            ) from None
        except OSError as error:
            raise QuotebackError(f"{self.path} cannot be written to ({error.strerror})") from error
        try:
            if self.store.setting("fingerprint") is None:
                self.store.set_setting("fingerprint", self.encoder.fingerprint)
            self.vectors.refresh()
            self.store.reserve(max(self.keywords.watermark, self.vectors.last_id))
            yield
        finally:
            lock.release()

    def _sync(self, roots: Sequence[Path], tell: ProgressCallback) -> Report:
        found = files_under(roots, self.path)
        report = Report(skipped=found.skipped)
        known = self.store.states()
        batch = _Batch(self)
        folders = [str(root) for root in roots if root.is_dir()]
        for path in [*known, *self.store.failures()]:
            if Path(path) in found.files or not any(_is_at(path, folder) for folder in folders):
                continue
            if not is_gone(path):
                # Named itself once, though a walk passes it by.
                found.files[Path(path)] = None
            elif not any(_is_at(path, folder) for folder in found.closed):
                batch.remove(path)
                report.removed += path in known
        for folder, reason in found.closed.items():
            batch.fail(folder, reason)
            report.failed.append(Failure(folder, reason))
        for number, file in enumerate(found.files):
            path = str(file)
            tell(Progress("reading", number, len(found.files), path))
            try:
                self._take(file, known.get(path), batch, report)
            except (UnreadableFile, OSError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                batch.fail(path, reason)
                report.failed.append(Failure(path, reason))
        batch.commit()
        tell(Progress("reading", len(found.files), len(found.files)))
        return report

    def _take(self, file: Path, before: FileState | None, batch: _Batch, report: Report) -> None:
        """Take up one file, if it has changed."""
        size_and_time = quick_state(file)
        if before and (before.size, before.mtime_ns) == size_and_time:
            report.unchanged += 1
            return
        data = read(file)
        state = state_of(data, size_and_time)
        if before and before.content_hash == state.content_hash:
            batch.touch(str(file), state)
            report.unchanged += 1
            return
        batch.put(str(file), parse(file.suffix, data), state)
        report.updated += before is not None
        report.added += before is None

    def _catch_up(self, tell: ProgressCallback) -> None:
        """Bring what is derived in step with the store."""
        self._catch_up_keywords()
        alive = self._alive()
        missing: list[int] = np.setdiff1d(alive, self.vectors.ids()).tolist()
        prefix = lru_cache(maxsize=4096)(self._prefix)
        for at in range(0, len(missing), _SEGMENT_PASSAGES):
            ids = missing[at : at + _SEGMENT_PASSAGES]
            texts = {
                passage.id: prefix(passage.title, passage.heading) + passage.text
                for passage in self.store.embeddable_of(ids)
            }
            self._embed(texts, at, len(missing), tell)
            self.vectors.compact(alive)
        self.vectors.compact(alive)

    def _embed(
        self, texts: dict[int, str], before: int, total: int, tell: ProgressCallback
    ) -> None:
        ids = sorted(texts)
        vectors = []
        tell(Progress("embedding", before, total))
        for at in range(0, len(ids), _ENCODED_AT_ONCE):
            chunk = ids[at : at + _ENCODED_AT_ONCE]
            vectors.append(self.encoder.encode_passages([texts[number] for number in chunk]))
            tell(Progress("embedding", before + at + len(chunk), total))
        if ids:
            self.vectors.append(ids, np.concatenate(vectors))

    def _catch_up_keywords(self) -> None:
        try:
            self.keywords.refresh()
            for passages in self._keyword_batches(self.keywords.watermark):
                self.keywords.add(passages)
            if self.keywords.count == self.store.counts()[1]:
                return
        except DamagedKeywords:
            pass
        # Damaged, or killed between two commits: it is quickly made anew.
        self.keywords.rebuild(self._keyword_batches())

    def _keyword_batches(self, after: int = 0) -> Iterator[list[Embeddable]]:
        while passages := self.store.embeddable(after, _KEYWORD_PASSAGES):
            yield passages
            after = passages[-1].id

    def _prefix(self, title: str | None, heading: str | None) -> str:
        """Title and headings as they are encoded with a passage; at most so many tokens."""
        parts = [heading] if heading and title and heading.startswith(title) else [title, heading]
        words = " › ".join(part for part in parts if part).split()
        while words and self.encoder.count_tokens([" ".join(words)])[0] > CONTEXT_TOKENS - 2:
            words = words[: len(words) * 3 // 4]
        return " ".join(words) + "\n" if words else ""

    def _cut(self, content: Content) -> list[Piece]:
        encoder = self.encoder
        return passages(content, encoder.count_tokens, passage_tokens(encoder.max_tokens))


class _Batch:
    """Changes that are committed together: to the store first, then to the keywords."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._changes: list[Callable[[sqlite3.Connection], list[int]]] = []
        self._passages = 0

    def put(self, path: str, content: Content, state: FileState | None) -> None:
        pieces = self._index._cut(content)
        store = self._index.store
        self._changes.append(lambda c: store.put(c, path, content, state, pieces))
        self._passages += len(pieces)
        if self._passages >= _COMMIT_PASSAGES or len(self._changes) >= _COMMIT_FILES:
            self.commit()

    def touch(self, path: str, state: FileState) -> None:
        store = self._index.store
        self._changes.append(lambda c: store.touch(c, path, state))

    def remove(self, path: str) -> None:
        store = self._index.store
        self._changes.append(lambda c: store.remove(c, [path]))

    def fail(self, path: str, reason: str) -> None:
        store = self._index.store
        self._changes.append(lambda c: store.fail(c, path, reason))

    def commit(self) -> None:
        if not self._changes:
            return
        removed: list[int] = []
        with self._index.store.writing() as connection:
            for change in self._changes:
                removed += change(connection)
        self._changes.clear()
        self._passages = 0
        keywords = self._index.keywords
        try:
            keywords.refresh()
            passages = self._index.store.embeddable(keywords.watermark, _KEYWORD_PASSAGES)
            keywords.add(passages, removed)
        except DamagedKeywords:
            # The end of the run makes them anew.
            pass


def _create(folder: Path, model: str) -> None:
    """Make an empty index aside and rename it in, so that it appears whole or not at all."""
    if folder.exists() and not folder.is_dir():
        raise NotAnIndex(f"{folder} is a file: choose another folder with --index")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".quoteback-", dir=folder.parent) as aside:
        made = Path(aside, "index")
        made.mkdir()
        Store.create(made, {"model": model})
        try:
            # A folder takes the place of an empty one only.
            made.rename(folder)
        except OSError as error:
            # Another process may have been first.
            if not (folder / FILE_NAME).exists():
                raise NotAnIndex(
                    f"{folder} exists and is not an index: choose another folder with --index"
                ) from error


def _as_callback(tell: ProgressCallback | None) -> Callable[[str, float], None]:
    """A model's progress in the index's terms: percent of the way."""

    def show(stage: str, done: float) -> None:
        if tell is not None:
            tell(Progress(stage, round(100 * done), 100))

    return show


def _silence(_: Progress) -> None:
    """Tells nobody."""


def _full_name(model: str) -> str:
    """A model's name in the one form in which two can be compared."""
    if Path(model).is_dir():
        return os.path.abspath(model)
    # A bare name is one of sentence-transformers' own.
    return model.removeprefix("sentence-transformers/")


def _is_at(path: str, place: str) -> bool:
    """Whether a path is a place or under it."""
    return path == place or path.startswith(place.rstrip(os.sep) + os.sep)


def _size(folder: Path) -> int:
    """Bytes of all files in a folder; files may go while it is read."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.lstat().st_size if file.is_file() else 0
    return total
