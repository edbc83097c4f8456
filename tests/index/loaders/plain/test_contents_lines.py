"""Tables of contents of plain texts: they are in the text, but in no passage."""

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
