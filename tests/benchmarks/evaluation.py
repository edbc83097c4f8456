"""Reference results of retrieval, and what evaluating costs.

python tests/benchmarks/evaluation.py --data FOLDER [--speed], where FOLDER/ir holds sets in BEIR's
layout (scifact, cranfield, xquad_en, emanual_tv: those that are there are measured).

set         mode         nDCG@10   RR@10    R@10   R@100      AP
scifact     bm25, plain   0.6901  0.6577  0.8097  0.9213  0.6534
scifact     bm25          0.6858  0.6552  0.8040  0.9142  0.6493
scifact     dense, plain  0.6482  0.6076  0.7850  0.9283  0.6068
scifact     dense         0.6722  0.6299  0.8212  0.9377  0.6257
scifact     hybrid        0.7310  0.6965  0.8553  0.9577  0.6916
cranfield   bm25, plain   0.3636  0.5292  0.3877  0.7323  0.2919
cranfield   bm25          0.3654  0.5273  0.3897  0.7320  0.2932
cranfield   dense, plain  0.3772  0.5389  0.4163  0.7773  0.3187
cranfield   dense         0.3837  0.5498  0.4249  0.7715  0.3227
cranfield   hybrid        0.4162  0.5705  0.4521  0.8016  0.3457
xquad_en    bm25, plain   0.9728  0.9660  0.9924  0.9975  0.9663
xquad_en    bm25          0.9738  0.9668  0.9941  0.9983  0.9670
xquad_en    dense, plain  0.9452  0.9294  0.9916  1.0000  0.9299
xquad_en    dense         0.9505  0.9366  0.9916  1.0000  0.9371
xquad_en    hybrid        0.9849  0.9801  0.9992  1.0000  0.9801
emanual_tv  bm25, plain   0.7813  0.7218  0.9654  1.0000  0.7238
emanual_tv  bm25          0.7937  0.7350  0.9744  1.0000  0.7366
emanual_tv  dense, plain  0.5977  0.5194  0.8451  0.9880  0.5255
emanual_tv  dense         0.6288  0.5527  0.8692  0.9970  0.5596
emanual_tv  hybrid        0.7850  0.7261  0.9669  1.0000  0.7280

Published for SciFact (nDCG@10): BM25 .679 to .687, all-MiniLM-L6-v2 .645. The rows "plain" are as
these were measured: title and text as one text, a document whole, cut off where the model ends.
In the index an abstract is two passages on average, of which the better one counts. That costs
BM25 .004 (titles as a field of their own would cost .015 more). Dense is better than published
because what follows the first 256 tokens is a passage of its own. Keywords leave out the words that
make a text a question: with them BM25 has .7069 on emanual_tv and .9677 on xquad_en; SciFact's
claims hold hardly any.

With --speed, by turns so that whatever else runs slows both (time on the clock, of the processor):

xquad_en, open, against reading its passages, 238 questions: 0.936, 1.054
scifact, index and retrieval against encoding, 2 × 518 documents: 1.039, 1.032
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from index import Content, Encoder, Index, Retriever
from index.models import load_encoder
from qa import Assistant
from qa.defaults import PASSAGES_RETRIEVED
from qa.evaluation import Corpus, Evaluation, QuestionSet, evaluate, open_corpus

SETS = ("scifact", "cranfield", "xquad_en", "emanual_tv")
MEASURES = ("nDCG@10", "RR@10", "R@10", "R@100", "AP")


class Whole:
    """The model as it is published: a document is one text, cut off where the model ends."""

    max_tokens = 1_000_000

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension = encoder.dimension
        self.encode_passages, self.encode_questions = (
            encoder.encode_passages,
            encoder.encode_questions,
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 for _ in texts]


def plain(questions: QuestionSet, place: Path) -> list[Evaluation]:
    """BM25 and dense search over title and text as one passage."""
    assert questions.corpus is not None
    with Index.open(place, create=True, encoder=Whole(load_encoder())) as index:
        index.add_texts(
            (name, Content(" ".join(f"{content.title or ''} {content.text}".split())))
            for name, content in questions.corpus.read()
        )
        return [
            evaluate(questions, Retriever(index), mode=mode, name=f"{mode}, plain")
            for mode in ("bm25", "dense")
        ]


def quality(data: Path) -> None:
    print(f"{'set':12} {'mode':12} " + " ".join(f"{name:>8}" for name in MEASURES) + "       ms")
    for name in SETS:
        if not (data / name).is_dir():
            continue
        questions = QuestionSet.load(data / name)
        assert questions.corpus is not None
        with open_corpus(questions.corpus).index as index:
            for mode in ("bm25", "dense", "hybrid"):
                show(name, evaluate(questions, Retriever(index), mode=mode))
        with tempfile.TemporaryDirectory() as scratch:
            for evaluation in plain(questions, Path(scratch, "plain")):
                show(name, evaluation)


def show(name: str, evaluation: Evaluation) -> None:
    figures = " ".join(f"{evaluation.retrieval[measure].value:8.4f}" for measure in MEASURES)
    assert evaluation.latency is not None
    print(f"{name:12} {evaluation.name:12} {figures} {evaluation.latency.p50:8.2f}", flush=True)


class Clock:
    """Seconds, of the clock and of the processor, that two sides take by turns: whatever else
    runs slows both.
    """

    def __init__(self) -> None:
        self.spent = {"limit": np.zeros(2), "evaluation": np.zeros(2)}

    def time(self, side: str, work: Callable[[], object]) -> None:
        begun = time.perf_counter(), time.process_time()
        work()
        self.spent[side] += (time.perf_counter() - begun[0], time.process_time() - begun[1])

    def show(self, what: str) -> None:
        clock, processor = self.spent["evaluation"] / self.spent["limit"]
        print(f"{what}: {clock:.3f} by the clock, {processor:.3f} of the processor", flush=True)


def speed_of_retrieval(folder: Path, documents: int, rounds: int) -> None:
    """An index and all its questions against encoding the same passages alone.

    Args:
        documents: taken each time, with as many questions as there are for so many.
    """
    whole = QuestionSet.load(folder)
    assert whole.corpus is not None
    total = sum(1 for _ in whole.corpus.read())
    count = round(documents * len(whole.questions) / total)
    encoder, clock = load_encoder(), Clock()
    for at in range(rounds):
        part = list(islice(whole.corpus.read(), at * documents, (at + 1) * documents))
        named = {name for name, _ in part}
        questions = [
            replace(question, relevant=dict.fromkeys(list(named)[:1], 1))
            for question in whole.questions[at * count : (at + 1) * count]
        ]
        corpus = Corpus(str(at), lambda part=part: iter(part))
        with tempfile.TemporaryDirectory() as scratch:
            place = Path(scratch, "index")

            def measured(place=place, corpus=corpus, questions=questions) -> None:
                with open_corpus(corpus, place).index as index:
                    evaluate(QuestionSet("part", tuple(questions), corpus), Retriever(index))

            clock.time("evaluation", measured)
            with Index.open(place) as index:
                texts = [
                    f"{content.title or ''}\n{passage.text}"
                    for name, content in part
                    for passage in index.passages(name)
                ]
        clock.time("limit", lambda texts=texts: encoder.encode_passages(texts))
    clock.show(f"{folder.name}, index and retrieval against encoding, {len(texts)} passages a time")


def speed_of_answers(folder: Path, questions: int, rounds: int) -> None:
    """Questions asked of all documents against reading the same passages alone."""
    whole = QuestionSet.load(folder)
    assert whole.corpus is not None
    labelled = [replace(question, answers=("the",)) for question in whole.questions]
    clock = Clock()
    with open_corpus(whole.corpus).index as index:
        retriever = Retriever(index)
        assistant = Assistant(retriever)
        for at in range(rounds):
            part = labelled[at * questions : (at + 1) * questions]
            found = retriever.search_many([question.text for question in part], PASSAGES_RETRIEVED)
            asked = QuestionSet("part", tuple(part), whole.corpus)
            clock.time(
                "evaluation",
                lambda asked=asked: evaluate(asked, retriever, assistant=assistant),
            )

            def read(part=part, found=found) -> None:
                for question, hits in zip(part, found, strict=True):
                    assistant.answer(question.text, hits)

            clock.time("limit", read)
    clock.show(f"{folder.name}, open, against reading its passages, {questions * rounds} questions")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--rounds", type=int, default=10)
    parsed = parser.parse_args()
    data = parsed.data / "ir"
    if parsed.speed:
        speed_of_answers(data / "xquad_en", 119, parsed.rounds)
        speed_of_retrieval(data / "scifact", 518, parsed.rounds)
    else:
        quality(data)


if __name__ == "__main__":
    main()
