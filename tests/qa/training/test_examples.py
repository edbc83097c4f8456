"""Training examples and the negatives made from them."""

import gzip
import json
import random

from qa.training.examples import (
    Context,
    Example,
    Mixture,
    edited_question,
    load,
    training_examples,
    without_answer_sentence,
)

TEXT = (
    "The museum opened in 1991. It stands on Pilot Quay in Port Averil. "
    "Odile Marchetti gave it 640 umbrellas."
)


def example(question, answer, text=TEXT, title="Museum"):
    start = text.index(answer)
    return Example(question, (Context(text, ((start, start + len(answer)),)),), title)


def test_a_hole_leaves_the_topic_without_the_fact():
    hole = without_answer_sentence(example("When did the museum open?", "1991"))
    assert hole.contexts == (
        Context("It stands on Pilot Quay in Port Averil. Odile Marchetti gave it 640 umbrellas."),
    )


def test_no_hole_where_the_answer_stands_elsewhere_too():
    text = "It opened in 1991. The year 1991 was wet. Rain fell."
    assert without_answer_sentence(example("When?", "1991", text)) is None


def test_an_edited_year_is_not_in_the_paragraph():
    source = example("What happened in 1991?", "The museum opened")
    edited = edited_question(source, {"Museum": [TEXT]}, random.Random(3))
    assert edited.question != source.question
    assert edited.contexts[0].answers == ()
    assert edited.weight == 0.5


def test_an_opposite_is_swapped_in():
    source = example("Which umbrella was the first?", "640 umbrellas")
    edited = edited_question(source, {"Museum": [TEXT]}, random.Random(3))
    assert edited.question == "Which umbrella was the last?"


def write(folder, name, rows):
    (folder / "qa").mkdir(exist_ok=True)
    with gzip.open(folder / "qa" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row) + "\n")


def rows():
    other = "The ferry across the Tamble closed in 1956. A bridge was built in Port Averil."
    return [
        {
            "id": "1",
            "question": "When did the museum open?",
            "context": TEXT,
            "title": "Port",
            "answers": [{"text": "1991", "answer_start": TEXT.index("1991")}],
        },
        {
            "id": "2",
            "question": "When did the ferry close?",
            "context": other,
            "title": "Port",
            "answers": [{"text": "1956", "answer_start": other.index("1956")}],
        },
        {"id": "3", "question": "Who sank?", "context": other, "title": "Port", "answers": []},
    ]


def test_rows_are_read_with_their_spans(tmp_path):
    write(tmp_path, "a", rows())
    first, _, last = load(tmp_path / "qa" / "a.jsonl.gz")
    [(start, end)] = first.contexts[0].answers
    assert first.contexts[0].text[start:end] == "1991"
    assert last.contexts[0].answers == ()


def test_a_mixture_pairs_questions_with_a_neighbour_and_is_the_same_for_the_same_seed(tmp_path):
    write(tmp_path, "a", rows())
    mixture = Mixture({"a": 10}, repeat_unanswerable=2, neighbours=2, holes=1, edits=1)
    found = training_examples(tmp_path, mixture, seed=5)
    assert found == training_examples(tmp_path, mixture, seed=5)
    paired = [e for e in found if len(e.contexts) == 2]
    assert len(paired) == 2
    assert all(e.contexts[0].answers and not e.contexts[1].answers for e in paired)
    assert sum("sank" in e.question for e in found) == 2
    assert sum(len(e.contexts) for e in found) == len(found) + 2


def test_a_row_may_bring_passages_that_lack_the_answer(tmp_path):
    row = {
        "question": "When did the museum open?",
        "context": TEXT,
        "answers": [{"text": "1991", "answer_start": TEXT.index("1991")}],
        "negatives": ["The theatre opened late.", "Nobody knows the museum."],
    }
    with gzip.open(tmp_path / "mined.jsonl.gz", "wt") as out:
        out.write(json.dumps(row) + "\n")
    (read,) = load(tmp_path / "mined.jsonl.gz")
    assert [context.text for context in read.contexts] == [TEXT, *row["negatives"]]
    assert [len(context.answers) for context in read.contexts] == [1, 0, 0]
