"""The assistant: question in, reply out. It resolves the question, retrieves, and answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING

from index import (
    DEFAULT_MODE,
    Cancelled,
    Content,
    Filter,
    Hit,
    Index,
    Mode,
    Progress,
    Promise,
    Retriever,
)
from index.concurrency import run_cancellable
from index.models import reads_all_languages
from qa.answering.answers import Reply
from qa.answering.by_language import (
    answer_by_language,
    is_english,
    list_unread,
    rank_by_language,
)
from qa.answering.calibration import Calibration, read_calibration, write_calibration
from qa.answering.models import (
    CALIBRATION,
    LANGUAGES_WEIGHTS,
    READER_WEIGHTS,
    AnsweringModels,
    LanguagesModels,
    Reranker,
    load_models,
    make_reader,
    make_reranker,
)
from qa.answering.pipeline import Answering, answer_question
from qa.answering.ranking import rank_hits
from qa.answering.retrieving import Context, Retrieval, correct_question, retrieve
from qa.conversation import Turn, resolve_in_context
from qa.defaults import PASSAGES_RANKED, PASSAGES_READ, PASSAGES_RETRIEVED, never
from qa.reader.reading import Reader

if TYPE_CHECKING:
    from qa.quotations.checking import CheckedQuotation


class Assistant:
    """Answers questions with quotations from an index. Thread-safe.

    Attributes:
        retriever: finds the passages.
        threshold: confidence (0 to 1) below which nothing is shown as an answer.
        models: the reader, its calibration, and a reranker of your own, if any.
        shipped: the calibration before it was fitted to a person's own questions.
    """

    def __init__(
        self,
        retriever: Retriever,
        *,
        reader: Reader | str | None = None,
        reranker: Reranker | str | None = None,
        calibration: Calibration | None = None,
        threshold: float | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """An assistant over a retriever's index.

        Args:
            reader: finds the spans; if not given, the one that ships is used, with its calibration.
            reranker: orders what is retrieved before it is read; if not given, the reader that
                ships ranks, and one of your own may. Both may be names of plug-ins.
            calibration: turns your models' scores into confidence; one that is not fitted is
                `Calibration("its name")`.
            threshold: confidence (0 to 1) below which nothing is shown as an answer; the
                index's own, else the calibration's, if not given.
            progress: told how far the preparation of a model has come.

        Raises:
            TypeError: an index was given in place of its retriever.
            ValueError: a reader without its calibration, or a threshold out of its range.
            PluginError: no package has a reader or a reranker of this name.
        """
        if isinstance(retriever, Index):
            raise TypeError("Assistant takes a retriever: Assistant(Retriever(index))")
        _check_threshold(threshold)
        if isinstance(reader, str):
            reader, own_calibration = make_reader(reader)
            calibration = calibration or own_calibration
        if isinstance(reranker, str):
            reranker = make_reranker(reranker)
        # A reader of one's own reads whatever there is.
        self._languages = LanguagesModels(progress) if reader is None else None
        if reader is None:
            models = load_models(lambda: retriever.index.encoder, progress)
            models = replace(
                models, reranker=reranker, calibration=calibration or models.calibration
            )
        elif calibration is None:
            raise ValueError(
                "a reader of your own needs its calibration: "
                'give calibration=Calibration("its name"), or one that is fitted to its scores'
            )
        else:
            models = AnsweringModels(reader, calibration, reranker)
        self.retriever = retriever
        self.models = models
        self.shipped = models.calibration
        self._own_threshold = threshold
        self.read_fitted()

    def __repr__(self) -> str:
        return f"Assistant({self.retriever!r})"

    @property
    def calibration(self) -> Calibration:
        """How the models' scores become a confidence."""
        return self.models.calibration

    @property
    def notice(self) -> str | None:
        """A line for people if one of the models that ship could not be used."""
        return self.models.notice or (self._languages.notice if self._languages else None)

    @property
    def index(self) -> Index:
        """The index whose documents questions are answered from."""
        return self.retriever.index

    def read_fitted(self) -> None:
        """Take the threshold and the calibration kept with the index, which may have changed."""
        fitted = read_calibration(self.index, self.shipped)
        self.models = replace(self.models, calibration=fitted)
        self._promise = self.index.promise
        thresholds = (self._own_threshold, self.index.threshold, self.shipped.threshold)
        self.threshold = next(value for value in thresholds if value is not None)

    def adjust_confidence(self, slope: float, shift: float) -> None:
        """Multiply the log odds of confidence by `slope`, add `shift`, and keep that with the
        index.
        """
        calibration = self.calibration.adjusted(slope, shift)
        self.models = replace(self.models, calibration=calibration)
        write_calibration(self.index, self.shipped, calibration)

    def name_setup(self, mode: Mode, k: int) -> str:
        """A name for how questions are answered, which changes with the models and the search."""
        reader = type(self.models.reader), type(self.models.reranker)
        weights = _read_cards() if self._languages else b""
        setup = repr((self.calibration, self.index.model, mode, k, reader, weights))
        return blake2b(setup.encode(), digest_size=8).hexdigest()

    def _find_promise(self, threshold: float, mode: Mode, k: int) -> Promise | None:
        """What the index promises of answers that reach the threshold, if that is true of these."""
        promise = self._promise
        if promise is None or promise.threshold != threshold:
            return None
        return promise if promise.setup == self.name_setup(mode, k) else None

    def warm_up(self) -> None:
        """Load the embedding model now, so that the first question does not wait for it."""
        if not self.index.is_empty:
            _ = self.index.encoder

    def search(
        self,
        question: str,
        k: int,
        mode: Mode = DEFAULT_MODE,
        *,
        ranked: bool = False,
        filter: Filter | None = None,
    ) -> list[Hit]:
        """The passages that a search finds, unread.

        Args:
            ranked: whether they are ordered by how well they answer, as `ask` orders them
                before it reads; `score` then says how well, 0 to 1, near 0 for what is
                irrelevant. They stay in the order of the search if no model ranks them.

        Raises: as `Retriever.search` raises it.
        """
        if k < 1:
            raise ValueError("k must be at least 1")
        depth = max(k, PASSAGES_RANKED) if ranked else k
        hits = self.retriever.search(question, depth, mode, filter=filter)

        def rank(models: AnsweringModels, hits: Sequence[Hit]) -> list[Hit]:
            ranked_hits = rank_hits(question, hits, models, at_least=k, at_most=depth)
            return [each.hit for each in ranked_hits]

        if not ranked:
            return hits[:k]
        in_english = partial(rank, self.models)
        # A reranker of one's own ranks every language.
        if self._languages is None or self.models.reranker is not None:
            return in_english(hits)[:k]
        models = None if is_english(question, hits) else self.load_languages()
        in_all = None if models is None else partial(rank, models)
        return rank_by_language(question, hits, in_english, in_all)[:k]

    def check_quotations(
        self,
        text: str | Content,
        *,
        filter: Filter | None = None,
        path: str | os.PathLike[str] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[CheckedQuotation]:
        """Find the quotations in a text, and look each up; see `qa.check_quotations`."""
        from qa.quotations.checking import check_quotations

        return check_quotations(
            text, self.index, filter=filter, path=path, cancelled=cancelled or never
        )

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
            k: how many passages are read, at most.
            mode: how they are found.
            threshold: in place of the assistant's own.
            filter: confines the answer to some of the documents.
            cancelled: asked between steps; when it returns true, `Cancelled` is raised.

        Returns:
            The reply; `answered` is false if the documents do not hold the answer,
            and always for a question without a word or an empty index.

        Raises:
            TypeError: the history is one question in place of a list of them.
            ValueError: `k` is less than 1, the threshold is not within 0 to 1, or there is
                no such mode.
            TypeError, ValueError: a reader of your own does not keep what `Reader` promises.
            QuotebackError: as `Retriever.search` raises it.
            Cancelled: `cancelled()` turned true.
        """
        if isinstance(history, str):
            raise TypeError("history is a list of earlier turns: history=[question]")
        if k < 1:
            raise ValueError("k must be at least 1")
        _check_threshold(threshold)
        stop = cancelled or never
        lowest_shown = self.threshold if threshold is None else threshold
        started = time.perf_counter()
        resolved = resolve_in_context(question, history)
        # Even "?" would be nearest to some passage.
        has_words = any(character.isalnum() for character in resolved.text)
        if has_words:
            self.warm_up()
            resolved = correct_question(self.retriever, resolved)
        loaded = time.perf_counter()
        depth = max(k, PASSAGES_RETRIEVED)
        retrieval = Retrieval(())
        if has_words:
            retrieval = retrieve(self.retriever, [resolved], depth, mode, filter=filter)[0]
        if stop():
            raise Cancelled
        retrieved = time.perf_counter()
        answering = self.answer(
            resolved.text, retrieval.hits, k=k, context=retrieval.context, cancelled=stop
        )
        done = time.perf_counter()
        answers = answering.answers
        answered = bool(answers) and answers[0].confidence >= lowest_shown
        return Reply(
            question=question,
            resolved_question=resolved.text,
            answered=answered,
            answers=answers,
            hits=answering.hits,
            threshold=lowest_shown,
            considered=answering.considered,
            off_topic=answering.off_topic and not answered,
            promise=None if filter else self._find_promise(lowest_shown, mode, k),
            unread=self._list_unread(resolved.text, retrieval.hits),
            timings_ms={
                "load": round(1000 * (loaded - started), 1),
                "retrieve": round(1000 * (retrieved - loaded), 1),
                **answering.timings_ms,
                "total": round(1000 * (done - started), 1),
            },
        )

    async def aask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        k: int = PASSAGES_READ,
        mode: Mode = DEFAULT_MODE,
        threshold: float | None = None,
        filter: Filter | None = None,
    ) -> Reply:
        """As `ask`, in a thread. Cancelling stops the work between two of its steps."""
        return await run_cancellable(
            lambda cancelled: self.ask(
                question,
                history,
                k=k,
                mode=mode,
                threshold=threshold,
                filter=filter,
                cancelled=cancelled,
            )
        )

    def answer(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        k: int = PASSAGES_READ,
        context: Context | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Answering:
        """Answer a self-contained question from passages that were retrieved for it.

        The context is that of a follow-up. Raises as `answer_question` does.
        """

        def answer(
            models: AnsweringModels, read: Sequence[Hit], context: Context | None
        ) -> Answering:
            return answer_question(
                question, read, models, k, cancelled, context=context, compares_languages=compares
            )

        # Cosines mean the same in all languages only then.
        has_cosines = any("dense" in hit.scores for hit in hits)
        compares = reads_all_languages(self.index.model) and has_cosines
        in_english = partial(answer, self.models)
        if self._languages is None:
            return in_english(hits, context)
        models = self.load_languages() if list_unread(question, hits) else None
        in_all = None if models is None else partial(answer, models)
        compare = self._compare if compares else None
        return answer_by_language(question, hits, context, in_english, in_all, compare)

    def load_all(self) -> None:
        """Load all models that questions are likely to need, so that none waits for them."""
        from qa.reader.trained import TrainedReader

        self.warm_up()
        if isinstance(self.models.reader, TrainedReader):
            self.models.reader.load()
        if reads_all_languages(self.index.model):
            self.load_languages()

    def load_languages(self) -> AnsweringModels | None:
        """The models for all languages, loaded the first time.

        What a person's own questions have taught of confidence counts for them, too. None if the
        part `languages` is missing, or they cannot be used: see `notice`.
        """
        models = None if self._languages is None else self._languages.load()
        if models is None:
            return None
        slope, shift = self.calibration.find_adjustment(self.shipped)
        calibration = models.calibration.adjusted(slope, shift)
        return replace(models, reranker=self.models.reranker, calibration=calibration)

    def _list_unread(self, question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
        """The languages of the question and of what was found that nobody reads."""
        languages = () if self._languages is None else list_unread(question, hits)
        return languages if languages and self.load_languages() is None else ()

    def _compare(self, question: str, texts: Sequence[str]) -> list[float]:
        encoder = self.index.encoder
        cosines: list[float] = (
            encoder.encode_passages(texts) @ encoder.encode_questions([question])[0]
        ).tolist()
        return cosines


@cache
def _read_cards() -> bytes:
    """The cards of the readers that ship and can be used: they tell these from other versions."""
    from index.models import CARD, has_languages_model

    files = [READER_WEIGHTS / CARD]
    if has_languages_model():
        files += [LANGUAGES_WEIGHTS / name for name in (CARD, CALIBRATION)]
    return b"".join(file.read_bytes() for file in files if file.exists())


def _check_threshold(threshold: float | None) -> None:
    if threshold is not None and not 0 <= threshold <= 1:
        raise ValueError("a threshold is a confidence: 0 to 1")
