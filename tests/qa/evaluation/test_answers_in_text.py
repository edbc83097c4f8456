"""Where labelled answers stand: as whole words, whatever their case and white space."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.evaluation.answers_in_text import find_absent, holds_answer, locate_answers


def test_an_answer_is_found_without_regard_to_case_and_line_breaks():
    assert holds_answer("… by Hanna\n   VOSS.", ["hanna voss"])
    assert not holds_answer("… by Hanna.", ["hanna voss", "Kern"])


def test_an_answer_is_no_part_of_a_word():
    assert not holds_answer("Hanna, born in 1804", ["Ann", "4", "180"])
    assert holds_answer("(Ann), aged 4.", ["ann"])
    assert holds_answer("1908年に小豆島で", ["小豆島"])


@given(st.text("ab ", max_size=30), st.lists(st.text("ab", min_size=1, max_size=3), max_size=4))
def test_spans_quote_answers_and_never_overlap(text, answers):
    spans = locate_answers(text, answers)
    assert all(span.of(text) in answers for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    assert bool(spans) == any(answer in text.split() for answer in answers)


def test_the_longest_answer_is_marked():
    assert locate_answers("in March 2019", ["2019", "March 2019"]) == (Span(3, 13),)


def test_an_answer_is_looked_for_in_the_documents_named_or_in_all(notes):
    wanted = {
        "there": (["march 2019"], None),
        "elsewhere": (["March 2019"], ["garden.md"]),
        "nowhere": (["Atlantis"], None),
        "unknown": (["March 2019"], ["gone.md"]),
    }
    assert find_absent(notes, wanted) == {"elsewhere", "nowhere", "unknown"}
