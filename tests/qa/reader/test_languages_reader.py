"""The reader of all languages, as it ships: with the part `languages`, in several scripts."""

import pytest

from index import Index, Retriever
from index.models import has_languages_model
from qa import Assistant
from qa.answering.models import LanguagesModels
from qa.passage_text import ModelPassage
from tests.support.encoders import WordEncoder

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not has_languages_model(), reason="the part is not installed"),
]
BRIDGE = {
    "de": "Die Stadt liegt am Fluss. Die Brücke wurde im Jahr 1931 von Anton Weber gebaut.",
    "ru": "Город лежит у реки. Мост был построен в 1931 году Антоном Вебером.",
    "zh": "这座城市位于河边。这座桥由安东·韦伯于1931年建造。",
    "ar": "تقع المدينة على النهر. بُني الجسر عام 1931 على يد أنطون فيبر.",
}
BREAD = "Der Teig ruht über Nacht im Kühlschrank, sonst wird das Brot zu fest."


@pytest.fixture(scope="module")
def reader(encoder):
    """Compiled once, where the default model is."""
    return LanguagesModels().load().reader


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wann wurde die Brücke gebaut?", "de"),
        ("В каком году построили мост?", "ru"),
        ("这座桥是哪一年建的?", "zh"),
        ("متى بني الجسر؟", "ar"),
        ("When was the bridge built?", "ru"),
    ],
)
def test_the_words_that_answer_are_found(reader, question, language):
    text = BRIDGE[language]
    about, other = reader.read(question, [ModelPassage(text), ModelPassage(BREAD)])
    assert "1931" in about.spans[0].span.of(text)
    assert len(about.spans[0].span) < len(text) / 2
    assert about.relevance > other.relevance
    assert about.ranking > other.ranking
    best = max(about.sentences, key=lambda each: each.score)
    assert "1931" in best.span.of(text)


def test_nothing_answers_what_no_passage_says(reader):
    text = BRIDGE["de"]
    asked, missing = (
        reader.read(question, [ModelPassage(text)])[0]
        for question in ("Wer hat die Brücke gebaut?", "Wie viel kostet die Fahrkarte?")
    )
    assert "Anton Weber" in asked.spans[0].span.of(text)
    assert missing.spans[0].score < 0 < asked.spans[0].score


def test_a_long_passage_is_read_to_its_end(reader):
    text = f"{BREAD} " * 60 + BRIDGE["de"]
    [reading] = reader.read("Wann wurde die Brücke gebaut?", [ModelPassage(text)])
    assert "1931" in reading.spans[0].span.of(text)


def test_a_question_in_german_is_answered_from_german_text(reader, tmp_path):
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        index.add_texts([("bruecke", BRIDGE["de"]), ("brot", BREAD)])
        reply = Assistant(Retriever(index)).ask("Wann wurde die Brücke gebaut?")
        best = reply.answers[0]
        assert "1931" in best.text
        assert best.span.of(index.text("bruecke")) == best.text
    assert reply.answered
    assert reply.unread == ()
    # The words stand out in their sentence.
    assert not best.stands_alone
    assert best.sentence_text == "Die Brücke wurde im Jahr 1931 von Anton Weber gebaut."
