"""An index: documents, passages, vectors and keywords in an engine, kept up to date with files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import AbstractContextManager
from pathlib import Path

from index.concurrency import run_cancellable
from index.defaults import DEFAULT_MODEL, LANGUAGES_MODEL
from index.documents import (
    Content,
    Document,
    Passage,
    Properties,
    Structure,
    dump_plain,
    replace_surrogates,
)
from index.engines.local import restore_index
from index.engines.model import EmbeddingModel
from index.engines.protocol import Engine, find_document, list_documents, read_text
from index.engines.registry import open_engine, refuse_model
from index.engines.settings import PROMISE, PROMISED_CONTENT, THRESHOLD, encode_threshold, name_note
from index.errors import OneWriter, translate_permission_errors
from index.filesystem.freshness import FileState, Freshness, check_paths
from index.filesystem.paths import PathPatterns, Paths, as_list, is_address
from index.filesystem.safe_opening import close_on_error
from index.locations import EngineUrl, Location, read_location, require_folder
from index.models.encoder import Encoder, identify_vectors
from index.models.load import full_name
from index.reports import (
    IndexCounts,
    ProgressCallback,
    Promise,
    Report,
    Status,
    ignore_progress,
    stop_when_cancelled,
)
from index.search.filters import Filter
from index.sync.batch import Writer, open_writer
from index.sync.given_paths import add_paths, find_removable, remove_paths, update_paths
from index.sync.status import (
    count_not_compared,
    read_advice,
    read_promise,
    read_status,
    read_threshold,
)
from index.sync.walk import WHOLE, Shard
from index.sync.without_files import add_pages, add_texts, fetch_pages, normalise_addresses


class Index:
    """An open index. Any number of threads may read.

    One process at a time writes to an index in a folder; other engines take several.

    Attributes:
        engine: where everything is kept.
        embedding_model: what embeds passages and questions.
    """

    def __init__(
        self,
        engine: Engine,
        encoder: Encoder | None,
        progress: ProgressCallback | None,
        model: str | None = None,
    ) -> None:
        self.engine = engine
        self.embedding_model = EmbeddingModel(engine, encoder, progress or ignore_progress, model)
        self._freshness = Freshness()

    @classmethod
    @translate_permission_errors()
    def open(
        cls,
        path: str | os.PathLike[str] | EngineUrl,
        *,
        create: bool = False,
        model: str | None = None,
        encoder: Encoder | None = None,
        progress: ProgressCallback | None = None,
    ) -> Index:
        """Open an index.

        Args:
            path: its folder, or the URL of an index in an engine (engines/README.md lists them).
            create: make an empty one if there is none.
            model: the embedding model (a name or a folder). If not given, the one that the
                index was made with; for a new index, the default. A folder must be given once on
                each machine: what an index alone names, and anybody may have made, is not read.
            encoder: an encoder of your own, in place of a model.
            progress: called while a model is compiled that is new on this machine.

        Raises:
            NotAnIndex: there is no index, or something else is in its place.
            BadLocation, MissingEngine: the URL is invalid, or its engine is not installed.
            OtherModel: the index was made with another model.
            OtherFormat: the index was made by another version of Quoteback.
            DamagedIndex, CannotRead, CannotWrite, ModelError: see there.
        """
        engine, loaded = open_engine(
            read_location(path), create, model, encoder, progress or ignore_progress
        )
        return cls(engine, loaded, progress, model)

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str] | EngineUrl,
        *,
        encoder: Encoder | None = None,
        progress: ProgressCallback | None = None,
    ) -> Index:
        """Open an index that cannot be opened, or used, because of damage to its store.

        Its store is replaced by a new one, which keeps what can still be read: see `repair`.

        Args:
            path, encoder: as in `open`.
            progress: as in `add`.

        Raises:
            DamagedIndex: there is no record of what was in it.
            IndexInUse: another process is writing, and has been for some seconds.
            NotLocal: it is not in a folder.
        """
        folder = require_folder(read_location(path), "can be restored")
        restore_index(folder, encoder, progress or ignore_progress)
        index = cls.open(folder, encoder=encoder, progress=progress)
        with close_on_error(index):
            index.repair(progress=progress)
        return index

    def __repr__(self) -> str:
        return f"Index.open({str(self.location)!r})"

    def close(self) -> None:
        """Close files and connections; those that a thread is using, when it is done.

        The index may still be used: it then opens and closes them for each step.
        """
        self.engine.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Reading

    @property
    def location(self) -> Location:
        """Where it is; as a string, without the password that a URL may hold."""
        return self.engine.location

    @property
    def path(self) -> Path:
        """Its folder.

        Raises:
            NotLocal: it is not in a folder; see `location`.
        """
        return require_folder(self.engine.location, "has a path")

    @property
    def model(self) -> str:
        """Name of the embedding model."""
        return self.engine.model

    @property
    def encoder(self) -> Encoder:
        """The embedding model, loaded when first needed.

        Raises:
            OtherVersion: another version of the model of this name has made the vectors. The
                next run that writes to the index embeds it again.
            ModelError: it cannot be loaded.
        """
        return self.embedding_model.encoder

    def documents(self, filter: Filter | None = None) -> list[Document]:
        """All documents, or those that a filter lets through; by path.

        Raises:
            BadPattern: one of the filter's patterns is invalid.
        """
        return list_documents(self.engine, filter)

    def text(self, path: str | os.PathLike[str]) -> str:
        """The canonical text of an indexed document.

        Raises:
            MissingPath: it is not in the index.
            DamagedIndex: it can no longer be read.
        """
        return read_text(self.engine, path).text

    def structure(self, path: str | os.PathLike[str]) -> Structure:
        """What the text of an indexed document is made of: its headings, blocks and tables.

        Raises:
            MissingPath, DamagedIndex: as `text` does.
        """
        return read_text(self.engine, path).structure

    def passages(self, path: str | os.PathLike[str]) -> list[Passage]:
        """The passages of an indexed document, in reading order; none if it is not in the index."""
        document = find_document(self.engine, path)
        return self.engine.passages_of(document) if document else []

    def properties(self, path: str | os.PathLike[str]) -> Properties:
        """What an indexed document says of itself; nothing if it is not in the index."""
        document = find_document(self.engine, path)
        return document.properties if document else Properties()

    def digest(self) -> str:
        """32 hexadecimal digits, which change with the documents, the passages and the model.

        A document that has changed gets passages with new ids.

        Raises:
            OtherVersion, ModelError: as `encoder` does.
        """
        return self.engine.digest(identify_vectors(self.encoder))

    def is_current(self, document: Document) -> bool | None:
        """Whether the document's file is as it was when indexed; None if it no longer exists.

        A file that another machine has read counts as it last saw it; see `Status.hosts`.
        """
        found = self.engine.find_documents(ids=[document.id])
        return self.is_as_read(document, found[0][1] if found else None)

    def is_as_read(self, document: Document, state: FileState | None) -> bool | None:
        """As `is_current`, if the state of its file is known."""
        return state is None or self._freshness.is_current(Path(document.path), state)

    @property
    def counts(self) -> IndexCounts:
        """Number of documents and of passages."""
        return self.engine.counts()

    @property
    def advice(self) -> str | None:
        """Which engine or which model would suit it better; see `Status.advice`."""
        return read_advice(self.engine)

    @property
    def has_other_languages(self) -> bool:
        """Whether the default model has made it, and cannot read more than a few documents."""
        return count_not_compared(self.engine) > 0

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage; it does not count them, as there may be a million."""
        return self.engine.is_empty

    @property
    def embedded(self) -> int:
        """How many passages are embedded."""
        return self.engine.count_embedded()

    @property
    def removed(self) -> Set[str]:
        """Files and folders that a person has removed from indexed folders, and that stay out."""
        return self.engine.given().removed

    def status(self) -> Status:
        """What is in the index, and what is out of date."""
        return read_status(self.engine, self.embedding_model, self._freshness)

    def verify(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Read and check everything; returns what is wrong, a line each.

        A run that is going on, or was cut short, is not wrong: `status` says what is left.
        """
        return self.engine.verify(self.embedding_model, progress or ignore_progress)

    # Writing

    def add(
        self,
        paths: Paths,
        *,
        include: Paths | None = None,
        exclude: Paths | None = None,
        archives: bool | None = None,
        shard: Shard | None = None,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Bring the index up to date with files and folders, and remember these.

        New and changed files are read, unchanged ones cost nothing, moved and copied ones are
        recognised by their content. What is no longer in a folder, or is left out of it now, is
        removed. A file that cannot be read is reported and does not stop the others. What a
        person has removed stays out unless it is given itself. Changes are committed in
        batches: after a kill or Ctrl-C the next run goes on from there.

        Args:
            paths: one or several; also addresses of pages (`https://…`). A page is fetched each
                time its address is given, and no page that it links to.
            include: patterns as in `.gitignore`; of the folders, only files that match are
                indexed.
            exclude: patterns of what is left out of the folders. If either is given, both
                replace the patterns remembered with each folder. They hold within archives and
                mail, too.
            archives: whether archives (ZIP, TAR) are opened as folders, from now on; None: as
                before, and not in a new index.
            shard: take a part of the files only, and leave all others as they are; other
                processes take the other parts of the same paths, at the same time.
            progress: called from more than one thread, by one of them at a time.

        Raises:
            MissingPath: one of the paths is not that of a file or folder; nothing is changed then.
            BadPattern: a pattern is invalid.
            IndexInUse: another process is writing, and has been for some seconds.
            CannotWrite: no room, or no permission; what was committed by then stays.
            OneWriter: `shard` is given, and the index takes one writer at a time.
            CannotFetch: a page cannot be fetched; nothing is changed then.
        """
        if shard is not None and not self.engine.takes_many_writers:
            raise OneWriter(
                f"{self.location} takes one writer at a time, so there is nothing to share out: "
                f"leave out --shard, or name an index in an engine"
            )
        names = as_list(paths)
        given = [str(path) for path in check_paths(p for p in names if not is_address(p))]
        addresses = normalise_addresses(path for path in names if is_address(path))
        patterns = None
        if include is not None or exclude is not None:
            patterns = tuple(as_list(include or ())), tuple(as_list(exclude or ()))
            for lines in patterns:
                PathPatterns(lines)
        pages = fetch_pages(addresses, progress or ignore_progress)
        with self._open_writer(progress) as writer:
            report = Report()
            if given:
                report.add_all(add_paths(writer, given, patterns, shard or WHOLE, archives))
            if pages:
                report.add_all(add_pages(writer, pages))
            return report

    async def aadd(
        self,
        paths: Paths,
        *,
        include: Paths | None = None,
        exclude: Paths | None = None,
        archives: bool | None = None,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """As `add`, in a thread of its own. Cancelling stops it; what was committed stays."""

        def add(cancelled: Callable[[], bool]) -> Report:
            show = stop_when_cancelled(progress or ignore_progress, cancelled)
            return self.add(
                paths, include=include, exclude=exclude, archives=archives, progress=show
            )

        return await run_cancellable(add, writes=True)

    def update(
        self, paths: Paths | None = None, *, progress: ProgressCallback | None = None
    ) -> Report:
        """Bring the index up to date with all that is remembered, or with a part of it.

        If a whole folder is missing, its documents stay.

        Args:
            paths: files and folders that have been changed, made or deleted; all if None.
            progress: as in `add`.

        Raises:
            IndexInUse: another process is writing, and has been for some seconds.
        """
        changed = None if paths is None else map(os.path.abspath, as_list(paths))
        with self._open_writer(progress) as writer:
            return update_paths(writer, changed)

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
            ValueError: a name is empty, or no file system would allow it.
            IndexInUse, CannotWrite: as in `add`.
        """
        if isinstance(texts, Mapping):
            raise TypeError("add_texts takes pairs of a name and a text: give its .items()")
        with self._open_writer(progress) as writer:
            return add_texts(writer, texts)

    def remove(self, paths: Paths, *, progress: ProgressCallback | None = None) -> int:
        """Remove documents, or all documents in a folder; returns how many were removed.

        Folders that were given to be indexed are forgotten. A document whose folder stays is
        left out by later runs until it is given itself; see `removed`.

        Raises:
            MissingPath: one of the paths is not in the index.
            IndexInUse: another process is writing, and has been for some seconds.
        """
        given = normalise_addresses(as_list(paths))
        for path in given:
            # Before the lock is taken: a path that is not in the index need not wait for it.
            find_removable(self.engine, path)
        with self._open_writer(progress) as writer:
            return remove_paths(writer, given)

    def repair(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Repair what is damaged.

        A store that is damaged in any way is replaced by a new one, which keeps all documents
        that are sound. The others are read again from their files, and what was kept of pages
        from the web; a text without a file is lost if its words are. The damaged store is kept
        beside the new one, and vectors and keywords are made again if they are damaged. If
        interrupted, the next run that writes goes on from there; until all folders have been read
        again, `verify` says so.

        Returns:
            what could not be repaired, a line each, as in `verify`.

        Raises:
            NotLocal: it is not in a folder.
            DamagedIndex: nothing can be read, and there is no record of what was in it.
            IndexInUse, CannotWrite: as in `add`.
        """
        lost = self.engine.repair(self.embedding_model, progress or ignore_progress)
        self.update([], progress=progress)
        return self.verify(progress=progress) + lost

    @property
    def threshold(self) -> float | None:
        """The abstention threshold kept with the index, if any."""
        return read_threshold(self.engine)

    def set_threshold(self, threshold: float) -> None:
        """Keep an abstention threshold with the index; nothing is promised of it any more.

        Raises:
            TypeError: it is not a number.
            ValueError: it is not from 0 to 1.
        """
        encoded = encode_threshold(threshold)
        # Confidence may be fitted anew, so that a promise holds not even of the same threshold.
        self.engine.set_setting(PROMISE, "")
        self.engine.set_setting(THRESHOLD, encoded)

    @property
    def promise(self) -> Promise | None:
        """How often answers that reach the threshold are wrong at most, if that was fitted."""
        return read_promise(self.engine)

    def set_promise(self, promise: Promise) -> None:
        """Keep a threshold with the index, and what is promised of it.

        Raises:
            ValueError: the threshold is not from 0 to 1.
        """
        self.set_threshold(promise.threshold)
        self.engine.set_setting(PROMISE, dump_plain(promise))
        self.engine.set_setting(PROMISED_CONTENT, self.engine.digest(self.engine.model))

    def change_model(self, model: str, *, progress: ProgressCallback | None = None) -> None:
        """Have another model that comes with Quoteback embed all passages, from the next run on.

        Passages stay as they are; those of new and changed files are cut for the new model.

        Args:
            model: `DEFAULT_MODEL`, or `LANGUAGES_MODEL` of the part `languages`.
            progress: called while the model is compiled.

        Raises:
            OtherModel: one of the two models is another one, or the index is not in a folder.
            ModelError: the model cannot be loaded.
        """
        names = {full_name(self.model), full_name(model)} - {DEFAULT_MODEL, LANGUAGES_MODEL}
        if names or self.engine.folder is None:
            raise refuse_model(self.engine, model)
        # A model that cannot be loaded changes nothing.
        loaded = EmbeddingModel(self.engine, None, progress or ignore_progress, model)
        loaded.load()
        self.engine.set_setting("model", full_name(model))
        self.embedding_model = loaded

    def check_writable(self) -> None:
        """Make sure that a threshold can be kept with the index, before it takes long to fit one.

        Raises:
            CannotWrite, IndexInUse: it cannot.
        """
        # Only writing shows that; what is kept stays the same.
        self.engine.set_setting(PROMISE, self.engine.setting(PROMISE) or "")

    def read_note(self, name: str) -> str | None:
        """What `write_note` has kept under a name; None if there is nothing."""
        return self.engine.setting(name_note(name))

    def write_note(self, name: str, text: str) -> None:
        """Keep a short text with the index, such as what was fitted to its documents.

        It replaces an earlier note of that name. It is lost if the store cannot be read and
        is restored.

        Raises:
            TypeError: it is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"a note is a text, not {text!r}")
        self.engine.set_setting(name_note(name), replace_surrogates(text))

    def _open_writer(self, progress: ProgressCallback | None) -> AbstractContextManager[Writer]:
        return open_writer(self.engine, self.embedding_model, progress or ignore_progress)
