"""The rows of the training data, and their contexts cut into passages, with labels.

A context is cut as the index cuts documents. Running text becomes passages of a few sentences, a
table becomes a passage a row. How long the passages of a context are is drawn at random, so that
the reader meets all lengths.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from index import Span
from index.documents import ENGLISH
from index.text import split_sentences
from qa.passage_text import ModelPassage, render_passage

# The most characters of a passage; one of these is drawn for each context.
_LENGTHS = (260, 380, 520, 700, 860, 950)
# A context shorter than the first is one passage; so are half of those up to the second.
_SHORT, _ONE_PASSAGE = 300, 1000
# A longer answer is learned as a region, not as a span.
_LONGEST_ANSWER = 330
# A longer answer that is a whole piece of evidence is a region too.
_SENTENCE = 90
# Where a passage ends inside an answer, a shorter part of the answer is left out.
_LEAST_PART = 20
# Languages whose scripts say as much in a third of the characters, and how many characters of a
# passage in them stand for one in English.
_DENSE, _DENSITY = ("ja", "ko", "th", "zh"), 0.4
# Paragraphs shorter than this on average are cut as if they were one.
_SHORT_PARAGRAPHS = 200
_LONGEST_CAPTION = 80
_WITH_TITLE = 0.7

_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
BETWEEN_CELLS = " | "


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question asked of a context.

    Attributes:
        answers: where the answer stands in the context; empty if the context has none.
        evidence: the sentences or table rows that answer, if the data have them.
        title: of the document that the context comes from, or "".
        requires_all: whether all answers are required, as those of a list.
        language: of the context.
    """

    question: str
    context: str
    answers: tuple[Span, ...] = ()
    evidence: tuple[Span, ...] = ()
    title: str = ""
    requires_all: bool = False
    language: str = ENGLISH

    @property
    def answer_texts(self) -> list[str]:
        return [answer.of(self.context) for answer in self.answers]


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON Lines, which may be gzipped."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def load_rows(folder: Path, source: str) -> list[QuestionRow]:
    """The rows of one file, `qa/SOURCE.jsonl.gz` in the data folder."""
    return read_rows(folder / "qa" / f"{source}.jsonl.gz")


def read_rows(path: Path) -> list[QuestionRow]:
    """The rows of a gzipped JSON Lines file."""
    return [_read_row(row) for row in read_json_lines(path)]


def _read_row(row: dict[str, Any]) -> QuestionRow:
    starts = {(answer["answer_start"], len(answer["text"])) for answer in row["answers"]}
    return QuestionRow(
        row["question"],
        row["context"],
        tuple(Span(start, start + length) for start, length in sorted(starts)),
        tuple(Span(*pair) for pair in row.get("evidence") or ()),
        (row.get("title") or "").replace("_", " "),
        requires_all=row.get("match") == "all",
        language=row.get("language", ENGLISH),
    )


def holds_answer(text: str, answers: list[str]) -> bool:
    """Whether a text holds one of the answers, also as a part of longer words."""
    lowered = text.lower()
    return any(answer.lower() in lowered for answer in answers)


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage as the reader reads it, with its labels.

    Attributes:
        text: what is read.
        above: what stands above it.
        answers: spans of `text` to be found exactly.
        regions: stretches of `text` in which the answer lies; its ends are not known.
        sentences: the sentences of `text`, or the whole row of a table.
        is_evidence: for each sentence whether it answers.
    """

    text: str
    above: str = ""
    answers: tuple[Span, ...] = ()
    regions: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = ()
    is_evidence: tuple[bool, ...] = ()

    @property
    def answers_question(self) -> bool:
        return bool(self.answers or self.regions or any(self.is_evidence))


def cut_context(row: QuestionRow, rng: random.Random) -> list[LabelledPassage]:
    """All passages of a row's context, in reading order."""
    above = row.title if rng.random() < _WITH_TITLE else ""
    density = _DENSITY if row.language in _DENSE else 1.0
    most = int(rng.choice(_LENGTHS) * density)
    if BETWEEN_CELLS in row.context:
        return _cut_tables(row, above, most)
    sentences = _locate_sentences(row, Span(0, len(row.context)))
    if not sentences:
        return []
    length = len(row.context)
    if length < _SHORT * density or (length <= _ONE_PASSAGE * density and rng.random() < 0.5):
        return [_label_text(row, sentences, above)]
    return [
        _label_text(row, pack, above)
        for paragraph in _split_paragraphs(row.context, sentences)
        for pack in _pack(paragraph, most)
    ]


def label_passage(
    row: QuestionRow, columns: tuple[str, ...], above: str, cells: tuple[Span, ...] = ()
) -> LabelledPassage:
    """A row whose context is one passage of an index.

    Args:
        columns, cells: the passage's, if it is a row of a table.
    """
    if columns:
        return _label_table_row(row, Span(0, len(row.context)), columns, above, cells)
    found = split_sentences(row.context, row.language)
    sentences = [Span(start, end) for start, end in found]
    return _label_text(row, sentences, above)


def _locate_sentences(row: QuestionRow, part: Span) -> list[Span]:
    """The sentences of each line of a part of a row's context."""
    return [
        Span(line.start() + start, line.start() + end)
        for line in _LINE.finditer(row.context, part.start, part.end)
        for start, end in split_sentences(line[0], row.language)
    ]


def _split_paragraphs(text: str, sentences: Sequence[Span]) -> list[list[Span]]:
    """Sentences by paragraph; all in one if the paragraphs are short."""
    paragraphs = [[sentences[0]]]
    for before, sentence in pairwise(sentences):
        if "\n\n" in text[before.end : sentence.start]:
            paragraphs.append([])
        paragraphs[-1].append(sentence)
    length = sum(each[-1].end - each[0].start for each in paragraphs)
    return [list(sentences)] if length < _SHORT_PARAGRAPHS * len(paragraphs) else paragraphs


def _pack(sentences: Sequence[Span], most: int) -> list[list[Span]]:
    """Neighbouring sentences in packs of at most `most` characters, or of one sentence."""
    packs: list[list[Span]] = []
    for sentence in sentences:
        if packs and sentence.end - packs[-1][0].start <= most:
            packs[-1].append(sentence)
        else:
            packs.append([sentence])
    return packs


def _label_text(row: QuestionRow, sentences: Sequence[Span], above: str) -> LabelledPassage:
    """Some neighbouring sentences of a context as a passage."""
    whole = Span(sentences[0].start, sentences[-1].end)
    answers, regions = [], []
    for answer in row.answers:
        part = answer.clip(whole)
        if part == answer and not _is_region(answer, row.evidence):
            answers.append(answer.shift(-whole.start))
        elif len(part) > _LEAST_PART or (part == answer and len(part)):
            regions.append(part.shift(-whole.start))
    return LabelledPassage(
        whole.of(row.context),
        above,
        tuple(answers),
        () if answers else tuple(regions),
        tuple(sentence.shift(-whole.start) for sentence in sentences),
        tuple(_is_evidence(sentence, row) for sentence in sentences),
    )


def _is_region(answer: Span, evidence: Sequence[Span]) -> bool:
    """Whether an answer is whole sentences rather than words."""
    covers_evidence = any(
        answer.start <= each.start + 2 and each.end - 2 <= answer.end for each in evidence
    )
    return len(answer) > _LONGEST_ANSWER or (covers_evidence and len(answer) > _SENTENCE)


def _is_evidence(sentence: Span, row: QuestionRow) -> bool:
    if not row.evidence:
        return any(len(sentence.clip(answer)) for answer in row.answers)
    covered = sum(len(sentence.clip(each)) for each in row.evidence)
    return covered >= 0.5 * len(sentence) or any(sentence.holds(each) for each in row.evidence)


def _cut_tables(row: QuestionRow, above: str, most: int) -> list[LabelledPassage]:
    """Passages of a context with tables; the first line of each table names the columns."""
    passages: list[LabelledPassage] = []
    lines = [Span(*line.span()) for line in _LINE.finditer(row.context)]
    for is_table, run in groupby(lines, key=lambda line: _is_row(line.of(row.context))):
        part = list(run)
        if is_table and len(part) > 1:
            columns = tuple(each.strip() for each in part[0].of(row.context).split("|"))
            caption = (
                passages[-1].text if passages and len(passages[-1].text) < _LONGEST_CAPTION else ""
            )
            passages += [
                _label_table_row(
                    row, line, columns, above or caption, split_row(line.of(row.context), columns)
                )
                for line in part[1:]
                if line.of(row.context).strip(" |")
            ]
        else:
            text = Span(part[0].start, part[-1].end)
            packs = _pack(_locate_sentences(row, text), most)
            passages += [_label_text(row, pack, above) for pack in packs]
    return passages


def _is_row(line: str) -> bool:
    return BETWEEN_CELLS in line or line.startswith("| ") or line.rstrip().endswith(" |")


def split_row(text: str, columns: tuple[str, ...]) -> tuple[Span, ...]:
    """The cells of a row that bars part; none if they are not as many as columns, or one more."""
    cells, start = [], 0
    for cell in text.split("|"):
        end = start + len(cell.rstrip())
        cells.append(Span(min(start + len(cell) - len(cell.lstrip()), end), end))
        start += len(cell) + 1
    return tuple(cells) if 0 <= len(cells) - len(columns) <= 1 else ()


def _label_table_row(
    row: QuestionRow, line: Span, columns: tuple[str, ...], above: str, cells: tuple[Span, ...]
) -> LabelledPassage:
    """A row of a table as a passage."""
    rendered = render_passage(ModelPassage(line.of(row.context), above, columns, cells))
    answers: set[Span] = set()
    answers_whole = any(len(each.clip(line)) > 0.5 * len(line) for each in row.evidence)
    for answer in row.answers:
        part = answer.clip(line)
        if part != answer or not len(part):
            continue
        if len(rendered.cells) > 1 and len(part) >= 0.9 * len(line):
            answers_whole = True
        elif rendered.cells:
            for cell, source in zip(rendered.cells, rendered.sources, strict=True):
                inside = part.shift(-line.start).clip(source)
                if len(inside):
                    answers.add(inside.shift(cell.start - source.start))
        else:
            answers.add(part.shift(-line.start))
    whole = Span(0, len(rendered.text))
    return LabelledPassage(
        rendered.text,
        rendered.above,
        tuple(sorted(answers)),
        (whole,) if answers_whole and not answers else (),
        (whole,),
        (answers_whole or bool(answers),),
    )
