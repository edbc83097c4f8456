"""How well questions about documents in other languages are answered, with the part `languages`.

python -m tests.benchmarks.documents_in_other_languages --keep FOLDER [--documents FILE]
[--show LANGUAGE]

FILE has documents with their questions, as `qa.training.questions.asked_documents` explains; by default
those that nothing is trained on, in German, Spanish, French and Chinese. The documents of each
language have an index of their own, made in --keep if it is not there.

By language: the shares of the questions with an answer whose passage is among the first 8, 16 and
24 that are found, that are answered right, right and shown, and wrong and shown; and of the others
the share that is refused. Right is an answer if it shares half of its words with a right one, or
holds it whole; the evidence, if it holds a right one whole.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from index import LANGUAGES_MODEL, Hit, Index, Retriever
from qa import Assistant
from qa.evaluation.measuring.scoring import quotes_answer
from qa.training.questions.asked_documents import (
    AskedDocument,
    add_asked_documents,
    load_asked_documents,
)
from qa.training.questions.rows import QuestionRow

DOCUMENTS = Path("qa/training/data/languages_evaluation.jsonl.gz")
_DEPTHS = (8, 16, 24)
_HEADS = (*(f"among {depth}" for depth in _DEPTHS), "right", "right shown", "wrong shown")


def open_documents(folder: Path, documents: Sequence[AskedDocument]) -> Index:
    """The index of the documents, made if it is not there."""
    index = Index.open(folder, create=True, model=LANGUAGES_MODEL)
    if not [*index.documents()]:
        add_asked_documents(index, documents)
    return index


def measure_question(
    assistant: Assistant, document: AskedDocument, row: QuestionRow, show: bool
) -> list[str]:
    """What holds of a question, as names of figures."""
    reply = assistant.ask(row.question)
    if not row.answers:
        return ["unanswered", *([] if reply.answered else ["refused"])]
    hits = assistant.retriever.search(row.question, max(_DEPTHS))
    place = next((n for n, hit in enumerate(hits) if _answers(hit, document, row)), max(_DEPTHS))
    held = ["answered", *(f"among {depth}" for depth in _DEPTHS if place < depth)]
    best = reply.answers[0] if reply.answers else None
    is_right = best is not None and quotes_answer([best.text], row.answer_texts, "any")
    if is_right:
        held.append("right")
    if reply.answered:
        held.append("right shown" if is_right else "wrong shown")
    if show:
        mark = "+" if is_right else "-"
        said = f"{best.confidence:.2f} {best.text}" if best else ""
        print(f"{mark} {row.question}\n    {place}: {row.answer_texts}\n    {said}", flush=True)
    return held


def _answers(hit: Hit, document: AskedDocument, row: QuestionRow) -> bool:
    same = hit.document.path == document.title
    return same and any(hit.passage.span.overlaps(each) for each in row.evidence)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--languages", nargs="*", help="all that are there, if not given")
    parser.add_argument("--show", action="store_true", help="print each question")
    args = parser.parse_args()
    args.keep.mkdir(parents=True, exist_ok=True)
    documents = load_asked_documents(args.documents)
    print("language " + "".join(f"{head:>13}" for head in (*_HEADS, "refused")))
    for language in args.languages or sorted({each.language for each in documents}):
        own = [document for document in documents if document.language == language]
        with open_documents(args.keep / language, own) as index:
            assistant = Assistant(Retriever(index))
            held = Counter(
                name
                for document in own
                for row in document.rows
                for name in measure_question(assistant, document, row, args.show)
            )
        figures = [held[head] / held["answered"] for head in _HEADS]
        figures.append(held["refused"] / max(1, held["unanswered"]))
        print(f"{language:9}" + "".join(f"{figure:13.3f}" for figure in figures), flush=True)


if __name__ == "__main__":
    sys.exit(main())
