"""With the part `languages` everything is read: by the models for English, or by those for all."""

from dataclasses import replace

from index import Span
from qa import Calibration
from qa.answering.by_language import answer_by_language, is_all_english, rank_by_language
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from qa.answering.retrieving import Context
from tests.qa.answering.test_unread import TEXTS, NotesWhatItReads, make_hits

GERMAN, ENGLISH = "Wann wurde die Brücke gebaut?", "When was the bridge built?"


def answer(question, hits, context=None, **scores):
    """The answering, and what each of the two readers has read."""
    english, languages = NotesWhatItReads(), NotesWhatItReads()

    def reads_with(reader, reads_english_alone, name):
        calibration = Calibration(name, intercept=scores.get(name, 0.0))
        models = AnsweringModels(reader, calibration, reads_english_alone=reads_english_alone)
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
    assert (english, languages) == ([TEXTS["en"]], [TEXTS["de"]] * 2)
    assert {each.hit.passage.id for each in answering.considered} == {1, 2, 3}
    assert [hit.passage.id for hit in answering.ranked] == [2, 1, 3]
    assert answer(ENGLISH, make_hits("en"))[2] == []


def test_the_surest_answers_come_first_whoever_has_read_them():
    hits = make_hits("de", "en")
    assert answer(ENGLISH, hits, english=1.0)[0].answers[0].document.path == "/en2.txt"
    assert answer(ENGLISH, hits, languages=1.0)[0].answers[0].document.path == "/de1.txt"


def test_words_of_another_language_are_shown_in_their_sentence():
    answering, *_ = answer(GERMAN, make_hits("de"))
    best = answering.answers[0]
    assert best.form == "words"
    assert not best.stands_alone
    assert best.hit.passage.quote(best.sentence) == best.sentence_text


def test_a_follow_up_takes_passages_of_its_context_in_its_own_language():
    context = Context("Wo ist die Brücke? Wann wurde sie gebaut?", tuple(make_hits("de", "en")))
    assert answer("Und die Brücke, wann wurde die gebaut?", [], context)[2] == []
    hits = [replace(hit, score=0.01) for hit in make_hits("de")]
    assert TEXTS["de"] in answer("Und die Brücke, wann wurde die gebaut?", hits, context)[2]


def test_all_passages_are_ranked_for_a_question_in_another_language():
    hits = make_hits("de", "en", "de")
    assert rank_by_language(GERMAN, hits, list, lambda some: some[::-1]) == hits[::-1]
    assert rank_by_language(GERMAN, hits, list, None) == hits
    # Of an English one, the others keep their places.
    assert rank_by_language(ENGLISH, hits, list, lambda some: some[::-1]) == hits


def test_nothing_else_is_loaded_where_all_is_english():
    assert is_all_english(ENGLISH, make_hits("en", "en"))
    assert not is_all_english(ENGLISH, make_hits("en", "de"))
    assert not is_all_english(GERMAN, make_hits("en"))


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
