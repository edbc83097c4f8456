"""Info files: chapters, and what is for programs."""

import pytest

from index.loaders import parse
from index.loaders.plain.text import load
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most

HEAD = (
    "This is rain.info, produced by makeinfo version 7.1 from\nrain.texi.\n\n"
    "INFO-DIR-SECTION Weather\nSTART-INFO-DIR-ENTRY\n* Rain: (rain).   All of it.\n"
    "END-INFO-DIR-ENTRY\n\n"
)
TOP = (
    "\x1f\nFile: rain.info,  Node: Top,  Next: Hail,  Up: (dir)\n\nRain 1.2\n********\n\n"
    "This is about rain.\n\n* Menu:\n\n* Hail::      What is\n                harder.\n"
    "* Index::\n\n -- Of hail --\n\n* Size::\n\n"
)
CHAPTERS = (
    "\x1f\nFile: rain.info,  Node: Hail,  Next: Size,  Prev: Top,  Up: Top\n\n1 Hail?\n*******\n\n"
    "It hurts.\n\n* Menu:\n\n* Size::\n\nBelow its menu a chapter may go on,\nin words of more lines\n\n"
    "than two.\n\n\x1f\nFile: rain.info,  Node: Size,  Prev: Hail,  Up: Hail\n\n1.1 `-s'\n========\n\n"
    "It is large.\n\nHow large\n---------\n\nVery.\n\nIn May\n......\n\nLess.\n\n"
)
END = (
    "\x1f\nFile: rain.info,  Node: Index,  Prev: Hail,  Up: Top\n\nIndex\n*****\n\n\0\b[index\0\b]\n"
    "* Menu:\n\n* hail:     Hail.     (line 6)\n\n\x1f\nTag Table:\nNode: Top\x7f200\nNode: Hail\x7f400\n"
    "\x1f\nEnd Tag Table\n\n\x1f\nLocal Variables:\ncoding: utf-8\nEnd:\n"
)


def passages(text):
    pieces = cut_passages(load(text.encode()), lambda texts: [len(t) // 4 for t in texts], 200)
    return [(piece.headings, piece.span.of(text)) for piece in pieces]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_chapters_are_headings_and_nothing_for_programs_is_read(newline):
    found = passages((HEAD + TOP + CHAPTERS + END).replace("\n", newline))
    assert [(headings, " ".join(words.split())) for headings, words in found] == [
        (("Rain 1.2",), "This is about rain."),
        (("1 Hail?",), "It hurts."),
        (("1 Hail?",), "Below its menu a chapter may go on, in words of more lines than two."),
        (("1 Hail?", "1.1 `-s'"), "It is large."),
        (("1 Hail?", "1.1 `-s'", "How large"), "Very."),
        (("1 Hail?", "1.1 `-s'", "How large", "In May"), "Less."),
    ]


def test_the_text_is_that_of_the_file_and_its_first_heading_the_title():
    content = parse(".info", (HEAD + TOP + CHAPTERS).encode())
    assert content.text == HEAD + TOP + CHAPTERS
    assert content.title == "Rain 1.2"
    assert parse(".info", (HEAD + CHAPTERS).encode()).title is None


def test_the_table_of_an_info_file_in_parts_is_not_read():
    table = "\x1f\nIndirect:\nrain.info-1: 99\n\x1f\nTag Table:\n(Indirect)\nNode: Top\x7f99\n\x1f\nEnd Tag Table\n"
    assert passages(f"{HEAD}{table}") == []


def test_a_text_that_says_what_info_files_hold_is_none():
    text = "File: rain.info,  Node: Top\n\nIt rained.\n\n* Menu:\n\n* Tea\n"
    assert "* Menu:" in "".join(words for _, words in passages(text))


@pytest.mark.parametrize(
    "part",
    ["* Menu:\n\n", "\x1f\nTag Table:\n", "\0\b[x", "A\n***\n", "This is a, produced by ",
     "START-INFO-DIR-ENTRY\n", "\x1f" + " " * 50, "\x1f\nFile: a,  Node: b\n"],
)  # fmt: skip
def test_time_grows_with_the_length_and_no_faster(part):
    with takes_at_most(8):
        load((TOP + part * (400_000 // len(part))).encode())
