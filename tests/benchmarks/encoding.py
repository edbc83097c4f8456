"""Encoding speed: the compiled model against sentence-transformers with its defaults.

python tests/benchmarks/encoding.py --data FOLDER, where FOLDER/ir/xquad_en is in BEIR's
layout. Both encode the same texts by turns, so that whatever else runs slows both; the
ratio is the median over the rounds. Last, files are indexed, from the disk to vectors and
keywords on disk, and compared with encoding alone, of the same passages from memory.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from index import Encoder, Index
from index.models import default_model_folder, load_encoder

ROUNDS = 3
QUESTIONS = 200


def texts(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def rate(encode: Callable[[Sequence[str]], object], chosen: Sequence[str]) -> float:
    """Texts a second."""
    started = time.perf_counter()
    encode(chosen)
    return len(chosen) / (time.perf_counter() - started)


def milliseconds(encode: Callable[[Sequence[str]], object], chosen: Sequence[str]) -> float:
    """Median time of one text alone."""
    return statistics.median(1000 / rate(encode, [text]) for text in chosen)


def indexed(folder: Path, encoder: Encoder) -> tuple[list[str], float, float]:
    """The passages of a folder's files, how many are indexed a second, and the cores used."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        Index.open(Path(scratch, "index"), create=True, encoder=encoder) as index,
    ):
        started, used = time.perf_counter(), time.process_time()
        index.add([folder])
        spent, used = time.perf_counter() - started, time.process_time() - used
        passages = [
            passage.text for file in index.documents() for passage in index.passages(file.path)
        ]
        return passages, len(passages) / spent, used / spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data / "ir" / "xquad_en"
    paragraphs = texts(folder / "corpus.jsonl.gz")
    questions = texts(folder / "queries.jsonl.gz")[:QUESTIONS]

    from sentence_transformers import SentenceTransformer

    ours = load_encoder()
    original = SentenceTransformer(str(default_model_folder()), device="cpu")
    cosines = (
        ours.encode_passages(paragraphs) * original.encode(paragraphs, normalize_embeddings=True)
    ).sum(axis=1)
    print(f"cosine to the original: mean {cosines.mean():.4f}, lowest {cosines.min():.4f}")
    print(f"{'texts a second':22}{'compiled':>10}{'original':>10}{'ratio':>8}")
    for name, chosen in (("paragraphs", paragraphs), ("questions", questions)):
        pairs = [
            (rate(ours.encode_passages, chosen), rate(original.encode, chosen))
            for _ in range(ROUNDS)
        ]
        fast, slow = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name:22}{fast:10.1f}{slow:10.1f}{ratio:8.2f}")
    alone = questions[:60]
    fast, slow = milliseconds(ours.encode_questions, alone), milliseconds(original.encode, alone)
    print(f"{'one question, ms':22}{fast:10.1f}{slow:10.1f}{slow / fast:8.2f}")
    with tempfile.TemporaryDirectory() as place:
        for number, paragraph in enumerate(paragraphs):
            Path(place, f"{number}.txt").write_text(paragraph, encoding="utf-8")
        rows = []
        for _ in range(ROUNDS):
            passages, fast, cores = indexed(Path(place), ours)
            rows.append((fast, rate(original.encode, passages), cores))
    fast, slow, cores = (statistics.median(side) for side in zip(*rows, strict=True))
    ratio = statistics.median(row[0] / row[1] for row in rows)
    print(f"{'passages indexed':22}{fast:10.1f}{slow:10.1f}{ratio:8.2f}  on {cores:.2f} cores")


if __name__ == "__main__":
    main()
