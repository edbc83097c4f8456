"""Blank lines above a line."""

import pytest

from index.loaders.plain.lines import is_below_blank


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("above", "expected"),
    [("", True), ("a\n\n", True), ("a\n \t\n", True), ("\n", True), ("a\n", False), ("a\n\nb\n", False)],
)  # fmt: skip
def test_a_line_is_below_a_blank_one_or_at_the_beginning(above, expected, newline):
    text = above.replace("\n", newline)
    assert is_below_blank(f"{text}x", len(text)) is expected


def test_it_is_looked_for_no_further_than_needed():
    text = "a\n" + " " * 500 + "\n"
    assert is_below_blank(text, len(text))
