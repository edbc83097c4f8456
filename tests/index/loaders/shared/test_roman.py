"""Roman numerals, written and read."""

import pytest

from index.loaders.shared.roman import read_roman, write_roman


@pytest.mark.parametrize(
    ("count", "numeral"),
    [
        (1, "i"),
        (4, "iv"),
        (9, "ix"),
        (14, "xiv"),
        (40, "xl"),
        (1994, "mcmxciv"),
        (3999, "mmmcmxcix"),
    ],
)
def test_numbers_are_written_as_the_romans_did(count, numeral):
    assert write_roman(count) == numeral


@pytest.mark.parametrize("count", [-1, 0, 4000])
def test_what_has_no_numeral_is_written_in_digits(count):
    assert write_roman(count) == str(count)


def test_a_numeral_is_read_in_small_and_capital_letters():
    assert [read_roman(write_roman(count)) for count in range(1, 400)] == list(range(1, 400))
    assert read_roman("XLIV") == 44


@pytest.mark.parametrize("word", ["", "0", "iiii", "vx", "mix", "dm", "hello"])
def test_what_is_not_a_numeral_or_is_more_often_a_word_is_not_read(word):
    assert read_roman(word) is None
