"""The title of a plain text, and its headings that rules mark: below, above, around them."""

import pytest

from index.loaders.plain.text import load
from index.text.passages import cut_passages


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("SAFETY DATA SHEET\nKALKWEG DESCALER\n\nIt is sour.\n", "SAFETY DATA SHEET KALKWEG DESCALER"),
        ("RAIN MUSEUM\nRULES OF ENTRY\nPlease be quiet.\n", "RAIN MUSEUM RULES OF ENTRY"),
        ("RAIN MUSEUM\nOpen in May.\n", "RAIN MUSEUM"),
        ("RAIN MUSEUM\n\nOPENING HOURS\n\nIn May.\n", "RAIN MUSEUM"),
        ("Rain museum\n===========\nOpen in May.\n\nHours\n-----\nTwo.\n", "Rain museum"),
        ("\n   Is it open?\n   -----------\n\nIn May.\n", "Is it open?"),
        ("=======\nMuseum\n=======\n\nIn May.\n", "Museum"),
        ("In May.\n\nHours\n-----\nTwo.\n", None),
    ],
)  # fmt: skip
def test_capitals_right_below_the_first_line_and_a_first_ruled_line_are_the_title(
    newline, text, title
):
    assert load(text.replace("\n", newline).encode()).title == title


PROSE = "It rained and rained, all day long and all night, and the next day, too."
WIDE = "-" * 66


def headings(text):
    content = load(text.encode())
    return [(heading.level, heading.text) for heading in content.headings if heading.text]


def passages(text):
    pieces = cut_passages(load(text.encode()), lambda texts: [len(t) // 4 for t in texts], 200)
    return [piece.span.of(text) for piece in pieces]


def test_any_sign_may_underline_and_each_has_its_level():
    text = "".join(
        f"{words}\n{sign * len(words)}\n\n{PROSE}\n\n"
        for words, sign in (("Rain", "*"), ("In May", "="), ("At night", "-"), ("Hail", "~"),
                            ("Storms", "^"), ("Ice cold", "."))
    )  # fmt: skip
    assert headings(text) == [
        (1, "Rain"), (2, "In May"), (3, "At night"), (4, "Hail"), (5, "Storms"), (6, "Ice cold")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    ["Will it rain?", "Hail!", "Where it rains:", "-y, --yes, --always", "--wet or dry", '"Rain" and hail', "A. Rain", "1.  Rain in May",
     "/etc/rain"],
)  # fmt: skip
def test_a_ruled_heading_may_ask_and_begin_with_a_sign(words):
    assert headings(f"{words}\n{'-' * len(words)}\n\n{PROSE}\n") == [(1, " ".join(words.split()))]


@pytest.mark.parametrize(
    "words", ["- it rained", "It rained.", "Rain,", "17.50 A", "Rain | Hail", "Rain   Hail"]
)
def test_items_sentences_sums_and_columns_are_no_headings(words):
    assert headings(f"{words}\n{'-' * len(words)}\n\n{PROSE}\n") == []


def test_a_heading_in_the_middle_of_the_page_has_its_rule_there():
    text = f"        Rain in May\n        ===========\n\n{PROSE}\n\n  Hail\n  ----\n{PROSE}\n"
    assert headings(text) == [(1, "Rain in May"), (2, "Hail")]
    assert headings(f"Rain in May\n             -----------\n{PROSE}\n") == []


def test_rules_as_wide_as_the_text_mark_headings_where_there_are_others():
    wide = f"Rain in May\n{WIDE}\n\n{PROSE}\n\n"
    assert headings(f"Hail\n----\n\n{PROSE}\n\n{wide}") == [(1, "Hail"), (1, "Rain in May")]
    assert headings(2 * wide) == 2 * [(1, "Rain in May")]
    assert headings(wide) == []
    assert headings(2 * f"Rain in May\n{WIDE}\n{PROSE}\n\n") == []
    # So do digests part letters.
    assert headings(3 * f"{PROSE}\n\nAnn Smith\n{'-' * 30}\n\nDate: today\n\n") == []


def test_titles_may_stand_between_two_rules():
    text = f"*********\nAppendix\nOf rain\n*********\n\n{PROSE}\n\nHail\n****\n\n{PROSE}\n"
    assert headings(text) == [(1, "Appendix Of rain"), (2, "Hail")]
    assert headings(f"----\nTotal   12\n----\n\n{PROSE}\n") == []


@pytest.mark.parametrize("rule", ["---", "*****", "* * *", "=-=-=-=-=-=-=", "_" * 66])
def test_no_rule_stands_in_a_passage(rule):
    text = f"{PROSE}\n\n{rule}\n\n{PROSE}\n{rule}\n{PROSE}\n"
    assert not any(rule in passage for passage in passages(text))
    assert sum(passage.count(PROSE) for passage in passages(text)) == 3


@pytest.mark.parametrize("row", ["Ann    7", "Ann | 7"])
def test_rules_in_tables_stay_with_their_rows(row):
    text = f"{row}\n---------\n{row}\n"
    assert passages(text) == [text.strip()]
