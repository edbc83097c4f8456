"""Names, tags and dates as files write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.shared.metadata import (
    choose_title,
    make_properties,
    read_date,
    split_authors,
    split_tags,
)
from tests.support.timing import takes_at_most


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Ann Smith", ["Ann Smith"]),
        ("Smith, Ann", ["Smith, Ann"]),
        ("Ann Smith, Bo Li", ["Ann Smith", "Bo Li"]),
        ("Ann Smith; Bo Li and Eve M. Dale", ["Ann Smith", "Bo Li", "Eve M. Dale"]),
        ("Smith, Ann & Li, Bo", ["Smith, Ann", "Li, Bo"]),
        ('"Smith, Ann" <ann@example.org>', ["Smith, Ann"]),
        ("ann@example.org (Ann Smith)", ["Ann Smith"]),
        ("<ann@example.org>", ["ann@example.org"]),
        ("ann at example.org (Ann Smith)", ["Ann Smith"]),
        ("Ann Smith (via Docs) <ann@example.org>", ["Ann Smith (via Docs)"]),
        ("(Ann Smith)", ["Ann Smith"]),
        ("Ann Smith ()", ["Ann Smith"]),
        ("Ann Smith)", ["Ann Smith"]),
        ("Alexander Band", ["Alexander Band"]),
        ("Алёна Ким; 山田太郎", ["Алёна Ким", "山田太郎"]),
        *((nobody, []) for nobody in ("", "user", "Microsoft Office User", "openpyxl", "(,)")),
        ("https://example.org/ann", []),
        ("Module Tutors: Ann Smith, Bo Li", ["Ann Smith", "Bo Li"]),
        ("Module Tutors:", []),
    ],
)
def test_names_are_told_apart(words, names):
    assert split_authors(words) == names


@pytest.mark.parametrize(
    "path",
    [
        *("/home/ann/Harbour plan", "home/ann/plan", "C:\\Files\\Harbour plan", "files\\plan"),
        *("C:/Files/Harbour plan", "file:///home/ann/plan", "https://example.org/plan"),
        *("Users/Ann/Desktop/My Plan", "thesis/chapter_1", "tmp/Draft"),
        *("harbour/plans/", "plans/harbour.docx", "N/A", "./plans/harbour_2", "\\\\office\\plans"),
    ],
)
def test_a_path_is_not_a_title(path):
    assert choose_title(path) is None


@pytest.mark.parametrize(
    "title",
    [
        *("AC/DC", "TCP/IP", "24/7 support", "Client/server programming", "HIV/AIDS in Malawi"),
        *("input/output", "and/or", "Read/Write/Execute", "A/B tests: a guide"),
    ],
)
def test_words_that_a_slash_parts_are_a_title(title):
    assert choose_title(title) == title


def test_tags_are_told_apart():
    assert split_tags("rain, snow;hail | ice and sleet\n") == [
        "rain",
        "snow",
        "hail",
        "ice and sleet",
    ]


@pytest.mark.parametrize(
    "words",
    [
        *(
            "2024-02-29",
            "2024-02-29T23:00:00Z",
            "2024/2/29",
            "29 February 2024",
            "29th of Feb 2024",
        ),
        *(
            "Feb 29, 2024",
            "February 29 2024",
            "Thu, 29 Feb 2024 23:59:01 -0800 (PST)",
            "29-Feb-2024",
        ),
        *(
            "D:20240229235901+01'00'",
            "D:20240229",
            "20240229",
            "<2024-02-29 Thu>",
            "v1.2, 2024-02-29",
        ),
        "2024.02.29",
    ],
)
def test_a_day_is_read_in_many_notations(words):
    assert read_date(words) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        *(
            ("2024", date(2024, 1, 1)),
            ("2024-03", date(2024, 3, 1)),
            ("March 2024", date(2024, 3, 1)),
        ),
        *(
            (words, None)
            for words in ("2023-02-29", "D:20241340", "0000-01-01", "03/04/2024", "soon")
        ),
        *(
            (words, None)
            for words in ("", "1601-01-01T00:00:00Z", "1970-01-01", "№ 20245", "12024-01-02")
        ),
        *((words, None) for words in ("in 2024 or so", "２０２4-01-01", "2024-13-01", "99999999")),
    ],
)
def test_what_is_no_whole_day_is_its_first_or_none(words, day):
    assert read_date(words) == day


def test_the_best_date_that_can_be_read_counts():
    assert make_properties(dates=[None, "", "soon", "2024-01-02", "2025-01-01"]).date == date(
        2024, 1, 2
    )


@given(st.text(max_size=200))
def test_nothing_that_a_file_says_is_in_the_way(words):
    make_properties([words], [words], [words])


@pytest.mark.parametrize(
    "part", ["and ", "a@", "a", " ", "\n ", "<", ";", ", ", "20", "1 ", "(", " & ,", "May "]
)
def test_what_is_long_and_odd_takes_no_time(part):
    with takes_at_most(1):
        make_properties(*[[part * 100_000]] * 3)
