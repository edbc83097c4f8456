"""What people say around a question is left out; the question itself stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import resolve_question
from qa.conversation.resolving import strip_courtesy


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Hello, when does the museum open?", "when does the museum open?"),
        ("Hi! When does it open", "When does it open"),
        ("hey there, I have a quick question: who is it by?", "who is it by?"),
        ("Quick question: what is a seiche?", "what is a seiche?"),
        ("Please tell me: how is it descaled?", "how is it descaled?"),
        ("Can you tell me what the code is?", "what the code is?"),
        ("could you please tell me in which year it was built", "in which year it was built"),
        ("Would you please explain how a lock works?", "explain how a lock works?"),
        ("Please list the ingredients", "list the ingredients"),
        ("I would like to know who founded it.", "who founded it."),
        ("I'm wondering why it is slow", "why it is slow"),
        ("Does anyone know how to open it?", "how to open it?"),
        ("any idea where the key is?", "where the key is?"),
        ("Do you know if dogs are allowed?", "whether dogs are allowed?"),
        ("How deep is the lake? Thanks!", "How deep is the lake?"),
        ("How deep is the lake, please?", "How deep is the lake?"),
        ("how deep is the lake thanks", "how deep is the lake"),
        ("Hi, how deep is it? Thank you very much.", "how deep is it?"),
    ],
)
def test_courtesy_is_left_out(typed, question):
    assert strip_courtesy(typed) == question


@pytest.mark.parametrize(
    "question",
    [
        "If it rains, what do I do?",
        "Do you know Anna?",
        "How do I say hello",
        "hello world in Python",
        "What does please mean?",
        "Is it polite to say thank you?",
        "Who sings Thank You?",
        "What is the question: prompt?",
        "Show me the invoices",
        "Tell me about solar panels.",
        "Can you eat the leaves?",
        "Could anyone enter?",
        "Hi-fi systems compared",
        "question-answering systems",
        "Please Please Me release date?",
        "What is a give-thanks?",
        "thanks",
        "Hello!",
        "",
    ],
)
def test_a_question_without_courtesy_stays_as_it_is(question):
    assert strip_courtesy(question) == question


def test_a_follow_up_is_resolved_without_its_courtesy():
    question = "Hi, could you tell me when it opened?"
    resolved = resolve_question(question, ["Who founded the Museum of Rain?"])
    assert resolved == "when it opened? (the Museum of Rain)"
    assert resolve_question(question, []) == "when it opened?"


@given(st.text(max_size=60))
def test_any_text_is_stripped_at_once_and_never_to_nothing(text):
    stripped = strip_courtesy(text)
    assert any(c.isalnum() for c in stripped) == any(c.isalnum() for c in text)


@pytest.mark.parametrize(
    "part", ["please ", "hello, ", "hi ", "thanks ", "?! ", "could you tell me "]
)
def test_much_courtesy_takes_no_time(part):
    assert strip_courtesy(part * 2000 + "when?").endswith("when?")
    strip_courtesy("when?" + part * 2000)
