"""A question set's own corpus is indexed once, and apart from a person's documents."""

import pytest

from index import DEFAULT_MODEL, Content, Index, QuotebackError
from qa.evaluation import BadQuestionSet, Corpus, open_corpus
from qa.evaluation.measuring.corpora import OtherDocuments, locate_cached_index


def corpus(*texts, digest="one"):
    return Corpus(digest, lambda: iter([(f"d{n}", Content(t)) for n, t in enumerate(texts)]))


@pytest.fixture(autouse=True)
def compiled(encoder):
    """The default model, compiled."""


def opened(made, place):
    found = open_corpus(made, place)
    with found.index as index:
        return found.seconds, [document.path for document in index.documents()]


def test_a_corpus_is_indexed_once(tmp_path):
    seconds, documents = opened(corpus("One text.", "Another."), tmp_path / "i")
    assert seconds > 0
    assert documents == ["d0", "d1"]
    assert opened(corpus("One text.", "Another."), tmp_path / "i") == (None, documents)


def test_a_run_that_was_stopped_is_finished(tmp_path):
    def read():
        yield "d0", Content("One text.")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_corpus(Corpus("one", read), tmp_path / "i")
    seconds, documents = opened(corpus("One text.", "Another."), tmp_path / "i")
    assert seconds is not None
    assert documents == ["d0", "d1"]


def test_another_corpus_is_refused(tmp_path):
    opened(corpus("One text."), tmp_path / "i")
    with pytest.raises(OtherDocuments, match="another question set's documents"):
        open_corpus(corpus("One text.", digest="two"), tmp_path / "i")


def test_a_persons_own_index_is_never_touched(tmp_path):
    with Index.open(tmp_path / "own", create=True) as index:
        index.add_texts([("mine", Content("My diary."))])
    with pytest.raises(OtherDocuments, match="documents of yours: choose another --index"):
        open_corpus(corpus("One text."), tmp_path / "own")
    with Index.open(tmp_path / "own") as index:
        assert [document.path for document in index.documents()] == ["mine"]


def test_an_empty_index_is_taken(tmp_path):
    Index.open(tmp_path / "i", create=True).close()
    assert opened(corpus("One text."), tmp_path / "i")[1] == ["d0"]


def test_what_is_wrong_with_a_corpus_is_said(tmp_path):
    def read():
        raise BadQuestionSet("corpus.jsonl, line 7: is not an object")
        yield

    with pytest.raises(QuotebackError, match="line 7"):
        open_corpus(Corpus("one", read), tmp_path / "i")


def test_the_place_in_the_cache_depends_on_corpus_and_model():
    places = {
        locate_cached_index(corpus(digest="one"), None),
        locate_cached_index(corpus(digest="two"), None),
        locate_cached_index(corpus(digest="one"), "other-model"),
    }
    assert len(places) == 3
    assert locate_cached_index(corpus(), None) == locate_cached_index(corpus(), DEFAULT_MODEL)


def test_the_cache_folder_is_the_one_that_the_environment_names(tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path))
    assert locate_cached_index(corpus(), None).parent == tmp_path / "corpora"
