"""The assistant: question in, reply out. Retrieves, reads, merges, decides whether to answer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from index import DEFAULT_MODE, Filter, Index, Mode, Passage, Progress, Retriever
from qa.answering.answers import Reply
from qa.answering.ranking import answers_of, reranked
from qa.answering.stored_calibration import fitted_to, keep
from qa.answering.weighing import weighed
from qa.calibration import Calibration
from qa.conversation import Turn, resolve_question
from qa.defaults import PASSAGES_READ
from qa.reader.reading import Cancelled, Reader, never, readings_of

# Passages looked up for it: the others show what was not read.
_PASSAGES_WEIGHED = 20


class Assistant:
    """Answers questions with quotations from an index. Thread-safe.

    Attributes:
        retriever, reader, calibration, threshold: what it works with.
        shipped: the calibration before it was fitted to a person's own questions.
        notice: a line to tell people where the trained reader could not be used.
    """

    def __init__(
        self,
        retriever: Retriever,
        *,
        reader: Reader | None = None,
        calibration: Calibration | None = None,
        threshold: float | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """An assistant over a retriever's index.

        Args:
            reader: finds the spans; the best one installed where not given.
            calibration: turns that reader's scores into confidence; one of your own reader's
                that is not fitted is `Calibration("its name")`.
            threshold: confidence (0 to 1) below which the reply is "not in these
                documents"; the index's own, else the calibration's, where not given.
            progress: told how far a reader that is new here has come.

        Raises:
            TypeError: an index was given in place of its retriever.
            ValueError: a reader without its calibration, or a threshold out of its range.
        """
        if isinstance(retriever, Index):
            raise TypeError("Assistant takes a retriever: Assistant(Retriever(index))")
        _check_threshold(threshold)
        self.notice: str | None = None
        if reader is None:
            from qa.reader.installed import installed_reader

            installed = installed_reader(retriever.index, progress)
            reader, calibration = installed.reader, installed.calibration
            self.notice = installed.notice
        if calibration is None:
            raise ValueError(
                "a reader of your own needs its calibration: "
                'give calibration=Calibration("its name"), or one that is fitted to its scores'
            )
        stored = retriever.index.threshold
        self.retriever = retriever
        self.reader = reader
        self.shipped = calibration
        self.calibration = fitted_to(retriever.index, calibration)
        self.threshold = next(
            value for value in (threshold, stored, calibration.threshold) if value is not None
        )

    def __repr__(self) -> str:
        return f"Assistant({self.retriever!r})"

    @property
    def index(self) -> Index:
        return self.retriever.index

    @property
    def documents(self) -> int:
        """How many documents questions are answered from."""
        return self.index.counts[0]

    @property
    def passages(self) -> int:
        """How many passages they have."""
        return self.index.counts[1]

    def adjust_confidence(self, slope: float, shift: float) -> None:
        """Multiply the log odds of confidence by `slope`, add `shift`, and keep that with the
        index.
        """
        self.calibration = self.calibration.adjusted(slope, shift)
        keep(self.index, self.shipped, self.calibration)

    def warm_up(self) -> None:
        """Load the embedding model now, so that the first question does not wait for it."""
        if not self.index.is_empty:
            _ = self.index.encoder

    def text(self, path: str | os.PathLike[str]) -> str:
        """The canonical text of a document; see `Index.text`."""
        return self.index.text(path)

    def passages_of(self, path: str | os.PathLike[str]) -> list[Passage]:
        """The passages of a document; see `Index.passages`."""
        return self.index.passages(path)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        k: int = PASSAGES_READ,
        mode: Mode = DEFAULT_MODE,
        threshold: float | None = None,
        filter: Filter | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Reply:
        """Answer a question.

        Args:
            question: in plain words.
            history: the earlier turns, oldest first: a question, or (question, answer).
            k: how many passages are read.
            mode: how they are found.
            threshold: in place of the assistant's own.
            filter: confines the answer to some of the documents.
            cancelled: asked between steps; when it returns true, `Cancelled` is raised.

        Returns:
            The reply; `answered` is false where the documents do not hold the answer,
            and always for a question without a word or an empty index.

        Raises:
            TypeError: the history is one question in place of a list of them.
            ValueError: `k` is less than 1, the threshold is not within 0 to 1, or there is
                no such mode.
            TypeError, ValueError: a reader of your own does not keep what `Reader` promises.
            QuotebackError: as `Retriever.search` has it.
            Cancelled: `cancelled()` turned true.
        """
        if isinstance(history, str):
            raise TypeError("history is a list of earlier turns: history=[question]")
        if k < 1:
            raise ValueError("k must be at least 1")
        _check_threshold(threshold)
        stop = cancelled or never
        least = self.threshold if threshold is None else threshold
        started = time.perf_counter()
        resolved = resolve_question(question, history)
        # "?" would be nearest to something, too.
        says_something = any(character.isalnum() for character in resolved)
        if says_something:
            self.warm_up()
        loaded = time.perf_counter()
        depth = max(k, _PASSAGES_WEIGHED)
        found = (
            self.retriever.search(resolved, depth, mode, filter=filter) if says_something else []
        )
        hits = found[:k]
        if stop():
            raise Cancelled
        retrieved = time.perf_counter()
        readings = readings_of(resolved, hits, self.reader, stop)
        ordered = reranked(hits, readings, self.calibration)
        answers = answers_of(resolved, hits, readings, self.calibration)
        done = time.perf_counter()
        return Reply(
            question=question,
            resolved_question=resolved,
            answered=bool(answers) and answers[0].confidence >= least,
            answers=tuple(answers),
            hits=tuple(ordered),
            threshold=least,
            weighed=weighed(found, readings, self.calibration),
            timings_ms={
                "load": round(1000 * (loaded - started), 1),
                "retrieve": round(1000 * (retrieved - loaded), 1),
                "read": round(1000 * (done - retrieved), 1),
                "total": round(1000 * (done - started), 1),
            },
        )


def _check_threshold(threshold: float | None) -> None:
    if threshold is not None and not 0 <= threshold <= 1:
        raise ValueError("a threshold is a confidence: 0 to 1")
