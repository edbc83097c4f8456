"""The index: a folder with the store, the vectors and the keywords, kept in step with files."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.changes import Changes
from index.creation import create_index
from index.damage import salvage
from index.derived import catch_up_keywords, embed_missing, rebuild_keywords
from index.documents import Content, Document
from index.encoder import Encoder
from index.errors import MissingPath, OtherModel
from index.files import Freshness, checked, is_gone
from index.inspection import problems_of, status_of
from index.keywords import Keywords
from index.locking import writer_lock
from index.models import DEFAULT_MODEL, load_encoder
from index.passages import Piece, passage_tokens, passages
from index.reports import ProgressCallback, Report, Status, of_a_model, silence
from index.schema import FILE_NAME
from index.store import Store
from index.sync import is_at, sync
from index.vectors import Vectors


class Index:
    """An open index. Any number of threads may read; one process writes at a time."""

    def __init__(self, path: Path, encoder: Encoder | None, progress: ProgressCallback | None):
        self.path = path
        self.store = Store(path)
        self.vectors = Vectors(path / "vectors")
        self.keywords = Keywords(path / "keywords")
        self._encoder = encoder
        self._loading = threading.Lock()
        self._progress = progress or silence
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
                encoder = load_encoder(model, progress=of_a_model(progress or silence))
            create_index(folder, encoder.name if encoder else DEFAULT_MODEL)
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
                    progress=of_a_model(self._progress),
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
        """What is in it, and what is out of step."""
        return status_of(self.store, self.vectors, self._freshness)

    def verify(self) -> list[str]:
        """Read and check everything; returns what is wrong, a line each."""
        return problems_of(self.store, self.vectors, self.keywords)

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
        tell = progress or silence
        with self._writing() as changes:
            report = sync(roots, self.path, self.store, changes, self._cut, tell)
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
        with self._writing() as changes:
            known = {document.path for document in self.documents()}
            for name, content in named:
                changes.put(name, content, None, self._cut(content))
                report.updated += name in known
                report.added += name not in known
            changes.commit()
            self._catch_up(progress or silence)
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
            found = [name for name in known if name == given or is_at(name, absolute)]
            if not found:
                raise MissingPath(f"{given} is not in the index")
            wanted.update(dict.fromkeys(found))
        with self._writing() as changes:
            for name in wanted:
                changes.remove(name)
            changes.commit()
            self._catch_up(silence)
        return len(wanted)

    def repair(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Make good what is damaged: derived parts from the store, documents from their files.

        Returns:
            what could not be made good, as `verify` has it.
        """
        tell = progress or silence
        with self._writing() as changes:
            lost = salvage(self.store)
            files = [Path(path) for path in lost.values() if path and not is_gone(path)]
            sync(files, self.path, self.store, changes, self._cut, tell)
            self.vectors.verify()
            rebuild_keywords(self.store, self.keywords)
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
    def _writing(self) -> Iterator[Changes]:
        """Hold the right to write, with derived parts that are looked at anew."""
        with writer_lock(self.path):
            if self.store.setting("fingerprint") is None:
                self.store.set_setting("fingerprint", self.encoder.fingerprint)
            self.vectors.refresh()
            self.store.reserve(max(self.keywords.watermark, self.vectors.last_id))
            yield Changes(self.store, self.keywords)

    def _catch_up(self, tell: ProgressCallback) -> None:
        catch_up_keywords(self.store, self.keywords)
        embed_missing(self.store, self.vectors, lambda: self.encoder, tell)

    def _cut(self, content: Content) -> list[Piece]:
        encoder = self.encoder
        return passages(content, encoder.count_tokens, passage_tokens(encoder.max_tokens))


def _full_name(model: str) -> str:
    """A model's name in the one form in which two can be compared."""
    if Path(model).is_dir():
        return os.path.abspath(model)
    # A bare name is one of sentence-transformers' own.
    return model.removeprefix("sentence-transformers/")
