"""The questions that a question encoder is trained on, with all passages that they are asked of."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import torch
from torch import Tensor

from index import Index, Retriever
from qa.training.questions.asked_documents import (
    AskedDocument,
    add_asked_documents,
    locate_document_questions,
)
from qa.training.questions.rows import read_rows
from qa.training.questions.written import (
    WrittenQuestion,
    locate_questions,
    split_document,
)

_KEYWORD_DEPTH = 100
# Contexts that are taken of a public set.
_CONTEXTS = 500
_SENTENCE_LENGTHS = range(20, 300)


@dataclass(frozen=True, slots=True)
class CorpusQuestion:
    """A question with the passages that answer it and those that keywords find.

    Attributes:
        text: the question.
        answering: int64 of shape (answering passages,): their rows among all vectors.
        keyword_hits: int64 of shape (passages,): the rows of those that keywords find.
        bm25: float32 of shape (passages,): how far their scores are above that of any other.
    """

    text: str
    answering: Tensor
    keyword_hits: Tensor
    bm25: Tensor


@dataclass(frozen=True, slots=True)
class Corpus:
    """The data that the network is trained on.

    Attributes:
        vectors: float32 of shape (passages, dimension), by the model.
        questions: those whose documents are in the index.
        sentences: of the passages.
    """

    vectors: Tensor
    questions: list[CorpusQuestion]
    sentences: list[str]


def make_corpus(
    index: Index,
    documents: Sequence[AskedDocument],
    folder: Path = Path(),
    written: Iterable[WrittenQuestion] = (),
) -> Corpus:
    """The questions about documents of an index, and all its passages.

    Args:
        documents: the index gets them. They bring questions; those of held-out ones are left out.
        folder: of the other documents, which are in the index already.
        written: the questions about these.

    Raises:
        ValueError: none of the questions is about a document of the index.
    """
    add_asked_documents(index, documents)
    split = [
        split_document(index.text(document.path), document.title, index.passages(document.path))
        for document in index.documents()
    ]
    vectors = index.engine.open_vectors(index.encoder.fingerprint)
    if vectors is None:
        raise ValueError("the index has no vectors of the model")
    by_id = vectors.read([passage.id for each in split for passage in each.passages])
    rows = {number: row for row, number in enumerate(by_id)}
    seen = (document for document in documents if not document.is_held_out)
    located = chain(
        (found for _, found in locate_questions(written, index, folder)),
        locate_document_questions(seen, index),
    )
    retriever = Retriever(index)
    questions = [
        _find_keyword_hits(retriever, each.row.question, answering, rows)
        for each in located
        if (answering := [rows[passage.id] for passage in each.answering if passage.id in rows])
    ]
    if not questions:
        raise ValueError("none of the questions is about a document of the index")
    sentences = [
        sentence.of(document.text)
        for document in split
        for sentence, _ in document.sentences
        if len(sentence) in _SENTENCE_LENGTHS
    ]
    return Corpus(
        torch.stack([torch.from_numpy(each) for each in by_id.values()]), questions, sentences
    )


def _find_keyword_hits(
    retriever: Retriever, text: str, answering: Sequence[int], rows: Mapping[int, int]
) -> CorpusQuestion:
    """A question with what keywords find; the rows of passages are given by their ids."""
    found = retriever.search(text, _KEYWORD_DEPTH, "bm25")
    hits = [hit for hit in found if hit.passage.id in rows]
    scores = torch.tensor([hit.scores["bm25"] for hit in hits])
    # Fewer are found if the others have none of the words.
    least = found[-1].scores["bm25"] if len(found) == _KEYWORD_DEPTH else 0.0
    keyword_hits = torch.tensor([rows[hit.passage.id] for hit in hits], dtype=torch.int64)
    return CorpusQuestion(text, torch.tensor(answering), keyword_hits, scores - least)


def sample_contexts(data: Path, rng: random.Random) -> list[AskedDocument]:
    """Contexts of public sets in other languages, each as a document with one question.

    Raises:
        ValueError: the folder of the data holds no `lang/*.train.jsonl.gz`.
    """
    documents: list[AskedDocument] = []
    paths = sorted(data.glob("lang/*.train.jsonl.gz"))
    if not paths:
        raise ValueError(f"{data} holds no lang/*.train.jsonl.gz")
    for path in paths:
        asked = {row.context: row for row in read_rows(path) if row.answers}
        for row in rng.sample([*asked.values()], min(_CONTEXTS, len(asked))):
            title = f"{path.name} {len(documents)}"
            row = replace(row, evidence=row.evidence or row.answers)
            documents.append(AskedDocument(row.language, title, row.context, (row,)))
    return documents
