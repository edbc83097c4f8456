"""Questions written about whole documents, as training questions with the passages a search finds.

`python -m qa.training.written_questions --documents FOLDER --questions FILE --out FILE` indexes the
documents, asks each question of all of them, and writes it with the passages that answer, two at
most, and some that do not: neighbours, and what the retriever ranks highest. The reader so
learns to tell them apart where it will be used. `python -m qa.training.train --written FILE` reads
the result. With `--asked FILE` it is done with documents that bring their questions, each language
in an index of its own.

`qa.training.questions.written` and `questions.asked_documents` explain the lines of the files.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Any

from index import DEFAULT_MODEL, LANGUAGES_MODEL, Hit, Index, Passage, Retriever, Span
from index.documents import ENGLISH, join_title
from qa.answering.models import Reranker
from qa.passage_text import ModelPassage, find_cells
from qa.training.questions.asked_documents import (
    AskedDocument,
    add_asked_documents,
    load_asked_documents,
    locate_document_questions,
)
from qa.training.questions.mixture import TrainingQuestion, retype
from qa.training.questions.rows import (
    LabelledPassage,
    QuestionRow,
    label_passage,
    read_json_lines,
)
from qa.training.questions.written import (
    LocatedQuestion,
    is_held_out,
    load_written,
    locate_questions,
)
from qa.training.reader.scoring import CrossEncoder

# Passages searched for a question, and those of other excerpts that are looked at.
_DEPTH, _OTHERS = 24, 3
# Passages that answer, if the evidence stands in several.
_ANSWERING = 2
# Passages that do not answer; those from elsewhere, for a question that has an answer.
_NEGATIVES, _AWAY = 3, 2
# A passage from elsewhere that the retriever ranks higher than one that answers may well answer
# too: it is left out if the reranker scores it so much higher. If nothing answers, it is left out
# if it scores higher than what is known not to answer.
_AHEAD = 1.5
# How often a passage comes with its title alone, so that headings are not relied on.
_TITLE_ALONE = 0.12


def choose_passages(
    located: LocatedQuestion, hits: Sequence[Hit], reranker: Reranker | None, rng: random.Random
) -> tuple[LabelledPassage, ...]:
    """The passages that come with a question: those that answer first, if any do.

    Args:
        hits: what the retriever finds, best first.
        reranker: finds passages from elsewhere that may answer, too; None if nothing reads them.
    """
    row = located.row
    ranks = {hit.passage.id: rank for rank, hit in enumerate(hits)}
    ids = {passage.id for passage in (*located.answering, *located.others)}
    elsewhere = [hit for hit in hits if hit.passage.id not in ids][:_OTHERS]
    near = sorted(
        located.others, key=lambda each: ranks.get(each.id, len(hits)) + rng.uniform(0, 20)
    )
    answering = sorted(located.answering, key=lambda each: -_count_evidence(each, row))

    def label(
        passage: Passage, title: str | None, labels: QuestionRow | None = None
    ) -> LabelledPassage:
        headings = () if rng.random() < _TITLE_ALONE else passage.headings
        about = labels or QuestionRow(row.question, passage.text)
        return label_passage(
            about, passage.columns, join_title(title, headings), find_cells(passage)
        )

    # A passage from elsewhere may answer, too, if it is better than what the labels speak of.
    known = next(iter((*answering, *near)), None)
    rank = 0 if known is None else ranks.get(known.id, len(hits))
    ahead = [hit for hit in elsewhere if ranks[hit.passage.id] < rank]
    if reranker is not None and known is not None and ahead:
        above = join_title(row.title, known.headings)
        passage = ModelPassage(known.text, above, known.columns, find_cells(known))
        score, *scores = reranker.score(row.question, [passage, *map(ModelPassage.of, ahead)])
        most = score + (_AHEAD if answering else 0.0)
        left_out = {h.passage.id for h, each in zip(ahead, scores, strict=True) if each > most}
        elsewhere = [hit for hit in elsewhere if hit.passage.id not in left_out]

    right = [label(each, row.title, _cut_row(row, each)) for each in answering[:_ANSWERING]]
    away = [label(hit.passage, hit.document.title) for hit in elsewhere[:_AWAY]]
    beside = [label(each, row.title) for each in near[: _NEGATIVES - len(away)]]
    return (*right, *beside, *away)


def _cut_row(row: QuestionRow, passage: Passage) -> QuestionRow:
    """The row with a passage of its context in place of the whole."""
    start = passage.span.start
    answers, evidence = (
        tuple(each.shift(-start) for each in spans) for spans in (row.answers, row.evidence)
    )
    return replace(row, context=passage.text, answers=answers, evidence=evidence)


def _count_evidence(passage: Passage, row: QuestionRow) -> int:
    """How many characters of a passage are evidence."""
    starts = ((max(each.start, passage.span.start), each.end) for each in row.evidence)
    return sum(max(0, min(end, passage.span.end) - start) for start, end in starts)


def make_questions(
    located: Iterable[LocatedQuestion], index: Index, reranker: Reranker | None, seed: int
) -> Iterator[TrainingQuestion]:
    """Questions with the passages of an index that come with them, see `choose_passages`."""
    rng = random.Random(seed)
    retriever = Retriever(index)
    for each in located:
        hits = retriever.search(each.row.question, _DEPTH)
        chosen = choose_passages(each, hits, reranker, rng)
        if chosen and each.row.answers and not chosen[0].answers_question:
            continue
        if chosen:
            yield TrainingQuestion(
                retype(each.row.question, rng),
                chosen,
                requires_all=each.row.requires_all and len(chosen[0].answers) > 1,
                trusts_reranker=False,
            )


def make_document_questions(
    documents: Sequence[AskedDocument], folder: Path, seed: int
) -> Iterator[TrainingQuestion]:
    """The questions of documents that are not held out, asked of all documents in their language.

    Args:
        folder: for the indexes, made if they are not there.
    """
    for language in sorted({document.language for document in documents}):
        own = [each for each in documents if each.language == language and not each.is_held_out]
        model = DEFAULT_MODEL if language == ENGLISH else LANGUAGES_MODEL
        with Index.open(folder / language, create=True, model=model) as index:
            add_asked_documents(index, own)
            yield from make_questions(locate_document_questions(own, index), index, None, seed)


def save_questions(path: Path, questions: Iterable[TrainingQuestion]) -> int:
    """Write questions with their passages, a JSON object a line; returns how many."""
    number = 0
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for question in questions:
            file.write(json.dumps(asdict(question), ensure_ascii=False) + "\n")
            number += 1
    return number


def load_questions(path: Path) -> list[TrainingQuestion]:
    """Read what `save_questions` has written."""
    return [_read_question(values) for values in read_json_lines(path)]


def _read_question(values: dict[str, Any]) -> TrainingQuestion:
    passages = (_read_passage(each) for each in values.pop("passages"))
    return TrainingQuestion(passages=tuple(passages), **values)


def _read_passage(values: dict[str, Any]) -> LabelledPassage:
    spans = {
        name: tuple(Span(**span) for span in values[name])
        for name in ("answers", "regions", "sentences")
    }
    is_evidence = tuple(values["is_evidence"])
    return LabelledPassage(values["text"], values["above"], is_evidence=is_evidence, **spans)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.written_questions")
    parser.add_argument("--documents", type=Path, help="folder of the documents")
    parser.add_argument("--questions", type=Path, help="JSON Lines, see questions.written")
    parser.add_argument("--reranker", type=Path, help="see qa.training.train")
    parser.add_argument(
        "--asked",
        type=Path,
        nargs="+",
        help="in place of these: documents with their questions, see questions.asked_documents",
    )
    parser.add_argument("--index", type=Path, required=True, help="of the documents, made if new")
    parser.add_argument("--out", type=Path, required=True, help="a file for `train --written`")
    parser.add_argument("--seed", type=int, default=16)
    arguments = parser.parse_args()
    if arguments.asked:
        documents = [*chain.from_iterable(map(load_asked_documents, arguments.asked))]
        questions = make_document_questions(documents, arguments.index, arguments.seed)
    elif arguments.documents and arguments.questions and arguments.reranker:
        folder = arguments.documents.resolve()
        reranker = CrossEncoder(arguments.reranker)
        index = Index.open(arguments.index, create=True)
        index.add([folder])
        asked = load_written(arguments.questions)
        written = [each for each in asked if not is_held_out(each.document)]
        located = (found for _, found in locate_questions(written, index, folder))
        questions = make_questions(located, index, reranker, arguments.seed)
    else:
        parser.error("give --asked, or --documents, --questions and --reranker")
    print(f"{save_questions(arguments.out, questions)} questions")


if __name__ == "__main__":
    main()
