"""A threshold at which few answers are wrong, with a bound that holds for questions yet to come.

Thresholds are tested one after the other, from the highest down, as long as the exact binomial test
(Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 1934) rules out that answers from there on are wrong more often than promised.
The order is fixed beforehand, so that each test may use the whole level: fixed-sequence testing as
in Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test: calibrating predictive algorithms
to achieve risk control" (2021), where the number of answers shown is given, as in Geifman and
El-Yaniv, "Selective classification for deep neural networks" (NeurIPS 2017).

Thresholds that too few answers reach cannot pass, and are left out. How many do depends on the
draw: the bound is exact if surer answers are not wrong more often than those less sure, which is
what confidence means. The questions must be drawn as those to come are, one by one.
"""

from __future__ import annotations

import math
from bisect import bisect_left

from index import Promise, Risk
from qa.display import counted
from qa.evaluation.measuring.results import Evaluation
from qa.evaluation.measuring.thresholds import TooFewQuestions

# A promise is broken by chance for one set of questions in twenty, at most.
_LEVEL = 0.05
# In the order in which they are tested.
_THRESHOLDS = tuple(number / 100 for number in range(99, -1, -1))
# The first threshold is one that so many answers reach that so many of them may be wrong, if that
# is at most this share of all: else one error would end the tests, however many pass without it.
_FIRST_ERRORS, _FIRST_SHARE = 2, 0.2


class NoPromise(TooFewQuestions):
    """No threshold keeps errors as rare as wanted, as far as these questions can tell."""


def count_least(at_most: float) -> int:
    """How many answers without an error it takes to promise a share of errors at most."""
    return math.ceil(math.log(_LEVEL) / math.log1p(-at_most))


def check_enough_to_promise(questions: int, at_most: float) -> None:
    """Check, before anything is asked, that so many labelled questions can be enough.

    Raises:
        NoPromise: even if no answer were wrong, they would be too few.
    """
    if questions < (least := count_least(at_most)):
        raise NoPromise(
            f"That cannot be promised with {_describe_these(questions)}: {least} without an error "
            f"would do."
        )


def fit_promise(evaluation: Evaluation, at_most: float, risk: Risk) -> Promise:
    """The lowest threshold at which errors are as rare as wanted, with what is promised of it.

    Args:
        evaluation: its questions without labelled answers do not count.
        at_most: the share of errors, between 0 and 1.
        risk: what share; see `index.Promise`.

    Raises:
        NoPromise: there is no such threshold.
    """
    labelled = [result for result in evaluation.questions if result.answers is not None]
    check_enough_to_promise(len(labelled), at_most)
    surest = sorted((result for result in labelled if result.best), key=lambda r: -r.confidence)
    least_shown = _count_first(len(surest), at_most) if risk == "shown" else 1
    promise = None
    shown = wrong = 0
    for threshold in _THRESHOLDS:
        while shown < len(surest) and surest[shown].confidence >= threshold:
            wrong += not surest[shown].quotes_answer
            shown += 1
        if shown < least_shown:
            continue
        if measure_chance(wrong, shown if risk == "shown" else len(labelled), at_most) > _LEVEL:
            break
        # A threshold that shows no more is not taken: of answers below these, nothing is known.
        if promise is None or promise.shown < shown:
            numbers = len(labelled), shown, wrong
            promise = Promise(risk, at_most, threshold, *numbers, evaluation.setup)
    if promise is None:
        raise NoPromise(_explain_failure(len(labelled), shown, wrong, at_most, risk))
    return promise


def measure_chance(errors: int, answers: int, share: float) -> float:
    """The probability of so few errors among the answers if this share of all is wrong."""
    if errors >= answers:
        return 1.0
    # By logarithms, since the powers of many answers are too small for a float.
    return math.fsum(
        math.exp(
            math.lgamma(answers + 1)
            - math.lgamma(wrong + 1)
            - math.lgamma(answers - wrong + 1)
            + wrong * math.log(share)
            + (answers - wrong) * math.log1p(-share)
        )
        for wrong in range(errors + 1)
    )


def _count_first(answers: int, at_most: float) -> int:
    """How many answers reach the first threshold, at least."""
    room = range(int(_FIRST_SHARE * answers))
    counts = [
        bisect_left(room, True, key=lambda n: measure_chance(errors, n, at_most) <= _LEVEL)
        for errors in range(1, _FIRST_ERRORS + 1)
    ]
    return max([count_least(at_most), *(count for count in counts if count < len(room))])


def _explain_failure(questions: int, shown: int, wrong: int, at_most: float, risk: Risk) -> str:
    no = f"That cannot be promised with {_describe_these(questions)}"
    if risk == "shown" and shown < (least := count_least(at_most)):
        return f"{no}: {counted(shown, 'answer')} came back; {least} without an error would do."
    if not shown:
        return f"{no}: no answer came back."
    are = "is" if wrong == 1 else "are"
    return f"{no}: of the {counted(shown, 'surest answer')}, {wrong} {are} wrong."


def _describe_these(questions: int) -> str:
    return "this one question" if questions == 1 else f"these {questions:,} questions"
