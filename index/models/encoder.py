"""From text to vectors: what an encoder is, and the one that runs compiled models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.arrays import Floats
from index.documents import replace_surrogates
from index.models.onnx_session import OnnxGraph
from index.models.token_counter import TokenCounter

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# The files of a compiled model.
MANIFEST = "manifest.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
# Vectors of length 1, but for rounding, are no longer than this.
_LONGEST_VECTOR = 1.01


class Encoder(Protocol):
    """Turns passages and questions into vectors whose dot product is their similarity.

    Attributes:
        fingerprint: of the model's content, its quantisation and the kind of processor;
            vectors of two fingerprints must not be compared.
        name: the model's name for people, which `load_encoder` takes as well.
        dimension: number of components of a vector.
        max_tokens: tokens of a passage that are read, special tokens included.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens and prompt not counted."""
        ...


def check_vectors(vectors: Floats, encoder: Encoder, count: int) -> Floats:
    """The vectors of `count` texts as float32; raises `ValueError` unless they are as promised.

    An encoder may be the caller's own: what it returns must have the shape that `Encoder` says,
    and vectors of length 1.
    """
    shape, wanted = np.shape(vectors), (count, encoder.dimension)
    if shape != wanted:
        raise ValueError(f"the encoder {encoder.name} gives vectors of shape {shape}, not {wanted}")
    # NaN fails this test, too.
    if not (np.linalg.norm(vectors, axis=1) < _LONGEST_VECTOR).all():
        raise ValueError(f"the encoder {encoder.name} gives vectors that are not of length 1")
    return np.asarray(vectors, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts about a compiled model that its network and tokenizer do not hold.

    Attributes:
        fingerprint, dimension: as in `Encoder`.
        max_tokens: tokens that the network reads, special tokens and prompt included.
        question_prompt, passage_prompt: put before every question and every passage.
        quantisation: `int8` or a less aggressive one; `none` where torch runs the model.
        cosine_mean, cosine_lowest: similarity of its vectors to the original's on a fixed sample.
    """

    fingerprint: str
    dimension: int
    max_tokens: int
    question_prompt: str
    passage_prompt: str
    quantisation: str
    cosine_mean: float
    cosine_lowest: float

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read what `write` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


class OnnxEncoder:
    """Runs a compiled model with onnxruntime and tokenizers alone. Thread-safe.

    The same text gives the same vector, bit for bit, whatever it is encoded together with.
    """

    def __init__(self, name: str, manifest: Manifest, graph: Path, tokenizer: Path) -> None:
        """Load a compiled model.

        Args:
            name: the model's name for people.
            graph: ONNX file with an input `input_ids`, int64 of shape (batch, tokens), and one
                output, float32 of shape (batch, dimension), pooled and of length 1.
            tokenizer: tokenizer file, as `tokenizers` saves it.

        Raises:
            Exception: one of the files cannot be loaded.
        """
        self.name = name
        self.fingerprint = manifest.fingerprint
        self.dimension = manifest.dimension
        self.manifest = manifest
        self._graph = OnnxGraph(graph)
        self._tokenizer_file = tokenizer
        self._tokenizer = _load_tokenizer(tokenizer)
        prompt = self._tokenizer.encode(manifest.passage_prompt, add_special_tokens=False)
        self.max_tokens = manifest.max_tokens - len(prompt)
        self._tokenizer.enable_truncation(manifest.max_tokens)

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        return self._encode(self.manifest.passage_prompt, texts)

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        return self._encode(self.manifest.question_prompt, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens and prompt not counted."""
        return self._counter.count(texts)

    @cached_property
    def _counter(self) -> TokenCounter:
        # Truncation is a tokenizer's state, and threads share it: counting takes one of its own.
        return TokenCounter(_load_tokenizer(self._tokenizer_file))

    def _encode(self, prompt: str, texts: Sequence[str]) -> Floats:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, vector in enumerate(
            self._graph.each(lambda text: self._vector(prompt + text), texts)
        ):
            vectors[row] = vector
        return vectors

    def _vector(self, text: str) -> Floats:
        ids = self._tokenizer.encode(replace_surrogates(text)).ids
        if not ids:
            # An empty text has no token where the tokenizer adds no special ones.
            return np.zeros(self.dimension, dtype=np.float32)
        vector: Floats = self._graph.run(input_ids=np.array([ids], dtype=np.int64))[0][0]
        return vector


def _load_tokenizer(path: Path) -> Tokenizer:
    # Imported when a model is loaded: listing and removing documents need none.
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    # The file may carry a truncation and a padding of its own, shorter than the model's limit.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
