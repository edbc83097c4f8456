"""Questions become batches of windows whose targets are positions of tokens."""

import pytest

from index import Span
from qa.reader.windows import make_default_windower
from qa.training.questions.mixture import TrainingQuestion
from qa.training.questions.rows import LabelledPassage
from qa.training.reader.batches import collate, make_batches, make_items, share_batch

TEXT = "Much is told of the museum. It opened in 1991, on a Monday."
SENTENCES = (Span(0, 27), Span(28, len(TEXT)))
YEAR = Span(TEXT.index("1991"), TEXT.index("1991") + 4)


@pytest.fixture(scope="module")
def windower():
    return make_default_windower(max_tokens=96)


def passage(**labels):
    return LabelledPassage(TEXT, "Port Averil", sentences=SENTENCES, **labels)


RIGHT = passage(answers=(YEAR,), is_evidence=(False, True))
WRONG = passage(is_evidence=(False, False))


def test_targets_are_the_tokens_of_the_answer_and_of_each_sentence(windower):
    [item] = make_items([TrainingQuestion("When?", (RIGHT, WRONG))], windower, seed=1)
    window, target = item.windows[0], item.targets[0]
    [answer] = target.answers
    offsets = window.offsets[
        answer.start - window.passage_start : answer.end - window.passage_start
    ]
    assert TEXT[offsets[0, 0] : offsets[-1, 1]] == "1991"
    assert target.is_evidence == (False, True)
    assert target.sentences[0].start == window.passage_start
    assert target.sentences[0].end == target.sentences[1].start
    assert target.sentences[1].end == len(window.ids) - 1
    assert not item.targets[1].answers_question


def test_an_answer_too_long_to_decode_is_a_region(windower):
    text = "word " * 85
    long = LabelledPassage(text, answers=(Span(0, len(text) - 1),))
    [item] = make_items([TrainingQuestion("What?", (long,))], windower, seed=1)
    assert not item.targets[0].answers
    assert item.targets[0].regions


def test_a_long_passage_is_seen_where_it_answers(windower):
    text = "word " * 300 + TEXT
    far = LabelledPassage(text, answers=(Span(1500 + YEAR.start, 1500 + YEAR.end),))
    items = make_items([TrainingQuestion("When?", (far,))] * 5, windower, seed=1)
    assert len(items) == 5
    assert all(item.targets[0].answers for item in items)


def test_a_batch_pads_and_marks_what_may_be_quoted(windower):
    short = TrainingQuestion("When?", (LabelledPassage("In 1991.", is_evidence=()),), weight=0.5)
    items = make_items([TrainingQuestion("When?", (RIGHT, WRONG)), short], windower, seed=1)
    batch = collate(items)
    assert batch.input_ids.shape == batch.is_passage.shape == (3, items[0].length)
    assert batch.question.tolist() == [0, 0, 1]
    assert batch.weights.tolist() == [1, 1, 0.5]
    assert batch.is_passage.sum(1).tolist() == [
        len(window.offsets) for item in items for window in item.windows
    ]
    [(window, first, last)] = batch.answers.tolist()
    assert (window, last - first) == (0, 0)
    assert batch.sentences[:, 0].tolist() == [0, 0, 1, 1]


def test_each_item_is_in_one_batch_and_in_one_part_of_it(windower):
    questions = [TrainingQuestion(f"When {n}?", (RIGHT, WRONG)[: 1 + n % 2]) for n in range(50)]
    items = make_items(questions, windower, seed=1)
    batches = make_batches(items, 8, seed=1)
    assert sorted(map(id, items)) == sorted(id(item) for batch in batches for item in batch)
    assert all(sum(len(item.windows) for item in batch) <= 8 for batch in batches)
    for batch in batches:
        parts = share_batch(batch, 2)
        assert {id(item) for part in parts for item in part} == set(map(id, batch))
        assert all(parts)
