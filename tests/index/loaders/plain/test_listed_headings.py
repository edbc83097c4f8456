"""Headings of plain text that a table of contents lists, wherever they are set in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.plain.text import load
from tests.support.timing import takes_at_most

TITLES = ["1. Introduction", "2. Scope", "2.1. Fields", "2.2. Lists", "3. Syntax", "3.1. Names",
          "3.2. Values", "4. Security", "5. Thanks"]  # fmt: skip


def write(entry, heading, titles=TITLES):
    """A text with a table of contents and a sentence under each heading, set in."""
    listed = "".join(entry(title) for title in titles)
    body = "".join(
        f"{heading(title)}\n\n   It says: see section 2.1 or\n   3. Ours.\n\n" for title in titles
    )
    return f"A standard\n\nTable of Contents\n\n{listed}\n{body}"


def headings(text):
    content = load(text.encode())
    assert all(" ".join(h.span.of(content.text).split()) == h.text for h in content.headings)
    return [(heading.level, heading.text) for heading in content.headings]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("entry", "heading"),
    [
        (lambda title: f"{title}\n", lambda title: f"  {title}"),
        (lambda title: f"   {title:.<40} 7\n", lambda title: title.replace(" ", "\u00a0", 1)),
        (lambda title: f"   {title}\n\n", lambda title: f"{' ' * 20}{title}"),
        (lambda title: f"{' ' * 4 * (title.count('.') - 1)}{title}\n", lambda title: f" {title}"),
        (lambda title: f"{title}\n", lambda title: title.replace(". ", ": ", 1)),
    ],
    ids=["set in", "pages", "apart", "steps", "colons"],
)  # fmt: skip
def test_numbered_lines_that_are_listed_above_are_headings(newline, entry, heading):
    read = headings(write(entry, heading).replace("\n", newline))
    assert [level for level, _ in read] == [1, 1, 2, 2, 1, 2, 2, 1, 1]
    assert [text.split()[-1] for _, text in read] == [title.split()[-1] for title in TITLES]


def test_where_numbers_begin_anew_in_each_chapter_the_list_shows_the_level():
    titles = ["Chapter 1. Start", "1. Screens", "2. Menus", "3. Keys", "Chapter 2. Mail", "1. Reading",
              "2. Sending", "3. Filing", "Chapter 3. End"]  # fmt: skip
    text = write(lambda title: f"{'' if title[0] == 'C' else '    '}{title}\n", str, titles)
    assert [level for level, _ in headings(text)] == [1, 2, 2, 2, 1, 2, 2, 2, 1]


@pytest.mark.parametrize(
    "text",
    [
        write(lambda title: f"{title}\n", lambda title: f"  {title}", TITLES[:4]),
        "".join(f"  {n}. Open it.\n" for n in range(1, 20)),
        "Steps\n\n" + "".join(f"  {n}. Open it, and wait.\n\n" for n in range(1, 20)) * 2,
        write(lambda title: f"{title}\n", lambda title: f"Here\n  {title}"),
    ],
    ids=["a few", "a list", "a list of sentences twice", "within paragraphs"],
)  # fmt: skip
def test_other_numbered_lines_are_none(text):
    assert headings(text) == []


@given(
    st.lists(
        st.sampled_from(["\n", "text\n", *(f" {title}\n" for title in TITLES)]), max_size=60
    ).map(lambda lines: "".join(lines) * 2)
)
def test_headings_ascend_and_quote_the_text(text):
    at = 0
    content = load(text.encode())
    for heading in content.headings:
        assert at <= heading.span.start < heading.span.end <= len(content.text)
        at = heading.span.end


@pytest.mark.parametrize("part", ["1. A\n\n", "1.1.1 " * 9 + "\n", "1" * 90, "1. " + " " * 90])
def test_time_grows_with_the_length_and_no_faster(part):
    with takes_at_most(8):
        load((part * (400_000 // len(part))).encode())
