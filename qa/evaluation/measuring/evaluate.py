"""Measuring one configuration on a question set: ask, score, sum up.

Questions asked already may be kept on disk: an interrupted evaluation goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import asdict, replace
from hashlib import blake2b
from pathlib import Path
from typing import TextIO

import msgspec

from index import DEFAULT_MODE, Progress, QuotebackError, Retriever, Status
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
from qa.evaluation.measuring.results import Evaluation, IndexCost
from qa.evaluation.measuring.scoring import score_questions
from qa.evaluation.measuring.summary import summarise_results
from qa.evaluation.question_sets.labels import LabelledQuestion, label_questions
from qa.evaluation.question_sets.question import Question
from qa.evaluation.question_sets.question_set import QuestionSet
from qa.evaluation.question_sets.reading import read_bytes

_FORMAT = 2


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
    for name, value in (("k", k), ("passages_read", passages_read)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1")


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


class NotACache(QuotebackError):
    """The file named for the cache is something else, or cannot be written."""


class Cache:
    """A file with a line for each question asked.

    Lines are found by content: a question is asked anew if it, the index or the configuration
    has changed.
    """

    def __init__(self, path: Path) -> None:
        """Open a cache, and make an empty one if there is none.

        Raises:
            NotACache: the file is something else, or cannot be read or written.
        """
        self._known: dict[str, Outcome] = {}
        if path.suffix.lower() == ".gz":
            raise NotACache(
                f"{path}: a cache is written unpacked: name a file that does not end in .gz"
            )
        try:
            if path.exists():
                if not path.is_file():
                    # Reading a pipe or a device could go on for ever.
                    raise NotACache(
                        f"{path} is not a regular file: name another file for the cache"
                    )
                self._load(path)
            self._stream: TextIO = path.open("a", encoding="utf-8")
        except OSError as error:
            raise NotACache(
                f"{path}: the cache cannot be used ({error.strerror}): name another file"
            ) from error
        # A line that was cut short must not swallow the next one.
        self._stream.write("\n")

    def _load(self, path: Path) -> None:
        lines = read_bytes(path).decode(errors="replace").split("\n")
        loaded = 0
        for line in filter(str.strip, lines):
            try:
                row = json.loads(line)
                self._known[str(row["key"])] = msgspec.convert(row["asked"], Outcome)
                loaded += 1
            except (ValueError, KeyError, TypeError, RecursionError):
                # The last line of a run that was killed.
                continue
        if not loaded and any(map(str.strip, lines)):
            raise NotACache(f"{path} is not a cache of evaluations: name another file")

    def get(self, key: str) -> Outcome | None:
        return self._known.get(key)

    def put(self, key: str, outcome: Outcome) -> None:
        """Keep what came back for a question, safe from all but a power cut; raises `NotACache`."""
        self._known[key] = outcome
        try:
            self._stream.write(json.dumps({"key": key, "asked": asdict(outcome)}) + "\n")
            self._stream.flush()
        except OSError as error:
            raise NotACache(
                f"{self._stream.name}: the cache cannot be written ({error.strerror}); "
                f"what is in it stays"
            ) from error

    def close(self) -> None:
        # What could not be written was reported when it was put.
        with suppress(OSError):
            self._stream.close()


def make_key(question: Question, relevant: object, config: Mapping[str, object]) -> str:
    """The key of a question in one configuration."""
    parts = [_FORMAT, question.text, question.history, question.answers, relevant, dict(config)]
    return blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()
