"""The models that answer: a reader with its calibration, and a reranker of one's own, if any."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from index import Encoder, Hit, ModelError, PluginError, Progress
from index.models import has_languages_model
from index.plugins import PluginKind, load_plugin
from qa.answering.calibration import SENTENCE_BASELINE, Calibration
from qa.defaults import never
from qa.passage_text import ModelPassage
from qa.reader.baseline import SentenceReader
from qa.reader.reading import Reader

READER_WEIGHTS = Path(__file__).parents[1] / "reader" / "weights"
# Of the reader of all languages.
LANGUAGES_WEIGHTS = Path(__file__).parents[1] / "reader" / "languages_weights"
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
        knows_english_rules: whether rules over the words of a question may choose the form of its
            answer, whatever language they look like. If not, only of questions in English.
    """

    reader: Reader
    calibration: Calibration
    reranker: Reranker | None = None
    notice: str | None = None
    knows_english_rules: bool = True


def load_models(
    load_encoder: Callable[[], Encoder], progress: Callable[[Progress], None] | None = None
) -> AnsweringModels:
    """The reader that ships; if its files are missing or damaged, one that quotes sentences.

    That one quotes the sentences nearest to the question; only then the encoder is loaded.
    """

    try:
        from qa.reader.loading import load_reader

        calibration = Calibration.load(READER_WEIGHTS / CALIBRATION)
        reader = load_reader(READER_WEIGHTS, _report_to(progress))
        return AnsweringModels(reader, calibration)
    except FileNotFoundError:
        problem = "the trained reader is missing: reinstall quoteback"
    except ValueError as error:
        problem = f"the trained reader is damaged ({error}): reinstall quoteback"
    except (ModelError, OSError) as error:
        problem = str(error)
    notice = f"{problem}. Whole sentences are quoted instead."
    return AnsweringModels(SentenceReader(load_encoder()), SENTENCE_BASELINE, notice=notice)


class LanguagesModels:
    """The models for all languages, loaded when something else than English is first read.

    Thread-safe. If they could not be used, `notice` is a line for people.
    """

    def __init__(self, progress: Callable[[Progress], None] | None = None) -> None:
        """Load nothing yet; `progress` is told how far the preparation of the reader has come."""
        self.notice: str | None = None
        self._progress = progress
        self._lock = threading.Lock()
        self._models: AnsweringModels | None = None
        # Whether a part is installed is asked once, so that all replies agree.
        self._is_wanted = has_languages_model()

    def load(self) -> AnsweringModels | None:
        """The models; None if the part `languages` is missing, or they cannot be used."""
        with self._lock:
            if self._is_wanted and self._models is None:
                try:
                    self._models = self._load()
                except FileNotFoundError:
                    self._give_up("the reader of all languages is missing: reinstall quoteback")
                except (ModelError, OSError, ValueError) as error:
                    self._give_up(f"the reader of all languages cannot be used: {error}")
            return self._models

    def _give_up(self, problem: str) -> None:
        self._is_wanted = False
        self.notice = f"{problem}. Other languages than English are not read."

    def _load(self) -> AnsweringModels:
        from qa.reader.loading import load_languages_reader

        calibration = Calibration.load(LANGUAGES_WEIGHTS / CALIBRATION)
        reader = load_languages_reader(LANGUAGES_WEIGHTS, _report_to(self._progress))
        return AnsweringModels(reader, calibration, knows_english_rules=False)


def _report_to(progress: Callable[[Progress], None] | None) -> Callable[[str, float], None]:
    def report(stage: str, done: float) -> None:
        if progress is not None:
            progress(Progress(stage, round(100 * done), 100))

    return report


def make_reader(name: str) -> tuple[Reader, Calibration]:
    """The reader that a package names under `quoteback.readers`, with its calibration.

    Raises `PluginError` if there is none, if it fails, or makes something else.
    """
    made = _make("readers", name)
    if not (isinstance(made, tuple) and len(made) == 2 and isinstance(made[1], Calibration)):
        raise PluginError(f"the reader {name!r} must come as a pair: a reader and its calibration")
    reader: Reader = made[0]
    return reader, made[1]


def make_reranker(name: str) -> Reranker:
    """The reranker that a package names under `quoteback.rerankers`; raises `PluginError`."""
    made: Reranker = _make("rerankers", name)
    return made


def _make(kind: PluginKind, name: str) -> Any:
    make: Callable[[], Any] = load_plugin(kind, name)
    try:
        return make()
    except Exception as error:
        raise PluginError(f"the {kind.removesuffix('s')} {name!r} fails: {error!r}") from error


class Reranker(Protocol):
    """Scores how well passages answer a question."""

    def score(
        self, question: str, passages: Sequence[ModelPassage], cancelled: Callable[[], bool] = ...
    ) -> list[float]:
        """One finite score a passage, in the order given; higher is better.

        Scores compare across questions and across passages. A passage's score does not depend
        on the other passages.

        Args:
            cancelled: asked between passages.

        Raises:
            Cancelled: `cancelled()` turned true.
        """
        ...


def score_hits(
    question: str, hits: Sequence[Hit], reranker: Reranker, cancelled: Callable[[], bool] = never
) -> list[float]:
    """One score a hit, in the order given.

    Raises `TypeError` or `ValueError` if the scores are not as `Reranker.score` promises.
    """
    scores = reranker.score(question, [ModelPassage.of(hit) for hit in hits], cancelled)
    name = f"the reranker {type(reranker).__name__}"
    if not isinstance(scores, list) or not all(isinstance(score, float) for score in scores):
        raise TypeError(f"{name} must return a list of floats, one for each passage")
    if len(scores) != len(hits):
        raise ValueError(f"{name} returns {len(scores)} scores for {len(hits)} passages")
    for score in scores:
        if not math.isfinite(score):
            raise ValueError(f"{name} returns a score of {score}: it must be finite")
    return scores
