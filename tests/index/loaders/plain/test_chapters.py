"""Chapters of books in plain text, whose numbers are Roman, or words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.plain.text import load
from index.loaders.shared.roman import write_roman
from tests.support.timing import takes_at_most

TEXT = "The ship lay at the quay, and nobody was\nto be seen on her deck that morning.\n\n"
ROMAN = ("I", "II", "III", "IV")


def headings(text):
    content = load(text.encode())
    assert all(h.text in " ".join(h.span.of(text).split()) for h in content.headings)
    return [(heading.level, heading.text) for heading in content.headings if heading.text]


def book(mark, numbers=ROMAN, text=TEXT * 4):
    return "".join(f"{mark.format(number)}\n\n{text}" for number in numbers)


@pytest.mark.parametrize(
    "mark",
    ["Chapter {}", "CHAPTER {}.", "Chap. {}.", "CHAPTER {}. The Quay", "Chapter {}: The Quay",
     "BOOK {}", "Act {} — The Quay", "Letter {}", "  Kapitel {}"],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_chapters_that_count_on_are_headings(mark, newline):
    text = book(mark).replace("\n", newline)
    assert headings(text) == [(1, mark.format(number).strip()) for number in ROMAN]


def test_numbers_may_be_words():
    assert headings(book("Book the {}", ("First", "Second", "Third")))[2] == (1, "Book the Third")
    assert headings(book("CHAPTER {}", ("ONE", "TWO", "THREE")))[2] == (1, "CHAPTER THREE")


@pytest.mark.parametrize(
    ("mark", "numbers"),
    [
        ("Chapter {}", "One Two Three Twelve Thirteen Fourteen Nineteen Twenty Twenty-One Fifty"),
        ("CHAPTER {}", "ONE TWO THREE TWELVE THIRTEEN FIFTEEN FORTY-NINE FIFTY FIFTY-SIX SIXTY"),
        ("Book the {}", "First Second Third Thirteenth Twentieth Thirty-First"),
        ("CHAPTER {}", "I II III V VI VII"),
        ("Chapter {}", "I II III V IV VI I II III"),
    ],
)
def test_later_ones_may_be_missing_or_begin_anew(mark, numbers):
    numbers = numbers.split()
    assert headings(book(mark, numbers)) == [(1, mark.format(number)) for number in numbers]


def test_what_stands_right_above_a_chapter_is_in_none():
    text = f"{book('CHAPTER {}')}THE SECOND BOOK\n\nOF THE QUAY\n\n{book('CHAPTER {}')}"
    assert headings(text) == [
        *[(1, f"CHAPTER {number}") for number in ROMAN],
        (1, "THE SECOND BOOK"),
        (1, "OF THE QUAY"),
        *[(1, f"CHAPTER {number}") for number in ROMAN],
    ]


def test_a_title_may_stand_on_the_next_line():
    assert headings(book("CHAPTER {}.\nThe Quay"))[1] == (1, "CHAPTER II. The Quay")
    assert headings(book("CHAPTER {}\n\nTHE QUAY"))[:3] == [
        (1, "CHAPTER I"),
        (2, "THE QUAY"),
        (1, "CHAPTER II"),
    ]


def test_chapters_are_counted_anew_in_each_part():
    text = "".join(f"BOOK {part}\n\n{book('Chapter {}', ROMAN[:2])}" for part in ROMAN[:3])
    assert headings(text)[:4] == [
        (1, "BOOK I"),
        (2, "Chapter I"),
        (2, "Chapter II"),
        (1, "BOOK II"),
    ]


def test_the_heading_of_the_first_may_be_missing():
    assert headings(TEXT + book("CHAP. {}.", ("II", "III", "IV")))[0] == (1, "CHAP. II.")


def test_what_stands_beside_chapters_is_no_part_of_one():
    text = f"PREFACE\n\n{TEXT}{book('Chapter {}')}EPILOGUE\n\n{TEXT}"
    assert headings(text)[0] == (1, "PREFACE")
    assert headings(text)[-1] == (1, "EPILOGUE")


def test_a_table_of_contents_has_no_chapters():
    contents = "".join(f"CHAPTER {number}. The Quay\n\n" for number in ROMAN)
    assert len(headings(contents + book("CHAPTER {}. The Quay"))) == len(ROMAN)


@pytest.mark.parametrize(
    "text",
    [
        book("Chapter {}", ROMAN[:2]),
        book("Chapter {}", ("I", "III", "IV")),
        book("Chapter {} is about the quay."),
        book("chapter {}"),
        TEXT.join(f"As we saw.\nChapter {number}\n" for number in ROMAN),
    ],
)
def test_others_are_none(text):
    assert not [each for each in headings(text) if "hapter" in each[1]]


def test_many_chapters_are_found_at_once():
    text = book("Chapter {}", [write_roman(number % 150 + 1) for number in range(20_000)], TEXT)
    with takes_at_most(10):
        assert headings(text)


@given(st.lists(st.sampled_from(["Chapter I", "CHAP. II.", "Book V", "The Quay", TEXT, "", "III"])))
def test_any_lines_have_headings_in_order(lines):
    headings("\n\n".join(lines))
    headings("\n".join(lines))
