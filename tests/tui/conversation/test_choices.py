"""Each form of an answer is drawn in its way, and every part of it once."""

from dataclasses import replace

import pytest

from index import Document, Hit, Span
from qa import Answer, Reply
from tests.support.loading import read_passage
from tui.common.screens.screen_parts import draw_confidence
from tui.conversation.choices import draw_answer
from tui.source.rendering.passage_words import format_answer, list_evidence

STEPS = "Do this:\n1. Open the valve.\n2. Wait for the lamp.\n3. Close it."
PROSE = "It is old. The boiler was made in 1911 by Voss. It still works.\nNobody knows why."


TABLE = "N1,Ann,9\nN2,Bob,7\nN3,Cy,5"


def answer(
    text: str,
    form: str,
    quoted: list[str],
    evidence: list[str],
    *columns: str,
    cells: tuple[str, ...] = (),
) -> Answer:
    def find(words: str) -> Span:
        start = 50 + text.index(words)
        return Span(start, start + len(words))

    path = "/a.csv" if columns else "/a.md"
    # Below the row that names the columns.
    whole = f"{','.join(columns)}\n{text}\n" if columns else text
    passage = replace(read_passage(path, text, 50, whole=whole), columns=columns)
    document = Document(1, path, None)
    spans = tuple(map(find, quoted))
    return Answer(
        quoted[0], spans[0], spans, find(evidence[0]), evidence[0], document, None, None, 1.0, 0.9,
        False, Hit(passage, document, 0.5), {}, form, tuple(map(find, evidence)),
        tuple(map(find, cells)),
    )  # fmt: skip


def lines(drawn) -> list[str]:
    return drawn.plain.split("\n")


def test_words_stand_above_the_sentence_that_holds_them():
    drawn = draw_answer(answer(PROSE, "words", ["1911"], ["The boiler was made in 1911 by Voss."]))
    assert lines(drawn) == ["1911", "The boiler was made in 1911 by Voss."]


def test_words_that_are_true_only_in_their_sentence_stand_out_in_it():
    sentence = "Dogs must not swim in the pond."
    found = answer(sentence, "words", ["swim in the pond"], [sentence])
    drawn = draw_answer(found)
    assert lines(drawn) == [sentence]
    assert any(drawn.plain[span.start : span.end] == "swim in the pond" for span in drawn.spans)
    assert format_answer(found) == sentence


def test_words_that_are_the_whole_sentence_stand_once():
    sentence = "It still works."
    assert lines(draw_answer(answer(PROSE, "words", [sentence], [sentence]))) == [sentence]


def test_long_words_stand_once_marked_in_their_sentence():
    long = "a" * 50 + " " + "b" * 50
    drawn = draw_answer(answer(f"So {long} end.", "words", [long], [f"So {long} end."]))
    assert lines(drawn) == [f"So {long} end."]
    assert any(span.start == 3 and span.end == 3 + len(long) for span in drawn.spans)


def test_sentences_stand_in_one_paragraph_with_a_mark_where_some_are_left_out():
    quoted = ["It is old.", "It still works.", "Nobody knows why."]
    drawn = draw_answer(answer(PROSE, "sentences", quoted, quoted))
    assert lines(drawn) == ["It is old. … It still works. Nobody knows why."]


def test_numbered_steps_stand_on_lines_of_their_own():
    steps = "1. Open the valve.\n2. Wait for the lamp."
    assert lines(draw_answer(answer(STEPS, "sentences", [steps], [steps]))) == steps.split("\n")


def test_a_list_has_a_line_for_each_member_with_its_number():
    members = ["Open the valve.", "Wait for the lamp.", "Close it."]
    assert lines(draw_answer(answer(STEPS, "list", members, members))) == [
        "1. Open the valve.",
        "2. Wait for the lamp.",
        "3. Close it.",
    ]


def test_members_of_a_list_that_are_cells_stand_out_in_their_rows():
    rows = ["N1,Ann,9", "N3,Cy,5"]
    columns, cells = ("no", "name", "sum"), ("N1", "9", "N3", "Cy")
    drawn = draw_answer(answer(TABLE, "list", ["N1", "Cy"], rows, *columns, cells=cells))
    assert lines(drawn) == ["• N1 · sum: 9", "• N3 · name: Cy"]
    prominent = [
        drawn.plain[s.start : s.end] for s in drawn.spans if "$text-accent" in str(s.style)
    ]
    assert prominent == ["• ", "N1", "• ", "Cy"]


def test_a_row_is_the_cell_that_names_it_and_the_one_asked_for():
    columns, cells = ("no", "name", "sum"), ("Bob", "7")
    found = answer(TABLE, "words", ["7"], ["N2,Bob,7"], *columns, cells=cells)
    drawn = draw_answer(found)
    assert lines(drawn) == ["Bob · sum: 7"]
    assert format_answer(found) == "Bob · sum: 7"
    assert list_evidence(found) == ["Bob · sum: 7"]
    prominent = [
        drawn.plain[s.start : s.end] for s in drawn.spans if "$text-accent" in str(s.style)
    ]
    assert prominent == ["7"]


def test_a_list_that_goes_on_says_how_many_more_there_are():
    members = ["Open the valve.", "Wait for the lamp."]
    found = replace(answer(STEPS, "list", members, members), more=4)
    assert lines(draw_answer(found))[1:] == ["2. Wait for the lamp.", "and 4 more"]
    assert format_answer(found) == "Open the valve., Wait for the lamp. and 4 more"


def test_words_that_the_next_sentence_takes_back_stand_in_both():
    text = "Dogs may swim in the pond. However, not in May."
    sentences = ["Dogs may swim in the pond.", "However, not in May."]
    found = answer(text, "words", ["Dogs"], sentences)
    assert lines(draw_answer(found)) == [text]


def test_a_verdict_is_the_sentence_that_decides():
    sentence = "It still works."
    assert lines(draw_answer(answer(PROSE, "verdict", [sentence], [sentence]))) == [sentence]


def test_what_a_document_holds_is_text():
    hostile = "\x1b[31m[b]red[/b]\u202e end."
    drawn = draw_answer(answer(hostile, "sentences", [hostile], [hostile]))
    assert drawn.plain == "␛[31m[b]red[/b]� end."


@pytest.mark.parametrize(
    ("confidence", "bar"),
    [
        (0.95, "━━━━━━━━━━ sure 95%"),
        (0.72, "━━━━━━━╌╌╌ likely 72%"),
        (0.0, "╌╌╌╌╌╌╌╌╌╌ doubtful 0%"),
    ],
)
def test_a_confidence_is_a_bar_a_word_and_a_number(confidence, bar):
    assert draw_confidence(confidence, Reply("?", "?", True, (), (), 0.0)).plain == bar


RULES = "- Keep a dog.\n- Smoke inside."


def test_items_around_a_verdict_stand_on_lines_of_their_own_below_what_leads_in():
    quoted = answer(RULES, "verdict", ["Keep a dog."], ["- Keep a dog.", "- Smoke inside."])
    passage = replace(quoted.hit.passage, headings=("You must not",))
    drawn = draw_answer(replace(quoted, hit=replace(quoted.hit, passage=passage)))
    assert lines(drawn) == ["You must not:", "• Keep a dog.", "• Smoke inside."]
