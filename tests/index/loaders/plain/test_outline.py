"""Headings that are set in less than what stands below them."""

import pytest

from index.loaders.plain.text import load

BODY = "   It rained and rained, all day long and all night,\n   and the next day, too.\n\n"
ITEM = "    1. It rains.\n    2. It hails,\n       too.\n\n"


def headings(text):
    content = load(text.encode())
    assert all(" ".join(h.span.of(text).split()) == h.text for h in content.headings)
    return [(heading.level, heading.text) for heading in content.headings]


def test_lines_set_in_less_than_the_body_are_headings():
    text = (
        f"1. Rain\n\n{BODY}  1.1. In May\n\n{ITEM}{BODY}2. Hail\n\n{BODY}{BODY}Ice & snow\n\n{BODY}"
    )
    assert headings(text) == [
        (1, "1. Rain"), (2, "1.1. In May"), (1, "2. Hail"), (1, "Ice & snow")
    ]  # fmt: skip


def test_numbers_of_two_digits_stand_on_the_same_level():
    text = "".join(f"{number:2}. Is it raining?\n\n{BODY}" for number in range(8, 12))
    assert {level for level, _ in headings(text)} == {1}


def test_a_numbered_sentence_is_a_heading_among_others_that_are_none():
    text = "".join(
        f"{at + 1}. {words}\n\n{BODY}" for at, words in enumerate(("A", "B", "It rains.", "D"))
    )
    assert (1, "3. It rains.") in headings(text)
    assert headings("".join(f"{at}. It rains.\n\n{BODY}" for at in (1, 2, 3))) == []


@pytest.mark.parametrize(
    "line",
    ["It rained.", "Add this:", "import rain", "x = RAIN", "Rain   Hail", "Ann <ann@rain.org>", "- Rain", "Rain\nin May",
     "https://rain.org", "R" * 81],
    ids=["sentence", "colon", "code", "value", "columns", "address", "item", "wrapped", "link", "long"],
)  # fmt: skip
def test_what_else_is_set_in_less_is_no_heading(line):
    assert headings(f"\n\n{BODY}".join([line] * 4) + f"\n\n{BODY}") == []


def test_where_much_is_set_in_less_it_is_the_body():
    prose = "It rained and rained, all day long and all night, and then the next day, too.\n\n"
    assert headings(f"{prose}Rain\n\n{BODY}{prose}Hail\n\n{BODY}{prose}Ice\n\n{BODY}") == []


def test_poems_have_no_headings():
    verse = "The owl and the pussycat\n    went to sea\nIn a beautiful boat\n    of green\n\n"
    assert headings(verse * 5) == []
