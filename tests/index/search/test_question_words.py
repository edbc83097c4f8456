"""Keyword search looks for what a question is about, not for the words that make it one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.question_words import drop_question_words


def words_searched(question: str) -> str:
    return " ".join(drop_question_words(question).split())


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How do I undo my last commit?", "undo last commit?"),
        ("why can't I see it", "see it"),
        ("What's the melting point of tin?", "the melting point of tin?"),
        ("Don’t you need a licence?", "need a licence?"),
        ("melting point of tin", "melting point of tin"),
        ("What does autolyse mean?", "autolyse?"),
        ("what do the red dots on it mean", "the red dots on it"),
        ("What is the arithmetic mean?", "the arithmetic mean?"),
    ],
)
def test_question_words_are_dropped(question: str, topic: str) -> None:
    assert words_searched(question) == topic


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What does WHO say?", "WHO say?"),
        ("What is a CAN bus?", "a CAN bus?"),
        ("what does the -i option do", "the -i option"),
        ("where is /etc/who", "/etc/who"),
        ("what is in my.cnf?", "in my.cnf?"),
        ("How does git-who work?", "git-who work?"),
        ('Where does "what is it" stand?', '"what is it" stand?'),
        ("What does `which` print?", "`which` print?"),
        ("What is I/O?", "I/O?"),
    ],
)
def test_names_options_paths_and_quotations_stay(question: str, topic: str) -> None:
    assert words_searched(question) == topic


@pytest.mark.parametrize("question", ["Who are you?", "WHO IS WHO", "how do you do", "", "???"])
def test_a_question_of_nothing_else_stays_whole(question: str) -> None:
    assert drop_question_words(question) == question


@given(st.text(alphabet=st.sampled_from("HowIdo myWHO's’-/.\"` x\n"), max_size=60))
def test_words_are_only_dropped_never_changed_or_moved(question: str) -> None:
    kept = drop_question_words(question)
    letters = iter(question)
    assert all(letter in letters for letter in kept if letter != " ")
    assert any(letter.isalnum() for letter in kept) or kept == question
