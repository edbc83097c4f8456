"""The models that answer: a reader with its calibration, and a reranker if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index import Encoder, ModelError, Progress
from qa.answering.confidence.calibration import SENTENCE_BASELINE, Calibration
from qa.reader.baseline import SentenceReader
from qa.reader.reading import Reader
from qa.reranker.reranking import Reranker

READER_WEIGHTS = Path(__file__).parents[1] / "reader" / "weights"
RERANKER_WEIGHTS = Path(__file__).parents[1] / "reranker" / "weights"
CALIBRATION = "calibration.json"
# Fitted for the reader alone, for when the reranker cannot be had.
READER_CALIBRATION = "calibration-without-reranker.json"


@dataclass(frozen=True, slots=True)
class AnsweringModels:
    """What turns retrieved passages into answers.

    Attributes:
        reader: finds spans in passages.
        calibration: fitted to the scores of these models.
        reranker: puts the retrieved passages in order; None if there is none.
        notice: a line for people if a model that ships could not be used.
    """

    reader: Reader
    calibration: Calibration
    reranker: Reranker | None = None
    notice: str | None = None


def load_models(
    load_encoder: Callable[[], Encoder], progress: Callable[[Progress], None] | None = None
) -> AnsweringModels:
    """The best models that can be loaded.

    If the reranker's files are missing or damaged, the reader alone orders the passages. Where
    the reader's are, the sentences nearest to the question are quoted; only then the encoder is
    loaded.
    """

    def report(stage: str, done: float) -> None:
        if progress is not None:
            progress(Progress(stage, round(100 * done), 100))

    notices = []
    reranker, problem = _load_reranker(report)
    if problem:
        notices.append(f"{problem}. Passages are not reranked.")
    try:
        from qa.reader.loading import load_reader

        name = CALIBRATION if reranker is not None else READER_CALIBRATION
        calibration = Calibration.load(READER_WEIGHTS / name)
        reader: Reader = load_reader(READER_WEIGHTS, progress=report)
    except FileNotFoundError:
        problem = "the trained reader is missing: reinstall quoteback"
    except ValueError as error:
        problem = f"the trained reader is damaged ({error}): reinstall quoteback"
    except (ModelError, OSError) as error:
        problem = str(error)
    else:
        return AnsweringModels(reader, calibration, reranker, " ".join(notices) or None)
    notices.append(f"{problem}. Whole sentences are quoted instead.")
    baseline = SentenceReader(load_encoder())
    return AnsweringModels(baseline, SENTENCE_BASELINE, None, " ".join(notices))


def _load_reranker(report: Callable[[str, float], None]) -> tuple[Reranker | None, str | None]:
    """The reranker, or a line that says why there is none."""
    from qa.reranker.loading import load_reranker

    try:
        return load_reranker(RERANKER_WEIGHTS, progress=report), None
    except (ModelError, OSError) as error:
        return None, str(error)
