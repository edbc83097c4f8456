"""The reranker from its weights: checked, compiled once, cached like every model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from index import ModelError, ModelSource, OnnxGraph, default_model_folder, hash_file, load_compiled
from qa.reader.windows import Windower, load_tokenizer
from qa.reranker.cross_encoder import CrossEncoder

FILE = "reranker.safetensors"
CARD = "card.json"
_GRAPH = "reranker.onnx"


def load_reranker(
    folder: Path, progress: Callable[[str, float], None] | None = None
) -> CrossEncoder:
    """The reranker, compiled the first time it is used.

    Args:
        folder: holds `reranker.safetensors` and `card.json` with its sha256.
        progress: told each stage of compiling and how much is done, 0 to 1.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
    """
    path = folder / FILE
    if not path.is_file() or not (folder / CARD).is_file():
        raise ModelError("the reranker's weights are missing: reinstall quoteback")
    # The default encoder's tokenizer is the same as the original's.
    windower = Windower(load_tokenizer(default_model_folder()))

    def build(target: Path, _digest: str) -> None:
        try:
            wanted = json.loads((folder / CARD).read_text(encoding="utf-8"))["sha256"]
        except (ValueError, TypeError, KeyError):
            wanted = None
        if hash_file(path) != wanted:
            raise ModelError("the reranker's weights are damaged: reinstall quoteback")
        from qa.reranker.export import export

        export(path, windower, target / _GRAPH, progress)

    def load(compiled: Path) -> CrossEncoder:
        return CrossEncoder(OnnxGraph(compiled / _GRAPH), windower)

    return load_compiled(ModelSource(folder, (FILE, CARD)), build, load)
