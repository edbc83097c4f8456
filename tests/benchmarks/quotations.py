"""What is quoted where the passages are given: cells of tables, yes or no, lists.

    python -m tests.benchmarks.quotations --data FOLDER [--count 150]

FOLDER holds `qa/*.jsonl.gz`. Nothing is retrieved: the passages of each question's own context go
through the pipeline that answers people, so that rules about what is quoted show by themselves.
A cell is asked of the one row that holds it, and compared with the cell that the reader alone
would quote; a sentence that decides, and a list, are asked of all passages of the context.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from index import Document, Hit, Passage, Span
from index.models import load_encoder
from qa.answering.answers import Answer
from qa.answering.models import AnsweringModels, load_models
from qa.answering.pipeline import answer_question
from qa.evaluation.measuring.scoring import list_f1
from qa.passage_text import ModelPassage, find_cells
from qa.question_form import QuestionForm
from qa.training.questions.rows import QuestionRow, cut_context, load_rows, split_row
from tests.support.rows import make_row

TABLES = ("aitqa.dev", "tatqa.dev", "wikitablequestions.dev", "hybridqa.dev", "fetaqa.dev")
VERDICTS = ("boolq_evidence.dev", "feedbackqa.dev", "policyqa.dev")
LISTS = ("many_answers.dev", "multispanqa_nq")
_BETWEEN_CELLS = " | "
_MOST_PASSAGES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds qa/*.jsonl.gz")
    parser.add_argument("--count", type=int, default=150, help="questions of each set")
    options = parser.parse_args()
    models = load_models(load_encoder)
    for name in TABLES:
        rows = islice(find_rows(options.data, name), options.count)
        judged = [judge_cell(models, *row) for row in rows]
        alone, quoted = (mean(column) for column in zip(*judged, strict=True))
        print(f"{name:24} {len(judged):4} cells: reader {alone:.3f}, as quoted {quoted:.3f}")
    for name in VERDICTS:
        questions = [
            row for row in load_rows(options.data, name) if QuestionForm.of(row.question).decides
        ]
        right = list(islice(judge_sentences(models, questions), options.count))
        print(f"{name:24} {len(right):4} yes or no: right sentence {mean(right):.3f}")
    for name in LISTS:
        questions = [
            row for row in load_rows(options.data, name) if QuestionForm.of(row.question).lists
        ]
        scores = list(islice(judge_lists(models, questions), options.count))
        print(f"{name:24} {len(scores):4} lists: F1 over members {mean(scores):.3f}")


def mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def find_rows(data: Path, name: str) -> Iterator[tuple[str, Passage, str, set[int]]]:
    """Questions with the row of a table that answers, its title, and which cells are right."""
    for row in load_rows(data, name):
        columns: tuple[str, ...] = ()
        start = 0
        for line in row.context.splitlines(keepends=True):
            text, whole = line.rstrip("\n"), Span(start, start + len(line.rstrip("\n")))
            start += len(line)
            if _BETWEEN_CELLS not in text:
                columns = ()
                continue
            if not columns:
                columns = tuple(cell.strip() for cell in text.split("|"))
                continue
            cells = split_row(text, columns)
            answers = [
                Span(answer.start - whole.start, answer.end - whole.start) for answer in row.answers
            ]
            right = {
                number
                for number, cell in enumerate(cells)
                if any(cell.start <= each.start and each.end <= cell.end for each in answers)
            }
            if right and len(cells) == len(columns):
                yield (
                    row.question,
                    make_row(text, columns, border="|", start=whole.start),
                    row.title,
                    right,
                )


def judge_cell(
    models: AnsweringModels, question: str, row: Passage, title: str, right: set[int]
) -> tuple[bool, bool]:
    """Whether the reader alone, and the pipeline, quote a right cell of a row."""
    cells = find_cells(row)

    def is_right(span: Span) -> bool:
        return any(cells[n].start <= span.start and span.end <= cells[n].end for n in right)

    [reading] = models.reader.read(question, [ModelPassage(row.text, title, row.columns, cells)])
    alone = bool(reading.spans) and is_right(reading.spans[0].span)
    best = ask(models, question, [row], title)
    starts = best.spans if best else ()
    shift = row.span.start
    return alone, any(is_right(Span(s.start - shift, s.end - shift)) for s in starts)


def judge_sentences(models: AnsweringModels, rows: Sequence[QuestionRow]) -> Iterator[bool]:
    """Whether what is quoted lies in a passage's sentence that answers."""
    for row in rows:
        passages = cut_context(row, random.Random(row.question))[:_MOST_PASSAGES]
        right = {
            sentence.of(passage.text)
            for passage in passages
            for sentence, answers in zip(passage.sentences, passage.is_evidence, strict=True)
            if answers
        }
        if right and len(passages) > 1:
            best = ask(models, row.question, number_passages([p.text for p in passages]), row.title)
            yield best is not None and any(best.text in each or each in best.text for each in right)


def judge_lists(models: AnsweringModels, rows: Sequence[QuestionRow]) -> Iterator[float]:
    """F1 over the members of a list, asked of the passage that has the most of them."""
    for row in rows:
        passages = [p for p in cut_context(row, random.Random(row.question)) if p.answers]
        if passages and len(row.answers) > 1:
            fullest = max(passages, key=lambda passage: len(passage.answers))
            members = [answer.of(fullest.text) for answer in fullest.answers]
            [passage] = number_passages([fullest.text])
            best = ask(models, row.question, [passage], row.title)
            parts = [passage.quote(span) for span in best.spans] if best else []
            yield list_f1(parts, members)


def number_passages(texts: Sequence[str]) -> list[Passage]:
    return [Passage(number, Span(0, len(text)), text) for number, text in enumerate(texts, 1)]


def ask(
    models: AnsweringModels, question: str, passages: Sequence[Passage], title: str
) -> Answer | None:
    """The best answer from some passages that are equally near to the question."""
    document = Document(1, "/context.txt", title or None)
    hits = [Hit(passage, document, 0.5, {}) for passage in passages]
    answers = answer_question(question, hits, models, len(hits)).answers
    return answers[0] if answers else None


if __name__ == "__main__":
    main()
