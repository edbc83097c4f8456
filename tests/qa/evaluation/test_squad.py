"""Exact match and F1 as SQuAD defines them."""

import pytest

from qa.evaluation.squad import exact_match, f1, normalize


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Eiffel Tower", "eiffel tower"),
        ("an apple, a day!", "apple day"),
        ("U.S.A.", "usa"),
        ("Panthers'", "panthers"),
        ("theory", "theory"),
        ("a", ""),
        ("‘the’", "‘ ’"),
    ],
)
def test_normalisation_drops_case_ascii_punctuation_articles_and_space(text, normal):
    assert normalize(text) == normal


def test_exact_match_takes_any_of_the_answers():
    assert exact_match("Denver Broncos", ["the denver broncos", "Broncos"]) == 1.0
    assert exact_match("Denver", ["the denver broncos", "Broncos"]) == 0.0


def test_f1_counts_shared_words_with_their_number():
    assert f1("the cat the cat sat", ["cat sat down"]) == pytest.approx(
        2 * (2 / 3) * (2 / 3) / (4 / 3)
    )
    assert f1("dog", ["cat"]) == 0.0


def test_f1_takes_the_best_answer():
    assert f1("10 May 2025", ["2025", "10 May"]) == pytest.approx(0.8)


def test_an_unanswerable_question_wants_the_empty_prediction():
    assert exact_match("", []) == 1.0
    assert f1("", []) == 1.0
    assert exact_match("something", []) == 0.0
    assert f1("something", []) == 0.0


def test_an_abstention_on_an_answerable_question_scores_nothing():
    assert exact_match("", ["Paris"]) == 0.0
    assert f1("", ["Paris"]) == 0.0
