"""An index: a folder with the store, the vectors and the keywords, kept up to date with files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from hashlib import blake2b
from pathlib import Path

from index.background import run_cancellable
from index.defaults import DEFAULT_MODEL
from index.documents import Content, Document, Passage, replace_surrogates
from index.errors import (
    MissingPath,
    OtherModel,
    translate_disk_errors,
    translate_permission_errors,
)
from index.filesystem.freshness import Freshness, check_paths
from index.filesystem.path_patterns import PathPatterns
from index.filesystem.paths import Paths, as_list
from index.filesystem.private_files import make_private
from index.models.encoder import Encoder
from index.models.load import full_name, load_encoder
from index.reports import (
    ProgressCallback,
    Report,
    Status,
    as_stage_callback,
    ignore_progress,
    stop_when_cancelled,
)
from index.search.dense import DenseIndex
from index.search.keywords import KeywordIndex
from index.search.vectors import Vectors
from index.storage.create import create_index
from index.storage.locking import writer_lock
from index.storage.repair import repair_settings
from index.storage.restore import finish_restoring, restore_store
from index.storage.roots import read_removed
from index.storage.schema import is_index
from index.storage.settings import NOTE
from index.storage.store import Store
from index.storage.threshold import keep_threshold
from index.sync.catch_up import migrate_index
from index.sync.status import find_problems, read_status
from index.sync.writer import Writer, find_removable, open_writer


class Index:
    """An open index. Any number of threads may read; one process writes at a time."""

    def __init__(self, path: Path, encoder: Encoder | None, progress: ProgressCallback | None):
        self.path = path
        self._progress = progress or ignore_progress
        finish_restoring(path, self._progress)
        make_private(path)
        self.store = Store(path)
        self.keywords = KeywordIndex(path / "keywords", lambda: self.store.index_id)
        self.dense = DenseIndex(self.store, encoder, self._progress)
        self._freshness = Freshness()
        try:
            migrate_index(self.store, self.keywords, self._progress)
        except BaseException:
            self.close()
            raise

    @classmethod
    @translate_permission_errors()
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
            model: the embedding model (a name or a folder). Where not given, the one that the
                index was made with; for a new index, the default.
            encoder: an encoder of your own, in place of a model.
            progress: called while a model is compiled that is new on this machine.

        Raises:
            NotAnIndex: there is no index, or the folder holds something else.
            OtherModel: the index was made with another model.
            OtherFormat: the index was made by another version of Quoteback.
            DamagedIndex, CannotRead, CannotWrite, ModelError: see there.
        """
        folder = Path(os.path.abspath(path))
        if create and not is_index(folder):
            if encoder is None and model is not None:
                # Where the model cannot be loaded no index must be left behind.
                encoder = load_encoder(
                    model, progress=as_stage_callback(progress or ignore_progress)
                )
            create_index(folder, encoder.name if encoder else DEFAULT_MODEL)
        index = cls(folder, encoder, progress)
        try:
            wanted, made_with = encoder.name if encoder else model, index.model
            if wanted is not None and full_name(wanted) != full_name(made_with):
                raise OtherModel(
                    f"{folder} was made with the model {made_with}, not {wanted}: "
                    f"choose another --index, or remove that folder to start again"
                )
        except BaseException:
            index.close()
            raise
        return index

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str],
        *,
        encoder: Encoder | None = None,
        progress: ProgressCallback | None = None,
    ) -> Index:
        """Open an index that cannot be opened, or used, because of damage to its store.

        Damaged settings are set again. A store that cannot be read is replaced: all files are
        read again, and texts without files are lost. The damaged store is kept beside the new
        one. What is interrupted is gone on with by the next run that writes; until all folders
        have been read again, `verify` says so.

        Args:
            path, encoder: as in `open`.
            progress: as in `add`.

        Raises:
            DamagedIndex: there is no record of what was in it.
            IndexInUse: another process is writing, and has been for some seconds.
        """
        folder = Path(os.path.abspath(path))
        with writer_lock(folder, progress or ignore_progress), translate_disk_errors(folder):
            if not repair_settings(folder, encoder.name if encoder else DEFAULT_MODEL):
                restore_store(folder)
        index = cls.open(folder, encoder=encoder, progress=progress)
        try:
            with index._open_writer(progress) as writer:
                writer.repair()
        except BaseException:
            index.close()
            raise
        return index

    def __repr__(self) -> str:
        return f"Index.open({str(self.path)!r})"

    def close(self) -> None:
        """Close the store; a connection that a thread is using is closed when the thread is done.

        The index may still be used: the store is then opened and closed for each step.
        """
        self.store.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Reading

    @property
    def model(self) -> str:
        """Name of the embedding model."""
        return self.dense.model

    @property
    def vectors(self) -> Vectors:
        """The vectors of the embedded passages."""
        return self.dense.vectors

    @property
    def encoder(self) -> Encoder:
        """The embedding model, loaded when first needed.

        Raises:
            OtherVersion: another version of the model of this name has made the vectors. The
                next run that writes to the index embeds it again.
            ModelError: it cannot be loaded.
        """
        return self.dense.encoder

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

    def passages(self, path: str | os.PathLike[str]) -> list[Passage]:
        """The passages of an indexed document, in reading order; none if it is not in the index."""
        names = (os.fspath(path), os.path.abspath(path))
        documents = [document for name in names for document in self.store.documents(name)]
        ids = self.store.passage_ids([each.id for each in documents if each.path in names][:1])
        pairs = self.store.passages(ids.tolist()).values()
        return sorted((passage for passage, _ in pairs), key=lambda passage: passage.span)

    def digest(self) -> str:
        """32 hexadecimal digits that are others for other documents, passages or another model.

        A document that has changed gets passages with new ids.

        Raises:
            OtherVersion, ModelError: as `encoder` does.
        """
        digest = blake2b(self.encoder.fingerprint.encode(), digest_size=16)
        for document in self.documents():
            digest.update(f"{document.id} {document.path!r}\n".encode())
        digest.update(self.store.passage_ids().tobytes())
        return digest.hexdigest()

    def is_current(self, document: Document) -> bool | None:
        """Whether the document's file is as it was when indexed; None where it no longer exists."""
        known = self.store.state(document)
        return known is None or self._freshness.is_current(Path(document.path), known)

    @property
    def counts(self) -> tuple[int, int]:
        """Number of documents and of passages."""
        return self.store.counts()

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage; it does not count them, as there may be a million."""
        return not self.store.passages_after(0, 1)

    @property
    def embedded(self) -> int:
        """How many passages are embedded."""
        return self.counts[1] - self.dense.count_missing()

    @property
    def removed(self) -> set[str]:
        """Files and folders that a person has removed from indexed folders, and that stay out."""
        return read_removed(self.store)

    def status(self) -> Status:
        """What is in it, and what is out of date."""
        return read_status(self.store, self.dense, self._freshness)

    def verify(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Read and check everything; returns what is wrong, a line each.

        A run that is going on, or was cut short, is nothing wrong: `status` says what is left.
        """
        return find_problems(self.store, self.dense, self.keywords, progress or ignore_progress)

    # Writing

    def add(
        self,
        paths: Paths,
        *,
        include: Paths | None = None,
        exclude: Paths | None = None,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Bring the index up to date with files and folders, and remember these.

        New and changed files are read, unchanged ones cost nothing, moved and copied ones are
        recognised by their content. What is no longer in a folder, or is left out of it now, is
        removed. A file that cannot be read is reported and does not stop the others. What a
        person has removed stays out unless it is given itself. Changes are committed in
        batches: after a kill or Ctrl-C the next run goes on from there.

        Args:
            paths: one or several.
            include: patterns as in `.gitignore`; of the folders, only files that match are
                indexed.
            exclude: patterns of what is left out of the folders. Where either is given, both
                replace those that are remembered with each folder.
            progress: called from more than one thread, by one of them at a time.

        Raises:
            MissingPath: one of the paths does not exist; nothing is changed then.
            BadPattern: a pattern is invalid.
            IndexInUse: another process is writing, and has been for some seconds.
            CannotWrite: no room, or no permission; what was committed by then stays.
        """
        given = [str(path) for path in check_paths(as_list(paths))]
        patterns = None
        if include is not None or exclude is not None:
            patterns = tuple(as_list(include or ())), tuple(as_list(exclude or ()))
            for lines in patterns:
                PathPatterns(lines)
        with self._open_writer(progress) as writer:
            return writer.add(given, patterns)

    async def aadd(
        self,
        paths: Paths,
        *,
        include: Paths | None = None,
        exclude: Paths | None = None,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """As `add`, in a thread of its own. Cancelling stops it; what was committed stays."""

        def add(cancelled: Callable[[], bool]) -> Report:
            show = stop_when_cancelled(progress or ignore_progress, cancelled)
            return self.add(paths, include=include, exclude=exclude, progress=show)

        return await run_cancellable(add, writes=True)

    def update(
        self,
        paths: Paths | None = None,
        *,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Bring the index up to date with all that is remembered, or with a part of it.

        Nothing is removed that is in a folder which is missing as a whole.

        Args:
            paths: files and folders that have been changed, made or deleted; all if None.
            progress: as in `add`.

        Raises:
            IndexInUse: another process is writing, and has been for some seconds.
        """
        changed = None if paths is None else map(os.path.abspath, as_list(paths))
        with self._open_writer(progress) as writer:
            return writer.update(changed)

    def add_texts(
        self,
        texts: Iterable[tuple[str, str | Content]],
        *,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Add texts that have no file, each under a name in place of a path.

        A text replaces one of the same name. All others stay.

        Args:
            texts: pairs of a name and a text, or of a name and a `Content`.
            progress: as in `add`.

        Raises:
            TypeError: `texts` is something else.
            ValueError: a name is empty.
            IndexInUse, CannotWrite: as in `add`.
        """
        if isinstance(texts, Mapping):
            raise TypeError("add_texts takes pairs of a name and a text: give its .items()")
        with self._open_writer(progress) as writer:
            return writer.add_texts(texts)

    def remove(
        self,
        paths: Paths,
        *,
        progress: ProgressCallback | None = None,
    ) -> int:
        """Remove documents, and all in a folder; returns how many were removed.

        Folders that were given to be indexed are forgotten. What lies in a folder that stays
        is left out by later runs until it is given itself; see `removed`.

        Raises:
            MissingPath: one of the paths is not in the index.
            IndexInUse: another process is writing, and has been for some seconds.
        """
        given = as_list(paths)
        for path in given:
            # It takes no lock to see that a path is not in the index.
            find_removable(self.store, path)
        with self._open_writer(progress) as writer:
            return writer.remove(given)

    def repair(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Repair what is damaged: derived parts from the store, documents from their files.

        Returns:
            what could not be repaired, a line each, as in `verify`.
        """
        with self._open_writer(progress) as writer:
            lost = writer.repair()
        return self.verify(progress=progress) + lost

    @property
    def threshold(self) -> float | None:
        """The abstention threshold kept with the index, if any."""
        return self.store.threshold

    def set_threshold(self, threshold: float) -> None:
        """Keep an abstention threshold with the index.

        Raises:
            TypeError: it is no number.
            ValueError: it is not from 0 to 1.
        """
        keep_threshold(self.store, self.path, threshold, self._progress)

    def read_note(self, name: str) -> str | None:
        """What `write_note` has kept under a name; None where there is nothing."""
        return self.store.setting(NOTE + name)

    def write_note(self, name: str, text: str) -> None:
        """Keep a short text with the index, such as what was fitted to its documents.

        It replaces an earlier note of that name. Only what cannot be read any more and is
        restored from the files loses it.

        Raises:
            TypeError: it is no text.
        """
        if not isinstance(text, str):
            raise TypeError(f"a note is a text, not {text!r}")
        self.store.set_setting(NOTE + name, replace_surrogates(text))

    def _open_writer(self, progress: ProgressCallback | None) -> AbstractContextManager[Writer]:
        return open_writer(self.store, self.dense, self.keywords, progress or ignore_progress)
