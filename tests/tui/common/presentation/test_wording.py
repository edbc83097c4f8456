"""How things are worded."""

from dataclasses import replace

import pytest

from index import Document, Hit, Passage, Promise, Properties, Span
from qa import Reply
from tui.common.presentation.wording import (
    describe_confidence,
    describe_properties,
    describe_time_left,
    describe_unread,
    estimate_time_left,
)

REPLY = Reply("Who?", "Who?", False, (), (), 0.0)


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (0.94, "sure, 94%"),
        (0.85, "sure, 85%"),
        (0.84, "likely, 84%"),
        (0.7, "likely, 70%"),
        (0.3, "doubtful, 30%"),
        (0.0, "doubtful, 0%"),
    ],
)
def test_a_confidence_has_a_word(confidence, words):
    assert describe_confidence(confidence, REPLY) == words


def test_an_answer_that_is_held_back_is_doubtful_however_high_its_confidence():
    assert describe_confidence(0.94, replace(REPLY, threshold=0.95)) == "doubtful, 94%"


@pytest.mark.parametrize(
    ("risk", "at_most", "words"),
    [
        ("shown", 0.05, ("doubtful, 49%", "sure, 50%", "sure, 90%")),
        ("shown", 0.1, ("doubtful, 49%", "sure, 50%", "sure, 90%")),
        ("shown", 0.2, ("doubtful, 49%", "likely, 50%", "sure, 90%")),
        ("shown", 0.3, ("doubtful, 49%", "doubtful, 50%", "sure, 90%")),
        ("answered", 0.05, ("doubtful, 49%", "doubtful, 50%", "sure, 90%")),
    ],
)
def test_a_word_is_given_to_all_that_is_shown_if_it_is_promised(risk, at_most, words):
    promise = Promise(risk, at_most, 0.5, 300, 100, 1, "")
    reply = replace(REPLY, threshold=0.5, promise=promise)
    assert tuple(describe_confidence(each, reply) for each in (0.49, 0.5, 0.9)) == words


@pytest.mark.parametrize(
    ("question", "unread", "words"),
    [
        ("When was the bridge built?", (), ""),
        ("When was the bridge built?", ("de", "fr"), "passages in German, French"),
        ("Wann wurde die Brücke gebaut, und wo?", ("de",), "the question is in German"),
        ("Wann wurde die Brücke gebaut, und wo?", ("de", "en"), "the question is in German"),
        ("ISO code Basque language", ("de",), "passages in German"),
    ],
)
def test_what_was_found_and_not_read_is_said(question, unread, words):
    remark = describe_unread(Reply(question, question, False, (), (), 0.5, unread=unread))
    assert words in remark
    assert bool(remark) == bool(words)
    assert "\n" not in remark


@pytest.mark.parametrize(
    ("scores", "is_there", "how"),
    [
        ({"bm25": 1.0}, False, "Found by its words, not read"),
        ({"bm25": 1.0}, True, "Found by its words, not read"),
        ({"bm25": 1.0, "dense": 0.5}, True, "Found by its meaning, not read"),
    ],
)
def test_how_it_was_found_is_said_and_what_would_read_it(monkeypatch, scores, is_there, how):
    monkeypatch.setattr("index.models.has_languages_model", lambda: is_there)
    passage = Passage(1, Span(0, 3), "Die", language="de")
    hit = Hit(passage, Document(1, "/a.txt", None), 0.5, scores)
    for question in ("Wann wurde die Brücke gebaut, und wo?", "When was the bridge built?"):
        reply = Reply(question, question, False, (), (hit,), 0.5, unread=("de",))
        remark = describe_unread(reply)
        assert remark.startswith(how)
        # If the part is there and cannot be used, a notice has said so.
        assert ("The part `languages` reads" in remark) != is_there


def test_languages_are_named_unless_all_is_english():
    assert describe_properties(Properties(languages=("de", "en"))) == "German, English"
    assert describe_properties(Properties()) == ""


def test_a_quarter_in_a_minute_leaves_three():
    assert estimate_time_left(0.25, 60) == 180


@pytest.mark.parametrize(("share", "elapsed"), [(0.0, 60), (0.01, 60), (0.5, 0.2), (1.0, 60)])
def test_nothing_is_told_too_early_or_at_the_end(share, elapsed):
    assert estimate_time_left(share, elapsed) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(12.4, "12 s left"), (1500, "25 min left"), (10_800, "3 h left")]
)
def test_it_is_said_as_people_do(seconds, words):
    assert describe_time_left(seconds) == words
