"""An index: documents, passages, vectors and keywords in an engine, kept up to date with files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, SupportsFloat

from index.background import run_cancellable
from index.defaults import DEFAULT_MODEL
from index.documents import Content, Document, Passage, replace_surrogates
from index.engines.local import LocalEngine
from index.engines.model import EmbeddingModel
from index.engines.opening import find_engine
from index.engines.protocol import Engine
from index.errors import (
    MissingPath,
    NotLocal,
    OneWriter,
    OtherModel,
    translate_disk_errors,
    translate_permission_errors,
)
from index.filesystem.freshness import FileState, Freshness, check_paths
from index.filesystem.path_patterns import PathPatterns
from index.filesystem.paths import Paths, as_list, is_address
from index.index_location import EngineUrl, Location, read_location
from index.models.encoder import Encoder
from index.models.load import full_name, load_encoder
from index.properties import Properties, encode_properties
from index.reports import (
    Progress,
    ProgressCallback,
    Report,
    Status,
    as_stage_callback,
    ignore_progress,
    stop_when_cancelled,
)
from index.search.filters import Filter, select_documents
from index.storage.locking import writer_lock
from index.storage.repair import repair_settings
from index.storage.restore import restore_store
from index.sync.repair import repair_index
from index.sync.shard import WHOLE, Shard
from index.sync.status import read_status
from index.sync.writer import Writer, find_removable, open_writer

if TYPE_CHECKING:
    from index.fetching import Page

# The beginning of the names of settings that are notes of whoever uses the index.
_NOTE = "note: "


class Index:
    """An open index. Any number of threads may read.

    One process at a time writes to an index in a folder; other engines take several.

    Attributes:
        engine: where everything is kept.
        embedding_model: what embeds passages and questions.
    """

    def __init__(
        self, engine: Engine, encoder: Encoder | None, progress: ProgressCallback | None
    ) -> None:
        self.engine = engine
        self.embedding_model = EmbeddingModel(engine, encoder, progress or ignore_progress)
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
            path: its folder, or the URL of an index in an engine: `postgresql://…`,
                `milvus://HOST:PORT/NAME`, `milvus+file://PATH`.
            create: make an empty one where there is none.
            model: the embedding model (a name or a folder). Where not given, the one that the
                index was made with; for a new index, the default.
            encoder: an encoder of your own, in place of a model.
            progress: called while a model is compiled that is new on this machine.

        Raises:
            NotAnIndex: there is no index, or something else is in its place.
            BadLocation, MissingEngine: the URL is invalid, or its engine is not installed.
            OtherModel: the index was made with another model.
            OtherFormat: the index was made by another version of Quoteback.
            DamagedIndex, CannotRead, CannotWrite, ModelError: see there.
        """
        place = read_location(path)
        kind = find_engine(place)
        if create and not kind.is_index(place):
            if encoder is None and model is not None:
                # Where the model cannot be loaded no index must be left behind.
                encoder = load_encoder(
                    model, progress=as_stage_callback(progress or ignore_progress)
                )
            kind.create_index(place, encoder.name if encoder else DEFAULT_MODEL)
        index = cls(kind.open_engine(place, progress or ignore_progress), encoder, progress)
        try:
            wanted, made_with = encoder.name if encoder else model, index.model
            if wanted is not None and full_name(wanted) != full_name(made_with):
                again = (
                    "" if isinstance(place, EngineUrl) else ", or remove that folder to start again"
                )
                raise OtherModel(
                    f"{place} was made with the model {made_with}, not {wanted}: "
                    f"choose another --index{again}"
                )
        except BaseException:
            index.close()
            raise
        return index

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str] | EngineUrl,
        *,
        encoder: Encoder | None = None,
        progress: ProgressCallback | None = None,
    ) -> Index:
        """Open an index that cannot be opened, or used, because of damage to its store.

        Damaged settings are set again. A store that cannot be read is replaced: all files are
        read again; texts without files, and pages from the web, are lost. The damaged store is
        kept beside the new one. What is interrupted is gone on with by the next run that writes;
        until all folders have been read again, `verify` says so.

        Args:
            path, encoder: as in `open`.
            progress: as in `add`.

        Raises:
            DamagedIndex: there is no record of what was in it.
            IndexInUse: another process is writing, and has been for some seconds.
            NotLocal: it is in no folder.
        """
        folder = _require_folder(read_location(path), "can be restored")
        with writer_lock(folder, progress or ignore_progress), translate_disk_errors(folder):
            if not repair_settings(folder, encoder.name if encoder else DEFAULT_MODEL):
                restore_store(folder)
        index = cls.open(folder, encoder=encoder, progress=progress)
        try:
            index._repair(progress)
        except BaseException:
            index.close()
            raise
        return index

    def __repr__(self) -> str:
        return f"Index.open({str(self.location)!r})"

    def close(self) -> None:
        """Let go of files and connections; those that a thread is using, when it is done.

        The index may still be used: they are then opened and closed for each step.
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
            NotLocal: it is in none; see `location`.
        """
        return _require_folder(self.engine.location, "has a path")

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
        documents = self.engine.documents()
        if not filter:
            return documents
        states = self.engine.states() if filter.since or filter.until else {}
        changed = {path: state.stamp.mtime_ns for path, state in states.items()}
        passing = select_documents(
            filter,
            (
                (each.id, each.path, changed.get(each.path), encode_properties(each.properties))
                for each in documents
            ),
        )
        kept = frozenset(passing)
        return [each for each in documents if each.id in kept]

    def text(self, path: str | os.PathLike[str]) -> str:
        """The canonical text of an indexed document.

        Raises:
            MissingPath: it is not in the index.
            DamagedIndex: it can no longer be read.
        """
        text = self.engine.text(os.fspath(path))
        if text is None:
            text = self.engine.text(os.path.abspath(path))
        if text is None:
            raise MissingPath(f"{os.fspath(path)} is not in the index")
        return text

    def passages(self, path: str | os.PathLike[str]) -> list[Passage]:
        """The passages of an indexed document, in reading order; none if it is not in the index."""
        document = self._find_document(path)
        return self.engine.passages_of(document) if document else []

    def properties(self, path: str | os.PathLike[str]) -> Properties:
        """What an indexed document says of itself; nothing if it is not in the index."""
        document = self._find_document(path)
        return document.properties if document else Properties()

    def _find_document(self, path: str | os.PathLike[str]) -> Document | None:
        for name in (os.fspath(path), os.path.abspath(path)):
            for document in self.engine.documents(name):
                if document.path == name:
                    return document
        return None

    def digest(self) -> str:
        """32 hexadecimal digits that are others for other documents, passages or another model.

        A document that has changed gets passages with new ids.

        Raises:
            OtherVersion, ModelError: as `encoder` does.
        """
        return self.engine.digest(self.encoder.fingerprint)

    def is_current(self, document: Document) -> bool | None:
        """Whether the document's file is as it was when indexed; None where it no longer exists.

        A file that another machine has read counts as it last saw it; see `Status.hosts`.
        """
        return self.is_as_read(document, self.engine.read_states([document.id]).get(document.id))

    def is_as_read(self, document: Document, state: FileState | None) -> bool | None:
        """As `is_current`, where the state of its file is known."""
        return state is None or self._freshness.is_current(Path(document.path), state)

    @property
    def counts(self) -> tuple[int, int]:
        """Number of documents and of passages."""
        return self.engine.counts()

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage; it does not count them, as there may be a million."""
        return self.engine.is_empty

    @property
    def embedded(self) -> int:
        """How many passages are embedded."""
        return self.engine.count_embedded()

    @property
    def removed(self) -> set[str]:
        """Files and folders that a person has removed from indexed folders, and that stay out."""
        return self.engine.removed()

    def status(self) -> Status:
        """What is in it, and what is out of date."""
        return read_status(self.engine, self.embedding_model, self._freshness)

    def verify(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Read and check everything; returns what is wrong, a line each.

        A run that is going on, or was cut short, is nothing wrong: `status` says what is left.
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
            paths: one or several. The address of a page (`https://…`) is one, too: that page is
                fetched, and nothing that it leads to; it is fetched again when it is given again.
            include: patterns as in `.gitignore`; of the folders, only files that match are
                indexed.
            exclude: patterns of what is left out of the folders. Where either is given, both
                replace those that are remembered with each folder. What they leave out is left
                out of archives and of mail, too.
            archives: whether archives (ZIP, TAR) are opened as folders, from now on; None: as
                before, and not in a new index.
            shard: take a part of the files only, and leave all others as they are; other
                processes take the other parts of the same paths, at the same time.
            progress: called from more than one thread, by one of them at a time.

        Raises:
            MissingPath: one of the paths does not exist; nothing is changed then.
            BadPattern: a pattern is invalid.
            IndexInUse: another process is writing, and has been for some seconds.
            CannotWrite: no room, or no permission; what was committed by then stays.
            OneWriter: a shard of an index that one process at a time writes to.
            CannotFetch: a page cannot be had; nothing is changed then.
        """
        if shard is not None and not self.engine.takes_many_writers:
            raise OneWriter(
                f"{self.location} takes one writer at a time, so there is nothing to share out: "
                f"leave out --shard, or name an index in an engine"
            )
        every = as_list(paths)
        given = [str(path) for path in check_paths(p for p in every if not is_address(p))]
        addresses = _normalise(path for path in every if is_address(path))
        patterns = None
        if include is not None or exclude is not None:
            patterns = tuple(as_list(include or ())), tuple(as_list(exclude or ()))
            for lines in patterns:
                PathPatterns(lines)
        pages = _fetch(addresses, progress or ignore_progress)
        with self._open_writer(progress) as writer:
            report = Report()
            if given:
                report.add_all(writer.add(given, patterns, shard or WHOLE, archives))
            if pages:
                report.add_all(writer.add_pages(pages))
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
            ValueError: a name is empty, or can stand in no file system.
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
        given = _normalise(as_list(paths))
        for path in given:
            # It takes no lock to see that a path is not in the index.
            find_removable(self.engine, path)
        with self._open_writer(progress) as writer:
            return writer.remove(given)

    def repair(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Repair what is damaged: derived parts from the store, documents from their files.

        Returns:
            what could not be repaired, a line each, as in `verify`.

        Raises:
            NotLocal: it is in no folder.
        """
        lost = self._repair(progress)
        return self.verify(progress=progress) + lost

    def _repair(self, progress: ProgressCallback | None) -> list[str]:
        engine = self.engine
        if not isinstance(engine, LocalEngine):
            raise _not_local(self.location, "can be repaired")
        with self._open_writer(progress) as writer:
            return repair_index(writer, engine)

    @property
    def threshold(self) -> float | None:
        """The abstention threshold kept with the index, if any."""
        kept = self.engine.setting("threshold")
        return None if kept is None else float(kept)

    def set_threshold(self, threshold: float) -> None:
        """Keep an abstention threshold with the index.

        Raises:
            TypeError: it is no number.
            ValueError: it is not from 0 to 1.
        """
        # Any kind of number, NumPy's too, but no truth value.
        if isinstance(threshold, bool) or not isinstance(threshold, SupportsFloat):
            raise TypeError(f"a threshold is a number from 0 to 1, not {threshold!r}")
        number = float(threshold)
        if not 0 <= number <= 1:
            raise ValueError(f"a threshold is a confidence from 0 to 1, not {number}")
        self.engine.set_setting("threshold", repr(number))

    def read_note(self, name: str) -> str | None:
        """What `write_note` has kept under a name; None where there is nothing."""
        return self.engine.setting(_NOTE + replace_surrogates(name))

    def write_note(self, name: str, text: str) -> None:
        """Keep a short text with the index, such as what was fitted to its documents.

        It replaces an earlier note of that name. Only what cannot be read any more and is
        restored from the files loses it.

        Raises:
            TypeError: it is no text.
        """
        if not isinstance(text, str):
            raise TypeError(f"a note is a text, not {text!r}")
        self.engine.set_setting(_NOTE + replace_surrogates(name), replace_surrogates(text))

    def _open_writer(self, progress: ProgressCallback | None) -> AbstractContextManager[Writer]:
        return open_writer(self.engine, self.embedding_model, progress or ignore_progress)


def _normalise(paths: Iterable[str]) -> list[str]:
    """The paths, each once, with addresses in their usual form."""
    every = dict.fromkeys(paths)
    if any(map(is_address, every)):
        # What it takes to fetch pages is needed by few.
        from index.fetching import normalise_address

        every = dict.fromkeys(normalise_address(p) if is_address(p) else p for p in every)
    return list(every)


def _fetch(addresses: Sequence[str], progress: ProgressCallback) -> list[Page]:
    """Fetch pages; raises `CannotFetch`."""
    if not addresses:
        return []
    from index.fetching import fetch_page

    pages = []
    for number, address in enumerate(addresses):
        progress(Progress("fetching", number, len(addresses), address))
        pages.append(fetch_page(address))
    return pages


def _require_folder(place: Location, what: str) -> Path:
    if isinstance(place, EngineUrl):
        raise _not_local(place, what)
    return place


def _not_local(place: Location, what: str) -> NotLocal:
    """The error of what only an index in a folder has, or can be done to it."""
    return NotLocal(f"{place} is no folder: only an index in a folder {what}")
