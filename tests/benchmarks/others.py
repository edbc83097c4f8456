"""Beside txtai, Haystack and chromadb: the same text, the same embedding model, in the same run.

python tests/benchmarks/others.py --data FOLDER [--questions 300] [NAME…], where FOLDER/ir/xquad_en is
in BEIR's layout. Each NAME that is installed (all, if none is given) is measured in a process of its
own, as its pages show it: keywords and vectors together if it has both, all-MiniLM-L6-v2 from the
disk. Seconds are those of the processors, whatever else runs; memory is the most that was taken.

                            load   index  question  memory    R@1
quoteback                    0.5     5.5     0.011     219  0.970
txtai 9.14.0                10.3    14.5     0.022    1290  0.963
haystack-ai 3.4.1            7.2    12.1     0.030     933  0.937
chromadb 1.5.9               7.7    12.7     0.019     976  0.923
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

K = 10
Search = Callable[[str], Sequence[str]]


def open_quoteback(texts: Mapping[str, str], folder: Path) -> Callable[[], Search]:
    from index import Index, Retriever
    from index.models import load_encoder

    load_encoder()

    def fill() -> Search:
        index = Index.open(folder / "index", create=True)
        index.add_texts(texts.items())
        retriever = Retriever(index)
        return lambda question: [hit.document.path for hit in retriever.search(question, K)]

    return fill


def open_txtai(texts: Mapping[str, str], folder: Path) -> Callable[[], Search]:
    from txtai import Embeddings

    embeddings = Embeddings(path=find_model(), hybrid=True, gpu=False)

    def fill() -> Search:
        embeddings.index(texts.items())
        embeddings.save(str(folder / "index"))
        return lambda question: [name for name, _ in embeddings.search(question, K)]

    return fill


def open_haystack(texts: Mapping[str, str], folder: Path) -> Callable[[], Search]:
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import (
        InMemoryBM25Retriever,
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import ComponentDevice
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    cpu = ComponentDevice.from_str("cpu")
    embedder = SentenceTransformersDocumentEmbedder(
        model=find_model(), device=cpu, progress_bar=False
    )
    asker = SentenceTransformersTextEmbedder(model=find_model(), device=cpu, progress_bar=False)
    embedder.warm_up()
    asker.warm_up()
    store = InMemoryDocumentStore()
    words, nearest = (
        InMemoryBM25Retriever(store, top_k=K),
        InMemoryEmbeddingRetriever(store, top_k=K),
    )
    joiner = DocumentJoiner("reciprocal_rank_fusion", top_k=K)

    def search(question: str) -> Sequence[str]:
        found = [
            words.run(query=question)["documents"],
            nearest.run(query_embedding=asker.run(question)["embedding"])["documents"],
        ]
        return [document.meta["name"] for document in joiner.run(found)["documents"]]

    def fill() -> Search:
        documents = [Document(content=text, meta={"name": name}) for name, text in texts.items()]
        store.write_documents(embedder.run(documents)["documents"])
        store.save_to_disk(str(folder / "store.json"))
        return search

    return fill


def open_chromadb(texts: Mapping[str, str], folder: Path) -> Callable[[], Search]:
    import chromadb
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(find_model(), device="cpu")

    class Embed(chromadb.EmbeddingFunction[Any]):
        def __init__(self) -> None:
            pass

        def __call__(self, input: Any) -> Any:
            return list(model.encode(input, normalize_embeddings=True))

    client = chromadb.PersistentClient(str(folder))
    made = client.create_collection(
        "texts", embedding_function=Embed(), metadata={"hnsw:space": "cosine"}
    )

    def fill() -> Search:
        made.add(ids=list(texts), documents=list(texts.values()))
        return lambda question: made.query(query_texts=[question], n_results=K)["ids"][0]

    return fill


SYSTEMS: Mapping[str, tuple[str, Callable[[Mapping[str, str], Path], Callable[[], Search]]]] = {
    "quoteback": ("index", open_quoteback),
    "txtai": ("txtai", open_txtai),
    "haystack-ai": ("haystack", open_haystack),
    "chromadb": ("chromadb", open_chromadb),
}


def find_model() -> str:
    from index.models import default_model_folder

    return str(default_model_folder())


def rows(path: Path) -> Iterable[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def measure(name: str, data: Path, questions: int) -> Mapping[str, float]:
    """Seconds of the processors for each step, MB of memory, how often the right text is first."""
    texts = {row["_id"]: row["text"] for row in rows(data / "corpus.jsonl.gz")}
    asked = list(rows(data / "queries.jsonl.gz"))[:questions]
    lines = (data / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    right = {query: text for query, text, _ in (line.split("\t") for line in lines)}
    times = [time.process_time()]
    with tempfile.TemporaryDirectory() as scratch:
        fill = SYSTEMS[name][1](texts, Path(scratch))
        times.append(time.process_time())
        search = fill()
        search("warm")
        times.append(time.process_time())
        found = [search(row["text"]) for row in asked]
        times.append(time.process_time())
        first = sum(right[row["_id"]] in got[:1] for row, got in zip(asked, found, strict=True))
        return {
            "load": times[1] - times[0],
            "index": times[2] - times[1],
            "question": (times[3] - times[2]) / len(asked),
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "first": first / len(asked),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(
            json.dumps(measure(options.names[0], options.data / "ir/xquad_en", options.questions))
        )
        return
    print(f"{'':24}{'load':>8}{'index':>8}{'question':>10}{'memory':>8}{'R@1':>7}")
    for name in options.names or SYSTEMS:
        if find_spec(SYSTEMS[name][0]) is None:
            print(f"{name} is not installed")
            continue
        command = [sys.executable, __file__, "--alone", "--data", options.data, name]
        done = subprocess.run(
            [*command, "--questions", str(options.questions)],
            check=True,
            capture_output=True,
            text=True,
        )
        got = json.loads(done.stdout.splitlines()[-1])
        title = name if name == "quoteback" else f"{name} {version(name)}"
        print(
            f"{title:24}{got['load']:8.1f}{got['index']:8.1f}{got['question']:10.3f}"
            f"{got['memory']:8.0f}{got['first']:7.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
