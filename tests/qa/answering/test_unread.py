"""What is not English is found, and a sentence of it shown; it is never said to answer."""

from dataclasses import replace

from index import Document, Hit, Index, Passage, Retriever, Span
from index.text import detect_language
from qa import Assistant, Calibration, Reading, ScoredSpan
from qa.answering.by_language import answer_by_language, list_unread, rank_by_language
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from tests.support.encoders import WordEncoder

TEXTS = {
    "de": "Die Stadt liegt am Fluss. Die Brücke wurde im Jahr 1931 gebaut. Heute ist sie gesperrt.",
    "en": "The town lies by the river. The bridge was built in 1931. Today it is closed.",
}


class NotesWhatItReads:
    """Quotes the first word of each passage."""

    def __init__(self):
        self.seen = []

    def read(self, question, passages, cancelled=lambda: False):
        self.seen += [passage.text for passage in passages]
        return [Reading((ScoredSpan(Span(0, 3), 1.0),), 1.0) for _ in passages]


def make_hits(*languages, start=10):
    hits = []
    for number, language in enumerate(languages, 1):
        text = TEXTS[language]
        passage = Passage(number, Span(start, start + len(text)), text, language=language)
        hits.append(Hit(passage, Document(number, f"/{language}{number}.txt", None), 1 / number))
    return hits


def answer(question, hits, compare=None):
    reader = NotesWhatItReads()
    models = AnsweringModels(reader, Calibration("words"))

    def read(chosen, context):
        return answer_question(question, chosen, models, 8, context=context)

    return answer_by_language(question, hits, None, read, None, compare), reader.seen


def test_a_question_in_another_language_gets_the_sentence_that_has_its_words():
    hits = make_hits("de", "en")
    answering, seen = answer("Wann wurde die Brücke gebaut?", hits)
    best, *_ = answering.answers
    assert (best.text, best.form, best.confidence) == (
        "Die Brücke wurde im Jahr 1931 gebaut.",
        "sentences",
        0.0,
    )
    assert hits[0].passage.quote(best.span) == best.text
    assert best.evidence == best.spans == (best.span,)
    assert list_unread("Wann wurde die Brücke gebaut?", hits) == ("de", "en")
    assert [each.hit for each in answering.considered] == hits
    assert not answering.off_topic
    assert not seen


def test_an_english_question_is_read_in_english_passages_alone():
    hits = make_hits("de", "en", "de")
    answering, seen = answer("When was the bridge built?", hits)
    assert seen == [TEXTS["en"]]
    assert answering.answers[0].document.path == "/en2.txt"
    german = [each for each in answering.answers if each.document.path != "/en2.txt"]
    assert {each.confidence for each in german} == {0.0}
    assert len(german) == 2
    assert list_unread("When was the bridge built?", hits) == ("de",)
    assert [hit.passage.id for hit in answering.ranked] == [2, 1, 3]
    assert {each.hit.passage.id for each in answering.considered} == {1, 2, 3}


def test_what_is_found_and_not_read_is_not_said_to_be_missing():
    answering, _ = answer("When does the ferry to Lummingen sail?", make_hits("de"))
    assert not answering.off_topic
    mixed = answer("When does the ferry to Lummingen sail?", make_hits("en", "de"))[0]
    assert not mixed.off_topic
    assert "/de2.txt" in {each.document.path for each in mixed.answers}


def test_nothing_is_said_to_be_unread_where_all_is_english():
    assert list_unread("When was the bridge built?", make_hits("en", "en")) == ()


def test_an_english_question_that_finds_no_english_passage_gets_a_sentence():
    answering, seen = answer("When was Brücke 1931 built?", make_hits("de"))
    assert answering.answers[0].text == "Die Brücke wurde im Jahr 1931 gebaut."
    assert not seen


def test_a_reader_of_ones_own_reads_every_language(tmp_path):
    reader = NotesWhatItReads()
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        index.add_texts([("de", TEXTS["de"])])
        assistant = Assistant(Retriever(index), reader=reader, calibration=Calibration("words"))
        reply = assistant.ask("Wann wurde die Brücke gebaut?")
    assert reader.seen == [TEXTS["de"]]
    assert reply.unread == ()


def test_a_few_words_that_english_passages_have_are_read():
    # Their letters look Italian.
    hits = make_hits("en")
    text = "Every pattern in a gitignore file that begins with a mark negates it."
    passage = replace(hits[0].passage, text=text, span=Span(10, 10 + len(text)))
    hits = [replace(hits[0], passage=passage)]
    assert detect_language("gitignore negate pattern") != "en"
    assert answer("gitignore negate pattern", hits)[1] == [text]
    assert list_unread("gitignore negate pattern", hits) == ()
    assert answer("Wann wird die Brücke gebaut?", hits)[1] == []


def test_nothing_found_is_nothing_quoted():
    assert list_unread("Wann wurde die Brücke gebaut?", []) == ("de",)
    answering, _ = answer("Wann wurde die Brücke gebaut?", [])
    assert answering.answers == answering.hits == ()


def test_a_sentence_in_another_language_than_the_question_is_chosen_by_its_meaning():
    def compare(question, texts):
        return [float("1931" in text) for text in texts]

    for asked, language in (
        ("Quand le pont a-t-il été construit ?", "de"),
        ("Wann wurde die Brücke gebaut?", "en"),
    ):
        answering, seen = answer(asked, make_hits(language), compare)
        assert "1931" in answering.answers[0].text
        assert not seen
    # Of its own language, by its words.
    answering, _ = answer("Ist die Brücke heute gesperrt?", make_hits("de"), compare)
    assert answering.answers[0].text == "Heute ist sie gesperrt."


def test_what_comes_near_to_no_passage_is_not_in_these_documents():
    def ask(question, cosine):
        hits = [replace(hit, scores={"dense": cosine}) for hit in make_hits("de")]
        return answer(question, hits, lambda _, texts: [0.0] * len(texts))[0]

    asked, across = "Wann wurde die Brücke gebaut?", "When was the bridge built?"
    assert ask(asked, 0.45).off_topic
    assert not ask(asked, 0.6).off_topic
    # Texts in two languages are never as near as two in one.
    assert ask(across, 0.3).off_topic
    assert not ask(across, 0.45).off_topic
    # Without the part, nobody can tell.
    hits = [replace(hit, scores={"dense": 0.1}) for hit in make_hits("de")]
    assert not answer("Wann wurde die Brücke gebaut?", hits)[0].off_topic
    # Nothing was found, or found by keyword alone.
    assert not answer("Wann wurde die Brücke gebaut?", [], lambda *_: [])[0].off_topic
    assert not answer("Wann wurde sie gebaut?", make_hits("de"), lambda *_: [0.0] * 3)[0].off_topic


def test_passages_in_other_languages_keep_their_places_when_english_ones_are_ranked():
    hits = make_hits("de", "en", "de", "en", "en")

    def rank(some):
        return some[::-1]

    ranked = rank_by_language("When was the bridge built?", hits, rank, None)
    assert [hit.passage.id for hit in ranked] == [1, 5, 3, 4, 2]
    assert rank_by_language("Wann wurde die Brücke gebaut, und von wem?", hits, rank, None) == hits
