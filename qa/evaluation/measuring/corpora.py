"""The index of a question set's own corpus: made once, apart from a person's own documents."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from index import DEFAULT_MODEL, Index, Progress, QuotebackError
from index.locations import Location, cache_folder
from qa.evaluation.question_sets.question import Corpus

# The notes in the index that say whose documents it holds, and whether all of them.
_CORPUS, _COMPLETE = "corpus", "corpus complete"


class OtherDocuments(QuotebackError):
    """The index named for a question set's corpus holds something else."""


@dataclass(frozen=True, slots=True)
class CorpusIndex:
    """An index of a corpus; `seconds` that indexing it took, None if it was there already."""

    index: Index
    seconds: float | None


def locate_cached_index(corpus: Corpus, model: str | None) -> Path:
    """Where the index of a corpus is kept by default."""
    name = blake2b(f"{corpus.digest} {model or DEFAULT_MODEL}".encode(), digest_size=10)
    return cache_folder() / "corpora" / name.hexdigest()


def open_corpus(
    corpus: Corpus,
    location: Location | None = None,
    *,
    model: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> CorpusIndex:
    """Open the index of a corpus; it is made or finished if need be.

    Args:
        location: where it is to be; in the cache folder if not given.

    Raises:
        OtherDocuments: there is an index of other documents.
        BadQuestionSet: the corpus cannot be read.
        QuotebackError: as `Index.open` and `Index.add_texts` raise it.
    """
    location = location or locate_cached_index(corpus, model)
    index = Index.open(location, create=True, model=model, progress=progress)
    try:
        holds = index.read_note(_CORPUS)
        if holds is None and index.counts.documents:
            raise OtherDocuments(
                f"{location} holds documents of yours: choose another --index for this question set"
            )
        if holds is not None and holds != corpus.digest:
            raise OtherDocuments(
                f"{location} holds another question set's documents: choose another --index, "
                f"or remove that one"
            )
        whole = index.read_note(_COMPLETE) == _describe_state(index)
        if whole and index.status().vectors == index.counts.passages:
            return CorpusIndex(index, None)
        started = time.perf_counter()
        index.write_note(_CORPUS, corpus.digest)
        known = {document.path for document in index.documents()}
        index.add_texts(
            ((name, content) for name, content in corpus.read() if name not in known),
            progress=progress,
        )
        index.write_note(_COMPLETE, _describe_state(index))
        return CorpusIndex(index, time.perf_counter() - started)
    except BaseException:
        index.close()
        raise


def _describe_state(index: Index) -> str:
    return "{} documents, {} passages".format(*index.counts)
