"""Codes: the words of a question that name one thing."""

import pytest

from index.text.codes import find_codes


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("Where was fish U1691 caught?", ["U1691"]),
        ("what does error e24 mean", ["e24"]),
        ("arrival of track 2007033 in 2008", ["2007033", "2008"]),
        ("E24 or E25, and then E24 again?", ["E24", "E25"]),
        ("How many of the 120 members pay 35 a year?", []),
        ("Which week was the coldest?", []),
        ("What was built in the 20th century?", []),
        ("Какой срок у детали М1691?", ["М1691"]),
        ("2023年5月に発売された製品は何ですか", ["2023"]),
    ],
)
def test_words_with_digits_that_are_long_enough_are_codes(question, codes):
    assert find_codes(question) == codes


def test_a_pasted_page_has_few_codes():
    assert find_codes(" ".join(f"N{number}" for number in range(100, 900))) == [
        "N100",
        "N101",
        "N102",
    ]
