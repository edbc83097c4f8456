"""Retrieval quality: hybrid search against its two parts.

python tests/benchmarks/retrieval.py --data FOLDER, where FOLDER/ir holds xquad_en and
scifact in BEIR's layout. XQuAD's paragraphs are indexed as files, SciFact's abstracts as texts.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from index import MODES, Content, Index, Retriever


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def judgements(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8") as lines:
        reader = csv.reader(lines, delimiter="\t")
        next(reader)
        for query, document, grade in reader:
            found[query][document] = int(grade)
    return found


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    gains = [grades.get(name, 0) for name in ranked[:depth]]
    best = sorted(grades.values(), reverse=True)[:depth]

    def discounted(values: Sequence[int]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values))

    return discounted(gains) / discounted(best) if any(best) else 0.0


def ranked_documents(index: Index, questions: Sequence[str], mode: str) -> list[list[str]]:
    """Document names for every question, best passage first, each document once."""
    found = Retriever(index).search_many(questions, 100, mode)  # type: ignore[arg-type]
    return [list(dict.fromkeys(hit.document.path for hit in hits)) for hits in found]


def report(
    name: str, index: Index, folder: Path, name_of: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """Print and return the measures of each mode."""
    queries = rows(folder / "queries.jsonl.gz")
    qrels = judgements(folder / "qrels.tsv")
    queries = [query for query in queries if query["_id"] in qrels]
    print(f"\n{name}: {index.counts.documents} documents, {len(queries)} questions")
    print(f"{'mode':8} {'R@1':>7} {'R@3':>7} {'R@10':>7} {'nDCG@10':>8} {'ms':>7}")
    measured = {}
    for mode in MODES:
        started = time.perf_counter()
        ranked = ranked_documents(index, [query["text"] for query in queries], mode)
        spent = 1000 * (time.perf_counter() - started) / len(queries)
        figures: dict[str, float] = defaultdict(float)
        for query, names in zip(queries, ranked, strict=True):
            grades = {name_of[key]: grade for key, grade in qrels[query["_id"]].items()}
            wanted = {key for key, grade in grades.items() if grade > 0}
            for depth in (1, 3, 10):
                figures[f"R@{depth}"] += len(wanted & set(names[:depth])) / len(wanted)
            figures["nDCG@10"] += ndcg(names, grades)
        measured[mode] = {key: figure / len(queries) for key, figure in figures.items()}
        line = " ".join(f"{measured[mode][key]:7.4f}" for key in ("R@1", "R@3", "R@10"))
        print(f"{mode:8} {line} {measured[mode]['nDCG@10']:8.4f} {spent:7.2f}", flush=True)
    return measured


def measure_collections(
    data: Path, files: Path, make: Callable[[str], AbstractContextManager[Index]]
) -> dict[str, dict[str, dict[str, float]]]:
    """The measures of each mode on each collection.

    Args:
        files: where XQuAD's paragraphs are written to.
        make: makes an empty index, given a name.
    """
    files.mkdir(exist_ok=True)
    name_of = {}
    for number, row in enumerate(rows(data / "xquad_en" / "corpus.jsonl.gz")):
        path = files / f"{number:04d}.txt"
        path.write_text(row["text"], encoding="utf-8")
        name_of[row["_id"]] = str(path)
    measured = {}
    with make("xquad") as index:
        index.add([files])
        measured["XQuAD (English)"] = report("XQuAD (English)", index, data / "xquad_en", name_of)
    corpus = rows(data / "scifact" / "corpus.jsonl.gz")
    with make("scifact") as index:
        index.add_texts((row["_id"], Content(row["text"], title=row["title"])) for row in corpus)
        same = {row["_id"]: row["_id"] for row in corpus}
        measured["SciFact"] = report("SciFact", index, data / "scifact", same)
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data / "ir"
    with tempfile.TemporaryDirectory() as scratch:
        measure_collections(
            data,
            Path(scratch, "xquad"),
            lambda name: Index.open(Path(scratch, f"{name}.index"), create=True),
        )


if __name__ == "__main__":
    main()
