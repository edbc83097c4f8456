"""The default model's network for questions: weights that ship with this program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.errors import ModelError
from index.models.encoder import Encoder
from index.models.shipped_model import ShippedModel
from index.reports import StageCallback

QUESTION_WEIGHTS = Path(__file__).with_name("question_weights")
QUESTION_WEIGHTS_FILE = "questions.safetensors"


def load_question_encoder(
    base: Path, load: Callable[[Path], Encoder], progress: StageCallback
) -> Encoder:
    """The encoder of questions, compiled the first time it is used.

    Args:
        base: the default model's folder, which has the layers that are not trained further.
        load: loads a compiled encoder from its folder.
        progress: told each stage of compiling and how much is done, 0 to 1.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
    """

    def compile_to(weights: Path, target: Path) -> None:
        # It imports onnx: only where a model is compiled.
        from index.models.default_model import compile_default_model

        try:
            compile_default_model(base, target, "", progress, trained=weights)
        except ValueError as error:
            raise ModelError(f"the network for questions cannot be compiled: {error}") from error

    return ShippedModel(QUESTION_WEIGHTS, QUESTION_WEIGHTS_FILE, "network for questions").load(
        compile_to, load
    )
