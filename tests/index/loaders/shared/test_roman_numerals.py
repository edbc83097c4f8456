"""Roman numerals of lists."""

import pytest

from index.loaders.shared.roman_numerals import write_roman


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
