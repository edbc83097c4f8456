"""Numbers in the cells of a table."""

from qa.answering.tables.quantities import parse_number
from tests.support.timing import takes_at_most


def test_numbers_are_read_with_their_currency_and_separators():
    assert [parse_number(text) for text in ("£1,250.50", "12 ml", "3 000", "2025-005")] == [
        1250.5,
        12.0,
        3000.0,
        None,
    ]
    assert [parse_number(text) for text in ("-5 °C", "−5", "£-3.20")] == [-5.0, -5.0, -3.2]


def test_no_sign_and_no_decimal_point_is_lost():
    texts = (".5", "-.5", "–5 °C", "$.50", "-£3", "- 5", "~ 5", "+5")
    assert [parse_number(text) for text in texts] == [0.5, -0.5, -5.0, 0.5, -3.0, 5.0, 5.0, 5.0]


def test_a_range_and_a_number_in_brackets_are_not_one_number():
    assert [parse_number(text) for text in ("5–10", "-5 to 5", "(500)", "£(500)", "..5")] == [
        None
    ] * 5


def test_a_number_with_much_space_after_it_takes_no_time():
    with takes_at_most(2):
        assert parse_number("1" + " " * 100_000 + "x1") is None
        for before in (" ", "£", "£ ", "-"):
            assert parse_number(before * 100_000 + "x") is None
