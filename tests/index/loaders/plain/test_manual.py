"""Pages of manuals: a title, sections, and options that their descriptions belong to."""

import pytest

from index.loaders import parse
from index.text.passages import cut_passages

PAGE = """\
BOATS(1)                     Boats Manual                     BOATS(1)

NAME
       boats - list the boats of a harbour

SYNOPSIS
       boats [-a] [--since date]
               [harbour...]

OPTIONS
       -a, --all
               Boats that are laid up are listed, too.

               So are wrecks.

       -s date
       --since=date
               Only boats that came after a day.

       -q      Be quiet.

       These may be joined.

   Output
       What is listed goes to standard output.

FILES
       /etc/boats
               The harbours that are known.

BOATS 1.2                     2024-05-01                      BOATS(1)
"""


def read(text):
    content = parse(".txt", text.encode())
    assert content.text == text
    pieces = cut_passages(content, lambda texts: [len(each) // 4 for each in texts], 200)
    return content.title, [
        (piece.heading, " ".join(piece.span.of(text).split())) for piece in pieces
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_options_and_what_is_said_of_them_stand_together(newline):
    title, found = read(PAGE.replace("\n", newline))
    assert title == "boats - list the boats of a harbour"
    assert found == [
        ("NAME", "boats - list the boats of a harbour"),
        ("SYNOPSIS", "boats [-a] [--since date] [harbour...]"),
        (
            "OPTIONS › -a, --all",
            "-a, --all Boats that are laid up are listed, too. So are wrecks.",
        ),
        (
            "OPTIONS › -s date, --since=date",
            "-s date --since=date Only boats that came after a day.",
        ),
        ("OPTIONS › -q", "-q Be quiet."),
        ("OPTIONS", "These may be joined."),
        ("OPTIONS › Output", "What is listed goes to standard output."),
        ("FILES › /etc/boats", "/etc/boats The harbours that are known."),
    ]


def test_a_long_description_belongs_to_its_option_to_the_end():
    long = "It is said of them in every harbour that they were once the best of all. " * 3
    page = PAGE.replace("So are wrecks.", long).replace("too.", f"too. {long}")
    _, found = read(page)
    assert [heading for heading, _ in found].count("OPTIONS › -a, --all") == 2


def test_code_and_prose_set_in_are_no_terms():
    page = PAGE.replace(
        "These may be joined.",
        "struct boat {\n               int length;\n       };\n\n"
        "       They may be joined as in:\n               boats -aq",
    )
    assert [heading for heading, _ in read(page)[1] if heading.startswith("OPTIONS ›")] == [
        "OPTIONS › -a, --all",
        "OPTIONS › -s date, --since=date",
        "OPTIONS › -q",
        "OPTIONS › Output",
    ]


def test_without_a_name_the_head_is_the_title():
    title, _ = read(PAGE.replace("boats - list", "boats: list"))
    assert title == "BOATS(1)"


def test_a_page_without_a_head_begins_with_its_name():
    title, found = read(PAGE.partition("\n\n")[2])
    assert title == "boats - list the boats of a harbour"
    assert ("OPTIONS › -q", "-q Be quiet.") in found


@pytest.mark.parametrize(
    "first", ["SUMMARY\n  boats - a list\n", "NAME\nboats - a list\n", "ls(1) lists\n"]
)
def test_other_text_is_no_manual(first):
    title, found = read(first + PAGE.partition("\n")[2].replace("NAME", "WHAT"))
    assert title in (None, first.strip())
    assert {heading for heading, _ in found} == {None}
