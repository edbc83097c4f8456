"""Moving an index from one engine to another, without reading or embedding anything anew."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.arrays import Floats, batched
from index.documents import Document
from index.engines.changes import Change, ChangeGiven, Put, PutFailure, make_content
from index.engines.model import EmbeddingModel
from index.engines.protocol import Engine, PassageVectors, StoredDocument
from index.engines.registry import find_engine
from index.engines.settings import ARCHIVES, NOTE, PROMISED_CONTENT, THRESHOLD
from index.errors import CannotWrite, DamagedIndex, IndexMoved, QuotebackError
from index.filesystem.private_files import rename
from index.locations import EngineUrl, Location
from index.reports import Progress, ProgressCallback, ignore_progress
from index.text.passages import drop_id
from index.web.kept_pages import copy_pages

# A commit ends with so many documents, or at least so many passages.
_DOCUMENTS, _PASSAGES = 200, 2_000


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied."""

    documents: int
    passages: int


def copy_index(
    source: Location, target: Location, *, progress: ProgressCallback = ignore_progress
) -> Copied:
    """Copy an index into another engine: documents, passages, vectors, and what is kept with them.

    What is on this machine's disk appears as a whole or not at all. In a server a copy that
    was cut short stays, and is not complete.

    Raises:
        CannotWrite: the target exists already, or cannot be written.
        QuotebackError: either cannot be reached; the source lacks vectors, or was changed
            meanwhile.
    """
    kind = find_engine(target)
    if (_is_on_disk(target) and _read_path(target).exists()) or kind.is_index(target):
        raise CannotWrite(f"{target} exists: name a place where there is nothing yet")
    with closing(find_engine(source).open_engine(source, progress)) as old:
        aside = _name_temporary(target)
        is_aside = aside != target
        if is_aside:
            shutil.rmtree(_read_path(aside), ignore_errors=True)
        try:
            kind.create_index(aside, old.model)
            with closing(kind.open_engine(aside, progress)) as new:
                copied = _fill(old, new, progress)
            if is_aside:
                rename(_read_path(aside), _read_path(target))
        except (CannotWrite, OSError) as error:
            cause = error.__cause__ if isinstance(error, CannotWrite) else error
            if not is_aside and cause is not error:
                raise
            # What was made is taken away below, whatever the engine says of it.
            why = getattr(cause, "strerror", None) or cause or error
            raise CannotWrite(f"{target} cannot be written ({why}): nothing was made") from error
        finally:
            if is_aside:
                shutil.rmtree(_read_path(aside), ignore_errors=True)
    return copied


def _read_path(location: Location) -> Path:
    return Path(location.rest) if isinstance(location, EngineUrl) else location


def _is_on_disk(location: Location) -> bool:
    return not isinstance(location, EngineUrl) or location.scheme.endswith("+file")


def _name_temporary(location: Location) -> Location:
    """Where a copy is made before it gets its name; in a server, the target itself."""
    if not _is_on_disk(location):
        return location
    path = _read_path(location)
    # Some engines tell what a file is by the end of its name.
    aside = path.with_name(f".quoteback-copy-{path.name}")
    if not isinstance(location, EngineUrl):
        return aside
    return EngineUrl(f"{location.scheme}://{aside}", location.scheme, str(aside))


def _fill(source: Engine, target: Engine, progress: ProgressCallback) -> Copied:
    commits, settings = source.commits, source.settings()
    documents = sorted(source.documents(), key=lambda document: document.id)
    total = source.counts().passages
    if missing := total - source.count_embedded():
        raise QuotebackError(
            f"{source.location} lacks the vectors of {missing:,} passages: run "
            f"`{_name_command('index', source)}` first"
        )
    if fingerprint := source.fingerprint:
        vectors = source.open_vectors(fingerprint)
        dimension = _find_dimension(vectors, source, documents)
        encoder = _GivenVectors(source.model, fingerprint, dimension) if dimension else None
        model = EmbeddingModel(target, encoder, progress)
        with target.open_writer(model, progress) as writer:
            done = 0
            progress(Progress("copying", done, total))
            for changes in _read_changes(source, target, documents, vectors):
                if failures := writer.commit(changes):
                    failure = failures[0]
                    raise QuotebackError(f"{failure.path} cannot be copied: {failure.reason}")
                done += sum(len(change.passages) for change in changes if isinstance(change, Put))
                progress(Progress("copying", done, total))
            given = source.given()
            writer.commit([ChangeGiven([*given.roots.values()], removed=[*given.removed])])
    if source.page_folder is not None and target.page_folder is not None:
        copy_pages(source.page_folder, target.page_folder)
    for name, value in settings.items():
        if name in (THRESHOLD, ARCHIVES) or name.startswith(NOTE):
            # What a promise was fitted for is the same, under the numbers of another engine.
            is_as_promised = name == PROMISED_CONTENT and value == source.digest(source.model)
            target.set_setting(name, target.digest(target.model) if is_as_promised else value)
    if source.commits != commits:
        raise _describe_change(source)
    copied = Copied(*target.counts())
    if copied != Copied(len(documents), total):
        raise DamagedIndex(
            f"{source.location} is damaged: {copied.documents:,} of {len(documents):,} documents "
            f"and {copied.passages:,} of {total:,} passages could be read: run "
            f"`{_name_command('verify', source)}`"
        )
    return copied


def _name_command(command: str, engine: Engine) -> str:
    """A command for the index of an engine: of two indexes, nobody else knows which is meant."""
    return f"quoteback {command} --index {shlex.quote(str(engine.location))}"


def _read_changes(
    source: Engine, target: Engine, documents: Sequence[Document], vectors: PassageVectors | None
) -> Iterator[Sequence[Change]]:
    """The changes that put one engine's documents and failures into another, by commit."""
    read: list[StoredDocument] = []
    passages = 0
    for stored in source.read_documents(documents):
        read.append(stored)
        passages += len(stored.passages)
        if len(read) >= _DOCUMENTS or passages >= _PASSAGES:
            yield [*_make_puts(source, target, read, vectors)]
            read, passages = [], 0
    changes: list[Change] = [*_make_puts(source, target, read, vectors)]
    changes += (
        PutFailure(path, failed.reason, failed.stamp) for path, failed in source.failures().items()
    )
    yield from batched(changes, _DOCUMENTS)


def _make_puts(
    source: Engine, target: Engine, read: Sequence[StoredDocument], vectors: PassageVectors | None
) -> Iterator[Put]:
    """The changes that put some documents, whose vectors are read at once."""
    ids = [passage.id for stored in read for passage in stored.passages]
    vectors_by_id = vectors.read(ids) if vectors and ids else {}
    if len(vectors_by_id) < len(ids):
        raise _describe_change(source)
    for stored in read:
        document, text, state = stored.document, stored.text, stored.state
        if any(passage.span.of(text) != passage.text for passage in stored.passages):
            raise DamagedIndex(
                f"{source.location}: {document.path} is damaged: run "
                f"`{_name_command('verify', source)}`"
            )
        if state and state.host is not None and not target.takes_many_writers:
            # An index with one writer knows no other machines: their files count as texts.
            state = None
        rows = [np.asarray(vectors_by_id[passage.id], np.float32) for passage in stored.passages]
        yield Put(
            document.path,
            make_content(document, text, stored.structure),
            state,
            [drop_id(passage) for passage in stored.passages],
            np.stack(rows) if rows else np.empty((0, 0), np.float32),
        )


def _find_dimension(
    vectors: PassageVectors | None, source: Engine, documents: Sequence[Document]
) -> int:
    """The dimension of the vectors; 0 if there are none."""
    if vectors is None:
        return 0
    for document in documents:
        for passage in source.passages_of(document)[:1]:
            for vector in vectors.read([passage.id]).values():
                return len(vector)
    return 0


def _describe_change(source: Engine) -> IndexMoved:
    return IndexMoved(f"{source.location} was changed meanwhile: copy it again")


@dataclass(frozen=True, slots=True)
class _GivenVectors:
    """Stands for the model that has made the vectors, which need not be on this machine."""

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int = 0

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        raise AssertionError(f"{len(texts)} texts were to be embedded again")

    encode_questions = encode_passages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        raise AssertionError(f"{len(texts)} texts were to be cut again")
