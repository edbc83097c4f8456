"""Questions and their answers: a question is the heading of its answer, and stays in the text."""

import pytest

from index.loaders.plain.text import load
from index.text.passages import cut_passages


def passages(text):
    pieces = cut_passages(load(text.encode()), lambda texts: [len(t) // 4 for t in texts], 200)
    return [(piece.headings, piece.span.of(text)) for piece in pieces]


@pytest.mark.parametrize(
    ("question", "answer"), [("Q:", "A:"), ("Q.", "A."), ("Question:", "Answer:"), ("Q1.", "A1.")]
)
@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_question_stands_above_its_answer(question, answer, blank):
    first = f"{question} Will it\n   rain?\n{blank}{answer} Yes.\n\nAll day."
    second = f"{question} Hail?\n{blank}{answer} No."
    assert passages(f"Of rain\n=======\n\n{first}\n\n{second}\n") == [
        (("Of rain", "Will it rain?"), first),
        (("Of rain", "Hail?"), second),
    ]


def test_an_answer_that_is_set_in_ends_where_text_is_not():
    pairs = 2 * "Q: Will it rain?\n\nA: Yes, it will,\n   all day.\n\n   And all night.\n\n"
    found = passages(f"{pairs}Ask us for more.\n")
    assert found[-1] == ((), "Ask us for more.")
    assert found[-2][0] == ("Will it rain?",)
    assert found[-2][1].endswith("And all night.")


@pytest.mark.parametrize(
    "text",
    [
        "Q: Will it rain?\n\nA: Yes.\n",
        "Q: Will it rain?\n\nQ: Will it hail?\n\nPlease answer.\n",
        "A: Yes.\n\nA: No.\n\nA: Perhaps.\n",
        "Quality: good\nA: Yes.\n\nQuality: bad\nA: No.\n",
        "Q: Rain?\n\nNobody knows.\n\nA: Yes.\n\nQ: Hail?\n\nNobody knows.\n\nA: No.\n",
    ],
    ids=["one", "no answers", "no questions", "other words", "far apart"],
)
def test_what_are_no_questions_with_answers_has_no_headings(text):
    assert load(text.encode()).headings == ()
