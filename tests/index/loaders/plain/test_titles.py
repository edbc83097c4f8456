"""The title of a plain text."""

import pytest

from index.loaders.plain.text import load


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("SAFETY DATA SHEET\nKALKWEG DESCALER\n\nIt is sour.\n", "SAFETY DATA SHEET KALKWEG DESCALER"),
        ("RAIN MUSEUM\nRULES OF ENTRY\nPlease be quiet.\n", "RAIN MUSEUM RULES OF ENTRY"),
        ("RAIN MUSEUM\nOpen in May.\n", "RAIN MUSEUM"),
        ("RAIN MUSEUM\n\nOPENING HOURS\n\nIn May.\n", "RAIN MUSEUM"),
        ("Rain museum\n===========\nOpen in May.\n\nHours\n-----\nTwo.\n", "Rain museum"),
        ("\n   Is it open?\n   -----------\n\nIn May.\n", "Is it open?"),
        ("=======\nMuseum\n=======\n\nIn May.\n", "Museum"),
        ("In May.\n\nHours\n-----\nTwo.\n", None),
    ],
)  # fmt: skip
def test_capitals_right_below_the_first_line_and_a_first_ruled_line_are_the_title(
    newline, text, title
):
    assert load(text.replace("\n", newline).encode()).title == title
