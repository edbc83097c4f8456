"""Keyword search in other languages than English looks for pieces of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.analyzer import Analyzer
from index.search.letter_pieces import is_piece, list_piece_words

ANALYZER = Analyzer()


def pieces(text, language="de"):
    return set(ANALYZER.stem_all(text, language))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Brücke", "Eisenbahnbrücken"),
        ("BRUCKE", "Brücke"),
        ("Straße", "Hauptstraße"),
        ("столица", "столицы"),
        ("Ελλάδα", "Ελλάδας"),
        ("köprü", "köprüsünden"),
        ("الجسر", "والجسر"),
        ("أحمد", "احمد"),
        ("كِتاب", "كتاب"),
        ("विश्वविद्यालय", "विश्वविद्यालयों"),
        ("สะพาน", "มีสะพานเก่าอยู่ในเมือง"),
        ("东京", "他住在东京"),
        ("다리", "다리는"),
    ],
)
def test_another_form_of_a_word_has_pieces_of_it(question, text):
    assert pieces(question) & pieces(text)


def test_a_thai_text_without_a_space_is_found_by_what_stands_in_its_middle():
    text = "กรุงเทพมหานครเป็นเมืองหลวงและนครที่มีประชากรมากที่สุดของประเทศไทย" * 20
    asked = pieces("เมืองหลวง", "th")
    assert len(asked & pieces(text, "th")) > 3


def test_vowel_signs_are_letters_of_a_word():
    assert pieces("किताब", "hi") != pieces("कतब", "hi")


def test_vietnamese_words_are_told_apart_by_their_accents():
    assert not pieces("má", "vi") & pieces("mà", "vi")
    assert ANALYZER.list_words("Con mèo của tôi tên là gì?")[-1] in pieces("tên là gì?", "vi")


def test_english_words_have_no_pieces_and_questions_have_both():
    assert not any(map(is_piece, ANALYZER.stem_all("The bridges of the town")))
    words = ANALYZER.list_words("old bridges")
    assert ANALYZER.stem("old bridges") == words[:2]
    assert all(map(is_piece, words[2:]))
    assert len(words) > 4


def test_small_words_of_a_question_are_looked_for_in_its_own_language_alone():
    german = ANALYZER.list_words("Wann war die Brücke offen und was kostet das?")
    assert "war" not in german
    assert "die" not in german
    english = ANALYZER.list_words("When was the bridge of the town open?")
    assert not set(english) & pieces("was the of")
    assert set(english) & pieces("bridge")


def test_a_few_words_are_looked_for_in_every_language():
    words = set(ANALYZER.list_words("das Haus"))
    assert {"haus", *pieces("Haus")} <= words


def test_no_text_holds_the_word_of_a_piece():
    [piece] = list_piece_words("a", "de")
    assert piece not in ANALYZER.stem_all("test p0 tests")


@given(st.text(max_size=200))
def test_a_piece_is_one_word_for_every_engine(text):
    for word in list_piece_words(text, "de"):
        assert ANALYZER.stems.analyze(word) == [word]


def test_a_date_is_found_in_any_notation():
    assert "day20260314" in pieces("am 14.03.2026")
