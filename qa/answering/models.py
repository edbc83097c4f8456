"""The models that answer: a reader with its calibration, and a reranker of one's own, if any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index import Encoder, ModelError, Progress
from qa.answering.confidence.calibration import SENTENCE_BASELINE, Calibration
from qa.reader.baseline import SentenceReader
from qa.reader.reading import Reader
from qa.reranking import Reranker

READER_WEIGHTS = Path(__file__).parents[1] / "reader" / "weights"
CALIBRATION = "calibration.json"


@dataclass(frozen=True, slots=True)
class AnsweringModels:
    """What turns retrieved passages into answers.

    Attributes:
        reader: finds spans in passages.
        calibration: fitted to the scores of these models.
        reranker: puts the retrieved passages in order before they are read; if it is None, a
            `RankingReader` does that.
        notice: a line for people if a model that ships could not be used.
    """

    reader: Reader
    calibration: Calibration
    reranker: Reranker | None = None
    notice: str | None = None


def load_models(
    load_encoder: Callable[[], Encoder], progress: Callable[[Progress], None] | None = None
) -> AnsweringModels:
    """The reader that ships; if its files are missing or damaged, one that quotes sentences.

    That one quotes the sentences nearest to the question; only then the encoder is loaded.
    """

    def report(stage: str, done: float) -> None:
        if progress is not None:
            progress(Progress(stage, round(100 * done), 100))

    try:
        from qa.reader.loading import load_reader

        calibration = Calibration.load(READER_WEIGHTS / CALIBRATION)
        reader = load_reader(READER_WEIGHTS, progress=report)
        return AnsweringModels(reader, calibration)
    except FileNotFoundError:
        problem = "the trained reader is missing: reinstall quoteback"
    except ValueError as error:
        problem = f"the trained reader is damaged ({error}): reinstall quoteback"
    except (ModelError, OSError) as error:
        problem = str(error)
    notice = f"{problem}. Whole sentences are quoted instead."
    return AnsweringModels(SentenceReader(load_encoder()), SENTENCE_BASELINE, notice=notice)
