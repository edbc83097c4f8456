"""A problem that is only stated becomes a question; what asks already stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import resolve_question
from qa.conversation.statements import ask_what_to_do


@pytest.mark.parametrize(
    ("stated", "question"),
    [
        ("I lost my library card", "I lost my library card. What should I do?"),
        ("I've lost my library card.", "I've lost my library card. What should I do?"),
        ("My bread is sticky inside!", "My bread is sticky inside. What should I do?"),
        ("The washing machine won't empty", "The washing machine won't empty. What should I do?"),
        ("The lid has cracked", "The lid has cracked. What should I do?"),
        ("our cat swallowed a needle", "our cat swallowed a needle. What should I do?"),
        ("there is water under the sink", "there is water under the sink. What should I do?"),
        ("There's water under the sink", "There's water under the sink. What should I do?"),
        ("I want to leave the club", "I want to leave the club. What should I do?"),
        ("I'd like to borrow a tent.", "I'd like to borrow a tent. What should I do?"),
        ("My washer wanders when it spins", "My washer wanders when it spins. What should I do?"),
        ("someone has stolen my bike", "someone has stolen my bike. What should I do?"),
    ],
)
def test_a_stated_problem_asks_what_to_do(stated, question):
    assert ask_what_to_do(stated) == question
    assert resolve_question(stated, []) == question


@pytest.mark.parametrize(
    "text",
    [
        "I lost my library card, what now?",
        "what I owe the club",
        "I forgot when the club meets",
        "I do not know whether it rains",
        "Tell me about my library card",
        "the history of the Debian project",
        "the used car market in Leeds",
        "a list of allowed words",
        "my library card number",
        "opening hours of the pool",
        "I want to know the price of a tent",
        "I'm looking for the price of a tent",
        "I need the number of a plumber",
        "reset the password of a user",
        "He left",
        "he lost no case in court",
        "",
        " ",
    ],
)
def test_all_else_stays_as_it_is(text):
    assert ask_what_to_do(text) == text


@given(st.text())
def test_what_is_stated_is_kept(text):
    changed = ask_what_to_do(text)
    assert changed == text or changed.endswith("?")
