"""ODT and ODP: headings, lists, tables, notes, slides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile
from index.loaders.office.opendocument import load
from index.text.passages import cut_passages
from tests.support.packed_files import open_document, packed


def text(body, styles="", **more):
    return load(open_document("text", body, styles, **more))


def slides(body, styles=""):
    return load(open_document("presentation", body, styles))


def found(content):
    """The passages: page, heading and text."""
    pieces = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)
    return [(piece.page, piece.heading, piece.span.of(content.text)) for piece in pieces]


def test_headings_and_paragraphs_are_read_in_order():
    content = text(
        '<text:h text:outline-level="1">Ships</text:h><text:p>They <text:span>sail</text:span>.</text:p>'
        '<text:section><text:h text:outline-level="2">Old</text:h><text:p>Ann</text:p></text:section>',
        title="Our fleet",
    )
    assert content.text == "Ships\n\nThey sail.\n\nOld\n\nAnn"
    assert found(content) == [(None, "Ships", "They sail."), (None, "Ships › Old", "Ann")]
    assert content.title == "Our fleet"


def test_a_paragraph_in_the_style_of_titles_is_the_title():
    style = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    )
    content = text('<text:p text:style-name="P1">Our fleet</text:p><text:p>Ann</text:p>', style)
    assert (content.title, found(content)) == ("Our fleet", [(None, "Our fleet", "Ann")])


def test_text_that_is_struck_out_is_left_out():
    struck = '<style:text-properties style:text-line-through-style="solid"/>'
    plain = '<style:text-properties style:text-line-through-style="none"/>'
    styles = (
        f'<style:style style:name="T1" style:family="text">{struck}</style:style>'
        '<style:style style:name="T2" style:family="text" style:parent-style-name="T1"/>'
        f'<style:style style:name="T3" style:parent-style-name="T1">{plain}</style:style>'
    )
    words = (
        'It opens <text:span text:style-name="T1">at <text:span>9</text:span></text:span>'
        '<text:span text:style-name="T2">at 8</text:span>'
        '<text:span text:style-name="T3">at 10</text:span>.'
    )
    assert text(f"<text:p>{words}</text:p>", styles).text == "It opens at 10."


@pytest.mark.parametrize("height", ["super 58%", "33% 58%"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("10^6; cells", "10⁶ cells"),
        ("10^-;^12 ;m", "10⁻¹² m"),
        ("the 1^s;^t; of May", "the 1st of May"),
        ("H_2;O", "H2O"),
        ("x^<text:span>n</text:span>+1; is", "xⁿ⁺¹ is"),
    ],
)
def test_superscripts_stay_powers(words, expected, height):
    styles = "".join(
        f'<style:style style:name="{name}" style:family="text"><style:text-properties '
        f'style:text-position="{position}"/></style:style>'
        for name, position in (("T1", height), ("T2", "sub 58%"))
    )
    body = words.replace(";", "</text:span>")
    for mark, name in (("^", "T1"), ("_", "T2")):
        body = body.replace(mark, f'<text:span text:style-name="{name}">')
    assert text(f"<text:p>{body}</text:p>", styles).text == expected
    assert (
        expected
        in slides(
            f"<draw:page><draw:frame><draw:text-box><text:p>{body}</text:p></draw:text-box></draw:frame></draw:page>",
            styles,
        ).text
    )


def test_a_paragraph_in_the_style_of_quotations_is_one():
    style = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Quotations"/>'
    content = text(
        '<text:p text:style-name="P1">Said Ann</text:p><text:p>So it was</text:p>', style
    )
    assert [block.kind for block in content.blocks] == ["quote", "paragraph"]


def test_white_space_is_shown_as_in_the_document():
    body = "<text:p>\n  One<text:s text:c='3'/>two<text:tab/>three<text:line-break/>four  </text:p>"
    assert text(body).text == "One two three\nfour"


def test_lists_have_their_bullets_and_numbers():
    def items(*words):
        return "".join(
            f"<text:list-item><text:p>{each}</text:p></text:list-item>" for each in words
        )

    rules = "".join(
        f'<text:list-level-style-number text:level="{level}" style:num-format="{kind}" style:num-suffix="{suffix}"/>'
        for level, kind, suffix in ((1, "1", "."), (2, "a", ")"))
    )
    style = f'<text:list-style style:name="L1">{rules}</text:list-style>'
    inner = f"<text:list-item><text:p>Two</text:p><text:list>{items('x', 'y')}</text:list></text:list-item>"
    body = f'<text:list text:style-name="L1">{items("One")}{inner}{items("Three")}</text:list>'
    assert text(body, style).text == "1. One\n2. Two\n  a) x\n  b) y\n3. Three"
    assert text(f"<text:list>{items('One', 'Two')}</text:list>").text == "• One\n• Two"


@pytest.mark.parametrize(("kind", "last"), [("I", "XLI. x"), ("i", "xli. x"), ("1", "41. x")])
def test_a_list_may_have_many_items(kind, last):
    rule = f'<text:list-level-style-number text:level="1" style:num-format="{kind}" style:num-suffix="."/>'
    style = f'<text:list-style style:name="L1">{rule}</text:list-style>'
    items = "<text:list-item><text:p>x</text:p></text:list-item>" * 41
    content = text(f'<text:list text:style-name="L1">{items}</text:list>', style)
    assert content.text.split("\n")[-1] == last


def row(*cells):
    inside = "".join(
        f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells
    )
    return f"<table:table-row>{inside}</table:table-row>"


def test_the_rows_of_a_table_come_with_the_names_of_its_columns():
    header = f"<table:table-header-rows>{row('Ship', 'Home')}</table:table-header-rows>"
    content = text(f"<table:table>{header}{row('Ann', 'Hull')}{row('Bee', 'Bath')}</table:table>")
    assert content.text == "Ship\tHome\nAnn\tHull\nBee\tBath"
    assert found(content) == [
        (None, "Ship | Home", "Ann\tHull"),
        (None, "Ship | Home", "Bee\tBath"),
    ]


def test_an_empty_cell_keeps_its_place_in_the_row():
    header = f"<table:table-header-rows>{row('', 'Mon', 'Tue')}</table:table-header-rows>"
    content = text(f"<table:table>{header}{row('Ann', '', '8')}{row('', '7', '')}</table:table>")
    assert content.tables[0].columns == ("", "Mon", "Tue")
    assert [words for *_, words in found(content)] == ["Ann\t\t8", "\t7"]


def test_a_cell_that_is_merged_over_rows_belongs_to_each_of_them():
    high = '<table:table-cell table:number-rows-spanned="2"><text:p>Ann</text:p></table:table-cell>'
    rest = "".join(
        f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in ("spring", "3")
    )
    below = row("autumn", "7").replace(">", "><table:covered-table-cell/>", 1)
    content = text(
        f"<table:table>{row('Ship', 'Season', 'Catch')}"
        f"<table:table-row>{high}{rest}</table:table-row>{below}</table:table>"
    )
    assert [span.of(content.text) for span in content.paragraphs or ()] == [
        "Ann\tspring\t3",
        "Ann\tautumn\t7",
    ]


def test_a_table_that_lays_out_the_page_is_read_as_paragraphs():
    assert text(f"<table:table>{row('A. ' * 300, 'B')}</table:table>").tables == ()


def test_notes_and_text_boxes_stand_after_their_paragraph():
    body = (
        "<text:p>Ann<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Built in 1887.</text:p></text:note-body></text:note> sailed."
        "<draw:frame><draw:text-box><text:p>A box.</text:p></draw:text-box></draw:frame></text:p>"
    )
    assert text(body).text == "Ann sailed.\n\nBuilt in 1887.\n\nA box."


def test_what_is_not_shown_is_left_out():
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>Ships 1</text:p></text:table-of-content>"
        "<text:p>Ann<office:annotation><text:p>really?</text:p></office:annotation></text:p>"
    )
    assert text(body).text == "Ann"


def frame(role, *words):
    inside = "".join(f"<text:p>{each}</text:p>" for each in words)
    return f'<draw:frame presentation:class="{role}"><draw:text-box>{inside}</draw:text-box></draw:frame>'


def test_a_slide_is_a_page_under_its_title():
    notes = f"<presentation:notes>{frame('page-number', '1')}{frame('notes', 'Say hello.')}</presentation:notes>"
    first = f"<draw:page>{frame('footer', 'no')}{frame('subtitle', 'Of the line')}{frame('title', 'Ships')}{notes}</draw:page>"
    content = slides(f"{first}<draw:page>{frame('outline', 'Ann')}</draw:page>")
    assert content.title == "Ships"
    assert found(content) == [
        (1, "Ships", "Of the line"),
        (1, "Ships › Notes", "Say hello."),
        (2, None, "Ann"),
    ]


def test_hidden_slides_are_left_out_and_count():
    style = '<style:style style:name="h" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    hidden = f'<draw:page draw:style-name="h">{frame("outline", "Secret")}</draw:page>'
    content = slides(f"{hidden}<draw:page>{frame('outline', 'Ann')}</draw:page>", style)
    assert found(content) == [(2, None, "Ann")]


def test_entities_are_refused():
    nasty = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    with pytest.raises(UnreadableFile, match="entities"):
        load(packed({"content.xml": nasty}))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"a": "b"}, "not an OpenDocument file"),
        ({"content.xml": "<document><body><drawing/></body></document>"}, "neither"),
        ({"content.xml": "x", "META-INF/manifest.xml": "encryption-data"}, "encrypted"),
    ],
)
def test_other_files_are_refused(parts, reason):
    with pytest.raises(UnreadableFile, match=reason):
        load(packed(parts))


def test_lists_nested_without_end_are_refused():
    deep = "<text:list><text:list-item>" * 2_000 + "</text:list-item></text:list>" * 2_000
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        text(deep)


_WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(_WORDS, max_size=8), st.lists(_WORDS, max_size=8))
def test_all_words_are_in_the_blocks_in_order(paragraphs, cells):
    body = "".join(f"<text:p>{words}</text:p>" for words in paragraphs)
    body += f"<table:table>{''.join(row(cell, cell) for cell in cells)}</table:table>"
    content = text(body)
    blocks = "".join(block.of(content.text) + "\n" for block in content.paragraphs)
    assert blocks.split() == [*paragraphs, *(cell for cell in cells for _ in "12")]
