"""Documents in other languages than English, and English ones beside them."""

import numpy as np
import pytest

from index import (
    DEFAULT_MODEL,
    LANGUAGES_MODEL,
    Content,
    Filter,
    Index,
    ModelError,
    OtherModel,
    Retriever,
)
from index.models import has_languages_model, load
from index.sync import status
from index.text.language import count_letters
from index.text.passages import cut_passages
from tests.support.encoders import WordEncoder
from tests.support.timing import takes_at_most

GERMAN = (
    "Die Brücke über den Fluss wurde im Jahr 1931 von der Stadt gebaut. Sie ist aus Stahl, und "
    "sie trägt die Eisenbahn und die Straße. Im Winter wird sie oft gesperrt, weil das Eis auf "
    "den Schienen liegt und der Wind von den Bergen kommt. "
)
ENGLISH = "The museum of rain was opened in 1931, and the mayor spoke of the weather to the town. "
RUSSIAN = "Мост через реку был построен городом в 1931 году, и зимой его часто закрывают. "
THAI = "สะพานข้ามแม่น้ำสร้างขึ้นโดยเมืองเมื่อหนึ่งร้อยปีก่อน"


def cut(text):
    """Passages, by an encoder that takes every letter for a token."""
    return cut_passages(
        Content(text), lambda texts: [len(each) for each in texts], 220, reads_english_alone=True
    )


@pytest.mark.parametrize(("language", "text"), [("de", GERMAN), ("ru", RUSSIAN), ("th", THAI)])
def test_passages_that_are_not_english_are_measured_in_letters(language, text):
    passages = cut(text * 20)
    assert {passage.language for passage in passages} == {language}
    lengths = [count_letters(passage.span.of(text * 20)) for passage in passages]
    assert max(lengths) <= 1_100
    assert sum(lengths) / len(lengths) > 500
    assert max(len(passage.span) for passage in cut(ENGLISH * 20)) <= 220


def test_a_document_may_be_in_several_languages():
    passages = cut(f"{ENGLISH * 2}\n\n{GERMAN}\n\n{RUSSIAN * 2}")
    assert {passage.language for passage in passages} == {"en", "de", "ru"}


def test_a_row_of_names_is_in_the_language_of_its_document():
    text = f"{ENGLISH * 4}\n\nJohann Sebastian Bach, Leipzig\n\n{ENGLISH * 3}"
    assert {passage.language for passage in cut(text)} == {"en"}


@pytest.mark.parametrize(
    "text",
    [
        "😀👍🏽🎉 " * 2_000,
        "Тhе quісk brоwn fох јumреd оvеr thе lаzу dоg. " * 100,
        "ก" * 100_000,
        "x" * 300 + "я" * 100_000,
        "Der Fluss の川 река river " * 500,
    ],
    ids=["emoji", "look-alikes", "no space", "one word", "mixed"],
)
def test_odd_text_is_indexed_and_found_as_well_as_can_be(tmp_path, text):
    with (
        takes_at_most(20),
        Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index,
    ):
        report = index.add_texts([("odd", text)])
        assert not report.failed
        for hit in Retriever(index).search(text[:300], 5):
            assert hit.passage.span.of(text) == hit.passage.text


class EnglishWords(WordEncoder):
    """An encoder that stands for the default model, which reads English alone."""

    name = DEFAULT_MODEL


@pytest.fixture
def retriever(tmp_path):
    with Index.open(tmp_path / "index", create=True, encoder=EnglishWords()) as index:
        index.add_texts(
            [
                ("english", Content(ENGLISH * 2)),
                ("german", Content(GERMAN)),
                ("russian", Content(RUSSIAN * 2)),
            ]
        )
        yield Retriever(index)


def test_a_question_in_another_language_is_compared_by_words_alone(retriever):
    [best, *_] = retriever.search("Wann wurde die Brücke über den Fluss gebaut?")
    assert best.document.path == "german"
    assert set(best.scores) == {"bm25"}


def test_an_english_question_is_compared_by_meaning_with_english_passages_alone(retriever):
    hits = retriever.search("When was the museum of rain opened in 1931?")
    assert hits[0].document.path == "english"
    for hit in hits:
        assert ("dense" in hit.scores) == (hit.passage.language == "en")


def test_a_model_of_ones_own_reads_every_language(tmp_path):
    with Index.open(tmp_path / "own", create=True, encoder=WordEncoder()) as index:
        index.add_texts([("german", Content(GERMAN))])
        [hit, *_] = Retriever(index).search("Wann wurde die Brücke gebaut?")
        assert set(hit.scores) == {"bm25", "dense"}


def test_what_is_searched_by_meaning_on_purpose_is_so_in_any_language(retriever):
    assert set(retriever.search("Wann wurde die Brücke gebaut?", mode="dense")[0].scores) == {
        "dense"
    }


def test_words_of_other_languages_are_no_words_to_correct_by(retriever):
    assert retriever.correct_spelling("the Brucke of the museun") == "the Brucke of the museum"


class ThreeTexts(WordEncoder):
    """Stands for the model of the part `languages`; says how near each of three texts is."""

    name = LANGUAGES_MODEL
    nearness = {"Museum": 0.72, "Brücke": 0.7, "Bridge": 0.2}  # noqa: RUF012

    def encode_passages(self, texts):
        cosines = [
            next(self.nearness[name] for name in self.nearness if name in text) for text in texts
        ]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        vectors[:, 0] = cosines
        vectors[:, 1] = np.sqrt(1 - np.square(cosines))
        return vectors

    def encode_questions(self, texts):
        return np.eye(1, self.dimension, dtype=np.float32).repeat(len(texts), axis=0)


def test_words_say_nothing_if_question_and_passage_are_in_different_languages(tmp_path):
    texts = {
        "museum": "Das Museum wurde von der Stadt eröffnet, und es ist nicht weit vom Fluss.",
        "bruecke": "Die Brücke aus Stahl trägt die Eisenbahn von Lummingen, und sie ist gesperrt.",
        "bridge": "The Bridge of steel carries the railway, and it is closed in the winter of ice.",
    }
    with Index.open(tmp_path / "index", create=True, encoder=ThreeTexts()) as index:
        index.add_texts(texts.items())

        def search(question):
            return [hit.document.path for hit in Retriever(index).search(question)]

        # The words stand in the second passage: they count if the question is in its language.
        assert search("Warum ist die Brücke der Eisenbahn von Lummingen gesperrt?")[0] == "bruecke"
        asked = "Why is the Brücke of the Eisenbahn from Lummingen closed to Eisenbahn people?"
        found = search(asked)
        assert found.index("museum") < found.index("bruecke")


@pytest.fixture
def english_index(tmp_path):
    """An index of the default model's, most of whose documents are not in English."""
    texts = [("english", ENGLISH * 2), ("german", GERMAN), ("russian", RUSSIAN * 2)]
    with Index.open(tmp_path / "index", create=True, encoder=EnglishWords()) as index:
        index.add_texts(texts)
        yield index


@pytest.mark.parametrize("is_there", [True, False])
def test_an_index_says_that_its_languages_are_not_compared(english_index, monkeypatch, is_there):
    monkeypatch.setattr(status, "has_languages_model", lambda: is_there)
    assert english_index.status().not_compared == 2
    line = english_index.advice
    assert line.startswith("documents that are not in English (2) are found by their words alone")
    assert ("`quoteback index --model languages PATH`" in line) == is_there
    assert ("part `languages`" in line) != is_there
    assert "\n" not in line


def test_an_index_of_english_documents_is_fine_as_it_is(tmp_path):
    with Index.open(tmp_path / "index", create=True, encoder=EnglishWords()) as index:
        index.add_texts([(f"english{number}", ENGLISH) for number in range(30)])
        assert index.advice is None
        index.add_texts([("german", GERMAN)])
        assert (index.advice, index.status().not_compared) == (None, 0)


@pytest.mark.model
@pytest.mark.skipif(not has_languages_model(), reason="the part is not installed")
def test_an_index_is_embedded_anew_with_the_model_of_the_part(tmp_path, encoder):
    folder = tmp_path / "index"
    with Index.open(folder, create=True) as index, Index.open(folder) as reader:
        index.add_texts([("english", ENGLISH), ("german", GERMAN), ("russian", RUSSIAN)])
        _ = reader.encoder
        passages = index.passages("german")
        index.change_model(LANGUAGES_MODEL)
        assert index.status().outdated
        index.update([])
        assert (index.model, index.embedded, index.advice) == (LANGUAGES_MODEL, 3, None)
        assert index.verify() == []
        assert index.passages("german") == passages
        # Others that have it open take the new model, too.
        for each in (index, reader):
            [best, *_] = Retriever(each).search("¿Por qué cierran el puente en invierno?")
            assert best.document.path in ("german", "russian")
        index.change_model(DEFAULT_MODEL)
        index.update([])
        assert (index.model, index.embedded) == (DEFAULT_MODEL, 3)


def test_a_model_that_cannot_take_the_place_of_another_changes_nothing(
    english_index, tmp_path, monkeypatch
):
    monkeypatch.setattr(load, "_LANGUAGES_PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match="part `languages`"):
        english_index.change_model(LANGUAGES_MODEL)
    with pytest.raises(OtherModel, match=f"made with the model {DEFAULT_MODEL}, not someone/other"):
        english_index.change_model("someone/other")
    assert english_index.model == DEFAULT_MODEL
    own = Index.open(tmp_path / "own", create=True, encoder=WordEncoder())
    with own, pytest.raises(OtherModel, match="remove that folder"):
        own.change_model(DEFAULT_MODEL)


def test_a_language_is_one_of_iso_639():
    with pytest.raises(ValueError, match="give a code such as de"):
        Filter(languages=["German"])
    with pytest.raises(ValueError, match="give a code such as de"):
        Filter(languages=["German-AT"])


def test_a_region_or_script_of_a_language_does_not_count():
    assert Filter(languages=["de-AT", "pt_BR", "zh-Hant", "EN"]).languages == (
        "de",
        "pt",
        "zh",
        "en",
    )
