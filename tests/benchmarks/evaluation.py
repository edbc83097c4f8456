"""Reference results of retrieval, and what evaluating costs.

python tests/benchmarks/evaluation.py --data FOLDER, where FOLDER/ir holds sets in BEIR's
layout (scifact, cranfield, xquad_en, emanual_tv: those that are there are measured).

RESULTS

Why BM25 on SciFact is not at the published .679 to .687: those are of title and text as one
text. Here an abstract is two passages, of which the better one counts, and its title is a
field of its own with a weight of its own; with fields, .665 is published. The row "plain" is
title and text as one passage. Dense is above the published .645 since nothing is cut off
after 256 tokens: the rest is a passage of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import Content, Index, Retriever
from qa.evaluation import Evaluation, QuestionSet, evaluate, open_corpus

SETS = ("scifact", "cranfield", "xquad_en", "emanual_tv")
MEASURES = ("nDCG@10", "RR@10", "R@10", "R@100", "AP")


class NoEncoder:
    """Knows nothing of meaning, and takes a whole document as one passage: for BM25 alone."""

    name = fingerprint = "none"
    dimension = 8
    max_tokens = 1_000_000

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.full((len(texts), self.dimension), self.dimension**-0.5, dtype=np.float32)

    encode_questions = encode_passages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 for _ in texts]


def plain_bm25(questions: QuestionSet, place: Path) -> Evaluation:
    """BM25 over title and text as one passage."""
    assert questions.corpus is not None
    with Index.open(place, create=True, encoder=NoEncoder()) as index:
        index.add_texts(
            (name, Content(" ".join(f"{content.title or ''} {content.text}".split())))
            for name, content in questions.corpus.read()
        )
        return evaluate(questions, Retriever(index), mode="bm25", name="bm25, plain")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data / "ir"
    print(f"{'set':12} {'mode':12} " + " ".join(f"{name:>8}" for name in MEASURES) + "       ms")
    for name in SETS:
        if not (data / name).is_dir():
            continue
        questions = QuestionSet.load(data / name)
        assert questions.corpus is not None
        with tempfile.TemporaryDirectory() as scratch:
            show(name, plain_bm25(questions, Path(scratch, "plain")))
        opened = open_corpus(questions.corpus)
        with opened.index as index:
            for mode in ("bm25", "dense", "hybrid"):
                show(name, evaluate(questions, Retriever(index), mode=mode))


def show(name: str, evaluation: Evaluation) -> None:
    figures = " ".join(f"{evaluation.retrieval[measure].value:8.4f}" for measure in MEASURES)
    assert evaluation.latency is not None
    print(f"{name:12} {evaluation.name:12} {figures} {evaluation.latency.p50:8.2f}", flush=True)


if __name__ == "__main__":
    main()
