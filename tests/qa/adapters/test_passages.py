"""Filters in the form that all frameworks have in common."""

from datetime import datetime

import pytest

from index import Filter
from qa.adapters.passages import make_filter, make_filter_of_fields

FIRST, LAST = datetime(2026, 1, 31), datetime(2026, 12, 31, 23, 59, 59, 999_999)


def test_conditions_become_a_filter():
    conditions = [
        ("path", "==", "*.md"),
        ("type", "in", ["md", "txt"]),
        ("tag", "==", "rain"),
        ("tag", "==", "snow"),
        ("author", "in", ["ann", "smith"]),
        ("date", ">=", "2026-01-31"),
        ("date", "<=", "2026-12-31"),
    ]
    wanted = Filter(
        "*.md",
        ["md", "txt"],
        FIRST,
        until=LAST,
        tags=["rain", "snow"],
        authors=["ann", "smith"],
    )
    assert make_filter(conditions) == wanted
    fields = {"path": "*.md", "type": ["md", "txt"], "tag": ["rain", "snow"]}
    more = {"author": ["ann", "smith"], "since": "2026-01-31", "until": "2026-12-31"}
    assert make_filter_of_fields(fields | more) == wanted
    assert make_filter_of_fields({"until": FIRST}) == Filter(until=FIRST)
    assert make_filter_of_fields({}) is None


@pytest.mark.parametrize(
    "conditions",
    [
        [("tag", "in", ["rain", "snow"])],
        [("author", "==", "ann"), ("author", "in", ["bo"])],
        [("date", "==", "2026-01-31")],
        [("colour", "==", "red")],
    ],
)
def test_other_conditions_are_refused(conditions):
    with pytest.raises(ValueError, match="cannot filter by"):
        make_filter(conditions)


@pytest.mark.parametrize("text", ["soon", "0001-01-01"])
def test_a_date_that_is_none_is_said_in_one_line(text):
    line = f"^date must be a date such as 2026-01-31, not '{text}'$"
    for conditions in ([("date", ">=", text)], [("date", "<=", text)]):
        with pytest.raises(ValueError, match=line):
            make_filter(conditions)
