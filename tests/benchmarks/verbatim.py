"""Evidence in passages of scientific papers, by the evaluator of ACL-Verbatim.

python tests/benchmarks/verbatim.py REPOSITORY [--threshold P], where REPOSITORY is a copy of
KRLabsOrg/acl-verbatim. It holds 100 pairs of a query and a passage, the words that answer, marked by
people, and the evaluator. 53 of the passages answer nothing.

Each passage is a document, and its query is asked of it. The evidence of all answers that people
are shown is compared with what is marked; then that of all candidates with a confidence of P. The
usual P is the best one on these pairs.

evidence of                   precision  recall      F1
answers that are shown            0.566   0.040   0.074
candidates of 0.02 or more        0.213   0.618   0.316
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index import Filter, Index, Retriever, Span
from qa import Assistant

GOLD = "333_20260206_dense_top5_20260305.json"


def read_pairs(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The queries, each with a passage that was found for it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield from ((row["query"], passage) for passage in row["results"])


def name_passage(passage: Mapping[str, Any]) -> str:
    return f"{passage['document_id']}-{passage['chunk_number']}"


def find_evidence(
    assistant: Assistant, query: str, name: str, threshold: float | None
) -> Iterator[Span]:
    """The evidence of all answers that reach a threshold, in place of the assistant's own."""
    reply = assistant.ask(query, filter=Filter(paths=(name,)), threshold=threshold)
    for answer in reply.answers:
        if answer.confidence >= reply.threshold:
            yield from answer.evidence


def evaluate(
    repository: Path,
    pairs: Sequence[tuple[str, Mapping[str, Any]]],
    found: Sequence[Sequence[Span]],
) -> Mapping[str, float]:
    """What the evaluator says of the spans that were found in each passage, over all words."""
    with tempfile.TemporaryDirectory() as scratch:
        predictions, said = Path(scratch, "predictions.jsonl"), Path(scratch, "said.json")
        lines = [
            {
                "question": query,
                "paper_id": passage["document_id"],
                "chunk_index": passage["chunk_number"],
                "pred_spans": [
                    {"start": span.start, "end": span.end, "text": span.of(passage["chunk"])}
                    for span in spans
                ],
            }
            for (query, passage), spans in zip(pairs, found, strict=True)
        ]
        predictions.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        command = [sys.executable, "-m", "acl_verbatim.eval.evaluate_predictions"]
        options = ["--gold-file", GOLD, "--pred-file", predictions, "--output-file", said]
        subprocess.run([*command, *options], cwd=repository, check=True, capture_output=True)
        words: Mapping[str, float] = json.loads(said.read_text())["summary"]["word_level"]
        return words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--threshold", type=float, default=0.02, metavar="P")
    options = parser.parse_args()
    pairs = list(read_pairs(options.repository / GOLD))
    ways = {
        "answers that are shown": None,
        f"candidates of {options.threshold:g} or more": options.threshold,
    }
    print(f"{'evidence of':29} precision  recall      F1")
    with (
        tempfile.TemporaryDirectory() as scratch,
        Index.open(Path(scratch, "index"), create=True) as index,
    ):
        index.add_texts((name_passage(passage), passage["chunk"]) for _, passage in pairs)
        assistant = Assistant(Retriever(index))
        for way, threshold in ways.items():
            found = [
                sorted({*find_evidence(assistant, query, name_passage(passage), threshold)})
                for query, passage in pairs
            ]
            words = evaluate(options.repository, pairs, found)
            figures = [words[f"micro_{measure}"] for measure in ("precision", "recall", "f1")]
            print(f"{way:29} {figures[0]:9.3f} {figures[1]:7.3f} {figures[2]:7.3f}", flush=True)


if __name__ == "__main__":
    main()
