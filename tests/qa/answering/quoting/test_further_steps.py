"""Steps that go on in the passages below the best one belong to the answer."""

from __future__ import annotations

import pytest

from index import Content, Heading, Hit, Index, Span, Surroundings
from qa.answering.candidates import ReadPassage
from qa.answering.quoting.further_steps import add_further_steps
from qa.reader.reading import Reading
from tests.support.encoders import WordEncoder

STEP = (
    "Take the part that was named in the step before, wipe it with a dry cloth, and lay it aside."
)


def write_steps(first: int, last: int) -> str:
    return "\n".join(f"{number}. {STEP} {STEP} {STEP}" for number in range(first, last + 1))


@pytest.fixture
def extend(tmp_path):
    """A function that extends the first passage of a text, and gives it before and after."""

    def extend(text: str, headings: tuple[Heading, ...] = ()) -> tuple[str, str]:
        index = Index.open(tmp_path / "index", create=True, encoder=WordEncoder())
        index.add_texts([("manual", Content(text, headings=headings))])
        [document] = index.documents()
        around = Surroundings(index.text("manual"), index.passages("manual"))
        hit = Hit(around.passages[0], document, 0.5, read_surroundings=lambda: around)
        longer = add_further_steps(ReadPassage(hit, Reading((), 0.0)))
        span = longer.hit.passage.span
        assert index.text("manual")[span.start : span.end] == longer.text
        return hit.passage.text, longer.text

    return extend


def test_the_steps_of_the_next_passages_are_added(extend):
    before, after = extend(write_steps(1, 9))
    assert "9. Take" not in before
    assert after == write_steps(1, 9)


def test_what_is_no_next_step_is_not_added(extend):
    text = f"{write_steps(1, 4)}\n\n1. {STEP * 8}"
    _, after = extend(text)
    assert "4. Take" in after
    assert STEP * 2 not in after


def test_steps_under_another_heading_are_not_added(extend):
    above, below = write_steps(1, 3), write_steps(4, 6)
    text = f"{above}\n\nLater\n\n{below}"
    at = text.index("Later")
    _, after = extend(text, (Heading(Span(at, at + 5), 1, "Later"),))
    assert after == above


def test_a_passage_without_steps_stays_as_it_is(extend):
    text = "\n\n".join(f"{STEP} {STEP} {STEP} {STEP}" for _ in range(4))
    before, after = extend(text)
    assert before == after


def test_a_procedure_of_a_hundred_steps_is_cut(extend):
    _, after = extend(write_steps(1, 99))
    assert len(after) <= 4_000
