"""The calibration is fitted through the pipeline, to what the models gave once."""

from index import Document, Hit, Passage, Span
from qa.answering.calibration import Calibration
from qa.answering.models import AnsweringModels
from qa.reader.reading import Reading, ScoredSpan
from qa.training.calibrate import (
    MemoisedReader,
    fit_confidence,
    measure_figures,
)
from qa.training.questions.trials import Trial, is_right, run_trials

NOTES = Document(1, "/notes.md", None)


def hit_of(text, number=1, score=0.5):
    return Hit(Passage(number, Span(0, len(text)), text), NOTES, score)


class ScriptedReader:
    """Sees the year in a passage; how surely stands after it, as "(2.5)"."""

    def __init__(self):
        self.reads = 0

    def read(self, _question, passages, _cancelled=None):
        self.reads += len(passages)
        readings = []
        for passage in passages:
            sure = float(passage.text.split("(")[1].split(")")[0])
            readings.append(Reading((ScoredSpan(Span(0, 4), sure),), sure))
        return readings


def year_trials():
    """Sure readings are right, unsure ones are not."""
    trials = []
    for number in range(60):
        sure = number % 6 - 2.5
        text = f"{1900 + number} ({sure})"
        answers = (str(1900 + number),) if sure > 0 else ()
        hits = (hit_of(text, number + 1),)
        trials.append(Trial(f"d{number}", "When?", hits, answers, "any", frozenset({NOTES.path})))
    return trials


def test_a_fitted_calibration_tells_right_from_wrong():
    trials = year_trials()
    models = AnsweringModels(MemoisedReader(ScriptedReader()), Calibration("years"))
    calibration = fit_confidence(trials, models, Calibration("years", least_margin=-9.0))
    reported = measure_figures(trials, models, calibration)
    assert reported["auroc_answerable"] == 1.0
    assert reported["calibration_error"] < 0.1
    assert reported["right_and_shown"] == 1.0
    assert reported["refused_unanswerable"] == 1.0


def test_as_many_wrong_answers_are_shown_as_before():
    trials = year_trials()
    models = AnsweringModels(MemoisedReader(ScriptedReader()), Calibration("years"))
    lax = Calibration("years", least_margin=-9.0, intercept=1.0)
    fitted = fit_confidence(trials, models, lax)

    def count_wrong(calibration):
        return sum(
            not is_right(best, trial) and best.confidence >= calibration.threshold
            for trial, answering in zip(
                trials, run_trials(trials, models, calibration), strict=True
            )
            for best in answering.answers[:1]
        )

    assert fitted.weights != lax.weights
    assert count_wrong(fitted) == count_wrong(lax) == 10


def test_a_rival_counts_against_an_answer_in_other_languages_only():
    trials = year_trials()
    reader = MemoisedReader(ScriptedReader())
    start = Calibration("years", least_margin=-9.0)
    in_english, in_others = (
        fit_confidence(trials, AnsweringModels(reader, start, knows_english_rules=english), start)
        for english in (True, False)
    )
    assert in_english.weights["rival"] == 0 > in_others.weights["rival"]


def test_memoised_models_are_asked_once_for_a_question():
    reader = ScriptedReader()
    models = AnsweringModels(MemoisedReader(reader), Calibration("years"))
    trials = year_trials()
    for _ in range(3):
        run_trials(trials, models, Calibration("years"))
    assert reader.reads == len(trials)
