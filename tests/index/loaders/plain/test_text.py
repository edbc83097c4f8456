"""Plain text: the file is the text, with the headings that nobody would take for anything else."""

import pytest

from index.loaders import parse
from index.loaders.plain.text import load
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most


def headings(text):
    content = parse(".txt", text.encode())
    assert all(h.text in " ".join(h.span.of(text).split()) for h in content.headings)
    return [(heading.level, heading.text) for heading in content.headings if heading.text]


@pytest.mark.parametrize("suffix", [".txt", ".TXT", "", ".unknown"])
def test_the_decoded_file_is_the_canonical_text(suffix):
    content = parse(suffix, "Erste Zeile.\r\n\r\nZweite – Zeile\n".encode())
    assert content.text == "Erste Zeile.\r\n\r\nZweite – Zeile\n"
    assert content.title is None
    assert content.headings == ()
    assert content.paragraphs is None


def test_markup_in_plain_text_is_text():
    assert parse(".txt", b"<p># Not a heading</p>").text == "<p># Not a heading</p>"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The rain museum\n\nIt opened in May.\n", "The rain museum"),
        ("\n\n  MAY MINUTES \nOf our meeting in May.\n\nTea.\n", "MAY MINUTES"),
        ("SUMMARY\nIt rained in May.\n", None),
        ("The rain museum\nopened in May.\n", None),
        ("Dear Ann,\n\nIt rained.\n", None),
        ("It rained.\n\nIn July, too.\n", None),
        ("12.5.1998\n\nIt rained.\n", None),
        ("NAME   AGE\nANN    7\n", None),
        ("Only a line\n", None),
        ("long " * 40 + "\n\nIt rained.\n", None),
    ],
)
def test_a_first_line_that_stands_alone_or_in_capitals_is_the_title(newline, text, title):
    content = parse(".txt", text.replace("\n", newline).encode())
    assert content.title == title
    assert content.text == text.replace("\n", newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_underlined_lines_are_headings(newline):
    text = "The boiler\n==========\nIt is old.\n\nCare\n-----  \n\nWeekly.\n\n\tMore.\n"
    text = text.replace("\n", newline)
    assert headings(text) == [(1, "The boiler"), (2, "Care")]
    content = parse(".txt", text.encode())
    assert content.headings[1].span.of(text) == f"Care{newline}-----"


@pytest.mark.parametrize(
    "text",
    [
        "RAIN IN JULY\n\nIt rained.\n\nRAIN IN MAY\n\nIt did, too.\n",
        "name   age\n----------\nAnn    7\n",
        "It ended there.\n---------------\nMore.\n",
        "17.50 A\n-------\n30.00\n",
        "Ann wrote\n------------------------------------\nHello.\n",
        "-- \nAnn\n---\nBob\n",
        "A paragraph of words\nis wrapped here\n---------------\nmore\n",
        "The end\n-------\n",
        "=====\n\n-----\n\n=====\nx\n",
    ],
    ids=[
        "capitals", "a table", "a sentence", "a sum", "a rule", "a signature", "a last line", "nothing under it",
        "rules",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_heading_is_none(text):
    assert headings(text) == []


@pytest.mark.parametrize(
    "text",
    ["A\n---\n" * 80_000, "ABC\n  x\n" * 60_000, "\n" * 1_000_000, "A" * 1_000_000,
     "ABC\n\n  " * 80_000, "-" * 1_000_000],
    ids=["rules", "capitals", "blank", "letters", "apart", "dashes"],
)  # fmt: skip
def test_looking_for_headings_takes_no_time(text):
    with takes_at_most(4):
        assert load(text.encode()).text == text


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
