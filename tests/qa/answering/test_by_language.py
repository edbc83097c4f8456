"""With the part `languages` everything is read: by the models for English, or by those for all."""

from __future__ import annotations

from dataclasses import replace

from index import Document, Hit, Index, Passage, Retriever, Span
from index.text import detect_language
from qa import Assistant, Calibration, Reading, ScoredSpan
from qa.answering.by_language import answer_by_language, list_unread, rank_by_language
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from qa.answering.retrieving import Context
from tests.support.encoders import WordEncoder

GERMAN, ENGLISH = "Wann wurde die Brücke gebaut?", "When was the bridge built?"


def answer(question, hits, context=None, **scores):
    """The answering, and what each of the two readers has read."""
    english, languages = NotesWhatItReads(), NotesWhatItReads()

    def reads_with(reader, knows_english_rules, name):
        calibration = Calibration(name, intercept=scores.get(name, 0.0))
        models = AnsweringModels(reader, calibration, knows_english_rules=knows_english_rules)
        return lambda some, given: answer_question(question, some, models, 8, context=given)

    answering = answer_by_language(
        question,
        hits,
        context,
        reads_with(english, True, "english"),
        reads_with(languages, False, "languages"),
    )
    return answering, english.seen, languages.seen


def test_a_question_in_another_language_is_read_in_passages_of_all():
    hits = make_hits("de", "en")
    answering, english, languages = answer(GERMAN, hits)
    assert (english, set(languages)) == ([], {TEXTS["de"], TEXTS["en"]})
    assert answering.answers[0].confidence > 0
    assert answering.answers[0].form == "words"


def test_an_english_question_has_the_models_for_english_read_what_is_in_english():
    hits = make_hits("de", "en", "de")
    answering, english, languages = answer(ENGLISH, hits)
    assert english == [TEXTS["en"]]
    # How sure the others are depends on what is in English, too.
    assert set(languages) == {TEXTS["en"], TEXTS["de"]}
    assert {each.hit.passage.id for each in answering.considered} == {1, 2, 3}
    assert [hit.passage.id for hit in answering.ranked] == [2, 1, 3]
    assert [each.document.path for each in answering.answers].count("/en2.txt") == 1
    assert answer(ENGLISH, make_hits("en"))[2] == []


def test_the_surest_answers_come_first_whoever_has_read_them():
    hits = make_hits("de", "en")
    assert answer(ENGLISH, hits, english=1.0)[0].answers[0].document.path == "/en2.txt"
    assert answer(ENGLISH, hits, languages=1.0)[0].answers[0].document.path == "/de1.txt"


class Ranks:
    """Says how well each text answers, as it is told; quotes its first word."""

    ranks_passages = True

    def __init__(self, relevance):
        self.relevance = relevance

    def read(self, question, passages, cancelled=lambda: False):
        values = [self.relevance[passage.text] for passage in passages]
        return [Reading((ScoredSpan(Span(0, 3), v),), v, ranking=v) for v in values]


def test_a_worse_passage_in_another_language_does_not_come_before_an_english_answer():
    hits = make_hits("en", "de")
    calibration = Calibration("ranks", weights={"odds": 0.5, "lead": 0.5, "ahead": 0.5})

    def reads_with(**relevance):
        reader = Ranks({TEXTS[language]: value for language, value in relevance.items()})
        models = AnsweringModels(reader, calibration)
        return lambda some, given: answer_question(ENGLISH, some, models, 8, context=given)

    english, languages = reads_with(en=1.0), reads_with(en=1.0, de=-1.0)
    answering = answer_by_language(ENGLISH, hits, None, english, languages)
    assert answering.answers[0].document.path == "/en1.txt"
    assert answering.answers[0] == english(hits[:1], None).answers[0]


def test_how_many_is_answered_by_any_word_in_another_language():
    hits = make_hits("de")
    asked = "How many people built the bridge over the river?"
    assert answer(asked, hits)[0].answers[0].text == "Die"


def test_words_of_another_language_are_shown_in_their_sentence():
    answering, *_ = answer(GERMAN, make_hits("de"))
    best = answering.answers[0]
    assert best.form == "words"
    assert not best.stands_alone
    assert best.hit.passage.quote(best.sentence) == best.sentence_text


def test_a_follow_up_takes_passages_of_its_context():
    """As with the models for English, if nothing that is found for it alone answers."""
    calibration = Calibration("ranks")
    found = [replace(hit, score=0.01) for hit in make_hits(*["de"] * 8)]
    others = [replace(found[0], passage=replace(found[0].passage, id=70, text=TEXTS["de"] + " x"))]
    reader = Ranks({TEXTS["de"]: -9.0, TEXTS["de"] + " x": 2.0})
    models = AnsweringModels(reader, calibration, knows_english_rules=False)

    def read(some, given):
        return answer_question(GERMAN, some, models, 8, context=given)

    context = Context(f"Wo ist die Brücke? {GERMAN}", tuple(others))
    answering = answer_by_language(GERMAN, found, context, read, read)
    assert answering.answers[0].hit.passage.id == 70


def test_all_passages_are_ranked_for_a_question_in_another_language():
    hits = make_hits("de", "en", "de")
    assert rank_by_language(GERMAN, hits, list, lambda some: some[::-1]) == hits[::-1]
    assert rank_by_language(GERMAN, hits, list, None) == hits
    # Of an English one, the others keep their places.
    assert rank_by_language(ENGLISH, hits, list, lambda some: some[::-1]) == hits


def test_nothing_else_is_loaded_where_all_is_english():
    assert not list_unread(ENGLISH, make_hits("en", "en"))
    assert list_unread(ENGLISH, make_hits("en", "de"))
    assert list_unread(GERMAN, make_hits("en"))
    # One that is found far behind may be in English that looks like another language.
    assert not list_unread(ENGLISH, make_hits("en", "en", "en", "de"))


def test_a_span_ends_where_a_letter_does():
    """A vowel sign belongs to its letter, and words of Thai have nothing between them."""
    from qa.answering.spans import tidy_span

    hindi = "पुल 1931 में बनाया गया।"
    start = hindi.index("बनाया")
    assert tidy_span(hindi, Span(start, start + 3)).of(hindi) == "बनाया"
    thai = "สะพานสร้างขึ้นในปี 1931"
    assert tidy_span(thai, Span(0, 5)).of(thai) == "สะพาน"
    # Never between a letter and its sign.
    up = thai.index("ขึ้น")
    assert tidy_span(thai, Span(up, up + 1)).of(thai) == "ขึ้"
    water = "น้ำ"
    assert tidy_span(water, Span(0, 2)).of(water) == water


def test_white_space_and_marks_of_every_script_are_stripped():
    from qa.answering.spans import tidy_span

    for text, words in (
        ("\xa040\xa0€\xa0", "40\xa0€"),
        ("\u30003月", "3月"),
        ("عام ١٩٣١،", "عام ١٩٣١"),
        ("、东京。", "东京"),
    ):
        assert tidy_span(text, Span(0, len(text))).of(text) == words


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


def answer_unread(question, hits, compare=None):
    reader = NotesWhatItReads()
    models = AnsweringModels(reader, Calibration("words"))

    def read(chosen, context):
        return answer_question(question, chosen, models, 8, context=context)

    return answer_by_language(question, hits, None, read, None, compare), reader.seen


def test_a_question_in_another_language_gets_the_sentence_that_has_its_words():
    hits = make_hits("de", "en")
    answering, seen = answer_unread("Wann wurde die Brücke gebaut?", hits)
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
    answering, seen = answer_unread("When was the bridge built?", hits)
    assert seen == [TEXTS["en"]]
    assert answering.answers[0].document.path == "/en2.txt"
    german = [each for each in answering.answers if each.document.path != "/en2.txt"]
    assert {each.confidence for each in german} == {0.0}
    assert len(german) == 2
    assert list_unread("When was the bridge built?", hits) == ("de",)
    assert [hit.passage.id for hit in answering.ranked] == [2, 1, 3]
    assert {each.hit.passage.id for each in answering.considered} == {1, 2, 3}


def test_what_is_found_and_not_read_is_not_said_to_be_missing():
    answering, _ = answer_unread("When does the ferry to Lummingen sail?", make_hits("de"))
    assert not answering.off_topic
    mixed = answer_unread("When does the ferry to Lummingen sail?", make_hits("en", "de"))[0]
    assert not mixed.off_topic
    assert "/de2.txt" in {each.document.path for each in mixed.answers}


def test_nothing_is_said_to_be_unread_where_all_is_english():
    assert list_unread("When was the bridge built?", make_hits("en", "en")) == ()


def test_an_english_question_that_finds_no_english_passage_gets_a_sentence():
    answering, seen = answer_unread("When was Brücke 1931 built?", make_hits("de"))
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
    assert answer_unread("gitignore negate pattern", hits)[1] == [text]
    assert list_unread("gitignore negate pattern", hits) == ()
    assert answer_unread("Wann wird die Brücke gebaut?", hits)[1] == []


def test_nothing_found_is_nothing_quoted():
    assert list_unread("Wann wurde die Brücke gebaut?", []) == ("de",)
    answering, _ = answer_unread("Wann wurde die Brücke gebaut?", [])
    assert answering.answers == answering.hits == ()


def test_a_sentence_in_another_language_than_the_question_is_chosen_by_its_meaning():
    def compare(question, texts):
        return [float("1931" in text) for text in texts]

    for asked, language in (
        ("Quand le pont a-t-il été construit ?", "de"),
        ("Wann wurde die Brücke gebaut?", "en"),
    ):
        answering, seen = answer_unread(asked, make_hits(language), compare)
        assert "1931" in answering.answers[0].text
        assert not seen
    # Of its own language, by its words.
    answering, _ = answer_unread("Ist die Brücke heute gesperrt?", make_hits("de"), compare)
    assert answering.answers[0].text == "Heute ist sie gesperrt."


def test_what_comes_near_to_no_passage_is_not_in_these_documents():
    def ask(question, cosine):
        hits = [replace(hit, scores={"dense": cosine}) for hit in make_hits("de")]
        return answer_unread(question, hits, lambda _, texts: [0.0] * len(texts))[0]

    asked, across = "Wann wurde die Brücke gebaut?", "When was the bridge built?"
    assert ask(asked, 0.45).off_topic
    assert not ask(asked, 0.6).off_topic
    # Texts in two languages are never as near as two in one.
    assert ask(across, 0.3).off_topic
    assert not ask(across, 0.45).off_topic
    # Without the part, nobody can tell.
    hits = [replace(hit, scores={"dense": 0.1}) for hit in make_hits("de")]
    assert not answer_unread("Wann wurde die Brücke gebaut?", hits)[0].off_topic
    # Nothing was found, or found by keyword alone.
    assert not answer_unread("Wann wurde die Brücke gebaut?", [], lambda *_: [])[0].off_topic
    assert not answer_unread("Wann wurde sie gebaut?", make_hits("de"), lambda *_: [0.0] * 3)[
        0
    ].off_topic


def test_passages_in_other_languages_keep_their_places_when_english_ones_are_ranked():
    hits = make_hits("de", "en", "de", "en", "en")

    def rank(some):
        return some[::-1]

    ranked = rank_by_language("When was the bridge built?", hits, rank, None)
    assert [hit.passage.id for hit in ranked] == [1, 5, 3, 4, 2]
    assert rank_by_language("Wann wurde die Brücke gebaut, und von wem?", hits, rank, None) == hits
