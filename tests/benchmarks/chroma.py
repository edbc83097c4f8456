"""Against chromadb, with the same model and the same text, in the same run.

python tests/benchmarks/chroma.py --data FOLDER --folder FOLDER --kept FOLDER, with
chromadb installed; FOLDER/ir/xquad_en is in BEIR's layout, the other two are those of
search.py. First both index paragraphs and answer questions about them, from text on
(chromadb with sentence-transformers, as its users have it). Then both are given
vectors: that leaves out the model, and compares how they are kept and searched.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from corpus import HELD_OUT, embedded
from numpy.typing import NDArray

from index import Content, Index, Retriever
from index.engines.local.vectors import Vectors
from index.models import default_model_folder

K = 10
QUESTIONS = 300
# chromadb takes no more at once.
BATCH = 5_000


class Embed(chromadb.EmbeddingFunction[Any]):
    """The default model, run by sentence-transformers with its defaults."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(default_model_folder()), device="cpu")

    def __call__(self, input: Any) -> Any:
        return list(self._model.encode(input, normalize_embeddings=True))


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def collection(folder: Path, embed: Embed | None) -> Any:
    client = chromadb.PersistentClient(str(folder))
    return client.create_collection(
        "passages", embedding_function=embed, metadata={"hnsw:space": "cosine"}
    )


def asked_by_turns(
    searches: Mapping[str, Callable[[Any], Sequence[str]]], questions: Sequence[Any]
) -> dict[str, tuple[list[Sequence[str]], float]]:
    """What each finds for all questions, and its median milliseconds."""
    found: dict[str, list[Sequence[str]]] = {name: [] for name in searches}
    times: dict[str, list[float]] = {name: [] for name in searches}
    for question in questions:
        for name, search in searches.items():
            started = time.perf_counter()
            found[name].append(search(question))
            times[name].append(1000 * (time.perf_counter() - started))
    return {name: (found[name], statistics.median(times[name])) for name in searches}


def from_text(data: Path, scratch: Path) -> None:
    """Index paragraphs and ask about them."""
    texts = {row["_id"]: row["text"] for row in rows(data / "corpus.jsonl.gz")}
    queries = rows(data / "queries.jsonl.gz")[:QUESTIONS]
    lines = (data / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    wanted = {line.split("\t")[0]: line.split("\t")[1] for line in lines}
    embed = Embed()
    embed(["warm"])
    theirs = collection(scratch / "chroma", embed)
    index = Index.open(scratch / "ours", create=True)
    _ = index.encoder
    made = {
        "chromadb": seconds(lambda: theirs.add(ids=list(texts), documents=list(texts.values()))),
        "ours": seconds(
            lambda: index.add_texts((name, Content(text)) for name, text in texts.items())
        ),
    }
    retriever = Retriever(index)

    def chroma(question: str) -> list[str]:
        found: list[str] = theirs.query(query_texts=[question], n_results=K)["ids"][0]
        return found

    def ours(question: str, mode: Any) -> list[str]:
        return [hit.document.path for hit in retriever.search(question, K, mode)]

    results = asked_by_turns(
        {
            "chromadb": chroma,
            "ours, dense": lambda question: ours(question, "dense"),
            "ours": lambda question: ours(question, "hybrid"),
        },
        [query["text"] for query in queries],
    )
    print(f"{len(texts)} paragraphs, {len(queries)} questions, from text on")
    for name, (found, p50) in results.items():
        pairs = [(wanted[query["_id"]], some) for query, some in zip(queries, found, strict=True)]
        first = sum(some[:1] == [right] for right, some in pairs) / len(pairs)
        ten = sum(right in some for right, some in pairs) / len(pairs)
        speed = f"{len(texts) / made[name]:.1f} paragraphs a second, " if name in made else ""
        print(f"{name:12} {speed}{p50:.1f} ms a question, R@1 {first:.4f}, R@{K} {ten:.4f}")
    index.close()


def from_vectors(vectors: NDArray[np.float16], scratch: Path) -> None:
    """Keep and search vectors of real paragraphs; some are held out as questions."""
    asked, kept = vectors[:HELD_OUT].astype(np.float32), vectors[HELD_OUT:].astype(np.float32)
    theirs, store = collection(scratch / "chroma-vectors", None), Vectors(scratch / "vectors")
    made = {"chromadb": 0.0, "ours": 0.0}
    for at in range(0, len(kept), BATCH):
        part = kept[at : at + BATCH]
        numbers = range(at, at + len(part))
        made["chromadb"] += seconds(
            lambda n=numbers, p=part: theirs.add(ids=[str(each) for each in n], embeddings=p)
        )
        made["ours"] += seconds(lambda n=numbers, p=part: store.append([each + 1 for each in n], p))
    exact = np.argpartition(-(kept @ asked.T), K, axis=0)[:K].T

    def chroma(question: NDArray[np.float32]) -> list[str]:
        found: list[str] = theirs.query(query_embeddings=[question], n_results=K)["ids"][0]
        return found

    def ours(question: NDArray[np.float32]) -> list[str]:
        return [str(number - 1) for number, _ in store.search(question, K)]

    results = asked_by_turns({"chromadb": chroma, "ours": ours}, list(asked))
    print(f"{len(kept)} vectors, {len(asked)} questions")
    for name, (found, p50) in results.items():
        hits = [
            len({*map(str, best.tolist())} & set(some))
            for best, some in zip(exact, found, strict=True)
        ]
        share = sum(hits) / (K * len(asked))
        print(f"{name:12} taken in {made[name]:.1f} s, {p50:.2f} ms a question", end=", ")
        print(f"recall@{K} {share:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kept", type=Path, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        from_text(arguments.data / "ir" / "xquad_en", Path(scratch))
        _, vectors = embedded(arguments.folder, arguments.kept)
        from_vectors(vectors, Path(scratch))


if __name__ == "__main__":
    main()
