"""The question encoder of the default model: weights that ship with this program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.errors import ModelError, first_line
from index.models.cache import hash_file
from index.models.encoder import Encoder
from index.models.shipped_model import ShippedModel
from index.reports import StageCallback

QUESTION_WEIGHTS = Path(__file__).with_name("question_weights")
QUESTION_WEIGHTS_FILE = "questions.safetensors"


def load_question_encoder(
    base: Path, load: Callable[[Path], Encoder], progress: StageCallback
) -> Encoder:
    """The question encoder, compiled the first time it is used.

    Args:
        base: the default model's folder, which has its tokenizer and the other layers.
        load: loads a compiled encoder from its folder.
        progress: told each stage of compiling and how much is done, 0 to 1.

    Warns:
        Notice: the compiled model cannot be kept.

    Raises:
        ModelError: the weights are missing, altered or cannot be compiled.
        OSError: they cannot be read, or the disk is full.
    """

    def compile_to(weights: Path, target: Path) -> None:
        # It imports onnx: only where a model is compiled.
        from index.models.default_model import compile_default_model

        try:
            compile_default_model(base, target, hash_file(weights), progress, trained=weights)
        except (OSError, ModelError):
            raise
        except Exception as error:
            # onnxruntime's errors have no common base class.
            raise ModelError(
                f"the question encoder cannot be compiled: {first_line(error)}"
            ) from error

    shipped = ShippedModel(QUESTION_WEIGHTS, QUESTION_WEIGHTS_FILE, "question encoder")
    return shipped.load(compile_to, load)
