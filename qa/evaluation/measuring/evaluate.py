"""Measuring one configuration on a question set: ask, score, sum up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path

from index import DEFAULT_MODE, Progress, Retriever, Status
from qa.assistant import Assistant
from qa.defaults import (
    DEFAULT_EVALUATION_SETTING,
    DOCUMENTS_RANKED,
    EVALUATION_SETTINGS,
    PASSAGES_READ,
    RANKING_MODES,
    EvaluationSetting,
    RankingMode,
)
from qa.display import counted
from qa.evaluation.measuring import retrieval
from qa.evaluation.measuring.asking import Asker, Outcome
from qa.evaluation.measuring.cache import Cache, make_key
from qa.evaluation.measuring.results import Evaluation, IndexCost
from qa.evaluation.measuring.scoring import score_questions
from qa.evaluation.measuring.summary import summarise_results
from qa.evaluation.question_sets.labels import LabelledQuestion, label_questions
from qa.evaluation.question_sets.question_set import QuestionSet


def evaluate(
    questions: QuestionSet,
    retriever: Retriever,
    *,
    assistant: Assistant | None = None,
    setting: EvaluationSetting = DEFAULT_EVALUATION_SETTING,
    mode: RankingMode = DEFAULT_MODE,
    k: int = DOCUMENTS_RANKED,
    passages_read: int = PASSAGES_READ,
    measures: Sequence[str] = (),
    name: str | None = None,
    cache: Path | None = None,
    index_seconds: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Evaluation:
    """Ask every question, and measure what comes back.

    Args:
        retriever: over the documents that the questions are about.
        assistant: reads; made if it is needed and not given.
        setting: "open" searches all documents; "reading" gives each question its own.
        mode: how to search; "reranked" puts the passages read in the reader's order.
        k: documents ranked for a question.
        passages_read: for a question, at most.
        measures: of retrieval, beside the usual ones.
        name: of the configuration; the mode, or "reading", if not given.
        cache: a file that keeps what was asked, so that an interrupted run goes on.
        index_seconds: what making the index took, to be reported.
        progress: told how many questions are done.

    Raises:
        BadQuestionSet: none of its questions can be asked of this index in this setting.
        UnknownMeasure: there is no such measure, or it cannot be computed here.
        NotACache: the cache is another file, or cannot be written.
        ValueError: there is no such mode or setting, or `k` or `passages_read` is less than 1.
        QuotebackError: as `Retriever.search` raises it.
    """
    _check_options(setting, mode, k, passages_read)
    names = tuple(dict.fromkeys((*retrieval.MEASURES, *measures))) if setting == "open" else ()
    for measure in measures:
        retrieval.find_measure(measure)
    index = retriever.index
    labelled, notes = label_questions(questions, index, setting)
    if setting == "open" and questions.has_relevant and k < retrieval.DEPTH:
        ranked = f"only {counted(k, 'document')} ranked for each question"
        deeper = f"measures that look deeper, such as R@{retrieval.DEPTH}, see no more"
        notes.append(f"{ranked}: {deeper}")
    if setting == "open" and mode != "reranked" and not questions.has_answers:
        assistant = None
    elif assistant is None:
        assistant = Assistant(retriever, progress=progress)
    config: dict[str, str | int | float | None] = {"setting": setting, "model": index.model}
    if setting == "open":
        config |= {"mode": mode, "k": k}
    if assistant is not None:
        config["reader"] = assistant.calibration.reader
        if setting == "open":
            config["passages_read"] = passages_read
    relevant = {each.question.id: each.documents for each in labelled if each.documents is not None}
    asker = Asker(retriever, assistant, setting, mode, k, passages_read, relevant)
    outcomes = _ask_questions(asker, labelled, config, cache, progress)
    status = index.status()
    threshold = assistant.threshold if assistant is not None else 0.0
    if assistant is not None:
        config["threshold"] = threshold
    evaluation = summarise_results(
        name or (mode if setting == "open" else setting),
        questions,
        score_questions(labelled, outcomes, index, names, threshold),
        config,
        names,
        IndexCost(status.documents, status.passages, status.bytes, index_seconds),
        [*notes, *_note_outdated(status)],
    )
    if assistant is None:
        return evaluation
    searched = DEFAULT_MODE if mode == "reranked" else mode
    return replace(evaluation, setup=assistant.name_setup(searched, passages_read))


def _note_outdated(status: Status) -> list[str]:
    """A warning if the index makes figures worse than they need be."""
    notes = []
    if missing := status.passages - status.vectors:
        notes.append(f"passages that are not embedded: {missing} (run `quoteback index` first)")
    if status.stale:
        notes.append(
            f"documents that have changed or gone since they were indexed: {len(status.stale)}"
        )
    return notes


def _check_options(setting: str, mode: str, k: int, passages_read: int) -> None:
    if setting not in EVALUATION_SETTINGS:
        raise ValueError(f"no setting {setting!r}: choose one of {', '.join(EVALUATION_SETTINGS)}")
    if mode not in RANKING_MODES:
        raise ValueError(f"no mode {mode!r}: choose one of {', '.join(RANKING_MODES)}")
    if k < 1:
        raise ValueError("k must be at least 1")
    if passages_read < 1:
        raise ValueError("passages_read must be at least 1")


def _ask_questions(
    asker: Asker,
    labelled: Sequence[LabelledQuestion],
    config: Mapping[str, str | int | float | None],
    cache: Path | None,
    progress: Callable[[Progress], None] | None,
) -> dict[str, Outcome]:
    """The outcome of each question, from the cache if it is there."""
    report = progress or (lambda _: None)
    total = len(labelled)
    report(Progress("asking", 0, total))
    with closing(Cache(cache)) if cache is not None else nullcontext() as kept:
        keys: dict[str, str] = {}
        outcomes: dict[str, Outcome] = {}
        if kept is not None:
            state = {**config, "index": asker.retriever.index.digest()}
            if asker.assistant is not None:
                state["setup"] = asker.assistant.name_setup(DEFAULT_MODE, PASSAGES_READ)
                state["reranker"] = str(type(asker.assistant.models.reranker))
            for each in labelled:
                number = each.question.id
                keys[number] = make_key(each.question, each.documents, state)
                if (known := kept.get(keys[number])) is not None:
                    outcomes[number] = known
        left = [each.question for each in labelled if each.question.id not in outcomes]
        for question, outcome in asker.ask(left):
            outcomes[question.id] = outcome
            if kept is not None:
                kept.put(keys[question.id], outcome)
            report(Progress("asking", len(outcomes), total))
    return outcomes
