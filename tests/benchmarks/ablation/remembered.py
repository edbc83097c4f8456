"""Networks whose outputs are kept on disk: of a second run only the rules are computed anew."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from index import Encoder
from index.models import CARD, OnnxGraph, hash_file, load_encoder
from qa.answering.models import READER_WEIGHTS, AnsweringModels, load_models
from qa.reader.trained import TrainedReader

T = TypeVar("T")
R = TypeVar("R")

# Outputs written between two commits. An interrupted run loses no more.
_OUTPUTS_A_COMMIT = 200


class Memory:
    """Arrays by key, in a SQLite file. Thread-safe."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, check_same_thread=False, timeout=60)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS outputs (key BLOB PRIMARY KEY, value BLOB)"
        )
        self._lock = Lock()
        self._uncommitted = 0

    def get(self, key: bytes) -> list[NDArray[np.float32]] | None:
        with self._lock:
            row = self._database.execute(
                "SELECT value FROM outputs WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else pickle.loads(row[0])

    def put(self, key: bytes, value: list[NDArray[np.float32]]) -> None:
        with self._lock:
            self._database.execute(
                "INSERT OR IGNORE INTO outputs VALUES (?, ?)", (key, pickle.dumps(value))
            )
            self._uncommitted += 1
            if self._uncommitted >= _OUTPUTS_A_COMMIT:
                self.commit()

    def commit(self) -> None:
        self._database.commit()
        self._uncommitted = 0


class RememberedGraph:
    """A network that runs once for the same inputs, as `OnnxGraph` for all else."""

    def __init__(self, graph: OnnxGraph, name: str, memory: Memory) -> None:
        """Wrap a network.

        Args:
            name: tells it from other networks, and from the same one with other weights.
        """
        self._graph = graph
        self._name = name
        self._memory = memory

    def run(self, **inputs: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        digest = blake2b(self._name.encode(), digest_size=16)
        for array in inputs.values():
            digest.update(np.array(array.shape).tobytes())
            digest.update(array.tobytes())
        key = digest.digest()
        outputs = self._memory.get(key)
        if outputs is None:
            outputs = self._graph.run(**inputs)
            self._memory.put(key, outputs)
        return outputs

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        return self._graph.each(work, items)


@dataclass(frozen=True, slots=True)
class Models:
    """The models that ship, all of whose networks are remembered."""

    encoder: Encoder
    answering: AnsweringModels

    @classmethod
    def load(cls, memory: Memory) -> Models:
        encoder: Any = load_encoder()
        answering = load_models(lambda: encoder)
        # Of the encoder only questions are remembered: passages are in the index.
        questions, reader = encoder.questions, cast(TrainedReader, answering.reader)
        questions._graph = RememberedGraph(
            questions._graph, f"{type(questions).__name__} {questions.fingerprint}", memory
        )
        name = f"{type(reader).__name__} {hash_file(READER_WEIGHTS / CARD)}"
        graph: Any = RememberedGraph(reader._compiled.graph, name, memory)
        reader._opened = replace(reader._compiled, graph=graph)
        return cls(encoder, answering)
