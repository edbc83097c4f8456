"""Questions written about whole documents, found in these by the fingerprints of their evidence.

A line of the questions is a JSON object. `question` is what is asked, `kind` is "list" if all
answers are required; `document` is a path in the folder; `evidence` holds the
fingerprints of the sentences (or rows of a table) that answer, as passages have them; `answers` the
few words in them, if a few are enough; `excerpt` the fingerprints of the first and last sentence
that the writer looked at, and is left out if that was the whole document. A question
without evidence is not answered there. `history` holds the turns before a follow-up, which is made
self-contained, as the program does it.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from index import Index, Passage, Span
from qa.answering.quoting.evidence import join_neighbours, split_passage
from qa.conversation import Turn, resolve_question
from qa.passage_text import find_cells
from qa.training.questions.rows import QuestionRow, read_json_lines

# Of the sources of real documents, one in so many is held out.
_HELD_OUT = 8
# Stands in the folder of a source of real documents, which is called after its repository.
_BETWEEN_OWNER_AND_NAME = "--"
# A sentence of a document with its fingerprint.
_Sentence = tuple[Span, str]


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A line of the file of questions."""

    document: str
    question: str
    kind: str
    evidence: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    excerpt: tuple[str, str] | None = None


def load_written(path: Path) -> list[WrittenQuestion]:
    """The questions of a file, which may be gzipped."""
    return [_read_written(row) for row in read_json_lines(path)]


def _read_written(row: dict[str, Any]) -> WrittenQuestion:
    excerpt = row.get("excerpt")
    return WrittenQuestion(
        row["document"],
        resolve_question(row["question"], read_turns(row)),
        row["kind"],
        tuple(row.get("evidence", ())),
        tuple(row.get("answers", ())),
        (excerpt[0], excerpt[1]) if excerpt else None,
    )


def read_turns(row: dict[str, Any]) -> list[Turn]:
    """The turns before a written follow-up; none before another question."""
    return [turn if isinstance(turn, str) else tuple(turn) for turn in row.get("history", ())]


def is_held_out(document: str) -> bool:
    """Whether confidence is fitted to the questions on a document, and nothing else learns of them.

    All real documents of a source, which the first folder names, are held out, or none.
    """
    source = document.split("/")[0]
    is_real = _BETWEEN_OWNER_AND_NAME in source
    return is_real and hashlib.sha256(source.encode()).digest()[0] % _HELD_OUT == 0


def take_fingerprint(sentence: str) -> str:
    """Ten hexadecimal digits that tell a sentence from the others of its document."""
    return hashlib.sha256(" ".join(sentence.split()).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document with its passages and their sentences, in reading order.

    Attributes:
        sentences: each with its fingerprint.
    """

    text: str
    title: str
    passages: tuple[Passage, ...]
    sentences: tuple[tuple[Span, str], ...]


def split_document(text: str, title: str | None, passages: Sequence[Passage]) -> SplitDocument:
    """The document with the sentences of its passages."""
    sentences = (
        (sentence.shift(passage.span.start), take_fingerprint(sentence.of(passage.text)))
        for passage in passages
        for sentence in split_passage(passage)
    )
    return SplitDocument(text, title or "", tuple(passages), tuple(sentences))


@dataclass(frozen=True, slots=True)
class LocatedQuestion:
    """A written question in its document.

    Attributes:
        row: the question with the document's whole text.
        answering: the passages that hold evidence.
        others: those of the excerpt that hold none.
    """

    row: QuestionRow
    answering: tuple[Passage, ...]
    others: tuple[Passage, ...]


def locate_question(written: WrittenQuestion, document: SplitDocument) -> LocatedQuestion | None:
    """Find the evidence of a question; None if its document has changed too much."""
    text = document.text
    sentences: Sequence[_Sentence] = document.sentences
    if written.excerpt is not None:
        sentences = _find_excerpt(sentences, *written.excerpt, frozenset(written.evidence))
    evidence = _find_evidence(sentences, written.evidence)
    if not sentences or (written.evidence and not evidence):
        return None
    cells = _find_answering_cells(document.passages, evidence)
    words = [
        span
        for each in written.answers
        if (span := _find_cell(text, each, cells) or _find_words(text, each, evidence))
    ]
    answers = tuple(words) or (join_neighbours(text, evidence) if evidence else ())
    row = QuestionRow(
        written.question,
        text,
        answers,
        tuple(evidence),
        document.title,
        requires_all=written.kind == "list" and len(words) > 1,
    )
    excerpt = [Span(sentences[0][0].start, sentences[-1][0].end)]
    shown = [passage for passage in document.passages if touches_any(passage.span, excerpt)]
    answering = tuple(passage for passage in shown if touches_any(passage.span, evidence))
    return LocatedQuestion(row, answering, tuple(p for p in shown if p not in answering))


def locate_questions(
    written: Iterable[WrittenQuestion], index: Index, folder: Path
) -> Iterator[tuple[WrittenQuestion, LocatedQuestion]]:
    """The questions whose documents, of a folder, are in an index and have kept their evidence."""
    titles = {document.path: document.title for document in index.documents()}

    @cache
    def split(path: str) -> SplitDocument:
        return split_document(index.text(path), titles[path], index.passages(path))

    for each in written:
        path = str(folder / each.document)
        located = locate_question(each, split(path)) if path in titles else None
        if located is not None:
            yield each, located


def _find_excerpt(
    sentences: Sequence[_Sentence], first: str, last: str, evidence: Set[str]
) -> Sequence[_Sentence]:
    """The shortest excerpt between two sentences that holds all evidence; empty if there is none.

    The same sentence may stand in several places of a document.
    """
    places: dict[str, list[int]] = {}
    for at, (_, each) in enumerate(sentences):
        places.setdefault(each, []).append(at)
    best: Sequence[_Sentence] = ()
    for start in places.get(first, ()):
        end = start
        for wanted in (*(evidence & places.keys()), last):
            found = places.get(wanted, [])
            at = bisect_left(found, start if wanted != last else end)
            end = max(end, found[at]) if at < len(found) else len(sentences)
        if end < len(sentences) and (not best or end - start < len(best) - 1):
            best = sentences[start : end + 1]
    return best


def _find_evidence(sentences: Sequence[_Sentence], evidence: Sequence[str]) -> list[Span]:
    """The sentences with these fingerprints; of equal ones, the nearest to those before."""
    found: list[int] = []
    for wanted in evidence:
        places = [at for at, (_, each) in enumerate(sentences) if each == wanted]
        if places:
            found.append(min(places, key=lambda at: abs(at - found[-1]) if found else at))
    return [sentences[at][0] for at in sorted({*found})]


def _find_answering_cells(passages: Iterable[Passage], evidence: Sequence[Span]) -> list[Span]:
    """The cells, in the document, of rows of tables that are evidence."""
    return [
        cell.shift(passage.span.start)
        for passage in passages
        if passage.columns and touches_any(passage.span, evidence)
        for cell in find_cells(passage)
    ]


def _find_cell(text: str, words: str, cells: Sequence[Span]) -> Span | None:
    """The cell that holds these words and nothing else; None if several do."""
    found = [cell for cell in cells if cell.of(text).split() == words.split()]
    return found[0] if len(found) == 1 else None


def _find_words(text: str, words: str, evidence: Iterable[Span]) -> Span | None:
    """Where words stand in the evidence, whole and whatever white space is between them."""
    if not words.strip():
        return None
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)")
    for sentence in evidence:
        if match := pattern.search(text, sentence.start, sentence.end):
            return Span(*match.span())
    return None


def touches_any(span: Span, others: Iterable[Span]) -> bool:
    """Whether a span has a character in common with one of the others."""
    return any(span.overlaps(other) for other in others)
