"""What is in the documents, and questions made from their headings."""

from dataclasses import replace
from threading import Event

import pytest

from index import Cancelled
from qa import Reply
from tests.tui.conftest import PASSAGES, REPLIES, WHICH
from tui.conversation.welcome import Overview, make_question, read_overview, suggest_questions


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("How to descale it", "How do I descale it?"),
        ("What is a tun?", "What is a tun?"),
        ("How to Install Linux", "How do I install Linux?"),
        ("Installing the boiler", 'What about "Installing the boiler"?'),
        ("Uploading the Binary", 'What about "Uploading the Binary"?'),
        ("Bring a physical book", 'What about "Bring a physical book"?'),
        ("Voting and poll volunteering", 'What about "Voting and poll volunteering"?'),
        ("Error codes", 'What about "Error codes"?'),
        ("Getting there", 'What about "Getting there"?'),
        ("What happens in the jar", "What happens in the jar?"),
        ("The tun", "What is the tun?"),
        ("The glass", "What is the glass?"),
        ("The gauges", "What are the gauges?"),
        ("The meeting was late", 'What about "The meeting was late"?'),
        ("A frequent guest", 'What about "A frequent guest"?'),
        ("NASA in Bonn", 'What about "NASA in Bonn"?'),
    ],
)
def test_a_heading_becomes_a_question(heading, question):
    assert make_question(heading) == question


@pytest.mark.parametrize(
    "heading",
    [
        "How Tardigrades Survive",
        "How to be a good host",
        "Why the list matters",
        "Introduction",
        "See also",
        "Contents",
        "3.2 | x",
        "lower case",
        "NOTES ON THREADS",
        "A" * 200,
        "",
    ],
)
def test_a_heading_that_tells_too_little_becomes_none(heading):
    assert make_question(heading) is None


def test_documents_are_counted_by_kind(assistant):
    assert read_overview(assistant) == Overview("3 documents: 2 plain text, 1 Markdown")


def find(assistant, answer_from: str | None, confidence: float = 0.9) -> tuple[str, ...]:
    """The questions found where each is answered from a document."""

    def ask(question, **_options) -> Reply:
        assistant.asked.append(question)
        reply = REPLIES[WHICH]
        best = replace(reply.answers[0], confidence=confidence)
        if answer_from is not None:
            best = replace(best, document=replace(best.document, path=answer_from))
        return replace(reply, answered=answer_from is not None, answers=(best,))

    assistant.ask = ask
    return tuple(suggest_questions(assistant, lambda: True))


def test_a_heading_is_offered_as_a_question_where_its_document_surely_answers(assistant):
    path = next(path for path in PASSAGES if any(p.headings for p in PASSAGES[path]))
    assert find(assistant, path) == ("What is the collection?",)
    assert find(assistant, path, confidence=0.3) == ()
    assert find(assistant, "/another.md") == ()
    assert find(assistant, None) == ()
    assert set(assistant.asked) == {"What is the collection?"}


def test_the_plainest_questions_of_all_documents_are_tried_first(assistant, monkeypatch):
    headings = {"/library/manual.txt": "Error codes", "/library/recipe.txt": "How to salt it"}
    for path, heading in headings.items():
        shown = replace(PASSAGES["/library/rain-museum.md"][0], headings=(heading,))
        monkeypatch.setitem(PASSAGES, path, [shown])
    find(assistant, None)
    assert set(assistant.asked[:2]) == {"How do I salt it?", "What is the collection?"}
    assert assistant.asked[2:] == ['What about "Error codes"?']


def test_no_question_is_tried_when_none_is_wanted_any_more(assistant):
    assert list(suggest_questions(assistant, lambda: False)) == []
    assert assistant.asked == []
    # Between the steps of a question, too.
    assistant.busy = Event()
    wanted = iter([True] * (len(PASSAGES) + 1))
    with pytest.raises(Cancelled):
        next(suggest_questions(assistant, lambda: next(wanted, False)))
