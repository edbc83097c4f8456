"""DOCX: what stands on the page, in reading order."""

import re
import zipfile
from io import BytesIO

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.loaders import UnreadableFile, parse
from index.loaders.office.docx import load
from index.loaders.sandbox.limits import Budget, Limits
from index.loaders.sandbox.parent import Sandbox
from index.text.passages import cut_passages
from tests.support.hostile_pictures import make_strip

W = nsdecls("w")


@pytest.fixture
def word(examples):
    """The content of a document that a function fills."""

    def word(fill):
        return load(examples.word(fill))

    return word


def changed(data, **parts):
    """A DOCX file with parts replaced, added, or left out where None; "__" stands for "/"."""
    wanted = {name.replace("__", "/"): part for name, part in parts.items()}
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name.removesuffix(".xml") not in wanted and name not in wanted:
                new.writestr(name, old.read(name))
        for name, part in wanted.items():
            if part is not None:
                new.writestr(name if "." in name else f"{name}.xml", part)
    return out.getvalue()


def blocks(content):
    return [block.of(content.text) for block in content.paragraphs]


def found(content):
    """The passages of a document: heading and text."""
    pieces = cut_passages(content, lambda texts: [len(text) for text in texts], 200)
    return [(piece.heading, piece.span.of(content.text)) for piece in pieces]


def body(document, xml):
    """Append raw markup to a document's body, before the section's properties."""
    for element in parse_xml(f"<w:body {W}>{xml}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)


def run(words):
    return f"<w:r><w:t xml:space='preserve'>{words}</w:t></w:r>"


def test_paragraphs_and_headings(word):
    def fill(document):
        document.add_heading("The Harbour", 0)
        document.add_heading("Early years", 1)
        document.add_paragraph("It opened in ").add_run("1887").bold = True
        document.add_heading("The lamp", 2)
        document.add_paragraph("It burns\noil.")
        document.add_paragraph("")

    content = word(fill)
    assert (
        content.text
        == "The Harbour\n\nEarly years\n\nIt opened in 1887\n\nThe lamp\n\nIt burns\noil."
    )
    assert [(heading.level, heading.text) for heading in content.headings] == [
        (1, "The Harbour"),
        (1, "Early years"),
        (2, "The lamp"),
    ]
    assert all(heading.span.of(content.text) == heading.text for heading in content.headings)
    assert blocks(content) == ["It opened in 1887", "It burns\noil."]
    assert content.title == "The Harbour"


def test_a_paragraph_in_the_style_of_quotations_is_one(word):
    def fill(document):
        document.add_paragraph("She said:")
        document.add_paragraph("It burns oil.", style="Intense Quote")

    assert [block.kind for block in word(fill).blocks] == ["paragraph", "quote"]


def test_a_line_of_bold_type_above_others_is_a_heading(word):
    def fill(document):
        document.add_heading("The Harbour", 1)
        for line in ("2. Any other business", "Total: 40", "Bring a lamp!", "So it went on"):
            document.add_paragraph().add_run(line).bold = True
            document.add_paragraph("It was said.")
        for line in ("All is bold", "to the end"):
            document.add_paragraph().add_run(line).bold = True

    content = word(fill)
    assert [(heading.level, heading.text) for heading in content.headings] == [
        (1, "The Harbour"),
        (2, "2. Any other business"),
        (2, "So it went on"),
    ]
    # It may be a name all the same: as any other line it is text.
    assert {"So it went on", "Total: 40", "Bring a lamp!", "All is bold"} < set(blocks(content))
    assert found(content)[0] == (
        "The Harbour › 2. Any other business",
        "2. Any other business\n\nIt was said.\n\nTotal: 40\n\nIt was said.\n\n"
        "Bring a lamp!\n\nIt was said.",
    )


def add_items(document, *items):
    """Paragraphs of a style each, in bold type where their words stand between stars."""
    for style, words in items:
        run = document.add_paragraph(style=style).add_run(words.strip("*"))
        run.bold = words.startswith("*") or None


def test_a_numbered_line_of_bold_type_above_others_is_a_heading(word):
    content = word(
        lambda document: add_items(
            document,
            ("Heading 1", "Minutes"),
            ("List Number", "*Open Day, 13 July*"),
            ("List Bullet 2", "Gates open at 11."),
            ("List Number", "*Next meeting*"),
            (None, "In September."),
        )
    )
    assert [(heading.level, heading.text) for heading in content.headings] == [
        (1, "Minutes"),
        (2, "1. Open Day, 13 July"),
        (2, "2. Next meeting"),
    ]
    assert blocks(content) == [
        "1. Open Day, 13 July",
        "• Gates open at 11.",
        "2. Next meeting",
        "In September.",
    ]


@pytest.mark.parametrize(
    "items",
    [
        [("List Number", "*Bread*"), ("List Number", "Cheese")],
        [("List Number", "*Bread*"), (None, "*In bold, too*")],
        [("List Bullet", "*Bread*"), (None, "So it is.")],
        [("List Number", "*Do not eat the bread.*"), (None, "So it is.")],
        [("List Number", "Bread"), (None, "So it is.")],
        [("List Number", "*Bread*")],
    ],
    ids=["item beside", "all bold", "bullet", "sentence", "not bold", "nothing below"],
)
def test_other_items_of_lists_are_no_headings(word, items):
    assert word(lambda document: add_items(document, *items)).headings == ()


def test_headings_are_known_through_the_styles_that_theirs_extend(word):
    def fill(document):
        style = document.styles.add_style("Section name", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Heading 2"]
        document.add_paragraph("Of ships", style=style)
        body(document, f"<w:p><w:pPr><w:outlineLvl w:val='2'/></w:pPr>{run('Of sails')}</w:p>")

    assert [(heading.level, heading.text) for heading in word(fill).headings] == [
        (2, "Of ships"),
        (3, "Of sails"),
    ]


@pytest.mark.parametrize(
    ("property", "title"),
    [
        ("A Guide to the Harbour", "A Guide to the Harbour"),
        ("Document1", None),
        ("plan.docx", None),
    ],
)
def test_the_title_is_that_of_the_properties(word, property, title):
    def fill(document):
        document.core_properties.title = property
        document.add_paragraph("Words.")

    assert word(fill).title == title


def test_the_title_is_the_heading_with_which_the_text_begins_if_nothing_else_names_it(word):
    def fill(document):
        document.core_properties.title = ""
        document.add_heading("The harbour", 1)
        document.add_paragraph("Words.")

    def fill_letter(document):
        document.core_properties.title = ""
        document.add_paragraph("Dear Ann,")
        document.add_heading("The harbour", 1)

    assert (word(fill).title, word(fill_letter).title) == ("The harbour", None)


def test_a_list_is_one_block_with_bullets_and_numbers(word):
    def fill(document):
        for item in ("bread", "cheese"):
            document.add_paragraph(item, style="List Bullet")
        document.add_paragraph("Then:")
        for item in ("cut", "eat"):
            document.add_paragraph(item, style="List Number")
        document.add_paragraph("oil", style="List Bullet")

    assert blocks(word(fill)) == ["• bread\n• cheese", "Then:", "1. cut\n2. eat", "• oil"]


def test_a_list_that_is_set_in_below_an_item_belongs_to_it(word):
    content = word(
        lambda document: add_items(
            document,
            ("List Number", "Pay"),
            ("List Number 2", "in cash,"),
            ("List Number 2", "in kind"),
            ("List Number", "Sail"),
        )
    )
    assert blocks(content) == ["1. Pay\n  1. in cash,\n  2. in kind\n2. Sail"]


@pytest.mark.parametrize("between", [(None, "Then:"), ("Heading 2", "Then")])
def test_numbers_go_on_after_a_paragraph(word, between):
    content = word(
        lambda document: add_items(
            document, ("List Number 2", "Pay"), between, ("List Number 2", "Sail"), (None, "Home")
        )
    )
    assert content.text == f"1. Pay\n\n{between[1]}\n\n2. Sail\n\nHome"


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%3)"/></w:lvl>
 <w:lvl w:ilvl="3"><w:start w:val="27"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%4)"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
</w:numbering>"""


def shown_numbers(examples, numbering, items):
    """What stands before items, each of a list and a level, for the markup of their lists."""

    def fill(document):
        for number, level in items:
            body(
                document,
                f"<w:p><w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/>"
                f"</w:numPr></w:pPr>{run('x')}</w:p>",
            )

    content = load(changed(examples.word(fill), word__numbering=numbering))
    lines = "\n".join(blocks(content)).splitlines()
    return [line.removesuffix(" x") for line in lines]


def test_numbers_are_counted_as_they_are_shown(examples):
    items = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 3), (1, 0), (1, 1), (2, 0), (2, 0)]
    assert shown_numbers(examples, NUMBERING, items) == [
        *("1.", "  1.1", "  1.2", "    (iii)", "    (iv)", "      AA)", "2.", "  2.1", "5.", "6."),
    ]


def test_a_list_may_have_the_numbers_of_a_style_of_lists(examples):
    numbering = NUMBERING.replace(
        "<w:abstractNum ",
        '<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="Legal"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="9"><w:numStyleLink w:val="None"/></w:abstractNum>'
        "<w:abstractNum ",
    ).replace('"7">', '"7"><w:styleLink w:val="Legal"/>')
    numbering = numbering.replace(
        "</w:numbering>",
        '<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>'
        '<w:num w:numId="4"><w:abstractNumId w:val="9"/></w:num></w:numbering>',
    )
    items = [(3, 0), (3, 1), (3, 1), (3, 0), (4, 0)]
    assert shown_numbers(examples, numbering, items) == ["1.", "  1.1", "  1.2", "2.", "x"]


def test_a_list_may_have_levels_of_its_own(examples):
    level = '<w:start w:val="5"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="(%1)"/>'
    numbering = NUMBERING.replace(
        "</w:numbering>",
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
        f'<w:lvl w:ilvl="0">{level}</w:lvl></w:lvlOverride></w:num></w:numbering>',
    )
    items = [(3, 0), (3, 0), (3, 1)]
    assert shown_numbers(examples, numbering, items) == ["(E)", "(F)", "  F.1"]


def test_a_table_has_a_line_for_each_row(word):
    def fill(document):
        table = document.add_table(2, 3)
        for row, cells in zip(table.rows, (("Lamp", "Oil", ""), ("North", "", "far")), strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
        table.cell(0, 0).add_paragraph("name")

    assert blocks(word(fill)) == ["Lamp name\tOil\nNorth\t\tfar"]


def filled(document, rows):
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    return table


def repeated(table):
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {W}/>"))


@pytest.mark.parametrize("length", [900, 3_000])
def test_below_marked_names_a_cell_may_hold_a_paragraph(word, length):
    rows = [["Rule", "Level"], ["Close the gate. " * (length // 16), "1"], ["Sweep.", "2"]]
    content = word(lambda document: repeated(filled(document, rows)))
    assert [table.columns for table in content.tables] == [("Rule", "Level")] * (length < 2_000)


def test_a_cell_that_is_merged_over_rows_belongs_to_each_of_them(word):
    def fill(document):
        rows = [["Ship", "Season", "Catch"], ["Ann", "spring", "3"], ["", "autumn", "7"]]
        table = filled(document, [*rows, ["Bee", "spring", "9"]])
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(1, 0).text = "Ann"

    content = word(fill)
    assert blocks(content) == ["Ann\tspring\t3", "Ann\tautumn\t7", "Bee\tspring\t9"]
    assert content.tables[0].columns == ("Ship", "Season", "Catch")


def test_names_of_columns_stand_below_a_title_and_names_of_groups(word):
    def fill(document):
        rows = [
            ["Catch in tons", "", "", "", ""],
            ["", "Spring", "", "Autumn", ""],
            ["Ship", "cod", "ling", "cod", "ling"],
            ["Ann", "1", "2", "3", "4"],
        ]
        table = filled(document, rows)
        for row, left, right in ((0, 0, 4), (1, 1, 2), (1, 3, 4)):
            words = table.cell(row, left).text
            table.cell(row, left).merge(table.cell(row, right)).text = words

    [table] = word(fill).tables
    assert table.columns == ("Ship", "Spring cod", "Spring ling", "Autumn cod", "Autumn ling")
    assert table.caption == "Catch in tons"


def test_the_caption_above_a_table_names_it(word):
    def fill(document):
        document.add_paragraph("Table 3: Ships in port", style="Caption")
        filled(document, [["Ship", "Built"], ["Ann", "1887"]])
        document.add_paragraph("Between.")
        filled(document, [["Port", "Depth"], ["West", "9"]])

    assert [table.caption for table in word(fill).tables] == ["Table 3: Ships in port", ""]


def bold(table):
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True


@pytest.mark.parametrize(
    ("rows", "marked"),
    [
        ([["Dish", "Contains"], ["Satay", "nuts"], ["Rarebit", "milk"]], repeated),
        ([["Dish", "Contains"], ["Satay", "nuts"], ["Rarebit", "milk"]], bold),
        ([["", "< 5", "60+"], ["Swim", "free", "4"], ["Gym", "no", "6"]], bold),
        ([["", "Year", "Cost"], ["", "2023", "98"], ["2", "2024", "105"]], lambda _: None),
        ([["", "2023", "2024"], ["Service", "98", "105"]], lambda _: None),
    ],
    ids=["marked", "bold", "groups", "names over values", "years over values"],
)
def test_the_rows_of_a_table_are_blocks_under_the_names_of_its_columns(word, rows, marked):
    def fill(document):
        document.add_paragraph("Before.")
        marked(filled(document, rows))
        document.add_paragraph("After.")

    content = word(fill)
    assert blocks(content) == [
        "Before.",
        *("\t".join(row).rstrip() for row in rows[1:]),
        "After.",
    ]
    assert [table.columns for table in content.tables] == [tuple(rows[0])]


@pytest.mark.parametrize(
    "rows",
    [
        [["Name", "Ann"], ["Town", "Rome"]],
        [["Name", "Ann"]],
        [["Opened", "2023", "2024"], ["Closed", "2025", "open"]],
    ],
    ids=["names beside values", "one row", "years over years"],
)
def test_a_table_whose_columns_have_no_names_stays_whole(word, rows):
    content = word(lambda document: filled(document, rows))
    assert content.tables == ()
    assert blocks(content) == ["\n".join("\t".join(row) for row in rows).strip()]


def test_an_empty_cell_keeps_its_place_in_the_row(word):
    def fill(document):
        rows = [("", "Mon", "Tue", "Wed"), ("", "8-1", "", "9-5"), ("Bob", "7-2", "", "6-8")]
        table = filled(document, rows)
        repeated(table)
        table.cell(2, 1).merge(table.cell(2, 2))

    content = word(fill)
    assert content.tables[0].columns == ("", "Mon", "Tue", "Wed")
    assert blocks(content) == ["\t8-1\t\t9-5", "Bob\t7-2\t\t6-8"]


def test_a_table_that_lays_out_the_page_is_taken_apart(word):
    long = "The keeper climbs the tower. " * 25

    def fill(document):
        cell = document.add_table(1, 2).cell(0, 1)
        cell.text = long
        cell.add_paragraph("A second paragraph.")

    assert blocks(word(fill)) == [long.strip(), "A second paragraph."]


def test_deleted_and_hidden_text_is_none_and_inserted_text_is(word):
    def fill(document):
        body(
            document,
            f"""<w:p>{run("It opened in ")}
            <w:del><w:r><w:delText>1886</w:delText></w:r></w:del><w:ins>{run("1887")}</w:ins>
            <w:moveFrom>{run("moved")}</w:moveFrom>{run(".")}
            <w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>
            <w:r><w:instrText>PAGE</w:instrText></w:r></w:p>
            <w:ins><w:p>{run("A whole paragraph.")}</w:p></w:ins>
            <w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>{run("a row")}</w:p></w:tc></w:tr>
            <w:tr><w:tc><w:p>{run("kept")}</w:p></w:tc></w:tr></w:tbl>""",
        )

    assert word(fill).text == "It opened in 1887.\n\nA whole paragraph.\n\nkept"


def test_text_that_is_struck_out_is_none(word):
    def fill(document):
        paragraph = document.add_paragraph("It opens ")
        paragraph.add_run("at 9").font.strike = True
        paragraph.add_run("at 8").font.double_strike = True
        paragraph.add_run("at 10.").font.strike = False

    assert word(fill).text == "It opens at 10."


@pytest.mark.parametrize("setting", ["hidden", "strike", "double_strike"])
def test_text_that_a_style_hides_or_strikes_out_is_none(word, setting):
    def fill(document):
        styles = document.styles
        setattr(styles.add_style("Gone", WD_STYLE_TYPE.CHARACTER).font, setting, True)
        styles.add_style("Gone Too", WD_STYLE_TYPE.CHARACTER).base_style = styles["Gone"]
        setattr(styles.add_style("Line", WD_STYLE_TYPE.PARAGRAPH).font, setting, True)
        setattr(styles.add_style("Shown", WD_STYLE_TYPE.CHARACTER).font, setting, False)
        paragraph = document.add_paragraph("It opens ")
        paragraph.add_run("at 9", style="Gone")
        paragraph.add_run("at 8", style="Gone Too")
        paragraph.add_run("at 10.", style="Gone Too")
        setattr(paragraph.runs[-1].font, setting, False)
        paragraph = document.add_paragraph("It closes", style="Line")
        paragraph.add_run("It shuts", style="Shown")
        document.add_table(1, 2).cell(0, 0).paragraphs[0].style = "Line"
        document.tables[0].cell(0, 0).paragraphs[0].add_run("at 7")
        document.tables[0].cell(0, 1).text = "at 8"

    assert word(fill).text.split("\n\n") == ["It opens at 10.", "It shuts", "at 8"]


def test_a_tab_to_a_place_on_the_page_parts_words(word):
    tab = '<w:r><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/></w:r>'
    made = f"<w:p>{run('Name')}{tab}{run('Page')}</w:p>"
    assert word(lambda document: body(document, made)).text == "Name\tPage"


def raised(words):
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{words}</w:t></w:r>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (("10", raised("6"), " cells"), "10⁶ cells"),
        (("10", raised("-"), raised("12 "), "m"), "10⁻¹² m"),
        (("(a + b)", raised("k+"), raised("x")), "(a + b)^(k+x)"),
        (("the 1", raised("st"), " of May"), "the 1st of May"),
        (("a word", raised(" and more")), "a word and more"),
    ],
)
def test_superscripts_stay_powers(word, runs, text):
    made = "".join(
        run if run.startswith("<") else f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>'
        for run in runs
    )
    assert word(lambda document: body(document, f"<w:p>{made}</w:p>")).text == text


def formula(parts):
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    return f'<w:p><m:oMath xmlns:m="{space}">{parts}</m:oMath></w:p>'


def letters(words):
    return f"<m:r><m:t>{words}</m:t></m:r>"


def fraction(numerator, denominator, kind="bar"):
    return (
        f'<m:f><m:fPr><m:type m:val="{kind}"/></m:fPr><m:num>{numerator}</m:num>'
        f"<m:den>{denominator}</m:den></m:f>"
    )


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (letters("E=m") + f"<m:sSup><m:e>{letters('c')}</m:e><m:sup>{letters('2')}</m:sup></m:sSup>",
         "E=mc²"),
        (fraction(letters("1"), letters("2")), "1/2"),
        (letters("3") + fraction(letters("1"), letters("2")), "3 1/2"),
        (letters("x=") + fraction(letters("a+b"), fraction(letters("c"), letters("d"))),
         "x=(a+b)/(c/d)"),
        (fraction(letters("n"), letters("k"), "noBar"), "nk"),
        (letters("x") + "<m:sSup><m:e/><m:sup>" + fraction(letters("1"), letters("2"))
         + "</m:sup></m:sSup>", "x^(1/2)"),
    ],
)  # fmt: skip
def test_powers_and_fractions_of_formulas_are_written_on_a_line(word, parts, text):
    assert word(lambda document: body(document, formula(parts))).text == text


def test_the_formulas_of_a_drawing_are_not_fractions(word):
    shape = """<w:r><w:pict><v:shapetype xmlns:v="urn:schemas-microsoft-com:vml"><v:formulas>
        <v:f eqn="sum @0 1 0"/><v:f eqn="sum 0 0 @1"/></v:formulas></v:shapetype></w:pict></w:r>"""
    made = f"<w:p>{run('See 3')}{shape}{run(' here')}</w:p>"
    assert word(lambda document: body(document, made)).text == "See 3 here"


def test_links_and_content_controls_are_text(word):
    def fill(document):
        body(
            document,
            f"""<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:hyperlink>{run("The port")}</w:hyperlink>
            <w:sdt><w:sdtContent>{run(" authority")}</w:sdtContent></w:sdt></w:p></w:sdtContent></w:sdt>""",
        )

    assert word(fill).text == "The port authority"


def test_a_text_box_comes_after_its_paragraph_and_once(word):
    box = f"<w:txbxContent><w:p>{run('In a box')}</w:p></w:txbxContent>"

    def fill(document):
        body(
            document,
            f"""<w:p {nsdecls("wp")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
            xmlns:v="urn:schemas-microsoft-com:vml">{run("Beside it")}<w:r><mc:AlternateContent>
            <mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>
            <mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>
            </mc:AlternateContent></w:r></w:p>""",
        )

    assert blocks(word(fill)) == ["Beside it", "In a box"]


def test_a_footnote_follows_the_paragraph_that_refers_to_it(examples):
    def fill(document):
        body(
            document,
            f"<w:p>{run('The lamp')}<w:r><w:footnoteReference w:id='2'/></w:r>{run(' burns.')}</w:p>"
            f"<w:p>{run('Oil.')}</w:p>",
        )

    notes = f"""<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p>{run("rule")}</w:p>
    </w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>{run(" Lit at dusk.")}</w:p>
    </w:footnote></w:footnotes>"""
    data = examples.word(fill)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    relation = (
        '<Relationship Id="n" Type="http://x/relationships/footnotes" Target="footnotes.xml"/>'
    )
    relations = relations.replace("</Relationships>", f"{relation}</Relationships>")
    data = changed(data, **{"word__footnotes": notes, "word/_rels/document.xml.rels": relations})
    assert blocks(load(data)) == ["The lamp burns.", "Lit at dusk.", "Oil."]


def test_a_table_of_contents_is_left_out(word):
    def fill(document):
        document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("Early years\t3", style="toc 1")
        document.add_heading("Early years", 1)

    assert word(fill).text == "Early years"


def field(code, result):
    """A field that Word computes: its code, and the markup of what it shows."""
    mark = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    code = f"<w:r><w:instrText xml:space='preserve'> {code} </w:instrText></w:r>"
    return f"{mark.format('begin')}{code}{mark.format('separate')}{result}{mark.format('end')}"


LAMP = "The lamp burns oil, and it is lit at dusk by the keeper who lives beside the tower."


def test_a_table_of_contents_in_a_part_of_its_own_is_left_out(word):
    def fill(document):
        gallery = "<w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
        body(
            document,
            f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent><w:p>{run('Contents')}</w:p>"
            f"<w:p>{run('Early years')}</w:p></w:sdtContent></w:sdt>",
        )
        document.add_paragraph(LAMP)

    assert word(fill).text == LAMP


def test_a_table_of_contents_that_was_typed_is_text_and_no_passage(word):
    names = ("Early years", "The lamp", "The keeper")

    def fill(document):
        document.add_paragraph("Contents")
        for number, name in enumerate(names, 2):
            document.add_paragraph(f"{name}\t{number}")
        for name in names:
            document.add_heading(name, 1)
            document.add_paragraph(LAMP)

    content = word(fill)
    assert content.text.startswith("Contents\n\nEarly years\t2\n\nThe lamp\t3\n\n")
    assert blocks(content) == [LAMP] * 3


def test_the_results_of_other_fields_and_of_fields_without_an_end_are_text(word):
    def fill(document):
        body(document, f"<w:p>{run('Written on ')}{field('DATE', run('3 May'))}</w:p>")
        start = field("TOC", "").removesuffix("<w:r><w:fldChar w:fldCharType='end'/></w:r>")
        body(document, f"<w:p>{start}{run(LAMP)}</w:p>")

    assert blocks(word(fill)) == ["Written on 3 May", LAMP]


def test_a_centred_number_that_ends_a_cell_is_text(word):
    def fill(document):
        cells = document.add_table(1, 2).rows[0].cells
        cells[0].text = "The keeper climbs the tower. " * 25
        cells[1].text = "42"
        cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        document.add_paragraph("Oil.")

    assert blocks(word(fill))[1:] == ["42", "Oil."]


def test_numbers_that_are_no_page_numbers_are_text(word):
    def fill(document):
        body(document, f"<w:p><w:pPr><w:jc w:val='center'/></w:pPr>{run('12')}</w:p>")
        counted = field("NUMPAGES", run("5"))
        body(document, f"<w:p>{run('This report on the lamp has ')}{counted}{run(' pages.')}</w:p>")
        document.add_paragraph("42")

    assert blocks(word(fill)) == ["12", "This report on the lamp has 5 pages.", "42"]


def test_items_of_a_list_in_a_cell_keep_their_bullets(word):
    def fill(document):
        cells = filled(document, [["Dish", "Contains"], ["Satay", "nuts"]]).rows[1].cells
        cells[1].paragraphs[0].style = "List Bullet"
        cells[1].add_paragraph("milk", style="List Bullet")

    assert blocks(word(fill)) == ["Dish\tContains\nSatay\t• nuts • milk"]


@pytest.mark.parametrize(
    "missing",
    [
        "word/styles.xml",
        "word/numbering.xml",
        "docProps/core.xml",
        "_rels/.rels",
        "[Content_Types].xml",
    ],
)
def test_what_is_not_needed_may_be_missing(examples, missing):
    data = examples.word(lambda document: document.add_paragraph("Words.", style="List Bullet"))
    assert "Words." in load(changed(data, **{missing: None})).text


def test_without_its_text_it_is_no_document(examples):
    with pytest.raises(UnreadableFile, match="no text part"):
        load(changed(examples.word(), word__document=None))


DEEP = "<w:tbl><w:tr><w:tc>" * 3000 + f"<w:p>{run('x')}</w:p>" + "</w:tc></w:tr></w:tbl>" * 3000
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"<!DOCTYPE d [<!ENTITY e0 'ha'>{ENTITIES}]><d>&e11;</d>", "entities"),
        ('<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>', "entities"),
        ("<d>", "XML is broken"),
        ("", "XML is broken"),
        (f"<w:document {W}><w:body>{DEEP}</w:body></w:document>", "nested too deeply"),
    ],
)
def test_hostile_markup_is_reported(examples, sandbox, text, reason):
    data = changed(examples.word(), word__document=text)
    with pytest.raises(UnreadableFile, match=reason):
        parse(".docx", data, sandbox)


def test_a_zip_bomb_is_reported(examples, sandbox):
    bomb = examples.packed({"word/document.xml": b"<d>" + b" " * (64 * 2**20) + b"</d>"})
    with pytest.raises(UnreadableFile, match="zip bomb"):
        parse(".docx", bomb, sandbox)


def test_a_bomb_that_hides_its_size_is_reported(examples, monkeypatch):
    """What the list of parts says of their sizes is not believed."""
    data = examples.packed({"word/document.xml": b"<d>" + b" " * 2**20 + b"</d>"})
    size = (2**20 + 7).to_bytes(4, "little")
    monkeypatch.setattr("index.loaders.shared.archive._LARGEST_PART", 2**16)
    with pytest.raises(UnreadableFile, match=r"too large|damaged"):
        load(data.replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(UnreadableFile, match="too large"):
        load(data)


@pytest.mark.e2e
def test_markup_that_takes_all_memory_costs_only_its_file(examples):
    many = f"<w:document {W}><w:body>{'<w:p/>' * 1_000_000}</w:body></w:document>"
    data = changed(examples.word(), word__document=many)
    with Sandbox(Budget(Limits(memory=2**27))) as sandbox:
        with pytest.raises(UnreadableFile, match="more memory"):
            parse(".docx", data, sandbox)
        assert parse(".docx", examples.packed_examples()[".docx"], sandbox).text


def test_an_encrypted_file_is_reported():
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)
    with pytest.raises(UnreadableFile, match="encrypted: save a copy without a password"):
        load(compound + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(UnreadableFile, match="old Office file"):
        load(compound)


def test_encrypted_parts_are_reported(examples):
    data = bytearray(examples.packed({"word/document.xml": "<d/>"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    with pytest.raises(UnreadableFile, match="encrypted"):
        load(bytes(data))


def test_names_that_lead_out_of_the_archive_lead_nowhere(examples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.xml").write_text(f"<w:document {W}/>")
    relations = '<Relationships><Relationship Type="x/officeDocument" Target="{}"/></Relationships>'
    for target in ("../secret.xml", str(tmp_path / "secret.xml"), "file:///etc/passwd"):
        data = examples.packed({"_rels/.rels": relations.format(target), "../../evil.xml": "<d/>"})
        with pytest.raises(UnreadableFile, match="no text part"):
            load(data)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.xml"]


def test_a_file_cut_short_anywhere_is_reported(examples):
    data = examples.packed_examples()[".docx"]
    for size in range(0, len(data), 1024):
        with pytest.raises(UnreadableFile, match=re.escape("damaged, or of another kind")):
            load(data[:size])


def test_a_document_of_pictures_alone_is_refused_with_a_reason(examples):
    picture = BytesIO(make_strip(8, 8))

    def fill(document):
        document.add_picture(picture)

    data = examples.word(fill)
    with pytest.raises(UnreadableFile, match="only pictures"):
        load(data)
    assert not load(examples.word()).text


def test_a_picture_beside_words_is_left_out(examples):
    def fill(document):
        document.add_picture(BytesIO(make_strip(8, 8)))
        document.add_paragraph("The lamp burns oil.")

    assert load(examples.word(fill)).text == "The lamp burns oil."
