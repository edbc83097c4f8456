"""Spans, what loaders say of a document, and what stands around a passage of it."""

from hypothesis import given
from hypothesis import strategies as st

from index import Block, Content, Document, Heading, Hit, Passage, Span, Surroundings, Table

SPANS = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda each: Span(each[0], sum(each)))


@given(SPANS, SPANS)
def test_a_span_holds_another_where_all_its_code_points_are_its_own(one, other):
    own, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.holds(other) == (others <= own)


@given(SPANS, SPANS)
def test_spans_overlap_where_they_have_a_code_point_in_common(one, other):
    own, others = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlaps(other) == other.overlaps(one) == bool(own & others)


def test_halves_of_characters_are_replaced_in_all_that_a_loader_says():
    table = Table(Span(0, 1), ("\ud800a",), "b\udfff")
    content = Content("\ud800", "\ud800", (Heading(Span(0, 1), 1, "\ud800c"),), tables=(table,))
    said = (content.text, content.title, content.headings[0].text, *table.columns, table.caption)
    assert said == ("\ufffd", "\ufffd", "\ufffdc", "\ufffda", "b\ufffd")


def test_a_block_that_was_cut_between_passages_is_whole_again_where_they_are_joined():
    text = "- one part and the other\n- an item"
    first = Block("item", Span(2, 10), 1, Span(0, 1))
    rest = Block("item", Span(11, 24), 1)
    last = Block("item", Span(27, 34), 1, Span(25, 26))
    passages = [
        Passage(1, Span(0, 10), text[:10], blocks=(first,)),
        Passage(2, Span(11, 34), text[11:], blocks=(rest, last)),
    ]
    joined = Surroundings(text, passages).join(passages)
    assert joined.text == text
    assert [block.span.of(text) for block in joined.blocks] == ["one part and the other", "an item"]


def test_a_section_is_what_follows_under_the_same_headings_with_the_same_columns():
    text = "a b c d"
    passages = [
        Passage(1, Span(0, 1), "a", ("Top",)),
        Passage(2, Span(2, 3), "b", ("Top",)),
        Passage(3, Span(4, 5), "c", ("Top",), ("x", "y")),
        Passage(4, Span(6, 7), "d", ("Top", "Below")),
    ]
    document = Document(1, "/d", None)

    def read(passage: Passage, of: str = text) -> list[str] | None:
        around = Surroundings(of, passages)
        section = Hit(passage, document, 0.5, read_surroundings=lambda: around).read_section()
        return section and [each.text for each in section.passages]

    assert read(passages[1]) == ["a", "b"]
    assert read(passages[2]) == ["c"]
    assert read(Passage(9, Span(0, 1), "a")) is None
    # The document has changed meanwhile.
    assert read(passages[1], "a B c d") is None
    assert Hit(passages[1], document, 0.5).read_section() is None
