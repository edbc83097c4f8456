"""The dates of filters, as people write them."""

from datetime import UTC, datetime, time

import pytest

from index import parse_since, parse_until


def test_a_day_is_taken_from_its_beginning_to_its_end():
    day = datetime(2026, 1, 31)
    assert parse_since("2026-01-31") == day
    assert parse_until("2026-01-31") == datetime.combine(day, time.max)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T00:00", datetime(2026, 1, 31)),
        ("2026-01-31 12:30", datetime(2026, 1, 31, 12, 30)),
        ("2026-01-31t12", datetime(2026, 1, 31, 12)),
        ("2026-01-31T12:30+00:00", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("parse", [parse_since, parse_until])
def test_a_moment_is_taken_as_it_is(parse, text, moment):
    assert parse(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "31.1.2026", "2026-02-30", "0001-01-01"])
@pytest.mark.parametrize("parse", [parse_since, parse_until])
def test_what_no_file_is_compared_by_is_refused(parse, text):
    with pytest.raises(ValueError, match=r"^must be a date such as 2026-01-31, not ") as raised:
        parse(text)
    assert str(raised.value).endswith(repr(text))
