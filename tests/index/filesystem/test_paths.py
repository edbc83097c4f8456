"""Sets of patterns that are too large are refused at once, and in silence."""

import time

import pytest

from index import BadPattern
from index.filesystem.paths import PathPatterns, anchor_pattern


@pytest.mark.parametrize(
    "lines",
    [
        ["**/a*" * 800] * 100,
        ["*a" * 2000] * 100,
        ["*" * 4000] * 100,
        ["*" * 100_000],
        ["a" * 10**6],
        [f"{number}.txt" for number in range(30_000)],
    ],
    ids=lambda lines: f"{len(lines)} of {lines[0][:5]}",
)
def test_patterns_that_are_too_large_are_refused_before_anything_is_written(lines, capfd):
    started = time.monotonic()
    with pytest.raises(BadPattern, match="write fewer"):
        PathPatterns(lines)
    assert time.monotonic() - started < 2
    # RE2 writes past `sys.stderr`: a server would block where nobody reads it.
    assert capfd.readouterr() == ("", "")


def test_comments_do_not_count():
    patterns = PathPatterns([*["#" + "x" * 100] * 4000, "*.log"])
    assert patterns.matches("a/b.log")


def test_a_pattern_in_a_home_folder_that_is_not_there_is_refused():
    with pytest.raises(BadPattern, match=r"^~no-such-person/\*\.md: there is no such home folder"):
        anchor_pattern("~no-such-person/*.md")
