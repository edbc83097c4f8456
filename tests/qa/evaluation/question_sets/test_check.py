"""Everything wrong with a question set, found before it is used."""

from qa.evaluation import QuestionSet, check_question_set


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
        (
            True,
            "test.tsv, line 3: question q1 is judged for 'd2', which the corpus does not hold",
        )
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
