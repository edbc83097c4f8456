"""From text to vectors: what an encoder is, and the one that runs compiled models."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.documents import well_formed
from index.models.onnx_session import Graph

Floats = NDArray[np.float32]

# The files of a compiled model.
MANIFEST = "manifest.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
# Words of which the tokens are kept in memory, and how long they may be: some ten megabytes.
_MOST_WORDS, _LONGEST_WORD = 100_000, 50
# Vectors of length 1, but for rounding, are no longer than this.
_LONGEST_VECTOR = 1.01
# Of ASCII: all but letters and digits made blank; all but what is a token by itself left out.
_ALPHANUMERIC = string.ascii_letters + string.digits
_WORDS = {code: " " for code in range(128) if chr(code) not in _ALPHANUMERIC}
_MARKS = dict.fromkeys(map(ord, _ALPHANUMERIC + " \t\n\r"))


class Encoder(Protocol):
    """Turns passages and questions into vectors whose dot product is their similarity.

    Attributes:
        fingerprint: of the model's content, its quantisation and the kind of processor;
            vectors of two fingerprints must not be compared.
        name: the model's name to show, which `load_encoder` takes, too.
        dimension: length of a vector.
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


def as_promised(vectors: Floats, encoder: Encoder, count: int) -> Floats:
    """The vectors of `count` texts; raises `ValueError` where they are not as `Encoder` has it."""
    shape, wanted = np.shape(vectors), (count, encoder.dimension)
    if shape != wanted:
        raise ValueError(f"the encoder {encoder.name} gives vectors of shape {shape}, not {wanted}")
    # Nor is what is no number.
    if not (np.linalg.norm(vectors, axis=1) < _LONGEST_VECTOR).all():
        raise ValueError(f"the encoder {encoder.name} gives vectors that are not of length 1")
    return np.asarray(vectors, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is to be known of a compiled model beside its network and tokenizer.

    Attributes:
        fingerprint, dimension: as in `Encoder`.
        max_tokens: tokens that the network reads, special tokens and prompt included.
        question_prompt, passage_prompt: put before every question and passage.
        quantisation: `int8` or a gentler recipe; `none` where torch runs the model.
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
            name: the model's name to show.
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
        self._graph = Graph(graph)
        self._tokenizer_file = tokenizer
        self._tokenizer = _tokenizer(tokenizer)
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
        return TokenCounter(_tokenizer(self._tokenizer_file))

    def _encode(self, prompt: str, texts: Sequence[str]) -> Floats:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, vector in enumerate(
            self._graph.each(lambda text: self._vector(prompt + text), texts)
        ):
            vectors[row] = vector
        return vectors

    def _vector(self, text: str) -> Floats:
        ids = self._tokenizer.encode(well_formed(text)).ids
        if not ids:
            # A tokenizer without special tokens finds nothing in an empty text.
            return np.zeros(self.dimension, dtype=np.float32)
        vector: Floats = self._graph.run(input_ids=np.array([ids], dtype=np.int64))[0][0]
        return vector


class TokenCounter:
    """Counts the tokens of texts. Thread-safe.

    Tokenizers of the BERT family look at each word alone, and most words have been seen
    before: their tokens need not be counted again, which is far quicker.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}
        kinds = type(tokenizer.normalizer).__name__, type(tokenizer.pre_tokenizer).__name__
        self._word_by_word = kinds == ("BertNormalizer", "BertPreTokenizer")
        # They are looked for before a text is parted into words.
        self._added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens not counted."""
        if not self._word_by_word:
            return self._counted(texts)
        return [self._sum(text) for text in texts]

    def _sum(self, text: str) -> int:
        plain, others = text, []
        if not text.isascii():
            # Where other characters part words, and which are none, the tokenizer knows best.
            parts = text.replace("\n", " ").split(" ")
            plain = " ".join(filter(str.isascii, parts))
            others = [part for part in parts if not part.isascii()]
        marks, words = plain.translate(_MARKS), plain.translate(_WORDS).split() + others
        if (
            not marks.isprintable()
            or max(map(len, words), default=0) > _LONGEST_WORD
            or any(token in text for token in self._added)
        ):
            return self._counted([text])[0]
        known = self._known
        new = set(words).difference(known)
        if len(known) + len(new) > _MOST_WORDS:
            # Another thread may be reading the old ones.
            self._known = known = {}
            new = set(words)
        if new:
            known.update(zip(new, self._counted([*new]), strict=True))
        return len(marks) + sum(map(known.__getitem__, words))

    def _counted(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(
            [well_formed(text) for text in texts], add_special_tokens=False
        )
        return [len(encoding) for encoding in encodings]


def _tokenizer(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    # The file may carry a truncation and a padding of its own, shorter than the model's limit.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
