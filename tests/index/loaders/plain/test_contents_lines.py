"""Tables of contents of plain text: headings that they list; they are in the text, in no passage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.plain.text import load
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most

TITLES = [f"How do I paint the {thing}?" for thing in "door wall roof gate shed barn fence".split()] + [
    "Which colours are there, and which of them can be had\n   in winter?",
    "Who pays?",
    "Who helps?",
    "What does it cost?",
]  # fmt: skip
BODY = "".join(
    f"{number}. {title}\n\nBy hand, as ever.\n\n" for number, title in enumerate(TITLES, 1)
)


def contents(titles=TITLES, line="    {}. {}\n"):
    return "".join(
        line.format(number, title.replace("\n", "\n    ")) for number, title in enumerate(titles, 1)
    )


def passages(text):
    content = load(text.encode())
    pieces = cut_passages(content, lambda texts: [len(each) // 4 for each in texts], 200)
    return [piece.span.of(content.text) for piece in pieces]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("line", ["{}. {}\n", "    {}. {}\n", "  {}. {} . . . . . . . 4\n"])
def test_lines_that_name_the_headings_below_are_in_no_passage(newline, line):
    text = f"The painter's friend\n\nINDEX\n\n{contents(line=line)}\n{BODY}"
    loaded = load(text.replace("\n", newline).encode())
    assert loaded.text == text.replace("\n", newline)
    assert len(loaded.headings) == len(TITLES)
    held = " ".join(passages(text))
    assert "friend" in held
    assert "paint" not in held.removeprefix("The painter")
    assert held.count("By hand, as ever.") == len(TITLES)


def test_a_title_that_was_changed_since_does_not_end_the_list():
    changed = [*TITLES[:4], "How do I paint\n   a shed that is old?", *TITLES[5:]]
    assert "old" not in " ".join(passages(f"Painting\n\n{contents(changed)}\n{BODY}"))


@pytest.mark.parametrize(
    "lines",
    [contents(TITLES[:5]), contents([f"Paint the {n}th door" for n in range(20)])],
    ids=["a few", "of other things"],
)
def test_other_lists_stay(lines):
    held = " ".join(passages(f"Painting\n\n{lines}\n{BODY}"))
    assert all(line.strip() in held for line in lines.splitlines())


@given(
    st.lists(st.sampled_from([contents(), contents(TITLES[:9]), BODY, "Text.\n\n", "\n", "1. A\n"]))
)
def test_every_other_word_is_in_a_passage(parts):
    content = load("".join(parts).encode())
    pieces = cut_passages(content, lambda texts: [len(each) // 4 for each in texts], 200)
    held = sorted(at for piece in pieces for at in range(piece.span.start, piece.span.end))
    assert len(held) == len(set(held))
    for block in content.paragraphs or ():
        assert all(at in held for at in range(block.start, block.end) if content.text[at].isalnum())
    left_out = set(range(len(content.text))) - set(held)
    assert "Text." not in "".join(content.text[at] for at in sorted(left_out))


def test_time_grows_with_the_length_and_no_faster():
    with takes_at_most(8):
        load((contents() * 3000 + BODY * 300).encode())


NUMBERED_TITLES = ["1. Introduction", "2. Scope", "2.1. Fields", "2.2. Lists", "3. Syntax", "3.1. Names",
          "3.2. Values", "4. Security", "5. Thanks"]  # fmt: skip


def write(entry, heading, titles=NUMBERED_TITLES):
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
    assert [text.split()[-1] for _, text in read] == [
        title.split()[-1] for title in NUMBERED_TITLES
    ]


def test_where_numbers_begin_anew_in_each_chapter_the_list_shows_the_level():
    titles = ["Chapter 1. Start", "1. Screens", "2. Menus", "3. Keys", "Chapter 2. Mail", "1. Reading",
              "2. Sending", "3. Filing", "Chapter 3. End"]  # fmt: skip
    text = write(lambda title: f"{'' if title[0] == 'C' else '    '}{title}\n", str, titles)
    assert [level for level, _ in headings(text)] == [1, 2, 2, 2, 1, 2, 2, 2, 1]


@pytest.mark.parametrize(
    "text",
    [
        write(lambda title: f"{title}\n", lambda title: f"  {title}", NUMBERED_TITLES[:4]),
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
        st.sampled_from(["\n", "text\n", *(f" {title}\n" for title in NUMBERED_TITLES)]),
        max_size=60,
    ).map(lambda lines: "".join(lines) * 2)
)
def test_headings_ascend_and_quote_the_text(text):
    at = 0
    content = load(text.encode())
    for heading in content.headings:
        assert at <= heading.span.start < heading.span.end <= len(content.text)
        at = heading.span.end


@pytest.mark.parametrize("part", ["1. A\n\n", "1.1.1 " * 9 + "\n", "1" * 90, "1. " + " " * 90])
def test_time_grows_with_the_length_of_the_list(part):
    with takes_at_most(8):
        load((part * (400_000 // len(part))).encode())
