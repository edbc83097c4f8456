"""A sentence-transformers model: compiled if that is possible, else run by torch.

Imports torch: only what compiles a model may import this.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.utils import logging

from index.arrays import Floats
from index.documents import replace_surrogates
from index.models.encoder import GRAPH, TOKENIZER, Manifest
from index.models.fidelity import (
    OUTPUT,
    FidelityCheck,
    encode_sample,
    write_manifest,
    write_tokenizer,
)
from index.models.quantise import Inputs, NotExportable, quantise_graph, silence_libraries
from index.reports import StageCallback

# The most tokens for a model without a limit of its own; passages are paragraphs.
_NO_LIMIT = 512


def open_model(folder: Path) -> SentenceTransformer:
    """Load a model from a folder, for the CPU, in float32; nothing is ever downloaded.

    Raises:
        Exception: it cannot be loaded, or needs code of its own, which is never run.
    """
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        with silence_libraries():
            model = SentenceTransformer(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                # The exporter makes the fastest graph from plain attention.
                model_kwargs={"attn_implementation": "eager"},
            )
    finally:
        if shown:
            logging.enable_progress_bar()
    return model.float().eval()


def compile_model(
    model: SentenceTransformer, target: Path, digest: str, progress: StageCallback
) -> None:
    """Fill an empty folder with the files of a compiled model, or its manifest alone.

    Args:
        digest: identifies the model's content.
        progress: called with each stage and how much of the work is done, 0 to 1.
    """
    original = SentenceTransformerEncoder("", "", model)
    reference = encode_sample(original)
    manifest = Manifest(
        dimension=reference.shape[1],
        max_tokens=_read_limit(model),
        question_prompt=_read_prompt(model, "query"),
        passage_prompt=_read_prompt(model, "document", "passage", "corpus"),
    )
    check = FidelityCheck(manifest, target, reference)
    try:
        pipeline = _Pipeline(model)
        tokenizer = Tokenizer.from_str(pipeline.tokenizer.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        sample = write_tokenizer(tokenizer, target, manifest.max_tokens)
        quantisation = export_int8(
            pipeline,
            {"input_ids": torch.from_numpy(np.repeat(sample[1]["input_ids"], 2, axis=0))},
            [OUTPUT],
            target / GRAPH,
            check,
            sample=sample,
            progress=progress,
        )
        manifest = check.manifest
    except NotExportable:
        quantisation = "none"
        (target / TOKENIZER).unlink(missing_ok=True)
    write_manifest(manifest, quantisation, digest, target)


class SentenceTransformerEncoder:
    """Runs a model that cannot be compiled, by torch."""

    def __init__(self, name: str, fingerprint: str, model: SentenceTransformer) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self._model = model
        self._question_prompt = _read_prompt(model, "query")
        self._passage_prompt = _read_prompt(model, "document", "passage", "corpus")
        self.max_tokens = _read_limit(model) - self.count_tokens([self._passage_prompt])[0]
        self.dimension = self._encode("", ["a"]).shape[1]

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        return self._encode(self._passage_prompt, texts)

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        return self._encode(self._question_prompt, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        tokenizer = self._model.tokenizer
        with silence_libraries():
            return [
                len(tokenizer.encode(replace_surrogates(text), add_special_tokens=False))
                for text in texts
            ]

    def _encode(self, prompt: str, texts: Sequence[str]) -> Floats:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors: NDArray[np.float32] = self._model.encode(
            [replace_surrogates(text) for text in texts],
            prompt=prompt,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return vectors.astype(np.float32, copy=False)


class _Pipeline(nn.Module):
    """All modules of a model as one: from the tokens of whole texts to vectors of length 1.

    Texts are run one at a time, so there is no padding and the mask is all ones.
    """

    def __init__(self, model: SentenceTransformer) -> None:
        """Raises NotExportable if the model needs more input than the tokens of a text."""
        super().__init__()
        transformer = model[0]
        if type(transformer).__name__ != "Transformer":
            raise NotExportable("its first module is not a transformer")
        if "message" in getattr(transformer, "modality_config", ()):
            raise NotExportable("its texts go through a chat template")
        if not all(getattr(module, "include_prompt", True) for module in model):
            raise NotExportable("its prompts are left out of the pooling")
        if not isinstance(getattr(model.tokenizer, "backend_tokenizer", None), Tokenizer):
            raise NotExportable("its tokenizer runs in Python only")
        self.tokenizer: Tokenizer = model.tokenizer.backend_tokenizer
        self._model = model
        self._has_types = "token_type_ids" in model.tokenizer.model_input_names
        self._dimension = model.truncate_dim

    def forward(self, input_ids: Tensor) -> Tensor:
        """Token numbers, int64 of shape (batch, tokens), to float32 of shape (batch, dimension)."""
        features: dict[str, Any] = {
            "input_ids": input_ids,
            "attention_mask": torch.ones_like(input_ids),
        }
        if self._has_types:
            features["token_type_ids"] = torch.zeros_like(input_ids)
        for module in self._model:
            features = module(features)
        embedding = features["sentence_embedding"][:, : self._dimension]
        return nn.functional.normalize(embedding, dim=-1)


def _read_limit(model: SentenceTransformer) -> int:
    limit = model.max_seq_length
    return _NO_LIMIT if limit is None or limit > 1e6 else int(limit)


def _read_prompt(model: SentenceTransformer, *names: str) -> str:
    """The first prompt that is not empty; the library adds empty ones of its own."""
    return next((model.prompts[name] for name in names if model.prompts.get(name)), "")


def export_int8(
    module: nn.Module,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    target: Path,
    check: Callable[[Path], bool],
    *,
    sample: Sequence[Inputs],
    progress: StageCallback = lambda *_: None,
) -> str:
    """Compile a module to an ONNX file, as `quantise_graph` does with a network.

    Args:
        module: in evaluation mode, on the CPU, in float32.
        inputs: examples of its inputs by name, int64 of shape (batch, tokens), both above 1;
            the network takes batches of any size, and any number of tokens.
        outputs: names of its outputs, in order; names that the module uses inside are refused.

    Raises:
        NotExportable: it cannot be exported, or float32 does not pass either.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        exported = Path(scratch) / "float32.onnx"
        progress("Exporting", 0.0)
        _export(module, inputs, outputs, exported)
        return quantise_graph(exported, target, check, sample=sample, progress=progress)


def _export(
    module: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str], path: Path
) -> None:
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    try:
        with silence_libraries(), _without_padding_masks(), torch.no_grad():
            torch.onnx.export(
                module,
                tuple(inputs.values()),
                str(path),
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_shapes=tuple(free for _ in inputs),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    except (OSError, MemoryError):
        # These errors have nothing to do with the module.
        raise
    except Exception as error:
        raise NotExportable(f"it cannot be exported: {error}") from error


@contextmanager
def _without_padding_masks() -> Iterator[None]:
    """Leave out attention masks that would only hide padding, as there never is any.

    Adding their zeros takes a twelfth of the time. Transformers leaves them out by itself when a
    model is run, but not when it is exported.
    """

    def mask(*args: Any, **options: Any) -> Tensor | None:
        plain = options.get("allow_is_bidirectional_skip") and options.get("local_size") is None
        return None if plain else eager_mask(*args, **options)

    ALL_MASK_ATTENTION_FUNCTIONS["eager"] = mask
    try:
        yield
    finally:
        del ALL_MASK_ATTENTION_FUNCTIONS["eager"]
