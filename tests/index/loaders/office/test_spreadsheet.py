"""Spreadsheets: sheets as headings, rows under the names of their columns, values as shown."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font, PatternFill

from index.loaders import UnreadableFile, parse
from index.loaders.office.spreadsheet import load
from index.loaders.office.spreadsheet.regions import show_value
from index.loaders.office.spreadsheet.shown_numbers import parse_format
from index.text.passages import cut_passages
from tests.support.binary_workbook import binary_workbook
from tests.support.packed_files import (
    old_workbook,
    open_document,
    packed,
    packed_examples,
    workbook,
)

ROWS = [["Name", "Built", "Tons"], ["Ann", 1887, 120.5], ["Bee", 1890, 75]]


def book(rows, merged=(), name="Ships"):
    """A file with one sheet."""

    def fill(made):
        made.active.title = name
        for row in rows:
            made.active.append(row)
        for cells in merged:
            made.active.merge_cells(cells)

    return workbook(fill)


def found(content):
    """The passages: heading and text."""
    pieces = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)
    return [(piece.heading, piece.span.of(content.text)) for piece in pieces]


@pytest.mark.parametrize("data", [book(ROWS), old_workbook({"Ships": ROWS})], ids=["xlsx", "xls"])
def test_a_row_is_a_passage_under_its_sheet_and_the_names_of_its_columns(data):
    content = load(data)
    assert content.text == "Ships\n\nName\tBuilt\tTons\nAnn\t1887\t120.5\nBee\t1890\t75"
    assert found(content) == [
        ("Ships › Name | Built | Tons", "Ann\t1887\t120.5"),
        ("Ships › Name | Built | Tons", "Bee\t1890\t75"),
    ]


def test_an_opendocument_spreadsheet_is_read_alike():
    rows = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{name}</text:p>'
        f'</table:table-cell><table:table-cell office:value-type="date" office:date-value="{day}"/>'
        "</table:table-row>"
        for name, day in (("Ann", "1887-05-01"), ("Bee", "1890-01-31T10:30:00"))
    )
    shown = f'<table:table table:name="Ships">{rows}</table:table>'
    hidden = f'<table:table table:name="Old" table:style-name="h">{rows}</table:table>'
    style = '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    content = load(open_document("spreadsheet", shown + hidden, style, title="Our ships"))
    assert content.title == "Our ships"
    assert content.text == "Ships\n\nAnn\t1887-05-01\nBee\t1890-01-31 10:30"


def test_hidden_sheets_are_left_out():
    def fill(made):
        made.active.append(["Seen", 1])
        for state in ("hidden", "veryHidden"):
            sheet = made.create_sheet(state)
            sheet.sheet_state = state
            sheet.append(["Secret", 1])

    assert load(workbook(fill)).text == "Seen\t1"


def test_a_formula_has_the_value_computed_last():
    assert load(book([["Sum", "=1+1"]])).text == "Ships\n\nSum"
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="e"><v>#DIV/0!</v></c></row>'
    assert load(with_sheet(rows)).text == "Ships\n\n2"


def with_sheet(rows):
    """An XLSX file with these rows in its sheet, in the words of the format."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return packed(
        {
            "_rels/.rels": f'<Relationships {package}><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{relation}"><sheets><sheet name="Ships" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships {package}><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>",
        }
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (1e20, "100000000000000000000"),
        (1234567890.25, "1234567890"),
        (12345678901.25, "12345678901"),
        (-98765432109.75, "-98765432110"),
        (9999999999.75, "10000000000"),
        (0.00001234, "1.234e-05"),
        (True, "TRUE"),
        ("two\nlines\tand more ", "two lines and more"),
        (date(1887, 5, 1), "1887-05-01"),
        (datetime(1887, 5, 1), "1887-05-01"),
        (datetime(1887, 5, 1, 10, 30, 7), "1887-05-01 10:30:07"),
        (time(10, 30), "10:30"),
        (timedelta(days=2, minutes=5), "48:05:00"),
        (timedelta(hours=-1), "-1:00:00"),
    ],
)
def test_values_are_written_as_they_are_shown(value, shown):
    assert show_value(value) == shown


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0%", 0.25, "25%"),
        ("0.0%", 0.1234, "12.3%"),
        ("0.00", 2, "2.00"),
        ("#,##0", 1234567.5, "1,234,568"),
        ("#,##0.00", -1234.5, "-1,234.50"),
        ("0.##", 2.5, "2.5"),
        ("0.##", 2, "2"),
        ("000", 7, "007"),
        ('"€"#,##0.00', 1200, "€1,200.00"),
        ("[$€-407] #,##0.00", 12, "€ 12.00"),
        ('#,##0.00" kg"', 3.14159, "3.14 kg"),
        ("#,##0.00\\ [$kr.-406]", 5, "5.00 kr."),
        ("#,##0;(#,##0)", -1200, "(1,200)"),
        ("#,##0;[Red]-#,##0", -5, "-5"),
        ('0;-0;"none "0', 0, "none 0"),
        ("#,##0,", 1_234_567, "1,235"),
        ('_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', -3, "-3.00"),
        ("0.00", 1.005, "1.01"),
        ("0.00E+00", 1234.5, "1.23E+03"),
        ("0.00E+00", -9.999e9, "-1.00E+10"),
        ("0.0E-0", 0.00012, "1.2E-4"),
        ("0.00E+00", 0, "0.00E+00"),
        ("0.00E+00", 6.02214e23, "6.02E+23"),
        ("##0.0E+0", 1234567, "1.2E+6"),
        ("# ?/?", 2.75, "2 3/4"),
        ("# ?/?", -0.5, "-1/2"),
        ("# ?/?", 3, "3"),
        ("# ??/??", 3.14159, "3 14/99"),
        ("# ?/8", 1.3, "1 2/8"),
        ("?/?", 2.75, "11/4"),
        ("0.00", 1e15, "1000000000000000"),
        ("0.0", -0.01, "0.0"),
    ],
)
def test_numbers_are_written_in_the_format_of_their_cell(code, value, shown):
    assert show_value(value, parse_format(code)) == shown


@pytest.mark.parametrize(
    "code", ["General", "@", "yyyy-mm-dd", "[h]:mm", "0E+0%", "# ?/0", "[>=10]0;0.0", "", "0 0"]
)
def test_formats_that_are_none_of_a_plain_number_change_nothing(code):
    assert parse_format(code) is None


def test_the_format_of_a_cell_is_found_wherever_the_sheet_begins():
    def fill(made):
        for made_sheet in (made.active, made.create_sheet("More")):
            for at, (name, share, price) in enumerate((("Ann", 0.25, 12), ("Bee", 0.5, 1200))):
                row = 3 + 2 * at
                made_sheet[f"C{row}"] = name
                made_sheet[f"D{row}"], made_sheet[f"E{row}"] = share, price
                made_sheet[f"D{row}"].number_format = "0%"
                made_sheet[f"E{row}"].number_format = "#,##0.00"

    text = "Ann\t25%\t12.00\n\nBee\t50%\t1,200.00"
    content = load(workbook(fill)).text
    assert content.count(text.split("\n")[0]) == content.count(text.split("\n")[2]) == 2


def test_merged_names_stand_over_their_columns_wherever_the_sheet_begins():
    rows = [["Name", "Size", ""], ["", "Length", "Width"], ["Ann", 5, 2], ["Bee", 6, 3]]

    def fill(made):
        for row, cells in enumerate(rows, 2):
            for column, value in zip("DEF", cells, strict=True):
                made.active[f"{column}{row}"] = value or None
        made.active.merge_cells("E2:F2")

    (table,) = load(workbook(fill)).tables
    assert table.columns == ("Name", "Size Length", "Size Width")


@given(st.text(alphabet='0#?.,%;"[]$-_*\\€ E/ab', max_size=20), st.floats(-1e15, 1e15, width=64))
def test_any_code_is_a_format_or_none(code, value):
    shown = show_value(value, parse_format(code))
    assert shown == " ".join(shown.split())


def test_a_workbook_without_styles_has_bare_numbers():
    def fill(made):
        made.active.append([0.25])
        made.active["A1"].number_format = "0%"

    whole = workbook(fill)
    assert load(whole).text == "25%"
    with ZipFile(BytesIO(whole)) as file:
        parts = {name: file.read(name) for name in file.namelist() if name != "xl/styles.xml"}
    assert load(packed(parts)).text == "0.25"


def test_what_stands_above_a_table_is_its_name():
    content = load(book([["Ships in port"], *ROWS]))
    assert found(content)[1:] == [
        ("Ships › Ships in port › Name | Built | Tons", "Ann\t1887\t120.5"),
        ("Ships › Ships in port › Name | Built | Tons", "Bee\t1890\t75"),
    ]
    assert load(book([["Ships in port"], *ROWS], ["A1:C1"])).tables == content.tables


def test_names_in_merged_cells_go_before_the_names_below_them():
    rows = [
        ["Ship", "2024", None, "2025", None],
        [None, "Spring", "Autumn", "Spring", "Autumn"],
        ["Ann", 1, 2, 3, 4],
        ["Bee", 5, 6, 7, 8],
    ]
    content = load(book(rows, ["A1:A2", "B1:C1", "D1:E1"]))
    names = "Ship | 2024 Spring | 2024 Autumn | 2025 Spring | 2025 Autumn"
    assert found(content) == [
        (f"Ships › {names}", "Ann\t1\t2\t3\t4"),
        (f"Ships › {names}", "Bee\t5\t6\t7\t8"),
    ]


def test_names_of_groups_may_stand_above_without_merged_cells():
    rows = [
        ["Catch in tons"],
        ["Ship", "Spring", None, "Autumn", None, "Total"],
        [None, "cod", "ling", "cod", "ling", None],
        ["Ann", 1, 2, 3, 4, 10],
        ["Bee", 5, 6, 7, 8, 26],
    ]
    [table] = load(book(rows)).tables
    assert table.columns == (
        "Ship",
        "Spring cod",
        "Spring ling",
        "Autumn cod",
        "Autumn ling",
        "Total",
    )
    assert table.caption == "Catch in tons"


def test_groups_of_columns_are_named_below_several_titles():
    rows = [
        ["Table 7"],
        [None, "Catch in tons"],
        [None, "Spring", None, "Autumn", None],
        ["Ship", "cod", "ling", "cod", "ling"],
        ["Ann", 1, 2, 3, 4],
    ]
    [table] = load(book(rows)).tables
    assert table.columns == ("Ship", "Spring cod", "Spring ling", "Autumn cod", "Autumn ling")
    assert table.caption == "Table 7"


def test_a_merged_name_over_values_stands_alone():
    rows = [
        ["Cat", None, "Spring", "Autumn"],
        ["Ann", "mean", 1.5, 3],
        [None, "most", 5, 7],
    ]
    [table] = load(book(rows, ["A1:B1"])).tables
    assert table.columns == ("Cat", "Cat", "Spring", "Autumn")
    rows = [["Port", "Harbour master", None, "Depth"], ["West", "Ann", None, "deep"]]
    [table] = load(book(rows, ["B1:C1", "B2:C2"])).tables
    assert table.columns == ("Port", "Harbour master", "Harbour master", "Depth")


def test_rows_below_a_row_that_has_a_name_for_each_cell_are_no_names():
    rows = [
        [None, "First", "Second", "Third"],
        ["P1", None, "L1", "L2"],
        ["P2", "L1", "L2, L3", "L4"],
        ["Sum", 1, 3, 2],
    ]
    [table] = load(book(rows)).tables
    assert table.columns == ("", "First", "Second", "Third")


def test_a_cell_that_is_merged_over_rows_belongs_to_each_of_them():
    rows = [
        ["Ship", "Season", "Catch"],
        ["Ann", "spring", 3],
        [None, "autumn", 7],
        ["Bee", "all", 9],
    ]
    passages = found(load(book([["Catch"], *rows], ["A3:A4"])))
    assert [text for _, text in passages[1:]] == ["Ann\tspring\t3", "Ann\tautumn\t7", "Bee\tall\t9"]


def test_the_name_of_a_group_of_rows_stands_in_each_of_them():
    rows = [["Ship", None, "Catch"], ["Ann", "mean", 3], [None, "most", 7]]
    rows += [["Bee", "mean", 4], [None, "most", 9], [None, None, 23]]
    texts = [text for _, text in found(load(book(rows)))]
    assert texts == ["Ann\tmean\t3", "Ann\tmost\t7", "Bee\tmean\t4", "Bee\tmost\t9", "\t\t23"]


def test_a_remark_far_to_the_right_hides_no_names():
    rows = [["Open days"], ["Date", "Length", "By"], *([f"{day} May", "an hour", "Ann"] for day in
            range(1, 9)), ["9 May", "2 hours", "Bob", None, None, "cancelled"]]  # fmt: skip
    [table] = load(book(rows)).tables
    assert table.columns[:3] == ("Date", "Length", "By")


@pytest.mark.parametrize("look", ["bold", "colour"])
def test_bold_or_coloured_cells_tell_names_from_rows(look):
    def fill(made):
        made.active.title = "Ships"
        for row in [["Port", "Note"], ["West", "deep"], ["East", "shallow"]]:
            made.active.append(row)
        for row in [[], ["Captain", "Ann"], ["Mate", "Bob"]]:
            made.active.append(row)
        for cell in ("A1", "B1"):
            if look == "bold":
                made.active[cell].font = Font(bold=True)
            else:
                made.active[cell].fill = PatternFill("solid", fgColor="DDDDDD")

    passages = found(load(workbook(fill)))
    assert passages[:2] == [
        ("Ships › Port | Note", "West\tdeep"),
        ("Ships › Port | Note", "East\tshallow"),
    ]
    assert all("Captain" not in heading for heading, _ in passages)


def test_a_long_name_may_be_bold():
    question = "What is to be done by whoever keeps the harbour on days without any wind at all?"

    def fill(made):
        made.active.append(["Rule", question])
        made.active.append(["1 (a)", "Nothing. " * 20])
        for cell in ("A1", "B1"):
            made.active[cell].font = Font(bold=True)

    [table] = load(workbook(fill)).tables
    assert table.columns == ("Rule", question)


def test_merged_names_may_be_long():
    group = "Share of the catch that was landed at the harbour of the western island"
    rows = [
        ["Ship", group, None],
        [None, "in spring", "in autumn"],
        ["Ann", "most", "none"],
        ["Bee", "none", "all"],
    ]
    [table] = load(book(rows, ["B1:C1"])).tables
    assert table.columns == ("Ship", f"{group} in spring", f"{group} in autumn")


@pytest.mark.parametrize(
    "titles", [["Ships in port", None, None, None, "Ships at sea"], ["Ships in port"]]
)
def test_tables_side_by_side_are_two(titles):
    rows = [
        titles,
        ["Ship", "Built", "Tons", None, "Ship", "Crew"],
        ["Ann", 1887, 120.5, None, "Cod", 7],
        ["Bee", 1890, 75, None, "Dab", 9],
        [None, None, None, None, "Eel", 2],
        [],
        ["Lamp", "Lit", None, None, "Eve", 3],
    ]
    content = load(book(rows))
    assert [table.columns for table in content.tables][:2] == [
        ("Ship", "Built", "Tons"),
        ("Ship", "Crew"),
    ]
    passages = found(content)
    assert ("Ships › Ships in port › Ship | Built | Tons", "Bee\t1890\t75") in passages
    heading = "Ships › Ships at sea › Ship | Crew" if len(titles) > 1 else "Ships › Ship | Crew"
    assert {(heading, "Cod\t7"), (heading, "Eel\t2")} <= set(passages)


def test_cells_merged_in_a_table_change_nothing_in_the_one_beside_it():
    rows = [
        ["Boats", None, None, None, "Crew"],
        ["Port", "Boat", "Tons", None, "Name", "Rank", "Age", "Since"],
        ["Fal", "Kittiwake", 120, None, "Ann", "mate", 31, 2001],
        [None, "Gannet", 95, None, None, "cook", 44, 2003],
        ["Tay", "Petrel", 80, None, "Bo", "mate", 29, 2005],
    ]
    texts = [text for _, text in found(load(book(rows, ["A3:A4"])))]
    assert "Fal\tGannet\t95" in texts
    assert "\tcook\t44\t2003" in texts


def test_an_empty_column_that_looks_better_parts_no_table():
    rows = [
        ["Ship", "Built", None, "Mean", "Most"],
        ["Ann", 1887, None, 4, 7],
        ["Bee", 1890, None, 5, 9],
    ]
    [table] = load(book(rows)).tables
    assert table.columns == ("Ship", "Built", "", "Mean", "Most")


def test_columns_may_have_the_same_name():
    rows = [["Ship", "Captain", "Born", "Mate", "Born"], ["Ann", "Joe", 1850, "Tom", 1860]]
    assert load(book(rows)).tables[0].columns == ("Ship", "Captain", "Born", "Mate", "Born")


def test_empty_rows_part_tables_and_lines_of_text():
    rows = [*ROWS, [], [None, "Port", "Depth"], [None, "Hull", 9], [], ["Figures are of 1891."]]
    assert found(load(book(rows))) == [
        ("Ships › Name | Built | Tons", "Ann\t1887\t120.5"),
        ("Ships › Name | Built | Tons", "Bee\t1890\t75"),
        ("Ships › Port | Depth", "Hull\t9"),
        ("Ships", "Figures are of 1891."),
    ]


def test_a_table_goes_on_after_an_empty_row():
    rows = [*ROWS, [], ["Cat", 1901, 60], [], ["Dee", 1902, 61], ["Eve", 1903, 62]]
    assert found(load(book(rows)))[2:] == [
        ("Ships › Name | Built | Tons", "Cat\t1901\t60"),
        ("Ships › Name | Built | Tons", "Dee\t1902\t61"),
        ("Ships › Name | Built | Tons", "Eve\t1903\t62"),
    ]


def test_a_table_does_not_go_on_with_rows_of_another_kind():
    rows = [*ROWS, [], ["Deep harbour", "West", "Ann"], ["Shallow one", "East", "Bob"]]
    assert all("Built" not in heading for heading, _ in found(load(book(rows)))[2:])


def test_the_only_sheet_has_no_heading_where_nobody_named_it():
    assert load(book([["Ann", 1]], name="Sheet1")).text == "Ann\t1"


@pytest.mark.parametrize("suffix", [".xls", ".ods", ".xlsm"])
def test_a_file_with_the_suffix_of_another_kind_is_read_all_the_same(suffix, sandbox):
    assert "Ann" in parse(suffix, packed_examples()[".xlsx"], sandbox).text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.none()
            | st.integers(-(10**9), 10**9)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12),
            max_size=5,
        ),
        max_size=8,
    )
)
def test_every_cell_is_in_the_text_and_every_row_in_a_passage(rows):
    # What begins so is a formula.
    rows = [[c for c in row if not (isinstance(c, str) and c.startswith("="))] for row in rows]
    content = load(book(rows))
    cells = [" ".join(cell.split()) for row in rows for cell in row if isinstance(cell, str)]
    # Two characters that Excel writes otherwise.
    assert all(cell in content.text for cell in cells if not {"_", "\ufffe", "\uffff"} & {*cell})
    for table in content.tables:
        rows_of_it = [b for b in content.paragraphs if table.span.start <= b.start < table.span.end]
        lines = table.span.of(content.text).split("\n")
        assert [b.of(content.text) for b in rows_of_it] == lines[-len(rows_of_it) :]


def test_a_sheet_that_would_fill_the_memory_is_refused(sandbox):
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    with pytest.raises(UnreadableFile):
        parse(".xlsx", with_sheet(far), sandbox)
    assert parse(".xlsx", book(ROWS), sandbox).text


def test_a_bomb_is_refused():
    data = packed({"xl/worksheets/sheet1.xml": b"<row/>" * 2_000_000})
    with pytest.raises(UnreadableFile, match="zip bomb"):
        load(data)


def test_an_encrypted_file_says_so():
    parts = {"content.xml": "x", "META-INF/manifest.xml": "<manifest:encryption-data/>"}
    with pytest.raises(UnreadableFile, match="encrypted"):
        load(packed(parts))
    office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableFile, match="encrypted"):
        load(office)


def test_numbers_of_open_documents_are_read_as_their_cells_show_them():
    def cell(value, shown="", kind="float", repeated=1):
        words = f"<text:p>{shown}</text:p>" if shown else ""
        return (
            f'<table:table-cell office:value-type="{kind}" office:value="{value}" '
            f'table:number-columns-repeated="{repeated}">{words}</table:table-cell>'
        )

    def row(*cells, repeated=1):
        count = f'table:number-rows-repeated="{repeated}"'
        return f"<table:table-row {count}>{''.join(cells)}</table:table-row>"

    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = (
        row(text.format("Lamp"), text.format("Price"), text.format("Share"), text.format("Spare")),
        row(
            text.format("West"),
            cell(1200, "1.200,00 €", "currency"),
            cell(0.25, "25&#160;%", "percentage"),
            cell(3),
        ),
        row(text.format("East"), cell(7, "7,00", repeated=3), repeated=2),
    )
    body = f'<table:table table:name="Lamps &amp; oil">{"".join(rows)}</table:table>'
    content = load(open_document("spreadsheet", body))
    assert content.text == (
        "Lamps & oil\n\nLamp\tPrice\tShare\tSpare\nWest\t1.200,00 €\t25 %\t3\n"
        "East\t7,00\t7,00\t7,00\nEast\t7,00\t7,00\t7,00"
    )


def test_old_and_binary_workbooks_have_bare_numbers_and_dates():
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Lämps")
    for column, (name, value, code) in enumerate(
        (
            ("Lamp", "West", "General"),
            ("Price", 1200.5, '"€"#,##0.00'),
            ("Bought", datetime(2024, 3, 5), "dd/mm/yy"),
            ("Lit", datetime(2024, 3, 5, 18, 30), "yyyy-mm-dd hh:mm"),
        )
    ):
        sheet.write(0, column, name)
        sheet.write(1, column, value, xlwt.easyxf(num_format_str=code))
    out = BytesIO()
    book.save(out)
    row = "West\t1200.5\t2024-03-05\t2024-03-05 18:30"
    assert load(out.getvalue()).text == f"Lämps\n\nLamp\tPrice\tBought\tLit\n{row}"
    data = binary_workbook([("Price", "Bought"), (0.25, 45356)], ("0%", "dd/mm/yy"))
    assert load(data).text == "Lämps\n\nPrice\tBought\n0.25\t2024-03-05"
