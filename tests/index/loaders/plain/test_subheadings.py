"""Headings right above their paragraphs, as leaflets have them."""

import pytest

from index.loaders.plain.text import load

BELOW = "Go to the nearest doctor at once and take all of the pack with you, since\nit says what is in it.\n\n"


def headings(text):
    content = load(text.encode())
    return [(heading.level, heading.text) for heading in content.headings if heading.text]


def test_short_lines_above_their_paragraphs_are_headings_below_numbered_ones():
    text = (
        f"1. Taking it\n\n{BELOW}If you take too much\n{BELOW}Do not take it\n- if you {BELOW}"
        f"2. Storing it\n\n{BELOW}Is it safe?\n  {BELOW}3. Contents\n\n{BELOW}"
    )
    assert headings(text) == [
        (1, "1. Taking it"), (2, "If you take too much"), (2, "Do not take it"),
        (1, "2. Storing it"), (2, "Is it safe?"), (1, "3. Contents"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        2 * f"If you take too much\n{BELOW}",
        4 * f"if you take too much\n{BELOW}",
        4 * f"You may take too much.\n{BELOW}",
        4 * f"Dear Ann\n{BELOW}",
        4 * f"Copyright 2001 Ann Smith\n{BELOW}",
        4 * f"Dose: two\n{BELOW}",
        4 * f"Take it,\n{BELOW}",
        4 * f"take it\n{BELOW}",
        4 * f"If you\ntake too much\n{BELOW}",
        4 * f"Dose   Age\n{BELOW}",
        4 * f"2024-05-01 12:00:00 rain\n{BELOW}",
        4 * "The owl and the pussycat\nWent to sea in a beautiful boat\n\n",
        4 * "It is said that nobody who is ill should take a\nmedicine that is\nold.\n\n",
        4 * "You will need\n- two eggs\n- flour\n\n",
        4 * f"Take the pack\nof which {BELOW[:-2]} and go\n\n".replace("of", "of", 1),
        4 * "THE PACK IS PROVIDED AS IT IS\nWITHOUT ANY WARRANTY THAT WHAT IS IN IT WILL EVER BE OF ANY USE\n\n",
    ],
    ids=["two", "small letter", "sentence", "letter", "licence", "value", "comma", "small", "wrapped", "columns", "log",
         "poem", "filled line", "short list", "goes on", "boilerplate"],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(text):
    assert headings(text) == []
