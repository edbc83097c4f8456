"""With the part `languages` everything is read: by the models for English, or by those for all."""

from dataclasses import replace

from index import Span
from qa import Calibration, Reading, ScoredSpan
from qa.answering.by_language import answer_by_language, needs_all_languages, rank_by_language
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from qa.answering.retrieving import Context
from tests.qa.answering.test_unread import TEXTS, NotesWhatItReads, make_hits

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
    assert not needs_all_languages(ENGLISH, make_hits("en", "en"))
    assert needs_all_languages(ENGLISH, make_hits("en", "de"))
    assert needs_all_languages(GERMAN, make_hits("en"))
    # One that is found far behind may be in English that looks like another language.
    assert not needs_all_languages(ENGLISH, make_hits("en", "en", "en", "de"))


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
