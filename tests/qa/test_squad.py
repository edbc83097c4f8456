"""Exact match and F1 as SQuAD defines them."""

import re
import string
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.squad import exact_match, f1, normalize


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


def by_the_rules(prediction, answers):
    """Exact match and F1, put together anew from the published description."""

    def words(text):
        kept = "".join(c for c in text.lower() if c not in set(string.punctuation))
        return re.sub(r"\b(a|an|the)\b", " ", kept).split()

    golds = [gold for gold in map(words, answers) if gold] or [[]]
    got = words(prediction)
    overlaps = []
    for gold in golds:
        shared = (Counter(got) & Counter(gold)).total()
        if not got or not gold:
            overlaps.append(float(got == gold))
        elif not shared:
            overlaps.append(0.0)
        else:
            precision, recall = shared / len(got), shared / len(gold)
            overlaps.append(2 * precision * recall / (precision + recall))
    return float(got in golds), max(overlaps)


PHRASES = st.lists(
    st.sampled_from(
        ["the", "a", "An", "cat", "Cat", "sat.", "(on)", "mat", "-", "’s", "U.S.", "é"]
    ),
    max_size=5,
).map(" ".join)


@given(PHRASES, st.lists(PHRASES, max_size=3))
def test_both_equal_an_independent_computation(prediction, answers):
    expected = by_the_rules(prediction, answers)
    assert (exact_match(prediction, answers), f1(prediction, answers)) == pytest.approx(expected)
