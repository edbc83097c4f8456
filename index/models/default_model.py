"""The default model, whose network is known: it is compiled without torch."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import onnx
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index.models.encoder import GRAPH, TOKENIZER, Manifest, OnnxEncoder
from index.models.fidelity import (
    OUTPUT,
    FidelityCheck,
    encode_sample,
    write_manifest,
    write_tokenizer,
)
from index.models.graph_building import GraphBuilder
from index.models.quantise import quantise_graph
from index.models.shipped_model import replace_weights
from index.reports import StageCallback

_INPUT = "input_ids"
_DIMENSION = 384
# The tokens that all-MiniLM-L6-v2 reads of a text; it was trained on fewer.
_MAX_TOKENS = 256


def compile_default_model(
    folder: Path,
    target: Path,
    digest: str,
    progress: StageCallback,
    trained: Path | None = None,
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
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        progress("Exporting", 0.0)
        original = Path(scratch) / "float32.onnx"
        onnx.save(_build_graph(folder, trained), str(original))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        sample = write_tokenizer(tokenizer, target, _MAX_TOKENS)
        manifest = Manifest(
            fingerprint="",
            dimension=_DIMENSION,
            max_tokens=_MAX_TOKENS,
            question_prompt="",
            passage_prompt="",
            quantisation="none",
            cosine_mean=1.0,
            cosine_lowest=1.0,
        )
        reference = encode_sample(OnnxEncoder("", manifest, original, target / TOKENIZER))
        check = FidelityCheck(manifest, target, reference)
        quantisation = quantise_graph(
            original, target / GRAPH, check, sample=sample, progress=progress
        )
    write_manifest(check.manifest, quantisation, digest, target)


def _build_graph(folder: Path, trained: Path | None) -> onnx.ModelProto:
    """From the tokens of a text to the mean of their states, at length 1."""
    graph = GraphBuilder(replace_weights(load_file(folder / "model.safetensors"), trained))
    heads = json.loads((folder / "config.json").read_text(encoding="utf-8"))["num_attention_heads"]
    states = graph.add_bert(_INPUT, None, "", heads)
    return graph.build([_INPUT], {OUTPUT: graph.add_mean_vector(states)})
