"""PPTX: slides as pages, their titles as headings, and all words on them."""

import pytest

from index.loaders import UnreadableFile
from index.loaders.office.pptx import load
from index.text.passages import cut_passages
from tests.support.packed_files import packed, presentation, relationships, shape


def found(content):
    """The passages: page, heading and text."""
    pieces = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)
    return [(piece.page, piece.heading, piece.span.of(content.text)) for piece in pieces]


def test_a_slide_is_a_page_under_its_title():
    first = shape("Ships", role="ctrTitle") + shape("Of the line", role="subTitle")
    # The title may stand anywhere among the shapes.
    second = shape("Ann", "Bee", role="body") + shape("In", role="title")
    content = load(presentation(first, second, shape("A caption.")))
    assert content.text == "Ships\n\nOf the line\n\nIn\n\n• Ann\n• Bee\n\nA caption."
    assert found(content) == [
        (1, "Ships", "Of the line"),
        (2, "In", "• Ann\n• Bee"),
        (3, None, "A caption."),
    ]


def test_the_title_is_that_of_the_properties_or_of_the_first_slide():
    slide = shape("Ships", role="ctrTitle")
    assert load(presentation(slide, title="Our fleet")).title == "Our fleet"
    assert load(presentation(slide, title="PowerPoint Presentation")).title == "Ships"


def test_bullets_and_numbers_are_set_in_by_their_level():
    def paragraph(words, settings="", level=0):
        return f'<a:p><a:pPr lvl="{level}">{settings}</a:pPr><a:r><a:t>{words}</a:t></a:r></a:p>'

    body = shape(
        "Ann",
        paragraph("built of oak", level=1),
        paragraph("Launch", "<a:buAutoNum type='arabicPeriod'/>"),
        paragraph("Sail", "<a:buAutoNum type='arabicPeriod'/>"),
        paragraph("That is all.", "<a:buNone/>"),
        role="body",
    )
    text = "• Ann\n  • built of oak\n1. Launch\n2. Sail\n\nThat is all."
    assert load(presentation(body)).text == text


def test_notes_are_parts_of_their_slide():
    notes = shape("12", role="sldNum") + shape("Say hello.", role="body")
    content = load(presentation(shape("Ships", role="title"), notes={1: notes}))
    assert found(content) == [(1, "Ships › Notes", "Say hello.")]


def test_hidden_slides_are_left_out_and_count():
    content = load(presentation(shape("One."), shape("Secret."), shape("Three."), hidden=[2]))
    assert found(content) == [(1, None, "One."), (3, None, "Three.")]


def test_dates_footers_and_slide_numbers_are_left_out():
    furniture = "".join(shape("no", role=role) for role in ("dt", "ftr", "sldNum"))
    assert load(presentation(shape("Yes.") + furniture)).text == "Yes."


def test_words_that_are_struck_out_are_left_out():
    def run(words, settings=""):
        return f"<a:r><a:rPr {settings}/><a:t>{words}</a:t></a:r>"

    struck = run("at 9", 'strike="sngStrike"') + run("at 8", 'strike="dblStrike"')
    runs = run("It opens ") + struck + run("at 10.", 'strike="noStrike"')
    assert load(presentation(shape(f"<a:p>{runs}</a:p>"))).text == "It opens at 10."


def run(words, height=None):
    settings = "" if height is None else f'<a:rPr baseline="{height}"/>'
    return f"<a:r>{settings}<a:t>{words}</a:t></a:r>"


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ((run("10"), run("6", "30000"), run(" cells")), "10⁶ cells"),
        ((run("10"), run("-", "30000"), run("12 ", "30000"), run("m")), "10⁻¹² m"),
        ((run("10"), run("6", "30%")), "10⁶"),
        ((run("the 1"), run("s", "30000"), run("t", "30000"), run(" of May")), "the 1st of May"),
        ((run("H"), run("2", "-25000"), run("O", "0")), "H2O"),
        (("<m><sSup><e><t>x</t></e><sup><t>2</t></sup></sSup></m>",), "x²"),
    ],
)
def test_superscripts_stay_powers(runs, text):
    assert load(presentation(shape(f"<a:p>{''.join(runs)}</a:p>"))).text == text


def table(rows, settings='firstRow="1"'):
    inside = "".join(
        f"<a:tr>{''.join(f'<a:tc><a:txBody><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc>' for cell in row)}</a:tr>"
        for row in rows
    ).replace("a:txBody", "p:txBody")
    return f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr {settings}/>{inside}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"


def test_the_rows_of_a_table_come_with_the_names_of_its_columns():
    rows = [["Ship", "Home"], ["Ann", "Hull"], ["Bee", "Bath"]]
    content = load(presentation(shape("Ports", role="title") + table(rows)))
    assert found(content) == [
        (1, "Ports › Ship | Home", "Ann\tHull"),
        (1, "Ports › Ship | Home", "Bee\tBath"),
    ]
    whole = load(presentation(table(rows, "")))
    assert found(whole) == [(1, None, "Ship\tHome\nAnn\tHull\nBee\tBath")]


def test_an_empty_cell_keeps_its_place_in_the_row():
    content = load(presentation(table([["", "Mon", "Tue"], ["Ann", "", "8"], ["", "7", ""]])))
    assert content.tables[0].columns == ("", "Mon", "Tue")
    assert [words for *_, words in found(content)] == ["Ann\t\t8", "\t7"]


def test_groups_and_diagrams_are_read():
    diagram = '<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds r:dm="r9"/></a:graphicData></a:graphic></p:graphicFrame>'
    data = '<d:dataModel xmlns:d="x" xmlns:a="y"><d:ptLst><d:pt><d:t><a:p><a:r><a:t>Plan</a:t></a:r></a:p></d:t></d:pt><d:pt/></d:ptLst></d:dataModel>'
    more = {
        "ppt/slides/_rels/slide1.xml.rels": relationships(
            {"r9": ("diagramData", "../diagrams/d.xml")}
        ),
        "ppt/diagrams/d.xml": data,
    }
    slide = f"<p:grpSp><p:grpSp>{shape('Deep.')}</p:grpSp></p:grpSp>{diagram}"
    assert load(presentation(slide, more=more)).text == "Deep.\n\nPlan"


@pytest.mark.parametrize("parts", [{"a": "b"}, {"ppt/presentation.xml": "<document/>"}])
def test_other_files_are_refused(parts):
    with pytest.raises(UnreadableFile, match="not a presentation"):
        load(packed(parts))


def test_slides_outside_the_file_are_not_looked_for():
    relation = relationships({"r1": ("slide", "../../../etc/passwd")})
    data = presentation(shape("x"), more={"ppt/_rels/presentation.xml.rels": relation})
    assert load(data).text == ""


def test_groups_nested_without_end_are_refused():
    deep = "<p:grpSp>" * 3_000 + shape("x") + "</p:grpSp>" * 3_000
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        load(presentation(deep))


def test_a_cell_that_is_merged_over_rows_belongs_to_each_of_them():
    rows = [["Ship", "Season", "Catch"], ["Ann", "spring", "3"], ["", "autumn", "7"]]
    merged = table(rows).replace("<a:tc>", "<a:tc@>", 4).replace("<a:tc@>", "<a:tc>", 3)
    content = load(presentation(merged.replace("<a:tc@>", '<a:tc rowSpan="2">')))
    assert content.text.splitlines()[-2:] == ["Ann\tspring\t3", "Ann\tautumn\t7"]
