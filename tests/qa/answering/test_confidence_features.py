"""Names in a question that no passage mentions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Passage, Span
from qa.answering.confidence_features import find_unmentioned_names

TEXT = "The firm of O'Brien in Madrid employs 40 people, and another 12 in Germany."


def hit(text=TEXT, path="/notes/offices.txt", title=None, headings=()):
    passage = Passage(1, Span(0, len(text)), text, headings)
    return Hit(passage, Document(1, path, title), 0.5)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many people work in Lyon?", ("Lyon",)),
        ("How many people work in Madrid?", ()),
        ("How many German people work for O'Brien's?", ()),
        ("How do I get from Madrid to Lyon or Nice?", ("Lyon", "Nice")),
        ("Do I need Chocolatey? On Windows I’ve nothing else.", ("Chocolatey", "Windows")),
    ],
)
def test_a_name_is_a_word_with_a_capital_letter_that_stands_in_no_passage(question, names):
    assert find_unmentioned_names(question, [hit()]) == names


@pytest.mark.parametrize(
    "question",
    [
        "Lyon",
        "Lyon: how many people work there?",
        "HOW MANY PEOPLE WORK IN LYON?",
        "How Many People Work In Lyon?",
        "how many people work in lyon?",
        'Who said "Bring the rope" to them?',
        "Who works there on Saturday, and in May?",
        "When can I go?",
    ],
)
def test_a_capital_letter_that_says_nothing_makes_no_name(question):
    assert find_unmentioned_names(question, [hit()]) == ()


@pytest.mark.parametrize(
    "mentioned",
    [
        hit("They are 40.", title="Our office in Lyon"),
        hit("They are 40.", headings=("Offices", "Lyon")),
        hit("They are 40.", path="/firm/lyon.txt"),
    ],
)
def test_titles_headings_and_paths_mention_names_too(mentioned):
    assert find_unmentioned_names("How many work in Lyon?", [hit(), mentioned]) == ()


def test_where_nothing_was_read_every_name_is_unmentioned():
    assert find_unmentioned_names("How many work in Lyon?", []) == ("Lyon",)


@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_names_are_words_of_the_question_in_its_order(question, text):
    position = 0
    for name in find_unmentioned_names(question, [hit(text)]):
        position = question.index(name, position) + len(name)


@given(st.text(min_size=1, max_size=80))
def test_a_passage_that_repeats_the_question_mentions_all_names(question):
    assert find_unmentioned_names(question, [hit(question)]) == ()
