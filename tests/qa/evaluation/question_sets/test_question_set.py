"""Question sets in every format, and what is said of bad ones."""

import gzip
import json
import os
import time
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import MissingPath
from qa.evaluation import BadQuestionSet, Question, QuestionSet
from qa.evaluation.question_sets.question_set import read_question_set


def problem_of(path):
    """What the error says, without the path."""
    with pytest.raises(BadQuestionSet) as caught:
        QuestionSet.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


# JSON lines


def test_a_question_set_may_come_through_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    row = {"id": "a", "question": "Who?", "answers": ["Ann"]}
    writer = Thread(target=pipe.write_text, args=(json.dumps(row),))
    writer.start()
    assert [question.id for question in QuestionSet.load(pipe).questions] == ["a"]
    writer.join()


def test_json_lines_hold_questions_with_all_that_is_labelled(lines):
    loaded = QuestionSet.load(
        lines(
            {"id": "a", "question": "Who?", "answers": ["Ann", "Anna"], "document": "x.md"},
            "",
            {"id": 2, "question": "Which?", "answers": ["p", "q"], "match": "all"},
            {"id": "c", "question": "And when?", "answers": [], "history": ["Who?"]},
        )
    )
    assert [question.id for question in loaded.questions] == ["a", "2", "c"]
    first, second, third = loaded.questions
    assert (first.answers, first.document, first.where) == (("Ann", "Anna"), "x.md", "line 1")
    assert (second.match, second.kind, second.where) == ("all", "list", "line 3")
    assert (third.answers, third.history, third.kind) == ((), ("Who?",), "unanswerable")
    assert loaded.corpus is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "b", "question": "Who?", "answers": []', "line 2: is not valid JSON"),
        ('["b"]', "line 2: is not an object"),
        ('{"question": "Who?", "answers": []}', 'line 2: has no "id"'),
        ('{"id": ["b"], "question": "Who?"}', 'line 2: "id" must be a text or a number'),
        ('{"id": "b", "question": " ", "answers": []}', 'line 2: "question" must be a text'),
        ('{"id": "b", "question": null, "answers": []}', 'line 2: "question" must be a text'),
        (
            '{"id": "b", "questoin": "Who?"}',
            'line 2: has no "question": did you mean it by "questoin"?',
        ),
        (
            '{"id": "b", "question": "Who?", "answer": "Ann"}',
            'line 2: has no "answers": did you mean it by "answer"?',
        ),
        ('{"id": "b", "question": "Who?"}', 'line 2: has no "answers"'),
        ('{"id": "b", "question": "Who?", "answers": "212"}', 'line 2: "answers" must be a list'),
        ('{"id": "b", "question": "Who?", "answers": [""]}', 'line 2: "answers" must be'),
        ('{"id": "b", "question": "Who?", "answers": [], "match": "some"}', 'line 2: "match"'),
        (
            '{"id": "b", "question": "Who?", "answers": [], "history": "x"}',
            'line 2: "history" must',
        ),
        ('{"id": "a", "question": "Who?", "answers": []}', "line 2: the id a is that of line 1"),
        ('{"id": "b", "question": ' + "[" * 100_000, "line 2: is not valid JSON"),
    ],
)
def test_a_bad_line_is_named(lines, line, problem):
    path = lines({"id": "a", "question": "Who?", "answers": ["Ann"]}, line)
    assert problem_of(path).startswith(problem)


def test_an_error_says_how_many_more_there_are(lines):
    path = lines({"id": "a"}, {"id": "b"}, {"id": "c"})
    assert problem_of(path).endswith("(and 2 more: see `quoteback questions check`)")


def test_all_problems_are_found_at_once(lines):
    path = lines({"id": "a"}, "nonsense", {"id": "c", "question": "Why?", "answers": []})
    _, problems = read_question_set(path)
    assert [problem.where for problem in problems] == ["line 1", "line 2"]


def test_problems_come_in_the_order_of_lines(lines):
    row = {"id": "a", "question": "Why?", "answers": []}
    path = lines(*[row | {"id": str(at)} for at in range(8)], row | {"id": "1"}, "nonsense", "x")
    _, problems = read_question_set(path)
    assert [problem.where for problem in problems] == ["line 9", "line 10", "line 11"]


def test_keys_that_mean_nothing_are_a_warning_each(lines):
    row = {"question": "Why?", "answers": [], "colour": 1}
    path = lines({"id": "a", **row}, {"id": "b", **row, "documnet": "x.md"}, {"id": "c", **row})
    assert [str(warning) for warning in QuestionSet.load(path).warnings] == [
        'line 1: the key "colour" is not known and means nothing (and in 2 more)',
        'line 2: the key "documnet" is not known and means nothing: did you mean "document"?',
    ]


def test_what_the_app_notes_beside_a_judged_answer_is_no_problem(lines):
    row = {"id": "a", "question": "Why?", "answers": None, "kind": "why"}
    path = lines(row | {"judged": "wrong", "wrong": ["x"], "at": "2026-11-01T10:00:00+00:00"})
    assert QuestionSet.load(path).warnings == ()


@pytest.mark.parametrize(
    ("evidence", "read"),
    [(["One.", "Two."], ("One.", "Two.")), ("One. Two.", ("One. Two.",)), (None, ()), ([], ())],
)
def test_evidence_is_a_text_or_several(lines, evidence, read):
    row = {"id": "a", "question": "How?", "answers": ["One"], "evidence": evidence}
    assert QuestionSet.load(lines(row)).questions[0].evidence == read


@pytest.mark.parametrize("evidence", [1, {"text": "One."}, ["One.", ""], " "])
def test_evidence_that_is_no_text_is_refused(lines, evidence):
    row = {"id": "a", "question": "How?", "answers": ["One"], "evidence": evidence}
    assert '"evidence" must be' in problem_of(lines(row))


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_holds_no_question(tmp_path, text):
    path = tmp_path / "empty.jsonl"
    path.write_text(text, encoding="utf-8")
    assert problem_of(path) == "holds no question"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MissingPath, match=r"gone\.jsonl: no such file"):
        QuestionSet.load(tmp_path / "gone.jsonl")


def test_a_question_of_ten_thousand_characters_and_odd_characters_are_taken(lines):
    text = "why\u2028\ud800 " + "so " * 3000
    loaded = QuestionSet.load(lines({"id": "a", "question": text, "answers": ["x"]}))
    assert loaded.questions[0].text == text.replace("\ud800", "\ufffd")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who came?", "who"),
        ("In what year was it?", "when"),
        ("how many came", "how many"),
        ("How did they come?", "how"),
        ("Why?", "why"),
        ("Where to?", "where"),
        ("Name the capital", "other"),
    ],
)
def test_the_kind_of_a_question_is_told_by_its_words(question, kind):
    assert Question("a", question, answers=("x",)).kind == kind


# SQuAD


def squad(*questions, context="Ann lives in Rome."):
    return {
        "version": "x",
        "data": [{"title": "A_B", "paragraphs": [{"context": context, "qas": list(questions)}]}],
    }


def test_squad_brings_its_paragraphs_by_title_and_number(lines):
    whole = squad(
        {"id": "a", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}] * 2},
        {"id": "b", "question": "When?", "answers": [], "is_impossible": True},
    )
    whole["data"][0]["paragraphs"].append({"context": "Ben lives in Bonn.", "qas": []})
    whole["data"].append({"title": "A_B", "paragraphs": [{"context": "Cleo.", "qas": []}]})
    loaded = QuestionSet.load(lines(whole, name="squad.json"))
    first, second = loaded.questions
    assert (first.answers, first.document, first.relevant) == (("Ann",), "A_B/0", {"A_B/0": 1})
    assert (second.answers, second.document, second.relevant) == ((), "A_B/0", None)
    documents = {name: (content.text, content.title) for name, content in loaded.corpus.read()}
    assert documents == {
        "A_B/0": ("Ann lives in Rome.", "A B"),
        "A_B/1": ("Ben lives in Bonn.", "A B"),
        "A_B/2": ("Cleo.", "A B"),
    }


def test_an_answer_that_does_not_stand_where_squad_says_is_a_warning(lines):
    answer = {"text": "Ann", "answer_start": 4}
    path = lines(squad({"id": "a", "question": "Who?", "answers": [answer]}), name="squad.json")
    (warning,) = QuestionSet.load(path).warnings
    assert warning.where == "data[0].paragraphs[0].qas[0].answers[0]"


@pytest.mark.parametrize(
    ("whole", "problem"),
    [
        ({"data": {}}, '"data" must be a list'),
        ({"data": [{"title": "x"}]}, 'data[0]: "paragraphs" must be a list'),
        ({"data": []}, "holds no question"),
        (squad({"id": "a", "answers": []}), 'data[0].paragraphs[0].qas[0]: has no "question"'),
        (squad(context=" "), 'data[0].paragraphs[0]: has no "context"'),
    ],
)
def test_bad_squad_is_named_by_its_place(lines, whole, problem):
    assert problem_of(lines(whole, name="squad.json")).startswith(problem)


def test_json_that_is_cut_short_is_named_by_its_line(tmp_path):
    path = tmp_path / "squad.json"
    path.write_text('{\n "data": [\n  {"title": "x",\n', encoding="utf-8")
    assert problem_of(path).startswith("line 4: is not valid JSON (")


@pytest.mark.parametrize(
    "whole", [[{"id": "a", "question": "Who?", "answers": []}], {"id": "a", "question": "Who?"}]
)
def test_json_that_is_neither_squads_nor_a_question_a_line_is_refused_in_one_line(tmp_path, whole):
    path = tmp_path / "questions.json"
    path.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    assert problem_of(path).startswith("line 1: must be SQuAD's JSON, or hold one question a line")


# CSV


def test_a_question_in_several_rows_has_several_answers(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_bytes(
        "\ufeffQuestion;Answer;Document\r\nWho?;Ann;x.md\r\nWho?;Anna;x.md\r\n"
        '"When;\nexactly?";;\r\n'.encode()
    )
    first, second = QuestionSet.load(path).questions
    assert (first.text, first.answers, first.document) == ("Who?", ("Ann", "Anna"), "x.md")
    assert (second.text, second.answers, second.document) == ("When;\nexactly?", (), None)
    assert first.id != second.id


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("q,a\nWho?,Ann\n", "line 1: name the columns in it: question, answer"),
        ("question,answer\n,Ann\n", "line 2: has no question"),
        ("question,answer\nWho?,Ann\nWho, and when?,Ann\n", "line 3: has 3 cells, and the first"),
        ("question,answer\nWho?,Ann\nWhen?\n", "line 3: has 1 cells, and the first line 2"),
        ('question,answer\n"Who?\nx,Ann\ny,Bo\n', "line 2: is not valid CSV"),
        ("question,answer\n", "holds no question"),
        ("", "line 1: name the columns"),
    ],
)
def test_a_bad_table_is_named_by_its_line(tmp_path, text, problem):
    path = tmp_path / "questions.csv"
    path.write_text(text, encoding="utf-8")
    assert problem_of(path).startswith(problem)


def test_every_column_of_answers_counts_and_empty_cells_at_the_end_do_not(tmp_path):
    path = tmp_path / "questions.tsv"
    path.write_text("question\tanswer\tanswer\nWho?\tAnn\tAnna\t\t\n", encoding="utf-16")
    (question,) = QuestionSet.load(path).questions
    assert question.answers == ("Ann", "Anna")


def test_no_question_gets_an_id_that_another_one_was_given(tmp_path):
    path = tmp_path / "questions.csv"
    rows = ["id,question,answer", "2,Who?,Ann", ",When?,1991", "4,Where?,Bonn", ",Why?,Rain"]
    path.write_text("\n".join(rows), encoding="utf-8")
    ids = [question.id for question in QuestionSet.load(path).questions]
    assert ids == ["2", "5", "4", "6"]


def test_columns_that_mean_nothing_are_a_warning(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text("question,answer,documents,\nWho?,Ann,x.md,\n", encoding="utf-8")
    assert [str(warning) for warning in QuestionSet.load(path).warnings] == [
        'line 1: the column "documents" is not known and means nothing: did you mean "document"?'
    ]


# BEIR


def test_a_beir_folder_asks_the_questions_that_are_judged(beir):
    folder = beir(
        [{"_id": "d1", "title": "T", "text": "One."}, {"_id": "d2", "title": "Two", "text": ""}],
        [{"_id": "q1", "text": "one?"}, {"_id": "q2", "text": "two?"}],
        [("q1", "d1", 2), ("q1", "d2", 0)],
    )
    loaded = QuestionSet.load(folder)
    (question,) = loaded.questions
    assert (question.id, question.relevant, question.answers) == ("q1", {"d1": 2, "d2": 0}, None)
    documents = {name: (content.text, content.title) for name, content in loaded.corpus.read()}
    assert documents == {"d1": ("One.", "T"), "d2": ("Two", "Two")}


def test_a_beir_folder_may_be_gzipped_with_its_judgements_beside_it(beir):
    folder = beir(
        [{"_id": "d1", "text": "One."}], [{"_id": "q1", "text": "one?"}], [("q1", "d1", 1)]
    )
    for name in ("corpus.jsonl", "queries.jsonl"):
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
        (folder / name).unlink()
    (folder / "qrels" / "test.tsv").rename(folder / "qrels.tsv")
    loaded = QuestionSet.load(folder)
    assert [question.id for question in loaded.questions] == ["q1"]
    assert [name for name, _ in loaded.corpus.read()] == ["d1"]


def test_judgements_need_no_header_and_grades_may_be_written_with_a_point(beir):
    folder = beir([{"_id": "d", "text": "One."}], [{"_id": "q", "text": "one?"}], [])
    (folder / "qrels" / "test.tsv").write_text("q\td\t2.0\nq\te\t-1\n")
    (question,) = QuestionSet.load(folder).questions
    assert question.relevant == {"d": 2, "e": -1}
    (folder / "qrels" / "test.tsv").write_text("q\td\tinf\n")
    assert problem_of(folder) == "test.tsv, line 1: the grade inf must be a whole number"


def test_the_digest_of_a_corpus_changes_with_it(beir):
    queries, judgements = [{"_id": "q", "text": "one?"}], [("q", "d", 1)]
    first = QuestionSet.load(beir([{"_id": "d", "text": "One."}], queries, judgements)).corpus
    second = QuestionSet.load(beir([{"_id": "d", "text": "Two."}], queries, judgements)).corpus
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("queries", "judgements", "problem"),
    [
        (["nonsense"], [("q", "d", 1)], "queries.jsonl, line 1: is not valid JSON"),
        ([{"text": "one?"}], [("q", "d", 1)], 'queries.jsonl, line 1: has no "_id"'),
        (
            [{"_id": "q", "text": "a"}, {"_id": "q", "text": "b"}],
            [("q", "d", 1)],
            "queries.jsonl, line 2: the id q comes twice",
        ),
        (
            [{"_id": "q", "text": "one?"}],
            [("q", "d", 1), ("z", "d", 1)],
            "test.tsv, line 3: there is no query z",
        ),
        (
            [{"_id": "q", "text": "one?"}],
            [("q", "d")],
            "test.tsv, line 2: must be question, document and grade",
        ),
        (
            [{"_id": "q", "text": "one?"}],
            [("q", "d", "0.4")],
            "test.tsv, line 2: the grade 0.4 must be a whole number",
        ),
        (
            [{"_id": "q", "text": "one?"}],
            [("q", "d", "nan")],
            "test.tsv, line 2: the grade nan must be a whole number",
        ),
        ([{"_id": "q", "text": "one?"}], [("q", "d", 0)], "test.tsv judges no document relevant"),
        ([{"_id": "q", "text": "one?"}], [], "holds no question"),
    ],
)
def test_a_bad_beir_folder_is_named_by_file_and_line(beir, queries, judgements, problem):
    folder = beir([{"_id": "d", "text": "One."}], queries, judgements)
    assert problem_of(folder).startswith(problem)


def test_a_folder_without_a_corpus_is_no_question_set(tmp_path):
    assert problem_of(tmp_path).startswith("has no corpus.jsonl")


def test_a_document_that_comes_twice_is_named_when_the_corpus_is_read(beir):
    folder = beir(
        [{"_id": "d", "text": "a"}, {"_id": "d", "text": "b"}],
        [{"_id": "q", "text": "one?"}],
        [("q", "d", 1)],
    )
    with pytest.raises(BadQuestionSet, match=r"corpus\.jsonl, line 2: the id d comes twice"):
        list(QuestionSet.load(folder).corpus.read())


def test_a_truncated_archive_is_an_error_in_one_line(lines):
    path = lines({"id": "a", "question": "Who?", "answers": ["Ann"]})
    packed = path.with_name("questions.jsonl.gz")
    packed.write_bytes(gzip.compress(path.read_bytes())[:-10])
    assert problem_of(packed) == "cannot be unzipped: it is cut short or damaged"


def test_a_name_in_gz_of_what_is_not_gzipped_is_an_error_in_one_line(lines, beir):
    path = lines("nonsense", name="questions.jsonl.gz")
    assert problem_of(path) == "is not gzipped, as a name that ends in .gz says"
    folder = beir([{"_id": "d", "text": "One."}], [{"_id": "q", "text": "o?"}], [("q", "d", 1)])
    (folder / "queries.jsonl").rename(folder / "queries.jsonl.gz")
    assert problem_of(folder).startswith("queries.jsonl.gz: is not gzipped")


def test_a_beir_folder_that_is_not_utf_8_is_named(beir):
    folder = beir([{"_id": "d", "text": "One."}], [{"_id": "q", "text": "o?"}], [("q", "d", 1)])
    (folder / "queries.jsonl").write_bytes(b'{"_id": "q", "text": "\xfc?"}')
    assert problem_of(folder) == "queries.jsonl: is not UTF-8"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["data", "paragraphs", "qas", "id", "question", "answers", "context"]
                ),
                inner,
                max_size=4,
            )
        ),
    ).map(lambda value: json.dumps(value).encode()),
    suffix=st.sampled_from(["jsonl", "json", "csv", "jsonl.gz"]),
)
def test_whatever_a_file_holds_it_is_a_set_or_an_error_in_one_line(tmp_path, data, suffix):
    path = tmp_path / f"any.{suffix}"
    path.write_bytes(data)
    try:
        assert QuestionSet.load(path).questions
    except BadQuestionSet as error:
        assert str(error).startswith(str(path))


# What an attacker would write


def test_a_device_is_no_question_set():
    assert problem_of(Path("/dev/zero")) == "cannot be read (it is a device)"


def test_a_small_file_that_unpacks_to_very_much_is_refused(lines, beir):
    path = lines(name="bomb.jsonl")
    path = path.rename(path.with_suffix(".jsonl.gz"))
    path.write_bytes(gzip.compress(b"\n" * 20_000_000))
    assert "holds more than" in problem_of(path)
    folder = beir([{"_id": "d", "text": "a"}], [{"_id": "q", "text": "a?"}], [("q", "d", 1)])
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(b"\n" * 20_000_000))
    with pytest.raises(BadQuestionSet, match="holds more than"):
        list(QuestionSet.load(folder).corpus.read())


def test_a_line_without_an_end_is_refused(beir, monkeypatch):
    monkeypatch.setattr("qa.evaluation.question_sets.reading._MOST_CHARACTERS", 1_000)
    folder = beir([{"_id": "d", "text": "a" * 2_000}], [{"_id": "q", "text": "?"}], [("q", "d", 1)])
    with pytest.raises(BadQuestionSet, match="a line has more than 1,000 characters"):
        list(QuestionSet.load(folder).corpus.read())


def test_a_pipe_among_the_judgements_is_not_waited_for(beir):
    folder = beir([{"_id": "d", "text": "a"}], [{"_id": "q", "text": "a?"}], [("q", "d", 1)])
    (folder / "qrels" / "test.tsv").unlink()
    os.mkfifo(folder / "qrels" / "other.tsv")
    assert problem_of(folder).startswith("has no qrels")


@pytest.mark.parametrize("name", ["numbers.json", "numbers.jsonl"])
def test_a_number_of_thousands_of_digits_is_said_in_plain_words(lines, name):
    assert "thousands of digits" in problem_of(lines("[" + "1" * 5_000 + "]", name=name))


def test_an_error_does_not_repeat_a_name_of_any_length(lines, beir):
    row = {"id": "i" * 10_000, "question": "q?", "answers": []}
    assert len(problem_of(lines(row, row))) < 300
    ids = "d" * 10_000
    folder = beir([{"_id": "d", "text": "a"}], [{"_id": ids, "text": "?"}] * 2, [(ids, ids, 1)])
    assert len(problem_of(folder)) < 500


def test_a_table_without_a_row_holds_no_question_whatever_its_columns(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text("question,answer,colour\n")
    assert problem_of(path) == "holds no question"


def test_many_answers_to_a_long_text_take_no_time_each(lines):
    answers = [{"text": "no", "answer_start": at} for at in range(3_000)]
    asked = {"id": "1", "question": "q?", "answers": answers}
    whole = {
        "data": [{"title": "t", "paragraphs": [{"context": "ab" * 5_000_000, "qas": [asked]}]}]
    }
    began = time.process_time()
    QuestionSet.load(lines(whole, name="squad.json"))
    assert time.process_time() - began < 2


def test_no_more_unknown_keys_are_told_of_than_can_be_read(lines):
    row = {"id": "1", "question": "q?", "answers": [], **{f"key{n}": 1 for n in range(5_000)}}
    _, problems = read_question_set(lines(row))
    assert len(problems) == 100
