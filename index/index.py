"""The index: a folder with the store, the vectors and the keywords, kept in step with files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from index.defaults import DEFAULT_MODEL
from index.documents import Content, Document, Passage
from index.errors import MissingPath, OtherModel, readable
from index.files import Freshness, Given, check_paths, listed
from index.models.encoder import Encoder
from index.models.find import load_encoder
from index.path_patterns import compile_patterns
from index.reports import (
    ProgressCallback,
    Report,
    Status,
    of_a_model,
    one_at_a_time,
    silence,
)
from index.search.dense import Dense
from index.search.filters import Filter, allowed_by
from index.search.keywords import Keywords
from index.search.vectors import Vectors
from index.storage.create import create_index
from index.storage.locking import refusals, writer_lock
from index.storage.restore import keep_copy, make_anew
from index.storage.roots import read_removed
from index.storage.schema import FILE_NAME
from index.storage.store import NOTE, Ids, Store
from index.sync.batch import Changes
from index.sync.catch_up import catch_up_keywords, clear_away, migrate_index, missing_vectors
from index.sync.embedding import Embedding
from index.sync.status import problems_of, status_of
from index.sync.writer import Upkeep, find_removable
from index.text.passages import Piece, cut_passages, limit_passage_tokens


class Index:
    """An open index. Any number of threads may read; one process writes at a time."""

    def __init__(self, path: Path, encoder: Encoder | None, progress: ProgressCallback | None):
        self.path = path
        self.store = Store(path)
        self.keywords = Keywords(path / "keywords")
        self._progress = progress or silence
        self.dense = Dense(self.store, encoder, self._progress)
        self._freshness = Freshness()
        self._allowed: tuple[int, Filter, Ids] | None = None
        try:
            migrate_index(self.store, self.keywords, self._progress)
        except BaseException:
            self.close()
            raise

    @classmethod
    @readable()
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
            OtherFormat, DamagedIndex, CannotRead: see there.
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

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str],
        *,
        encoder: Encoder | None = None,
        progress: ProgressCallback | None = None,
    ) -> Index:
        """Open an index whose store can no longer be read: all that was named is read anew.

        What the store was is kept beside the new one. Texts without files are lost.

        Args:
            path, encoder: as in `open`.
            progress: as in `add`.

        Raises:
            DamagedIndex: it cannot be told what was in it.
            IndexInUse: another process is writing, and has been for some seconds.
        """
        folder = Path(os.path.abspath(path))
        with writer_lock(folder, progress or silence), refusals(folder):
            make_anew(folder)
        index = cls.open(folder, encoder=encoder, progress=progress)
        try:
            index.update(progress=progress)
        except BaseException:
            index.close()
            raise
        return index

    def __repr__(self) -> str:
        return f"Index.open({str(self.path)!r})"

    def close(self) -> None:
        """Close the store; a connection that a thread is using, when it has done.

        The index may be used again: the store is then opened for each step, and closed after it.
        """
        self.store.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # What is in it

    @property
    def model(self) -> str:
        """Name of the embedding model."""
        return self.dense.model

    @property
    def vectors(self) -> Vectors:
        """The vectors of what is embedded."""
        return self.dense.vectors

    @property
    def encoder(self) -> Encoder:
        """The embedding model, loaded when first needed.

        Raises:
            OtherVersion: another version of the model of this name has made the vectors;
                whatever writes to the index embeds it anew.
            index.models.ModelError: it cannot be loaded.
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
        found = [document for name in names for document in self.store.documents(name)]
        numbers = self.store.passage_ids([of.id for of in found if of.path in names][:1])
        known = self.store.passages(numbers.tolist()).values()
        return sorted((passage for passage, _ in known), key=lambda passage: passage.span)

    def digest(self) -> str:
        """Another text, 32 hexadecimal digits, for other documents, passages or another model.

        A document that is read anew and has changed gets passages with new ids.

        Raises:
            OtherVersion, index.models.ModelError: as `encoder` does.
        """
        digest = blake2b(self.encoder.fingerprint.encode(), digest_size=16)
        for document in self.documents():
            digest.update(f"{document.id} {document.path!r}\n".encode())
        digest.update(self.store.passage_ids().tobytes())
        return digest.hexdigest()

    def is_current(self, document: Document) -> bool | None:
        """Whether the document's file is as it was when indexed; None where it is gone."""
        known = self.store.state(document)
        return known is None or self._freshness.is_current(Path(document.path), known)

    @property
    def counts(self) -> tuple[int, int]:
        """Number of documents and of passages."""
        return self.store.counts()

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage: looks for one, and does not count a million."""
        return not self.store.embeddable(0, 1)

    @property
    def embedded(self) -> int:
        """How many passages are embedded."""
        return self.counts[1] - missing_vectors(self.store, self.vectors)

    @property
    def removed(self) -> set[str]:
        """Files and folders that were removed by hand from remembered folders, and stay out."""
        return read_removed(self.store)

    def status(self) -> Status:
        """What is in it, and what is out of step."""
        return status_of(self.store, self.dense, self._freshness)

    def verify(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Read and check everything; returns what is wrong, a line each.

        That a run goes on, or was cut short, is not: `status` tells what is left to do.
        """
        return problems_of(self.store, self.dense, self.keywords, progress or silence)

    def allowed(self, chosen: Filter) -> Ids:
        """Ids of the passages that a filter lets through, ascending."""
        commits = self.store.commits
        known = self._allowed
        if known is None or known[:2] != (commits, chosen):
            known = self._allowed = commits, chosen, allowed_by(chosen, self.store)
        return known[2]

    # Writing

    def add(
        self,
        paths: Given,
        *,
        include: Given | None = None,
        exclude: Given | None = None,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Bring the index in step with files and folders, and remember these.

        New and changed files are read, unchanged ones cost nothing, moved and copied
        ones are known by their content. What is gone from under a given folder, or is
        left out of it now, is removed. A file that cannot be read is reported and does
        not stop the others. What was removed by hand stays out unless it is itself named.
        Committed in batches: after a kill or Ctrl-C the next run goes on from there.

        Args:
            paths: one or several.
            include: patterns as in `.gitignore`; of the folders only matching files are taken.
            exclude: patterns of what is left out of them. Where either is given, both take
                the place of those remembered with each folder; else these hold.
            progress: called from more than one thread, by one of them at a time.

        Raises:
            MissingPath: one of the paths is not there; nothing is changed then.
            BadPattern: a pattern is none.
            IndexInUse: another process is writing, and has been for some seconds.
            CannotWrite: no room, or no permission; what was committed by then stays.
        """
        named = [str(path) for path in check_paths(listed(paths))]
        rules = (tuple(listed(include or ())), tuple(listed(exclude or ())))
        for lines in rules:
            compile_patterns(lines)
        ruled = include is not None or exclude is not None
        with self._writing(progress) as work:
            return work.add(named, rules if ruled else None)

    def update(
        self,
        places: Given | None = None,
        *,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Bring what is remembered in step, or only some places in it.

        Args:
            places: files and folders that have changed, come or gone; all if None.
                Where a remembered folder is itself missing, nothing is removed.
            progress: as in `add`.

        Raises:
            IndexInUse: another process is writing, and has been for some seconds.
        """
        with self._writing(progress) as work:
            return work.update(None if places is None else map(os.path.abspath, listed(places)))

    def add_texts(
        self,
        named: Iterable[tuple[str, str | Content]],
        *,
        progress: ProgressCallback | None = None,
    ) -> Report:
        """Add texts that have no file, each under a name of its own in place of a path.

        One whose name is there already takes its place. What is not named stays.

        Args:
            named: each name, with the text as it is or as the content of a page.
            progress: as in `add`.

        Raises:
            TypeError: these are no pairs of a name and a text.
            ValueError: a name is empty.
            IndexInUse, CannotWrite: as in `add`.
        """
        if isinstance(named, Mapping):
            raise TypeError("add_texts takes pairs of a name and a text: give its .items()")
        with self._writing(progress) as work:
            return work.add_texts(map(_named_content, named))

    def remove(
        self,
        paths: Given,
        *,
        progress: ProgressCallback | None = None,
    ) -> int:
        """Remove documents, and all under a folder; returns how many went.

        Folders that were named to be indexed are forgotten. What lies in one that is not
        stays out when that is brought in step, until it is itself named; see `removed`.

        Raises:
            MissingPath: nothing in the index is there.
            IndexInUse: another process is writing, and has been for some seconds.
        """
        given = listed(paths)
        for path in given:
            # A path that is not there is no reason to wait for another writer.
            find_removable(self.store, path)
        with self._writing(progress) as work:
            return work.remove(given)

    def repair(self, *, progress: ProgressCallback | None = None) -> list[str]:
        """Make good what is damaged: derived parts from the store, documents from their files.

        Returns:
            what could not be made good, as `verify` has it.
        """
        with self._writing(progress) as work:
            lost = work.repair()
        return self.verify(progress=progress) + lost

    @property
    def threshold(self) -> float | None:
        """The abstention threshold kept with the index, if any."""
        kept = self.store.setting("threshold")
        return float(kept) if kept is not None else None

    def set_threshold(self, threshold: float) -> None:
        """Keep an abstention threshold with the index; raises `ValueError` unless 0 to 1."""
        if not 0 <= threshold <= 1:
            raise ValueError("a threshold is a confidence: 0 to 1")
        self.store.set_setting("threshold", repr(threshold))

    def read_note(self, name: str) -> str | None:
        """What `write_note` has kept under a name; None where there is nothing."""
        return self.store.setting(NOTE + name)

    def write_note(self, name: str, text: str) -> None:
        """Keep a short text with the index, such as what was fitted to its documents.

        It replaces an earlier note of that name. Only what cannot be read any more and is
        restored from the files loses it.
        """
        self.store.set_setting(NOTE + name, text)

    @contextmanager
    def _writing(self, progress: ProgressCallback | None = None) -> Iterator[Upkeep]:
        """Hold the right to write; what is derived follows the changes."""
        store, keywords = self.store, self.keywords
        tell = one_at_a_time(progress or silence)
        with writer_lock(self.path, tell), refusals(self.path):
            self.dense.renew()
            clear_away(self.path)
            vectors = self.vectors
            vectors.refresh()
            store.reserve(max(keywords.watermark, vectors.last_id))
            with Embedding(store, vectors, lambda: self.encoder, tell) as embedding:
                changes = Changes(store, keywords, embedding.committed)
                yield Upkeep(store, vectors, keywords, changes, self._cut, tell)
                catch_up_keywords(store, keywords, tell)
                embedding.finish()
                store.finish()
                keep_copy(store)

    def _cut(self, content: Content) -> list[Piece]:
        encoder = self.encoder
        return cut_passages(content, encoder.count_tokens, limit_passage_tokens(encoder.max_tokens))


def _named_content(pair: tuple[str, str | Content]) -> tuple[str, Content]:
    match pair:
        case (str(name), (str() | Content()) as text):
            if not name.strip():
                raise ValueError("a text needs a name, in place of a path: one has none")
            return name, Content(text) if isinstance(text, str) else text
    raise TypeError(f"add_texts takes pairs of a name and a text, not {str(pair)[:80]!r}")


def _full_name(model: str) -> str:
    """A model's name in the one form in which two can be compared."""
    if Path(model).is_dir():
        return os.path.abspath(model)
    # A bare name is one of sentence-transformers' own.
    return model.removeprefix("sentence-transformers/")
