"""What an engine is: where documents, passages, vectors and keywords are kept and searched.

Walking, loading, cutting, embedding, fusing, reranking, reading and freshness are ours and the
same for all engines. An engine subclasses `Engine`; what is implemented here suits most engines.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from index.arrays import Floats, batched
from index.defaults import DEFAULT_MODEL
from index.documents import Document, Passage, Structure, encode_properties
from index.engines.changes import Change
from index.engines.model import EmbeddingModel
from index.engines.stored_rows import decode_structure
from index.errors import DamagedIndex, DamagedRow, MissingPath
from index.filesystem.freshness import FailedFile, FileState
from index.filesystem.paths import Root
from index.locations import Location, not_local
from index.reports import Failure, Footprint, IndexCounts, ProgressCallback
from index.search.filters import Filter, Filterable, select_documents
from index.search.questions import Vocabulary

# What a filter lets through, in the engine's own form.
Selection = Any
# Passages found, best first, each with its score; ties by id.
Found = Sequence[tuple[int, float]]
# Documents whose file states are read at once.
_DOCUMENTS = 200


def take_best(found: Iterable[tuple[int, float]], k: int) -> list[tuple[int, float]]:
    """The best `k` passages, best first; ties by id."""
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


@dataclass(frozen=True, slots=True)
class StoredText:
    """The canonical text of a document, with its structure, which is unpacked when it is needed.

    Attributes:
        packed: the structure, as `encode_structure` makes it.
        damage: what to say of a structure that is damaged.
    """

    text: str
    packed: bytes | None
    damage: str

    @property
    def structure(self) -> Structure:
        """What the text is made of; raises `DamagedIndex`."""
        try:
            return decode_structure(self.packed, self.text)
        except DamagedRow as error:
            raise DamagedIndex(self.damage) from error


@dataclass(frozen=True, slots=True)
class Given:
    """What a person has given to be indexed, and has taken out again.

    Attributes:
        roots: folders and files that were given, by path.
        removed: paths that a person has removed, and that stay out.
        unread: paths of roots that have to be read again since the index was restored.
    """

    roots: Mapping[str, Root] = field(default_factory=dict)
    removed: Set[str] = frozenset()
    unread: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with all that an engine keeps of it, but for vectors.

    Attributes:
        state: of its file, as it was when indexed; None for a text without a file.
        passages: in reading order.
    """

    document: Document
    state: FileState | None
    text: str
    structure: Structure
    passages: Sequence[Passage]


class PassageVectors(Protocol):
    """The vectors of one version of the model, whatever a writer does meanwhile."""

    def search(self, question: Floats, k: int, among: Selection | None = None) -> Found:
        """The `k` nearest passages as (id, cosine).

        Args:
            question: float32 of shape (dimension,), of length 1.
            among: what `Engine.select` has returned; it is applied before anything is ranked.
        """
        ...

    def scores(self, question: Floats, ids: Sequence[int]) -> Mapping[int, float]:
        """Cosines of the passages among `ids` that are embedded."""
        ...

    def read(self, ids: Sequence[int]) -> Mapping[int, Floats]:
        """The vectors of the passages among `ids` that are embedded; used to copy an index."""
        ...


class EngineWriter(Protocol):
    """The right to write to an index.

    Attributes:
        commits_first: whether documents are committed, and found by keyword, before they are
            embedded: `match_vectors` then names their passages. If not, each `Put` comes with its
            vectors, and a commit is made in a thread of its own, one at a time.
    """

    commits_first: bool = False

    @abstractmethod
    def commit(self, changes: Sequence[Change]) -> list[Failure]:
        """Make changes, in their order, as a whole or not at all; they are seen from then on.

        Returns:
            the documents that cannot be stored because of their content. Each is noted as a
            failure in the same commit, and the other changes are made.

        Raises:
            QuotebackError: nothing was changed. No other class of exception may come out, as a
                file would be blamed for it.
        """
        ...

    def cancel(self) -> None:
        """Ask a commit in another thread to stop. It then raises, or completes if it is too far on.

        Called again and again until it has ended.
        """
        return

    def match_vectors(self) -> Sequence[int]:
        """Passages that have no vector, ascending, but for those already told; `commits_first`."""
        return ()

    def put_vectors(self, vectors: Mapping[int, Floats]) -> None:  # noqa: ARG002
        """Keep the vectors of passages that `match_vectors` has named, by id."""
        return


class Engine(Protocol):
    """An open index. Any number of threads may read.

    Everything that goes wrong is raised as a `QuotebackError`, in one line that says what to do
    and holds no password. Paths may hold lone surrogates (`os.fsencode` gives their bytes).

    Attributes:
        location: where it is; as a string, without a password.
        folder: the folder that it lies in, if any: no file below it is ever indexed.
        page_folder: the folder that keeps the bytes of pages from the web, if any.
        takes_many_writers: whether several processes may write at once. The last one to commit
            a path wins.
    """

    location: Location
    folder: Path | None = None
    page_folder: Path | None = None
    takes_many_writers: bool = False

    @abstractmethod
    def check(self) -> None:
        """Make sure that the index is still there; raises `IndexMoved`, or another error."""
        ...

    @abstractmethod
    def close(self) -> None:
        """Close connections and files. The index may still be used, more slowly."""
        ...

    # Documents

    @abstractmethod
    def find_documents(
        self,
        *,
        path: str | None = None,
        ids: Sequence[int] | None = None,
        content: bytes | None = None,
    ) -> list[tuple[Document, FileState | None]]:
        """Documents with the states of their files, as they were when indexed; by path.

        All documents, or those that one argument names. `FileState.host` names the machine that
        read a file, if that is another one; a text without a file has no state.

        Args:
            path: of a document, or of a folder that it is in.
            ids: of documents.
            content: the hash of the bytes of their files.
        """
        ...

    def documents(self, path: str | None = None) -> list[Document]:
        """All documents, or those at a path and in the folder there; by path."""
        return [document for document, _ in self.find_documents(path=path)]

    def states(self, path: str | None = None) -> dict[str, FileState]:
        """By path, the states of the files of `documents`."""
        found = self.find_documents(path=path)
        return {document.path: state for document, state in found if state is not None}

    @abstractmethod
    def failures(self, path: str | None = None) -> dict[str, FailedFile]:
        """By path, all files that could not be read, or those at a path and in the folder there."""
        ...

    @abstractmethod
    def find_text(self, path: str) -> StoredText | None:
        """A document's canonical text, with its structure; None if there is no such document.

        Raises:
            DamagedIndex: it is not what was written.
        """
        ...

    def text(self, path: str) -> str | None:
        """A document's canonical text; None if there is no such document."""
        found = self.find_text(path)
        return None if found is None else found.text

    @abstractmethod
    def counts(self) -> IndexCounts:
        """Number of documents and of passages."""
        ...

    # Passages

    @abstractmethod
    def find_passages(
        self, *, ids: Sequence[int] = (), document: Document | None = None
    ) -> list[tuple[Passage, Document]]:
        """The passages that exist among `ids`, or those of a document in reading order."""
        ...

    def passages(self, ids: Sequence[int]) -> dict[int, tuple[Passage, Document]]:
        """The passages that exist among `ids`, with their documents."""
        return {pair[0].id: pair for pair in self.find_passages(ids=ids)}

    def passages_of(self, document: Document) -> list[Passage]:
        """The passages of a document, in reading order."""
        return [passage for passage, _ in self.find_passages(document=document)]

    def read_documents(self, documents: Sequence[Document]) -> Iterator[StoredDocument]:
        """Documents with their texts and passages, in order; used to copy an index.

        One that is removed or replaced meanwhile is left out, or not whole: `commits` tells.
        What is implemented here asks for one document after the other. An engine for which many
        questions take long reads some documents at a time, and holds no more than these.
        """
        for chunk in batched(documents, _DOCUMENTS):
            found = self.find_documents(ids=[document.id for document in chunk])
            states = {document.id: state for document, state in found}
            for document in chunk:
                if document.id in states and (stored := self.find_text(document.path)) is not None:
                    yield StoredDocument(
                        document,
                        states[document.id],
                        stored.text,
                        stored.structure,
                        self.passages_of(document),
                    )

    @abstractmethod
    def digest(self, version: str) -> str:
        """32 hexadecimal digits, which change with documents, passages and version of the model."""
        ...

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage; an engine that counts slowly tells it without counting."""
        return not self.counts().passages

    def count_embedded(self) -> int:
        """How many passages have a vector: all, if vectors are committed with passages."""
        return self.counts().passages

    # Search

    @abstractmethod
    def select(self, filter: Filter) -> Selection:
        """What a filter lets through, for the searches; raises `BadPattern`."""
        ...

    @abstractmethod
    def search_keywords(
        self, question: str, k: int, among: Selection | None = None
    ) -> dict[int, float]:
        """The best `k` passages with BM25 scores (0 or more), best first; ties by id.

        A passage that was removed may be among them. An engine without BM25 returns other scores
        of 0 or more, higher for better passages.
        """
        ...

    @property
    def has_vectors(self) -> bool:
        """Whether any passage is embedded."""
        return not self.is_empty

    @abstractmethod
    def open_vectors(self, fingerprint: str) -> PassageVectors | None:
        """The vectors of one version of the model; None if another version made them."""
        ...

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The words of the index, for correcting misspelt ones; None: nothing is corrected."""
        return None

    # What is kept with the index

    @abstractmethod
    def settings(self, *names: str) -> dict[str, str]:
        """The settings that are set among some names, or all of them. They may hold anything."""
        ...

    def setting(self, name: str) -> str | None:
        """A setting's value; None if it is not set."""
        return self.settings(name).get(name)

    @abstractmethod
    def set_setting(self, name: str, value: str) -> None:
        """Set a setting, for good when this returns."""
        ...

    @property
    @abstractmethod
    def commits(self) -> int:
        """Grows with every commit, whoever makes it; while it stays the same, so does the index."""
        ...

    @property
    def model(self) -> str:
        """Name of the embedding model."""
        return self.setting("model") or DEFAULT_MODEL

    @property
    def fingerprint(self) -> str | None:
        """The version of the model that made the vectors; None before the first writer."""
        return self.setting("fingerprint")

    @abstractmethod
    def given(self) -> Given:
        """What a person has given to be indexed, and has taken out again."""
        ...

    # Writing, and the state of all

    @abstractmethod
    def open_writer(
        self, model: EmbeddingModel, progress: ProgressCallback
    ) -> AbstractContextManager[EngineWriter]:
        """Hold the right to write.

        The first writer of an index sets the setting `fingerprint` to that of `model`. If
        another version has made the vectors, the engine embeds all anew or refuses.

        Raises:
            IndexInUse: the engine takes one writer, and another has been writing for seconds.
            CannotWrite: no room, or no permission.
            OtherVersion: see above.
        """
        ...

    def repair(
        self,
        model: EmbeddingModel,  # noqa: ARG002
        progress: ProgressCallback,  # noqa: ARG002
    ) -> list[str]:
        """Repair what is damaged; the next writer reads again what was lost.

        Returns:
            what is lost for good, or has to be looked at, a line each.

        Raises:
            NotLocal: it is not in a folder.
        """
        raise not_local(self.location, "can be repaired")

    @abstractmethod
    def verify(self, model: EmbeddingModel, progress: ProgressCallback) -> list[str]:
        """Read and check everything; returns what is wrong, a line each."""
        ...

    @abstractmethod
    def measure_footprint(self) -> Footprint:
        """Bytes that its parts take on the disk, and in memory."""
        ...


def list_documents(engine: Engine, filter: Filter | None) -> list[Document]:
    """All documents, or those that a filter lets through; by path.

    Raises:
        BadPattern: one of the filter's patterns is invalid.
    """
    found = engine.find_documents()
    if not filter:
        return [document for document, _ in found]
    passing = frozenset(select_documents(filter, (_make_filterable(*pair) for pair in found)))
    return [document for document, _ in found if document.id in passing]


def _make_filterable(document: Document, state: FileState | None) -> Filterable:
    changed = state.stamp.mtime_ns if state else None
    return document.id, document.path, changed, encode_properties(document.properties)


def find_document(engine: Engine, path: str | os.PathLike[str]) -> Document | None:
    """The document at a path, taken as given or made absolute; None if not in the index."""
    for name in _possible_names(path):
        for document in engine.documents(name):
            if document.path == name:
                return document
    return None


def read_text(engine: Engine, path: str | os.PathLike[str]) -> StoredText:
    """The canonical text of the document at a path, with its structure.

    Raises:
        MissingPath: it is not in the index.
        DamagedIndex: it can no longer be read.
    """
    for name in _possible_names(path):
        if (found := engine.find_text(name)) is not None:
            return found
    raise MissingPath(f"{os.fspath(path)} is not in the index")


def _possible_names(path: str | os.PathLike[str]) -> tuple[str, str]:
    return os.fspath(path), os.path.abspath(path)
