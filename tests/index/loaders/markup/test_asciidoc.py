"""AsciiDoc: the file itself, with its headings."""

import pytest

from index.loaders.markup.asciidoc import load
from tests.support.timing import takes_at_most

TEXT = """// a comment
= My notes
:toc:

Text.

== Ships ==

----
== no heading
----

=== In port
====
An example.
====
"""


def test_headings_are_located_outside_of_listings():
    content = load(TEXT.encode())
    assert content.text == TEXT
    assert content.title == "My notes"
    assert [(each.level, each.text) for each in content.headings if each.text] == [
        (1, "My notes"),
        (2, "Ships"),
        (3, "In port"),
    ]


def test_a_text_without_a_title_has_none():
    assert load(b"Text.\n\n= Late\n").title is None


UNDERLINED = """git-add(1)
==========

NAME
----
git-add - add files

OPTIONS
-------
Listing:

----
Not a
-----
----

a paragraph
of two lines
------------
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_last_line_of_a_paragraph_above_a_block_is_no_heading(line_end):
    text = line_end.join(["It rains.", "Look here", "---------", "code", "---------", ""])
    assert not [each for each in load(text.encode()).headings if each.text]


def test_headings_may_be_underlined():
    content = load(UNDERLINED.encode())
    assert content.title == "git-add(1)"
    assert [(each.level, each.text) for each in content.headings if each.text] == [
        (1, "git-add(1)"),
        (2, "NAME"),
        (2, "OPTIONS"),
    ]
    assert [each.span.of(content.text) for each in content.headings][1] == "NAME\n----"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_an_underlined_heading_may_have_an_anchor(line_end):
    text = line_end.join(["It rains.", "", "[[q]]", "// no", "Quorum", "------", "", "It is.", ""])
    content = load(text.encode())
    assert [each.text for each in content.headings if each.text] == ["Quorum"]
    below_words = text.replace(line_end * 2, line_end, 1)
    assert not load(below_words.encode()).headings


@pytest.mark.parametrize("line", ["[TIP]", ".Rain", "// Rain"])
def test_what_is_said_of_a_block_is_no_heading(line):
    sign = "=" * 4 if line == "[TIP]" else "-" * len(line)
    assert not load(f"It rains.\n\n{line}\n{sign}\nIt snows.\n{sign}\n".encode()).headings


@pytest.mark.parametrize("name", [".NET Core", "[Draft] Notes"])
@pytest.mark.parametrize("above", ["", "It rains.\n\n"])
@pytest.mark.parametrize(
    "below",
    [
        "It snows.\n",
        "It snows.\n\n.NET Full\n{0}\n\nIt hails.\n",
        "It snows.\n\n[source]\n{0}\nhail()\n{0}\n",
        "It snows.\n\n{0}\nhail()\n{0}\n",
    ],
)
def test_headings_may_begin_as_what_is_said_of_a_block(name, above, below):
    line = "-" * len(name)
    text = f"{above}{name}\n{line}\n\n{below.format(line)}"
    assert name in [each.text for each in load(text.encode()).headings]


def test_many_blocks_that_have_titles_are_told_from_headings_at_once():
    text = ".Rain\n-----\nIt rains.\n-----\n\n" * 20_000
    with takes_at_most(5):
        assert not load(text.encode()).headings


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_many_underlined_headings_are_found_at_once(line_end):
    text = f"Name{line_end}----{line_end * 2}Text.{line_end * 2}" * 20_000
    with takes_at_most(3):
        content = load(text.encode())
    assert len([each for each in content.headings if each.text]) == 20_000


def test_what_is_for_programs_is_in_no_block():
    text = (
        "// no\n:toc: no\n\n[[no]]\n.Rain\n[source,c]\n----\n// yes\n[yes]\n----\n\n"
        "[NOTE]\nIt rained.\n// no\nAll day.\n\ninclude::no.adoc[]\n\n////\nno\n\nno\n////\n\n"
        "[quote, Ann Lamp]\nIt rained.\n"
    )
    content = load(text.encode())
    words = " ".join(block.of(text) for block in content.paragraphs)
    assert "no" not in words
    for part in ("Rain", "// yes", "[yes]", "It rained.", "All day.", "Ann Lamp"):
        assert part in words


def test_what_is_said_of_a_block_that_goes_on_with_an_item_is_in_no_paragraph():
    text = "* Rain\n+\n[source,sh]\n----\nmeasure\n----\n"
    text += 'Snow::\n[cols="1,1"]\n|===\n|Day|mm\n\n|1|17\n|===\n'
    content = load(text.encode())
    words = " ".join(block.of(text) for block in content.paragraphs)
    assert "measure" in words
    assert "source" not in words
    assert "cols" not in words
    assert [table.columns for table in content.tables] == [("Day", "mm")]
