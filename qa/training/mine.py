"""Mine hard negatives: `python -m qa.training.mine --data FOLDER --out FILE.jsonl.gz`.

All paragraphs of the training data are indexed together, and each question is asked
of them. What the retriever ranks high although it does not hold the answer is what a
reader must learn to tell from the right passage.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from index import Content, Index, Retriever
from qa.training.examples import Example, holds_answer, load

SOURCES = ("squad_v1.1.train", "squadshifts_new_wiki")
_DEPTH = 8
_ASKED_AT_ONCE = 256


def mined(
    retriever: Retriever, paragraphs: Sequence[str], questions: Sequence[Example], most: int
) -> Iterator[tuple[Example, list[str]]]:
    """Each question with its hardest paragraphs that lack the answer, at most `most`.

    Args:
        retriever: over documents named by the number of their paragraph.
    """
    for at in range(0, len(questions), _ASKED_AT_ONCE):
        chunk = questions[at : at + _ASKED_AT_ONCE]
        found = retriever.search_many([example.question for example in chunk], _DEPTH)
        for example, hits in zip(chunk, found, strict=True):
            numbers = dict.fromkeys(int(hit.document.path) for hit in hits)
            texts = (paragraphs[number] for number in numbers)
            wrong = [text for text in texts if not holds_answer(text, example.contexts[0])]
            yield example, wrong[:most]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.mine", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds qa/*.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.add_argument("--questions", type=int, default=24_000, help="how many to ask")
    parser.add_argument("--most", type=int, default=2, help="negatives to keep of each")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = [row for name in SOURCES for row in load(arguments.data / "qa" / f"{name}.jsonl.gz")]
    paragraphs = list(dict.fromkeys(row.contexts[0].text for row in rows))
    questions = random.Random(arguments.seed).sample(rows, min(arguments.questions, len(rows)))
    with tempfile.TemporaryDirectory() as folder:
        index = Index.open(Path(folder, "index"), create=True)
        index.add_texts((str(number), Content(text)) for number, text in enumerate(paragraphs))
        found = mined(Retriever(index), paragraphs, questions, arguments.most)
        with gzip.open(arguments.out, "wt", encoding="utf-8") as out:
            for example, negatives in found:
                context = example.contexts[0]
                answers = [
                    {"text": context.text[start:end], "answer_start": start}
                    for start, end in context.answers
                ]
                row = {
                    "question": example.question,
                    "context": context.text,
                    "answers": answers,
                    "title": example.title,
                    "negatives": negatives,
                }
                out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
