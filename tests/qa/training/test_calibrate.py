"""The calibration is fitted through the pipeline: what counts as right, and what is fitted."""

import pytest

from index import Document, Hit, Passage, Span
from qa.answering.answers import Answer
from qa.answering.calibration import Calibration
from qa.answering.models import AnsweringModels
from qa.reader.reading import Reading, ScoredSpan
from qa.training.calibrate import Trial, choose_threshold, figures, fit, is_right, run_trials
from qa.training.memoised_models import MemoisedReader, MemoisedReranker

NOTES = Document(1, "/notes.md", None)


def hit_of(text, number=1, score=0.5):
    return Hit(Passage(number, Span(0, len(text)), text), NOTES, score)


def answer_of(text, *parts):
    spans = tuple(Span(text.index(part), text.index(part) + len(part)) for part in parts)
    whole = Span(0, len(text))
    return Answer(
        parts[0], spans[0], spans, whole, text, NOTES, None, None, 0.5, 0.5, False, hit_of(text)
    )


def trial_of(answers, match="any", documents=frozenset({NOTES.path})):
    return Trial("a", "When?", (), tuple(answers), match, documents, 1.0)


OPENED = "The museum opened on 4 May 1998 with a concert."


@pytest.mark.parametrize(
    ("quoted", "answers", "right"),
    [
        ("on 4 May 1998", ["4 May 1998"], True),
        ("May 1998", ["4 May 1998"], False),
        ("opened on 4 May 1998 with a concert", ["4 May 1998"], True),
        ("museum opened", ["museum"], True),
        ("concert", [], False),
    ],
    ids=["more words", "another number", "a whole clause", "half of the words", "none is there"],
)
def test_what_is_quoted_is_right_where_it_holds_the_answer(quoted, answers, right):
    assert is_right(answer_of(OPENED, quoted), trial_of(answers)) is right


def test_another_document_is_never_right():
    trial = trial_of(["4 May 1998"], documents=frozenset({"/other.md"}))
    assert not is_right(answer_of(OPENED, "4 May 1998"), trial)


def test_of_a_list_most_members_must_be_there():
    text = "Bring moss, a dish and a pipette."
    trial = trial_of(["moss", "a dish", "a pipette"], match="all")
    assert is_right(answer_of(text, "moss", "a dish", "a pipette"), trial)
    assert not is_right(answer_of(text, "Bring"), trial)


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
        trials.append(
            Trial(f"d{number}", "When?", hits, answers, "any", frozenset({NOTES.path}), 1.0)
        )
    return trials


def test_a_fitted_calibration_tells_right_from_wrong():
    trials = year_trials()
    models = AnsweringModels(MemoisedReader(ScriptedReader()), Calibration("years"))
    calibration = fit(trials, models, Calibration("years", least_margin=-9.0))
    reported = figures(trials, models, calibration)
    assert reported["auroc_answerable"] == 1.0
    assert reported["calibration_error"] < 0.1
    assert reported["right_and_shown"] == 1.0
    assert reported["refused_unanswerable"] == 1.0
    assert choose_threshold(trials, models, calibration) == calibration.threshold


def test_recorded_models_are_asked_once_for_a_question():
    reader = ScriptedReader()
    models = AnsweringModels(MemoisedReader(reader), Calibration("years"))
    trials = year_trials()
    for _ in range(3):
        run_trials(trials, models, Calibration("years"))
    assert reader.reads == len(trials)


def test_a_recorded_reranker_gives_what_it_gave():
    class Lengths:
        asked = 0

        def score(self, _question, passages, _cancelled=None):
            self.asked += len(passages)
            return [float(len(passage.text)) for passage in passages]

    from qa.model_text import ModelPassage

    lengths = Lengths()
    recorded = MemoisedReranker(lengths)
    passages = [ModelPassage("a"), ModelPassage("bcd"), ModelPassage("a")]
    assert recorded.score("?", passages) == recorded.score("?", passages) == [1.0, 3.0, 1.0]
    assert lengths.asked == 2
