"""Org: the file itself, with its headings."""

from index.loaders.markup.org import load

TEXT = """#+TITLE: My notes
#+AUTHOR: Ann

* TODO [#A] Ships  :sea:wood:
Text.
** In port
#+begin_src c
* no heading
#+end_src
*bold* text
"""


def test_headings_are_located_without_what_is_set_around_them():
    content = load(TEXT.encode())
    assert content.text == TEXT
    assert content.title == "My notes"
    assert [(each.level, each.text) for each in content.headings if each.text] == [
        (1, "Ships"),
        (2, "In port"),
    ]
    assert (
        next(each.span for each in content.headings if each.text).of(TEXT)
        == "* TODO [#A] Ships  :sea:wood:"
    )


def test_a_line_of_spaces_takes_no_time():
    assert load(b"* a" + b" " * 1_000_000 + b"b").headings == ()


def test_what_is_for_programs_is_in_no_block():
    text = (
        "* Rain\n:PROPERTIES:\n:ID: no\n:END:\nIt rained.\n# no\n#+name: no\nAll day.\n"
        "#+begin_src sh\n# yes\n#+end_src\n:drawer without end\n"
    )
    content = load(text.encode())
    words = " ".join(block.of(text) for block in content.paragraphs)
    assert "no" not in words
    for part in ("It rained.", "All day.", "# yes", ":drawer"):
        assert part in words


def test_what_code_has_printed_is_read_without_the_drawer_around_it():
    text = ":RESULTS:\n: 17 mm\n\n| Day | Rain |\n|-----+------|\n| Mon | much |\n:END:\n"
    content = load(text.encode())
    assert [block.of(text) for block in content.paragraphs] == [": 17 mm", "Mon | much"]
    assert [table.columns for table in content.tables] == [("Day", "Rain")]
    assert [block.kind for block in content.blocks] == ["code", "header", "row"]
