"""Answers in texts of any source, in whatever order they come."""

from __future__ import annotations

import shutil
from datetime import datetime

import pytest

from index import Filter, Index, NotAnIndex
from index.models import has_languages_model
from qa.adapters import evidence
from qa.adapters.evidence import (
    SourceText,
    find_answers,
    find_evidence,
    make_filter,
    make_filter_of_fields,
    open_retriever,
)
from tests.support.encoders import WordEncoder

QUESTION = "When did the ferry stop running?"
NEAR = "The ferry stopped running in winter only from 1931 on, when ice lay on the river."
RIGHT = "The ferry stopped running for good on 3 May 1956, two weeks after the bridge was opened."
OTHER = "The ferry carried passengers and cattle, and cost a penny."


def test_a_text_that_answers_is_read_wherever_it_stands():
    sources = [SourceText(NEAR, score=0.9), *[SourceText(OTHER, score=0.9)] * 12]
    answers = find_answers(QUESTION, [*sources, SourceText(RIGHT, score=0.1)])
    assert len(sources) in {answer.source for answer in answers}


def test_metadata_may_hold_anything():
    numbers = SourceText.of(RIGHT, {"title": 5, "heading": 1.5, "source": 7})
    assert (numbers.title, numbers.heading, numbers.name) == ("5", "1.5", "7")
    others = SourceText.of(RIGHT, {"title": ["a"], "heading": {"b": 1}})
    assert (others.title, others.heading) == (None, None)
    assert len(find_evidence(QUESTION, [numbers, others])) == 2


def test_each_text_gives_its_best_answer_with_exact_evidence():
    sources = [SourceText(RIGHT), SourceText(NEAR)]
    found = find_evidence(QUESTION, sources)
    assert [each.source for each in found] == [0, 1]
    for each in found:
        text = sources[each.source].text
        assert each.answer.span.of(text) == each.answer.text
        [sentence] = each.answer.evidence
        assert sentence.of(text) == text


def test_each_text_that_holds_an_answer_gives_one_however_many_there_are():
    sources = [
        SourceText(f"The ferry of {town} stopped running in {year}.")
        for year, town in enumerate("Arden Brill Corby Dale Epsom Frome Goole".split(), 1951)
    ]
    found = find_evidence(QUESTION, sources)
    assert sorted(each.source for each in found) == list(range(len(sources)))
    assert len(find_answers(QUESTION, sources, 6)) == 6


def test_an_empty_list_of_texts_has_no_answers():
    assert find_answers(QUESTION, []) == []
    assert find_answers(QUESTION, [SourceText("")]) == []


@pytest.fixture
def without_part(monkeypatch):
    monkeypatch.setattr("index.models.load._LANGUAGES_PACKAGE", "no_such_package")
    evidence._languages_models.cache_clear()
    yield
    evidence._languages_models.cache_clear()


def test_a_text_in_another_language_is_not_read_as_if_it_were_english(without_part):
    german = "Die Brücke wurde im Jahr 1931 von der Stadt gebaut. Im Winter wird sie gesperrt."
    english = "The bridge over the river was built in 1931, and the town paid for it."
    found = find_answers("When was the bridge built?", [SourceText(german), SourceText(english)])
    [read, *unread] = found
    assert (read.source, read.answer.text) == (1, "1931")
    assert [(each.source, each.answer.confidence) for each in unread] == [(0, 0.0)]
    [asked] = find_answers("Wann wird die Brücke gesperrt, und warum?", [SourceText(german)])
    assert asked.answer.text == "Im Winter wird sie gesperrt."
    assert asked.answer.confidence == 0


@pytest.mark.model
@pytest.mark.skipif(not has_languages_model(), reason="the part is not installed")
def test_with_the_part_a_text_in_another_language_is_read():
    german = "Die Brücke wurde im Jahr 1931 von der Stadt gebaut. Im Winter wird sie gesperrt."
    best = find_answers("Wann wurde die Brücke gebaut?", [SourceText(german)])[0].answer
    assert "1931" in best.text
    assert best.span.of(german) == best.text
    assert best.confidence > 0


FIRST, LAST = datetime(2026, 1, 31), datetime(2026, 12, 31, 23, 59, 59, 999_999)


def test_conditions_become_a_filter():
    conditions = [
        ("path", "==", "*.md"),
        ("type", "in", ["md", "txt"]),
        ("tag", "==", "rain"),
        ("tag", "==", "snow"),
        ("author", "in", ["ann", "smith"]),
        ("date", ">=", "2026-01-31"),
        ("date", "<=", "2026-12-31"),
    ]
    wanted = Filter(
        "*.md", ["md", "txt"], FIRST, until=LAST, tags=["rain", "snow"], authors=["ann", "smith"]
    )
    assert make_filter(conditions) == wanted
    fields = {"path": "*.md", "type": ["md", "txt"], "tag": ["rain", "snow"]}
    more = {"author": ["ann", "smith"], "since": "2026-01-31", "until": "2026-12-31"}
    assert make_filter_of_fields(fields | more) == wanted
    assert make_filter_of_fields({"until": FIRST}) == Filter(until=FIRST)
    assert make_filter_of_fields({}) is None


@pytest.mark.parametrize(
    "conditions",
    [
        [("tag", "in", ["rain", "snow"])],
        [("author", "==", "ann"), ("author", "in", ["bo"])],
        [("date", "==", "2026-01-31")],
        [("colour", "==", "red")],
    ],
)
def test_other_conditions_are_refused(conditions):
    with pytest.raises(ValueError, match="cannot filter by"):
        make_filter(conditions)


@pytest.mark.parametrize("text", ["soon", "0001-01-01"])
def test_a_date_that_is_none_is_said_in_one_line(text):
    line = f"^date must be a date such as 2026-01-31, not '{text}'$"
    for conditions in ([("date", ">=", text)], [("date", "<=", text)]):
        with pytest.raises(ValueError, match=line):
            make_filter(conditions)


def test_an_index_that_is_replaced_or_made_anew_is_opened_again(tmp_path):
    note, folder = tmp_path / "note.txt", tmp_path / "index"

    def make_index(text):
        note.write_text(text)
        with Index.open(folder, create=True, encoder=WordEncoder()) as index:
            index.add([note])

    def find():
        return [
            hit.passage.text for hit in open_retriever(str(folder)).search("ferry", mode="bm25")
        ]

    make_index(NEAR)
    assert find() == [NEAR]
    assert open_retriever(str(folder)) is open_retriever(str(folder))
    shutil.rmtree(folder)
    with pytest.raises(NotAnIndex, match="make one with"):
        find()
    make_index(RIGHT)
    assert find() == [RIGHT]
    shutil.rmtree(folder)
    make_index(OTHER)
    assert find() == [OTHER]


def test_of_many_indexes_those_asked_last_stay_open(tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "_MOST_OPEN", 2)
    monkeypatch.setattr(evidence, "_opened", {})
    folders = [str(tmp_path / name) for name in "abc"]
    for folder in folders:
        Index.open(folder, create=True, encoder=WordEncoder()).close()
    first, second = map(open_retriever, folders[:2])
    assert open_retriever(folders[0]) is first
    open_retriever(folders[2])
    assert open_retriever(folders[0]) is first
    assert open_retriever(folders[1]) is not second
