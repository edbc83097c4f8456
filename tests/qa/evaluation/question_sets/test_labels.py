"""Names and answers in a question set are found in the documents that are meant."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.evaluation import QuestionSet, check_question_set
from qa.evaluation.question_sets.labels import (
    find_absent,
    holds_answer,
    locate_answers,
    make_resolver,
)

PATHS = ["/a/notes/manual.md", "/a/old/manual.md", "/a/notes/list.txt", "Title/3"]


def test_a_name_is_the_whole_path_or_the_end_of_one_only():
    resolve = make_resolver(PATHS, None)
    assert resolve("/a/notes/manual.md") == "/a/notes/manual.md"
    assert resolve("notes/manual.md") == "/a/notes/manual.md"
    assert resolve("list.txt") == "/a/notes/list.txt"
    assert resolve("Title/3") == "Title/3"


def test_a_name_that_may_be_several_documents_is_none():
    assert make_resolver(PATHS, None)("manual.md") is None


def test_the_end_of_a_path_is_whole_names():
    assert make_resolver(PATHS, None)("ist.txt") is None
    assert make_resolver(PATHS, None)("") is None


def test_a_name_is_relative_to_the_question_set_first():
    resolve = make_resolver(PATHS, Path("/a/old"))
    assert resolve("manual.md") == "/a/old/manual.md"
    assert resolve("../notes/manual.md") == "/a/notes/manual.md"


def said(path, index=None):
    return [(problem.fatal, str(problem)) for problem in check_question_set(path, index)[1]]


def test_a_sound_set_has_no_problem(lines, notes):
    path = lines(
        {"id": "a", "question": "When?", "answers": ["March 2019"], "document": "boiler.md"},
        {"id": "b", "question": "Who?", "answers": []},
    )
    questions, problems = check_question_set(path, notes)
    assert (len(questions.questions), problems) == (2, [])


def test_answers_and_documents_that_are_not_there_are_listed_in_the_order_of_lines(lines, notes):
    path = lines(
        {"id": "a", "question": "When?", "answers": ["March 1919"], "document": "boiler.md"},
        {"id": "b", "question": "Where?", "answers": ["Atlantis", "Lemuria"]},
        {"id": "c", "question": "Who?", "answers": ["Voss"], "document": "cellar.md"},
    )
    assert said(path, notes) == [
        (False, "line 1: the answer 'March 1919' does not stand in boiler.md"),
        (False, "line 2: the answer 'Atlantis', 'Lemuria' does not stand in any document"),
        (True, "line 3: cellar.md is not in the index"),
    ]


def test_without_an_index_only_the_set_itself_is_checked(lines):
    assert said(lines({"id": "a", "question": "Who?", "answers": ["X"], "document": "x"})) == []


def test_judgements_of_documents_that_there_are_not_are_listed(beir):
    folder = beir(
        [{"_id": "d1", "text": "One."}],
        [{"_id": "q1", "text": "one?"}],
        [("q1", "d1", 1), ("q1", "d2", 1)],
    )
    assert said(folder) == [
        (True, "test.tsv, line 3: question q1 is judged for 'd2', which the corpus does not hold")
    ]


def test_a_document_judged_twice_is_listed_where_the_grades_differ(beir):
    folder = beir(
        [{"_id": "d1", "text": "One."}, {"_id": "d2", "text": "Two."}],
        [{"_id": "q1", "text": "one?"}],
        [("q1", "d1", 2), ("q1", "d2", 1), ("q1", "d2", 1), ("q1", "d1", 0)],
    )
    twice = (
        "test.tsv, line 5: question q1 is judged for 'd1' a second time, "
        "0 where it was 2: the last line counts"
    )
    assert said(folder) == [(False, twice)]
    loaded = QuestionSet.load(folder)
    assert loaded.questions[0].relevant == {"d1": 0, "d2": 1}
    assert [str(warning) for warning in loaded.warnings] == [twice]


def test_a_corpus_that_cannot_be_read_is_a_problem(beir):
    folder = beir(["nonsense"], [{"_id": "q1", "text": "one?"}], [("q1", "d1", 1)])
    ((fatal, text),) = said(folder)
    assert fatal
    assert text.startswith("corpus.jsonl, line 1: is not valid JSON")


def test_an_unusable_set_is_none(lines):
    questions, problems = check_question_set(lines("nonsense"))
    assert questions is None
    assert [problem.fatal for problem in problems] == [True]


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


def test_an_answer_that_stands_everywhere_is_found_quickly():
    text = "0 " * 40_000
    started = time.process_time()
    assert len(locate_answers(text, ["0", "0 0"])) == 20_000
    assert time.process_time() - started < 5


def test_an_answer_is_looked_for_in_the_documents_named_or_in_all(notes):
    wanted = {
        "there": (["march 2019"], None),
        "elsewhere": (["March 2019"], ["garden.md"]),
        "nowhere": (["Atlantis"], None),
        "unknown": (["March 2019"], ["gone.md"]),
    }
    assert find_absent(notes, wanted) == {"elsewhere", "nowhere", "unknown"}
