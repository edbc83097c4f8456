"""Blocks are held in few bytes, and come out as they went in."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.documents import (
    Block,
    Blocks,
    Content,
    Heading,
    Mark,
    MarkFinder,
    Span,
    Structure,
    Table,
    pack_passage,
    pack_structure,
    unpack_passage,
    unpack_structure,
)
from tests.support.structures import blocks, marks

SIZE = 60
SPANS = st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)).map(lambda pair: Span(*sorted(pair)))


@given(blocks(SIZE))
def test_blocks_are_what_they_were_made_of(made):
    assert Blocks(list(made)) == made
    assert Blocks.from_numbers(made.numbers(), SIZE) == made
    assert [*made.shift(7).shift(-7)] == [*made]
    assert made.count_cells() == sum(len(block.cells) for block in made)


@given(blocks(SIZE), marks(SIZE), SPANS)
def test_a_structure_is_the_same_once_it_was_packed(made, drawn, span):
    structure = Structure(
        (Heading(span, 2, "Of rain"),), made, (Table(span, ("Month", ""), "Rain"),), drawn
    )
    assert unpack_structure(pack_structure(structure), SIZE) == structure


def test_an_empty_structure_takes_no_byte():
    assert pack_structure(Structure()) == b""
    assert unpack_structure(b"", 3) == Structure()


@given(blocks(SIZE), SPANS)
def test_the_blocks_of_a_passage_are_those_that_share_text_with_it(made, span):
    within = made.within(span)
    for block in within:
        assert span.holds(block.span)
        assert block.marker is None or span.holds(block.marker)
        assert all(block.span.holds(cell) for cell in block.cells)
    shared = [block for block in made if len(block.span.clip(span))]
    assert [block.kind for block in within if len(block.span)] == [block.kind for block in shared]
    whole = [block for block in shared if span.holds(block.span)]
    assert {block.span for block in whole} <= {block.span for block in within}


@given(blocks(SIZE), SPANS)
def test_the_blocks_of_a_passage_are_the_same_once_they_were_packed(made, span):
    packed = pack_passage(made, (), span)
    found, _ = unpack_passage(packed, span)
    assert list(found) == list(made.within(span) if packed else (Block("paragraph", span),))


def test_what_is_left_of_a_row_keeps_its_columns():
    cells = (Span(0, 4), Span(5, 9), Span(10, 14), Span(15, 20))
    [row] = Blocks([Block("row", Span(0, 20), cells=cells)]).within(Span(7, 12))
    assert row.cells == (Span(7, 7), Span(7, 9), Span(10, 12))


def test_a_passage_of_one_paragraph_keeps_no_blocks():
    made = Blocks([Block("paragraph", Span(2, 9)), Block("item", Span(12, 20), 1, Span(10, 11))])
    assert pack_passage(made, (), Span(3, 9)) == b""
    assert pack_passage(made, (), Span(10, 20)) != b""
    found = unpack_passage(pack_passage(made, (), Span(10, 15)), Span(10, 15))
    assert found == ((Block("item", Span(12, 15), 1, Span(10, 11)),), ())


@given(st.lists(SPANS), st.lists(SPANS))
def test_the_marks_of_a_passage_are_those_that_share_text_with_it(marked, passages):
    marks = [Mark("strong", span) for span in sorted(marked, key=lambda span: span.start)]
    blocks = Blocks([Block("paragraph", Span(0, SIZE))])
    finder = MarkFinder(marks)
    for span in sorted(passages, key=lambda span: (span.start, span.end)):
        packed = pack_passage(blocks, finder.find(span), span)
        found = [mark.span for mark in unpack_passage(packed, span)[1] if len(mark.span)]
        shared = (mark.span.clip(span) for mark in marks)
        assert found == [each for each in shared if len(each)]


@pytest.mark.parametrize(
    "block",
    [
        Block("item", Span(3, 9)),
        Block("item", Span(9, 8)),
        Block("item", Span(9, 12), 256),
        Block("item", Span(9, 12), 1, Span(4, 6)),
        Block("item", Span(9, 12), 1, Span(8, 10)),
        Block("row", Span(6, 9), cells=(Span(6, 7), Span(6, 8))),
        Block("row", Span(6, 9), cells=(Span(6, 10),)),
    ],
)
def test_a_block_out_of_place_is_refused(block):
    with pytest.raises(ValueError, match="out of place"):
        Blocks([Block("paragraph", Span(0, 5)), block])


@given(st.lists(st.integers(-2, 9), max_size=20))
@example([1, 0, 0, 0, 1, 0, 0])
def test_any_numbers_are_blocks_of_the_text_or_refused(numbers):
    try:
        made = Blocks.from_numbers(numbers, 12)
    except ValueError:
        return
    assert made.end <= 12
    assert Blocks(list(made)) == made


@given(st.binary(max_size=40))
def test_any_bytes_are_a_structure_of_the_text_or_refused(data):
    try:
        structure = unpack_structure(data, 12)
    except ValueError:
        return
    structure.check(12)
    assert unpack_structure(pack_structure(structure), 12) == structure


def test_a_content_refuses_blocks_and_marks_outside_its_text():
    content = Content("rain", blocks=Blocks([Block("paragraph", Span(0, 4))]))
    assert content.structure.blocks == content.blocks
    with pytest.raises(ValueError, match="outside"):
        replace(content, text="ra")
    with pytest.raises(ValueError, match="outside"):
        replace(content, marks=(Mark("strong", Span(2, 5)),))
