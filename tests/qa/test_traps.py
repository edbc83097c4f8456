"""The benchmark of traps: what it counts as saying what the source does not."""

from collections import Counter
from dataclasses import replace

import pytest

from index import Index, Span
from qa import Reply
from qa.training.questions.written import is_held_out
from tests.benchmarks.traps import (
    DATA,
    KINDS,
    Case,
    Library,
    Shown,
    copy_documents,
    judge,
    judge_reply,
    read_cases,
)
from tests.qa.answering.scripted_models import answering, hit, reading
from tests.support.encoders import WordEncoder

RULE, TAKEN_BACK, OTHER = "Dogs may come in.", "In July they may not.", "Tea costs 2 euros a cup."
TEXT = f"{RULE} {TAKEN_BACK} {OTHER}"
PLACES = {
    each: [Span(TEXT.index(each), TEXT.index(each) + len(each))] for each in (RULE, TAKEN_BACK)
}
PLACES[OTHER] = [Span(TEXT.index(OTHER), len(TEXT))]
CASE = Case("taken back", True, "May my dog come in July?", {}, {}, {}, ())


def place(words):
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def show(words, around=()):
    return Shown("a.txt", (place(words),), words, (place(words), *map(place, around)), True)


def judge_case(shown, **changes):
    sentences = {
        name: {"a.txt": each}
        for name, each in changes.items()
        if name in ("right", "half", "wrong")
    }
    return judge(replace(CASE, **{**changes, **sentences}), shown, TEXT, PLACES)


def test_a_sentence_that_the_next_one_takes_back_is_wrong_alone():
    sides = {"right": [TAKEN_BACK], "half": [RULE]}
    assert judge_case(show(RULE), **sides) == "wrong"
    assert judge_case(show(RULE, [TAKEN_BACK]), **sides) == "right"
    assert judge_case(show(TAKEN_BACK), **sides) == "right"
    assert judge_case(show(OTHER), **sides) == "beside"


def test_words_without_the_one_that_governs_them_are_wrong():
    case = {"right": [TAKEN_BACK], "holds": [["not", "never"]]}
    assert judge_case(show("In July they may"), **case) == "wrong"
    assert judge_case(show(TAKEN_BACK), **case) == "right"
    assert judge_case(replace(show(TAKEN_BACK), text="may _not_ come"), **case) == "right"


def test_a_number_needs_its_unit_and_stands_by_itself():
    case = {"right": [OTHER], "holds": [["2 euros"], ["a cup", "cup"]]}
    assert judge_case(show("2 euros"), **case) == "wrong"
    assert judge_case(show("2 euros a cup"), **case) == "right"
    assert judge_case(show("Tea costs 2"), right=[OTHER], holds=[["costs"]]) == "right"
    assert judge_case(show("Tea costs 2"), right=[OTHER], holds=[["cost"]]) == "wrong"


def test_a_sentence_that_misleads_is_wrong_whatever_stands_below_it():
    assert judge_case(show(RULE, [OTHER]), right=[OTHER], wrong=[RULE]) == "wrong"


def test_a_paragraph_around_the_answer_is_beside_the_matter():
    assert judge_case(show(TEXT), right=[RULE]) == "beside"
    assert judge_case(show(RULE), right=[RULE]) == "right"


@pytest.mark.parametrize("answers", [True, False])
def test_nothing_shown_is_right_only_if_nothing_answers(answers):
    reply = Reply("May my dog come in?", "May my dog come in?", False, (), (), 0.5)
    case = replace(CASE, right={"a.txt": [RULE]} if answers else {})
    assert judge_reply(case, reply, None).outcome == ("not shown" if answers else "right")


def test_words_that_are_not_complete_are_judged_in_their_sentence():
    text = "Do not leave bicycles in the hall."
    found = reading(text, ("bicycles", 4.0))
    [answer, *_] = answering("What about the hall?", [hit(1, text, start=0)], [found]).answers
    shown = Shown.of(replace(answer, form="words"), "a.txt", text)
    assert "not" in shown.text
    assert not shown.in_words


def test_half_of_the_cases_are_traps_in_about_equal_parts():
    counts = Counter((case.kind, case.trap) for case in read_cases())
    assert set(counts) == {(kind, trap) for kind in KINDS for trap in (True, False)}
    assert set(counts.values()) == {14, 15}
    assert sum(counts.values()) == 200


def test_a_case_has_an_answer_or_something_that_misleads():
    cases = read_cases()
    assert len({case.question for case in cases}) == len(cases)
    for case in cases:
        assert case.right or (case.trap and case.wrong), case.question


def test_the_asked_documents_hold_the_sentences_that_cases_name(tmp_path):
    cases = [
        case
        for case in read_cases()
        if all((DATA / document).exists() for document in case.documents)
    ]
    copy_documents(cases, tmp_path / "none", tmp_path / "documents")
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as index:
        index.add([tmp_path / "documents"])
        library = Library(index, tmp_path / "documents")
        assert len(cases) > 50
        assert [case.question for case in cases if not library.has_all(case)] == []


def test_no_model_has_learned_from_the_documents_of_cases():
    named = {document for case in read_cases() for document in case.documents}
    assert all(is_held_out(each) or each.startswith("development/") for each in named)
