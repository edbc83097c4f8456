"""What is known of one document."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from index import Passage, Properties, Span, describe_kind
from tui.documents.document_details import (
    DocumentDetails,
    describe_details,
    draw_details,
    read_details,
)
from tui.documents.document_tree import TreeEntry

DETAILS = DocumentDetails(3400, datetime(2026, 3, 4, 9, 5), 7)


def test_all_that_is_known_stands_on_one_line_or_on_several():
    entry = TreeEntry("/notes/plan.md", "changed")
    assert describe_details(entry, DETAILS) == (
        "Markdown · 3.4 kB · 4 Mar 2026 · 7 passages · changed since it was indexed"
    )
    assert draw_details(entry, DETAILS).plain.split("\n") == [
        "plan.md",
        "/notes",
        "",
        "Kind      Markdown",
        "Size      3.4 kB",
        "Changed   4 March 2026, 09:05",
        "Passages  7",
        "State     changed since it was indexed",
    ]


def test_what_a_document_says_of_itself_stands_with_it_and_is_drawn_safely():
    properties = Properties(
        ("Ann [b]Smith", "Bo\x1b[31m"),
        ("rain", "work/travel", *map(str, range(30))),
        date(2024, 2, 29),
    )
    entry = TreeEntry("/notes/plan.md", "indexed", properties=properties)
    lines = draw_details(entry, DETAILS).plain.split("\n")
    assert lines[5:7] == ["Author    Ann [b]Smith, Bo [31m", "Dated     29 Feb 2024"]
    assert lines[7].startswith("Tags      #rain #work/travel #0 #1")
    assert lines[7].endswith("#17 and 12 more")
    assert describe_details(entry, DETAILS).startswith(
        "Ann [b]Smith, Bo [31m · 29 Feb 2024 · #rain #work/travel #0 #1 and 28 more · Markdown"
    )


def test_a_file_that_is_gone_and_passages_that_cannot_be_counted_are_left_out(tmp_path):
    def fail(_: str) -> list[Passage]:
        raise OSError

    assert read_details(str(tmp_path / "gone.md"), fail) == DocumentDetails()


def test_a_failure_comes_with_its_reason_and_is_drawn_safely():
    entry = TreeEntry("/n/bad\x1b[31m.pdf", "failed", "it is [b]encrypted\x1b[0m")
    drawn = draw_details(entry, DocumentDetails()).plain
    assert "State     could not be read: it is [b]encrypted␛[0m" in drawn
    assert "\x1b" not in drawn


def test_below_it_stand_the_headings_of_the_document(tmp_path):
    above = ("Rain",), ("Rain", "His[b]tory"), ("Rain", "His[b]tory", "1998"), ("Rain", "Visits")
    passages = [Passage(number, Span(0, 4), "Wet.", each) for number, each in enumerate(above)]
    details = read_details(str(tmp_path / "a.md"), lambda _: [*passages, *passages])
    assert details.passages == 8
    lines = draw_details(TreeEntry("/notes/a.md", "indexed"), details).plain.split("\n")
    assert lines[-5:] == ["", "Rain", "  His[b]tory", "    1998", "  Visits"]


def test_of_a_document_without_headings_the_first_words_are_shown(tmp_path):
    passages = [Passage(1, Span(0, 9), "Salt\x1b[0m\nand water " * 100)]
    details = read_details(str(tmp_path / "a.txt"), lambda _: passages)
    lines = draw_details(TreeEntry("/notes/a.txt", "indexed"), details).plain.split("\n")
    assert lines[-2] == ""
    assert lines[-1].startswith("Salt␛[0m and water")
    assert len(lines[-1]) < 700


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/a/b.md", "Markdown"),
        ("b.PDF", "PDF"),
        ("b.html.gz", "packed HTML"),
        ("Makefile", "plain text"),
    ],
)
def test_kinds_are_named_by_the_name_of_the_file(path, kind):
    assert describe_kind(path) == kind
