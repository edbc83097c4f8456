"""What the screen shows of a document is what the index knows of it: headings, items, cells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index import Content, Document, Hit, Passage
from index.documents import Block, Blocks, Heading, Mark, Span, Structure, unpack_passage
from index.formats import BY_SUFFIX
from index.text.passages import cut_passages
from tests.index.loaders.test_contract import FILES
from tests.support.packed_files import packed_examples
from tests.tui.source.rendering import test_markup
from tests.tui.source.rendering.conftest import expect_drawn, read
from tests.tui.source.rendering.test_markdown import ARTICLE
from tui.source.outline import build_outline
from tui.source.rendering.blocks import render_blocks
from tui.source.rendering.documents import render_document
from tui.source.rendering.passage_words import PassageWords
from tui.source.rendering.rendering import Rendering

SEEDS = Path(__file__).parents[4] / "seeds"
TEXTS = {
    "Markdown": (".md", ARTICLE),
    "reStructuredText": (".rst", test_markup.RESTRUCTUREDTEXT),
    "Org": (".org", test_markup.ORG),
    "AsciiDoc": (".adoc", test_markup.ASCIIDOC),
    **{f"contract{suffix}": (suffix, text) for suffix, text in FILES.items()},
    **{
        path.name: (path.suffix, path.read_bytes())
        for path in sorted(SEEDS.rglob("*"))
        if path.suffix in BY_SUFFIX
    },
    **{
        f"packed{suffix}": (suffix, data)
        for suffix, data in packed_examples().items()
        if suffix in BY_SUFFIX and suffix not in (".pdf", ".epub")
    },
}


def draw_lines(rendering: Rendering) -> list[tuple[str, str]]:
    """The style of each line, and its words."""
    assert rendering.line_formats is not None
    numbers = rendering.line_formats.tolist()
    lines = rendering.text.split("\n")
    return [(rendering.formats[at].style, line) for at, line in zip(numbers, lines, strict=False)]


def letters(words: str) -> str:
    return re.sub(r"\W", "", words)


@pytest.mark.parametrize(("suffix", "text"), TEXTS.values(), ids=TEXTS)
def test_headings_items_and_cells_on_the_screen_are_those_of_the_index(suffix, text):
    content = read(text, suffix)
    rendering = render_blocks(content.text, content.structure)
    if rendering is None:
        assert not content.headings
        assert not content.blocks
        return
    lines = draw_lines(rendering)
    check_headings(content, lines)
    markers = rendering.styles.get("marker", ())
    items = [block for block in content.blocks or () if block.kind == "item" and block.marker]
    assert len(markers) == len(items)
    check_cells(content, rendering)


def check_headings(content: Content, lines: list[tuple[str, str]]) -> None:
    """Each heading of the index is one on the screen, and there is no other."""
    drawn = [letters(line) for style, line in lines if style.startswith("heading-")]
    known = [letters(each.text) for each in content.headings if each.text and len(each.span)]
    # A task says on the screen whether it is done.
    assert len(drawn) == len(known)
    assert all(words.endswith(name) for words, name in zip(drawn, known, strict=True))


def check_cells(content: Content, rendering: Rendering) -> None:
    """The cells of tables hold the words of the index's cells, in their order."""
    drawn = [
        letters(rendering.text[start:end])
        for table in rendering.tables
        for row in table.cells
        for start, end in row.tolist()
    ]
    rows = [block.cells for block in content.blocks or () if block.cells]
    known = [letters(cell.of(content.text)) for row in rows for cell in row if len(cell)]
    in_tables = sum(1 for row in rows if len(row) > 1 for cell in row if len(cell))
    filled = [cell for cell in drawn if cell]
    # Markup is no part of the words of a cell.
    assert len(filled) >= in_tables or not rendering.tables
    assert all(any(cell in each for each in known) for cell in filled)


def test_blocks_are_drawn_by_their_kinds():
    text = "Rain\n3. fell\non it\nsaid she\nx = 1\na b\n1 2\n"
    spans = [Span(*match.span()) for match in re.finditer(r".+", text)]
    blocks = Blocks(
        [
            Block("item", Span(8, 12), 1, Span(5, 7)),
            Block("paragraph", spans[2], 1),
            Block("quote", spans[3], 1),
            Block("code", spans[4]),
            Block("header", spans[5], cells=(Span(34, 35), Span(36, 37))),
            Block("row", spans[6], cells=(Span(38, 39), Span(40, 41))),
        ]
    )
    structure = Structure((Heading(spans[0], 2, "Rain"),), blocks)
    rendering = render_blocks(text, structure)
    assert rendering is not None
    drawn = [
        (rendering.formats[number].first + line).rstrip()
        for number, line in zip(
            rendering.line_formats.tolist(), rendering.text.split("\n"), strict=False
        )
    ]
    assert drawn == [
        "Rain",
        "",
        "",
        "3. fell",
        "   on it",
        "▌ said she",
        "",
        "  x = 1",
        "",
        "a b",
        "1 2",
    ]
    assert rendering.tables[0].right == {0, 1}


@pytest.mark.parametrize(
    ("marks", "drawn"),
    [
        ([Mark("hidden", Span(0, 2)), Mark("strong", Span(2, 6))], "rain & so"),
        ([Mark("shown", Span(7, 12), "and")], "**rain and so"),
        ([Mark("space", Span(6, 13))], "**rain so"),
        ([Mark("shown", Span(6, 7), "\n")], "**rain\n&amp; so"),
        ([Mark("hidden", Span(0, 15)), Mark("shown", Span(3, 5), "x")], ""),
        ([Mark("shown", Span(0, 0), "Note: ")], "Note: **rain &amp; so"),
    ],
)
def test_a_mark_says_what_is_seen_in_place_of_the_text(marks, drawn):
    text = "**rain &amp; so"
    if marks[0].kind == "hidden" and len(marks) > 1 and marks[1].kind == "strong":
        marks = [*marks, Mark("shown", Span(7, 12), "&")]
    structure = Structure((), Blocks([Block("paragraph", Span(0, len(text)))]), (), tuple(marks))
    rendering = render_blocks(text, structure)
    assert rendering is not None
    assert rendering.text.strip("\n") == drawn


def test_the_same_document_is_drawn_the_same_from_what_was_packed():
    from index.documents import pack_structure, unpack_structure

    content = read(ARTICLE, ".md")
    packed = pack_structure(content.structure)
    again = unpack_structure(packed, len(content.text))
    one, other = (render_blocks(content.text, each) for each in (content.structure, again))
    assert one is not None
    assert other is not None
    assert one.text == other.text
    # It is small beside the text.
    assert len(packed) < len(content.text)


def test_a_page_begins_with_a_rule_above_its_headings():
    content = read("# Rain\n\nIt fell.\n\n# Snow\n\nIt fell, too.", ".md")
    text = content.text
    pages = [(text.index("It fell."), 1), (text.index("It fell, too."), 2)]
    rendering = render_document("/a.pdf", text, content.structure, pages)
    assert [line for line in draw_lines(rendering) if line[1]] == [
        ("page", "Page 1 "),
        ("heading-1", "Rain"),
        ("", "It fell."),
        ("page", "Page 2 "),
        ("heading-1", "Snow"),
        ("", "It fell, too."),
    ]


@pytest.mark.parametrize(
    ("path", "text", "is_written"),
    [
        ("/a/post.mbox/12", "Rain\n\nIt blew.", False),
        ("https://example.org/", "Rain\n\nIt blew.", False),
        ("https://example.org/a.php?id=1", "Rain\n\nIt blew.", False),
        ("/a/b.card", "Rain\n\nIt blew.", False),
        ("/a/post.txt/12", "Rain\n\nIt blew.", True),
        ("/a.txt", "Rain\n\nIt blew.", True),
        ("/a.py", "x = 1", True),
        ("/a.json", '{"a": 1}', True),
        ("/a.json", '[{"name": "Rain", "year": 1}]', False),
    ],
)
def test_only_text_without_a_format_code_and_data_are_drawn_as_they_are_written(
    path, text, is_written
):
    suffix = Path(path).suffix
    content = read(text, suffix if suffix in (".py", ".json") else ".txt")
    rendering = render_document(path, content.text, content.structure)
    assert (rendering is None or rendering.is_numbered) == is_written


@pytest.mark.parametrize(("suffix", "text"), TEXTS.values(), ids=TEXTS)
def test_a_passage_is_quoted_with_the_words_that_the_source_shows(suffix, text):
    content = read(text, suffix)
    rendering = render_blocks(content.text, content.structure)
    passages = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)
    for new in passages:
        blocks, marks = unpack_passage(new.blocks, new.span)
        words = new.span.of(content.text)
        passage = Passage(1, new.span, words, blocks=blocks, marks=marks)
        quoted = PassageWords(Hit(passage, Document(1, "/a", None), 1.0)).pieces
        seen = "".join(each.drawn for each in quoted if each.start < each.end)
        assert letters(seen) == letters(expect_drawn(rendering, new.span))


@pytest.mark.parametrize(("suffix", "text"), TEXTS.values(), ids=TEXTS)
def test_the_outline_lists_the_headings_of_the_index(suffix, text):
    headings = [each for each in read(text, suffix).headings if each.text]
    entries = build_outline(headings, ()).entries
    assert [(each.title, each.span) for each in entries] == [
        (each.text, each.span) for each in headings
    ]
