"""What stands in a picture, line by line, with its place; the models come with RapidOCR."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import rapidocr
from rapidocr import RapidOCR
from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

from index.loaders.pdf.fragments import Fragment

# A line that is read less surely is most often none, and one that is read no more surely is
# doubtful.
_LEAST_SCORE, _SURE_SCORE = 0.3, 0.8
# In pixels: a longer side is made smaller before lines are looked for.
_LONGEST_SIDE = 1_600
# A picture that is so many times longer than wide has no line in it once it is made smaller.
_LONGEST_SHAPE = 90
# Shares of the height of a line's box: its type, and what hangs below the baseline.
_TYPE, _BELOW = 0.75, 0.22
# Lines whose heights differ by less than this share have one size of type.
_ALIKE = 0.3
_MOST_THREADS = 4


def _find_model(kind: str) -> str:
    """The file of a model; none is ever fetched."""
    models = sorted((Path(rapidocr.__file__).parent / "models").glob(f"*_{kind}_*.onnx"))
    if not models:
        raise ImportError(f"rapidocr came without its model ({kind})")
    return str(models[0])


def _load_engine() -> RapidOCR:
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    engine = RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Global.text_score": _LEAST_SCORE,
            "Det.model_path": _find_model("det"),
            "Rec.model_path": _find_model("rec"),
            "Det.limit_type": "max",
            "Det.limit_side_len": _LONGEST_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    # Models are loaded when they are first needed.
    sample = np.full((64, 320, 3), 255, np.uint8)
    cv2.putText(sample, "Quoteback", (10, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 3)
    engine(sample)
    return engine


_engines: list[RapidOCR] = []


def prepare_parser() -> None:
    """Load the models in the process that reads pictures, while it can still open files.

    They work in threads, which no process inherits when it is forked.
    """
    _engines[:] = [_load_engine()]


def read_picture(picture: Any, points_a_pixel: float) -> list[Fragment]:
    """The lines in a picture, each as a fragment of a page.

    Args:
        picture: rows of pixels: red, green and blue.
        points_a_pixel: how large a pixel is.
    """
    shorter, longer = sorted(picture.shape[:2])
    if longer > _LONGEST_SHAPE * shorter:
        return []
    try:
        found = _engines[0](np.ascontiguousarray(picture[:, :, ::-1]))
    except (ONNXRuntimeError, cv2.error) as error:
        # Nothing else fails: the pictures are all of one kind, and their sizes have bounds.
        raise MemoryError from error
    if found.boxes is None or found.txts is None or found.scores is None:
        return []
    height = picture.shape[0] * points_a_pixel
    fragments = []
    for corners, words, score in zip(found.boxes, found.txts, found.scores, strict=True):
        text = " ".join(words.split())
        if not text or score < _LEAST_SCORE:
            continue
        left, top, right, bottom = (float(each) * points_a_pixel for each in _find_edges(corners))
        tall = bottom - top
        base = height - bottom + _BELOW * tall
        size = max(1.0, _TYPE * tall)
        is_doubtful = score < _SURE_SCORE
        fragments.append(Fragment(text, left, right, base, size, bold=False, doubtful=is_doubtful))
    return _even_sizes(fragments)


def _find_edges(corners: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom; a box may be aslant."""
    across, down = sorted(corners[:, 0]), sorted(corners[:, 1])
    return across[0], (down[0] + down[1]) / 2, across[3], (down[2] + down[3]) / 2


def _even_sizes(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments with sizes of type that differ only where those of the page do."""
    if not fragments:
        return []
    usual = median(fragment.size for fragment in fragments)
    return [
        replace(each, size=usual) if abs(each.size - usual) <= _ALIKE * usual else each
        for each in fragments
    ]
