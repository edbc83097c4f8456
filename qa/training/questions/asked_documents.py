"""Documents, most of them made up, each with the questions that were written about it.

A line of the file is a JSON object: `language`, `title`, `paragraphs` (a table is lines whose cells
bars part, the first with the names of its columns; a heading begins with `##`), and `questions`.
The document is a page of Markdown below its title, as people keep them. Of a question, `paragraph`
is the number of the one that answers, `answer` the words or a list of all that are asked for,
`sentence` the sentence or the sentences that they stand in; all three are null if the document does
not answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from index import Index, Span, load_texts
from qa.training.questions.rows import BETWEEN_CELLS, QuestionRow, read_json_lines
from qa.training.questions.written import LocatedQuestion, touches_any

_BETWEEN = "\n\n"
_RULE = "---"
# Of the documents, one in so many is held out.
_HELD_OUT = 6


@dataclass(frozen=True, slots=True)
class AskedDocument:
    """A document with its questions, whose contexts are its whole text, a page of Markdown."""

    language: str
    title: str
    text: str
    rows: tuple[QuestionRow, ...]

    @property
    def is_held_out(self) -> bool:
        """Whether nothing learns from it, so that confidence can be fitted to it."""
        return hashlib.sha256(self.title.encode()).digest()[0] % _HELD_OUT == 0


def load_asked_documents(path: Path) -> list[AskedDocument]:
    """The documents of a gzipped file.

    Raises:
        OSError: it cannot be read.
        ValueError: an answer does not stand in its paragraph.
    """
    return [_read_document(row) for row in read_json_lines(path)]


def locate_document_questions(
    documents: Iterable[AskedDocument], index: Index
) -> Iterator[LocatedQuestion]:
    """The questions of documents that are in an index under their titles."""
    for document in documents:
        passages = index.passages(document.title)
        for row in document.rows:
            answering = tuple(each for each in passages if touches_any(each.span, row.evidence))
            others = tuple(each for each in passages if each not in answering)
            yield LocatedQuestion(row, answering, others)


def add_asked_documents(index: Index, documents: Sequence[AskedDocument]) -> None:
    """Add documents to an index, each under its title."""
    titles = (document.title for document in documents)
    contents = load_texts(document.text for document in documents)
    index.add_texts(zip(titles, contents, strict=True))


def _read_document(row: dict[str, Any]) -> AskedDocument:
    parts = [f"# {row['title']}", *map(_mark_table, row["paragraphs"])]
    # Where each paragraph starts, after the title, and where the next one would.
    starts = [*accumulate(len(part) + len(_BETWEEN) for part in parts)]
    text = _BETWEEN.join(parts)

    rows = []
    for question in row["questions"]:
        answers: set[Span] = set()
        sentences: set[Span] = set()
        if (number := question["paragraph"]) is not None:
            whole = Span(starts[number], starts[number + 1])
            sentences = {_locate(text, [whole], each) for each in _as_list(question["sentence"])}
            # The same words may stand in another sentence, too.
            answers = {
                _locate(text, [*sentences, whole], words) for words in _as_list(question["answer"])
            }
        rows.append(
            QuestionRow(
                question["question"],
                text,
                tuple(sorted(answers)),
                tuple(sorted(sentences)),
                row["title"],
                requires_all=len(answers) > 1,
                language=row["language"],
            )
        )
    return AskedDocument(row["language"], row["title"], text, tuple(rows))


def _mark_table(paragraph: str) -> str:
    """The paragraph with a rule below the names of columns, if it is a table."""
    names, *rows = paragraph.split("\n")
    if not rows or not all(BETWEEN_CELLS in line for line in (names, *rows)):
        return paragraph
    rule = BETWEEN_CELLS.join([_RULE] * (names.count(BETWEEN_CELLS) + 1))
    return "\n".join((names, rule, *rows))


def _locate(text: str, stretches: Sequence[Span], words: str) -> Span:
    """Where some words stand, in the first of the stretches that has them, else in the last."""
    within = next((each for each in stretches if words in each.of(text)), stretches[-1])
    start = text.index(words, within.start, within.end)
    return Span(start, start + len(words))


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
