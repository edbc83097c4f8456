"""A calibration fitted to a person's own questions stays with their index."""

import pytest

from index import Index, Retriever
from qa import Assistant
from qa.answering.confidence.calibration import SENTENCE_BASELINE, ConfidenceFeatures, logit
from qa.answering.confidence.stored_calibration import read_calibration, write_calibration
from qa.reader.baseline import SentenceReader

EVIDENCE = ConfidenceFeatures(odds=1.0, margin=0.5)


@pytest.fixture
def index(tmp_path, encoder):
    with Index.open(tmp_path / "i", create=True, encoder=encoder) as made:
        yield made


def test_an_adjustment_scales_and_shifts_the_log_odds_of_confidence():
    adjusted = SENTENCE_BASELINE.adjusted(0.5, -1.0)
    before, after = (logit(c.confidence(EVIDENCE)) for c in (SENTENCE_BASELINE, adjusted))
    assert after == pytest.approx(0.5 * before - 1.0)


def test_what_is_kept_is_found_again(index):
    assert read_calibration(index, SENTENCE_BASELINE) == SENTENCE_BASELINE
    adjusted = SENTENCE_BASELINE.adjusted(0.5, -1.0)
    write_calibration(index, SENTENCE_BASELINE, adjusted)
    assert read_calibration(index, SENTENCE_BASELINE) == adjusted


def test_what_was_fitted_to_another_reader_is_left_aside(index):
    write_calibration(index, SENTENCE_BASELINE, SENTENCE_BASELINE.adjusted(0.5, -1.0))
    other = SENTENCE_BASELINE.adjusted(2.0, 0.0)
    assert read_calibration(index, other) == other


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "nonsense",
        lambda _: "[" * 100_000,
        lambda note: note.replace("-1.0", '"-1.0"'),
        lambda note: note.replace("-1.0", "1e999"),
        lambda note: note.replace('"margin"', '"luck"'),
        lambda note: note.replace('"weights"', '"heights"'),
    ],
)
def test_what_is_kept_and_makes_no_sense_is_left_aside(index, change):
    write_calibration(index, SENTENCE_BASELINE, SENTENCE_BASELINE.adjusted(0.5, -1.0))
    note = index.read_note("calibration")
    assert change(note) != note
    index.write_note("calibration", change(note))
    assert read_calibration(index, SENTENCE_BASELINE) == SENTENCE_BASELINE


def test_an_assistant_adjusts_again_what_it_has_adjusted_before(index):
    def assistant():
        return Assistant(
            Retriever(index), reader=SentenceReader(index.encoder), calibration=SENTENCE_BASELINE
        )

    assistant().adjust_confidence(0.5, -1.0)
    assistant().adjust_confidence(2.0, 0.5)
    found = logit(assistant().calibration.confidence(EVIDENCE))
    before = logit(SENTENCE_BASELINE.confidence(EVIDENCE))
    assert found == pytest.approx(2.0 * (0.5 * before - 1.0) + 0.5)
