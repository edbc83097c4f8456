"""PDF: the text as a person reads it, each page where it starts."""

import re
import zlib
from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.loaders import UnreadableFile, parse
from index.loaders.pdf import load
from index.loaders.sandbox.parent import Limits, Sandbox
from index.text.passages import passages

KEEPER = (
    "The keeper of the light lives in a small white house beside the tower and climbs its "
    "hundred steps at dusk to light the lamp that guides the fishing boats into the harbour."
)
FISHER = (
    "Every fisher in the village knows the colour of that lamp and can tell from far out at sea "
    "whether the weather at home is clear or whether fog has come down upon the rocks again."
)
WINTER = (
    "In winter the storms are so strong that nobody can cross the bridge to the tower and the "
    "keeper must stay inside for weeks with nothing to eat but biscuits and salted herring."
)


@pytest.fixture
def pdf(examples):
    """A PDF to be drawn."""
    return examples.Pdf()


@pytest.fixture
def wrapped(examples):
    return examples.wrapped


def paragraphs(content):
    return content.text.split("\n\n")


def pages_of(content):
    """The text that starts on each page."""
    ends = [*content.page_starts[1:], len(content.text)]
    return [content.text[a:b].strip() for a, b in zip(content.page_starts, ends, strict=True)]


def test_lines_of_a_paragraph_are_joined_and_paragraphs_parted(pdf, wrapped):
    for text in (KEEPER, FISHER, WINTER):
        pdf.lines(*wrapped(text, 250)).space()
    content = load(pdf.data())
    assert content.text == f"{KEEPER}\n\n{FISHER}\n\n{WINTER}"
    assert content.page_starts == (0,)
    assert [block.of(content.text) for block in content.blocks] == [KEEPER, FISHER, WINTER]


def test_paragraphs_may_be_told_by_their_indent_alone(pdf, wrapped):
    for text in (KEEPER, FISHER, WINTER):
        first, *others = wrapped(text, 240)
        pdf.line(first, left=90).lines(*others)
    assert paragraphs(load(pdf.data())) == [KEEPER, FISHER, WINTER]


@pytest.mark.parametrize("order", ["by column", "by line"])
def test_two_columns_are_read_one_after_the_other(pdf, wrapped, order):
    """Whatever the order in which the lines were drawn."""
    left, right = wrapped(f"{KEEPER} {FISHER}", 220), wrapped(f"{WINTER} {KEEPER}", 220)
    places = [
        (770 - 12 * row, x, text)
        for x, rows in ((72, left), (310, right))
        for row, text in enumerate(rows)
    ]
    for height, x, text in sorted(places, reverse=True) if order == "by line" else places:
        pdf.at(height, text, left=x)
    assert paragraphs(load(pdf.data())) == [f"{KEEPER} {FISHER}", f"{WINTER} {KEEPER}"]


def test_what_runs_across_both_columns_parts_them(pdf, wrapped):
    pdf.lines("A Study of Lighthouses and of the People Who Keep Them", size=18).space()
    pdf.lines(*wrapped(f"{WINTER} {FISHER}", 450)).space(2)
    top = pdf.height
    pdf.lines(*wrapped(KEEPER, 215)).height = top
    pdf.lines(*wrapped(FISHER, 215), left=310).space(2)
    pdf.lines(*wrapped(KEEPER, 450))
    assert paragraphs(load(pdf.data())) == [
        "A Study of Lighthouses and of the People Who Keep Them",
        f"{WINTER} {FISHER}",
        KEEPER,
        FISHER,
        KEEPER,
    ]


def test_three_columns(pdf, wrapped):
    for x, text in ((40, KEEPER), (220, FISHER), (400, WINTER)):
        pdf.height = 770
        pdf.lines(*wrapped(f"{text} {text}", 160), left=x)
    assert paragraphs(load(pdf.data())) == [f"{text} {text}" for text in (KEEPER, FISHER, WINTER)]


def test_a_row_of_a_table_is_a_line_with_its_cells_parted(pdf, wrapped):
    pdf.lines(*wrapped(KEEPER, 400)).space()
    for cells in (
        ("Lamp", "Oil", "Range"),
        ("North", "12 litres", "20 km"),
        ("South", "8 litres", "14 km"),
    ):
        for x, cell in zip((72, 200, 320), cells, strict=True):
            pdf.at(pdf.height, cell, left=x)
        pdf.space()
    assert paragraphs(load(pdf.data()))[1].splitlines() == [
        "Lamp\tOil\tRange",
        "North\t12 litres\t20 km",
        "South\t8 litres\t14 km",
    ]


@pytest.mark.parametrize("named", [True, False])
def test_the_rows_of_a_table_come_with_the_names_of_its_columns(pdf, wrapped, named):
    pdf.lines(*wrapped(KEEPER, 400)).space()
    names = ("Site", "Height (m)", "Plants")
    rows = [("Alp Flix", "1,968", "61"), ("Val Tuors", "2,210", "48"), ("Sertig", "1,850", "51")]
    for cells in [names, *rows] if named else rows:
        for x, cell in zip((72, 200, 320), cells, strict=True):
            pdf.at(pdf.height, cell, left=x)
        pdf.space()
    pdf.space(2).lines(*wrapped(FISHER, 400))
    content = load(pdf.data())
    lines = ["\t".join(row) for row in rows]
    blocks = [block.of(content.text) for block in content.blocks]
    assert blocks == [KEEPER, *(lines if named else ["\n".join(lines)]), FISHER]
    assert [table.columns for table in content.tables] == [tuple(names)] * named


@pytest.mark.parametrize(
    ("font", "places", "break_at"),
    [
        ("Helvetica-Bold", (72, 200, 320), None),
        # The names nearly fill their columns, the values do not.
        ("Helvetica", (72, 142, 216), None),
        ("Helvetica", (72, 200, 320), 2),
    ],
)
def test_names_of_columns_in_bold_or_close_together_and_tables_over_two_pages(
    pdf, wrapped, font, places, break_at
):
    # No wider gap parts the table from the text above it.
    pdf.lines(*wrapped(KEEPER, 400))
    rows = [("Name of site", "Height in m", "Plants"), ("A", "19", "6"), ("B", "22", "4")]
    for number, cells in enumerate(rows):
        if number == break_at:
            pdf.page()
        for x, cell in zip(places, cells, strict=True):
            pdf.at(pdf.height, cell, left=x, font="Helvetica" if number else font)
        pdf.space()
    content = load(pdf.data())
    assert [table.columns for table in content.tables] == [
        ("Name of site", "Height in m", "Plants")
    ]
    blocks = [block.of(content.text) for block in content.blocks]
    assert blocks == [KEEPER, "A\t19\t6", "B\t22\t4"]


def test_items_of_a_list_stay_lines(pdf):
    pdf.lines("• bread and cheese", "• salted herring,", "• biscuits")
    assert load(pdf.data()).text == "• bread and cheese\n• salted herring,\n• biscuits"


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("a small light-", "house on the rocks", "lighthouse"),
        # The document has the word elsewhere, with its hyphen.
        ("a very sea-", "worthy boat", "sea-worthy"),
        # Both halves are words that the document uses.
        ("this long-", "term plan", "long-term"),
        ("an Anglo-", "Saxon tower", "Anglo-Saxon"),
        ("built by Meyer-", "Landrut himself", "Meyer-Landrut"),
        ("in the years 1914-", "18 there was", "1914-18"),
        ("both pre-", "and post-war boats", "pre- and"),
        ("state-of-the-", "art lamps", "state-of-the-art"),
        ("WITH LIGHT-", "HOUSES ALONG IT", "LIGHTHOUSES"),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_whole_again(pdf, above, below, text):
    pdf.lines("It has a sea-worthy look and a long and hard term ahead").space()
    filler = "x" * (50 - len(above))
    pdf.lines(f"{filler} {above}", f"{below} {'y' * 40}")
    assert f" {text} " in f" {load(pdf.data()).text} ".replace("\n", " ")


def test_a_word_and_a_paragraph_go_on_over_the_page(pdf, wrapped):
    lines = wrapped(f"{KEEPER} {FISHER}", 250)
    lines[3] = lines[3].rsplit(" ", 1)[0] + " light-"
    pdf.lines(*lines[:4]).page().lines("houses " + lines[4], *lines[5:])
    content = load(pdf.data())
    assert len(paragraphs(content)) == 1
    assert "lighthouses" in content.text
    assert content.text[content.page_starts[1] :].startswith("houses ")


def test_each_page_starts_where_its_text_does(pdf):
    pdf.line("First page.").page().page().line("Third page.").page().line("Fourth page.")
    content = load(pdf.data())
    assert pages_of(content) == ["First page.", "", "Third page.", "Fourth page."]
    found = passages(content, lambda texts: [len(text) for text in texts], 15)
    assert [(piece.span.of(content.text), piece.page) for piece in found] == [
        ("First page.", 1),
        ("Third page.", 3),
        ("Fourth page.", 4),
    ]


def test_running_heads_and_page_numbers_are_no_text(pdf, wrapped):
    for number, text in enumerate((KEEPER, FISHER, WINTER), 7):
        pdf.at(810, f"Lighthouse Quarterly, volume 12, page {number}")
        pdf.at(40, f"- {number} -", left=290).at(28, "Printed in Oban", left=270)
        pdf.lines(*wrapped(text, 300)).page()
    assert load(pdf.data()).text == f"{KEEPER}\n\n{FISHER}\n\n{WINTER}"


def test_running_heads_that_name_each_chapter_are_no_text(pdf, wrapped):
    """What tells them is that the number apart from the words counts the pages."""
    heads = [("1", "Of Keepers"), ("Of Fishers", "2"), ("3", "Of Winters")]
    for (left, right), text in zip(heads, (KEEPER, FISHER, WINTER), strict=True):
        pdf.at(810, left).at(810, right, left=300).lines(*wrapped(text, 300)).page()
    assert load(pdf.data()).text == f"{KEEPER}\n\n{FISHER}\n\n{WINTER}"


def test_a_footnote_does_not_stand_in_the_middle_of_a_paragraph(pdf, wrapped):
    lines = wrapped(f"{KEEPER} {FISHER}", 300)
    pdf.lines(*lines[:4]).space()
    pdf.at(pdf.height + 3, "1", size=5).lines(
        "Built in 1887, with stones from the old castle.", left=75, size=8
    )
    pdf.page().lines(*lines[4:])
    content = load(pdf.data())
    note = "¹Built in 1887, with stones from the old castle."
    assert content.text == f"{note}\n\n{KEEPER} {FISHER}"
    assert content.text[content.page_starts[1] :] == " ".join(lines[4:])


@pytest.mark.parametrize("number", ["1", "- 1 -", "Page 1 of 1", "1/1"])
def test_the_number_of_an_only_page_is_no_text(pdf, wrapped, number):
    pdf.at(40, number, left=300, size=12).lines(*wrapped(KEEPER, 250))
    assert load(pdf.data()).text == KEEPER


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        (("11/25/26, 3:11 PM", "My booking"), ("https://example.org/booking?id=7", "1/1")),
        (("My booking", "https://example.org/booking"), ("1 of 1", "25.11.2026, 15:11")),
    ],
)
def test_what_a_browser_prints_around_an_only_page_is_no_text(pdf, wrapped, head, foot):
    for height, words in ((820, head), (20, foot)):
        pdf.at(height, words[0], left=30).at(height, words[1], left=400)
    pdf.lines(*wrapped(KEEPER, 250))
    assert load(pdf.data()).text == KEEPER


@pytest.mark.parametrize(("height", "text"), [(40, "2"), (40, "No. 1"), (800, "1")])
def test_other_numbers_on_an_only_page_are_text(pdf, wrapped, height, text):
    pdf.at(height, text).lines(*wrapped(KEEPER, 400))
    assert text in paragraphs(load(pdf.data()))


def test_a_number_that_goes_on_with_the_text_of_an_only_page_is_text(pdf, wrapped):
    pdf.lines(*wrapped(KEEPER, 400), "1")
    assert load(pdf.data()).text.split()[-1] == "1"


def test_numbers_of_chapters_are_no_page_numbers(pdf, wrapped):
    for number, text in enumerate((KEEPER, FISHER, WINTER), 1):
        pdf.line(f"Chapter {number}", size=14).space().lines(*wrapped(text, 300)).page()
    content = load(pdf.data())
    assert [heading.text for heading in content.headings] == ["Chapter 1", "Chapter 2", "Chapter 3"]


def test_roman_page_numbers_are_no_text(pdf, wrapped):
    for number, text in zip(("iii", "iv", "v"), (KEEPER, FISHER, WINTER), strict=True):
        pdf.lines(*wrapped(text, 300)).at(40, number, left=290).page()
    assert load(pdf.data()).text == f"{KEEPER}\n\n{FISHER}\n\n{WINTER}"


def test_numbers_at_the_foot_of_a_page_that_count_nothing_are_text(pdf, wrapped):
    for number, text in zip((1887, 1902, 1990), (KEEPER, FISHER, WINTER), strict=True):
        pdf.lines(*wrapped(text, 300)).space().line(f"Built in {number}").page()
    text = load(pdf.data()).text
    assert re.findall(r"Built in \d+", text) == [f"Built in {year}" for year in (1887, 1902, 1990)]


def test_headings_are_told_by_their_size(pdf, wrapped):
    pdf.line("Lighthouses", size=22).space()
    for name, text in (("Keepers", KEEPER), ("Fishers", FISHER)):
        pdf.line(name, size=14).space().lines(*wrapped(text, 300)).space()
    pdf.line("In bold", font="Helvetica-Bold").space().lines(*wrapped(WINTER, 300))
    content = load(pdf.data())
    assert [(heading.level, heading.text) for heading in content.headings] == [
        (1, "Lighthouses"),
        (2, "Keepers"),
        (2, "Fishers"),
        (3, "In bold"),
    ]
    assert all(heading.span.of(content.text) == heading.text for heading in content.headings)
    assert content.title == "Lighthouses"


def test_bookmarks_tell_headings_better(pdf, wrapped):
    canvas = pdf.canvas
    for number, (name, text) in enumerate(
        (("Keepers", KEEPER), ("Fishers", FISHER), ("Winters", WINTER)), 1
    ):
        canvas.bookmarkPage(f"p{number}")
        canvas.addOutlineEntry(name, f"p{number}", level=min(number - 1, 1))
        pdf.line(f"{number} {name}").space().lines(*wrapped(text, 300)).space()
        pdf.line("LARGE PRINT", size=18).page()
    assert [(heading.level, heading.text) for heading in load(pdf.data()).headings] == [
        (1, "1 Keepers"),
        (2, "2 Fishers"),
        (2, "3 Winters"),
    ]


@pytest.mark.parametrize(
    ("property", "title"),
    [
        ("On the Keeping of Lights", "On the Keeping of Lights"),
        ("Microsoft Word - final_v3.doc", None),
        ("paper.dvi", None),
        ("untitled", None),
        ("(anonymous)", None),
        ("C:\\Users\\ann\\draft", None),
        ("2013-04-07 12:30", None),
    ],
)
def test_the_title_is_that_of_the_properties_where_it_looks_like_one(pdf, property, title):
    pdf.canvas.setTitle(property)
    assert load(pdf.line("Some words.").data()).title == title


@pytest.mark.parametrize("is_first", [False, True])
def test_raised_figures_stay_apart_from_the_word(pdf, is_first):
    """Wherever in the file they are drawn."""
    end = 72 + stringWidth("The lamp burns oil", "Helvetica", 10)
    if is_first:
        pdf.at(704, "2", left=end, size=6).at(700, "The lamp burns oil")
    else:
        pdf.at(700, "The lamp burns oil").at(704, "2", left=end, size=6)
    assert load(pdf.data()).text == "The lamp burns oil²"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_turned_reads_as_ever(pdf, wrapped, turn):
    pdf.canvas.setPageRotation(turn)
    pdf.canvas.saveState()
    pdf.canvas.translate(300, 400)
    pdf.canvas.rotate(turn)
    for row, text in enumerate(wrapped(KEEPER, 250)):
        pdf.canvas.drawString(-120, 100 - 14 * row, text)
    pdf.canvas.restoreState()
    assert load(pdf.data()).text == KEEPER


def test_a_slanted_watermark_is_no_text(pdf, wrapped):
    pdf.lines(*wrapped(KEEPER, 250))
    pdf.canvas.saveState()
    pdf.canvas.rotate(45)
    pdf.canvas.drawString(300, 300, "DRAFT")
    pdf.canvas.restoreState()
    assert load(pdf.data()).text == KEEPER


def encrypted(**passwords):
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=StandardEncryption(**passwords))
    canvas.drawString(72, 700, "For your eyes only.")
    canvas.save()
    return out.getvalue()


def test_an_encrypted_file_is_reported(sandbox):
    data = encrypted(userPassword="secret", ownerPassword="more secret")
    with pytest.raises(UnreadableFile, match=r"^encrypted: save a copy without a password$"):
        parse(".pdf", data, sandbox)


def test_a_file_that_anybody_may_open_is_read(sandbox):
    data = encrypted(userPassword="", ownerPassword="secret")
    assert parse(".pdf", data, sandbox).text == "For your eyes only."


def test_a_scanned_file_is_reported(pdf, sandbox):
    from PIL import Image

    pdf.canvas.drawInlineImage(Image.new("L", (40, 40), 128), 100, 100)
    with pytest.raises(UnreadableFile, match="scanned"):
        parse(".pdf", pdf.data(), sandbox)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"not a PDF at all", bytes(5000)])
def test_what_is_no_pdf_is_reported(sandbox, data):
    with pytest.raises(UnreadableFile, match=r"^damaged, or not a PDF$"):
        parse(".pdf", data, sandbox)


def test_a_file_cut_short_anywhere_is_read_or_reported(pdf, wrapped, sandbox):
    for _ in range(12):
        pdf.lines(*wrapped(f"{KEEPER} {FISHER} {WINTER}", 400)).page()
    data = pdf.data()
    outcomes = set()
    for size in range(0, len(data), 1024):
        try:
            content = parse(".pdf", data[:size], sandbox)
        except UnreadableFile as error:
            assert re.match("damaged, or not a PDF|no text in it", str(error)), size
            outcomes.add("reported")
        else:
            assert content.text
            outcomes.add("read")
    assert "reported" in outcomes


def test_a_stream_that_unpacks_to_gigabytes_costs_only_its_file():
    packer = zlib.compressobj(9)
    first, more = (
        packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    stream = zlib.compress(first + more * 4095)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%b\nendstream"
        % (len(stream), stream),
    ]
    body = b"".join(
        b"%d 0 obj%b endobj\n" % (number, text) for number, text in enumerate(objects, 1)
    )
    data = b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"
    with (
        Sandbox(Limits(memory=2**28)) as sandbox,
        pytest.raises(UnreadableFile, match=r"crashed|more memory"),
    ):
        parse(".pdf", data, sandbox)


def test_the_number_of_an_item_stands_before_it_however_far(pdf, wrapped):
    for number, text in enumerate((KEEPER, FISHER), 1):
        pdf.at(pdf.height, f"{number}.").lines(*wrapped(text, 250), left=110)
    assert load(pdf.data()).text == f"1. {KEEPER}\n2. {FISHER}"


def test_leading_dots_part_a_title_from_its_page(pdf):
    dots = ". " * 40
    pdf.lines(f"1 Keepers {dots}3", f"2 Fishers {dots}17").line("Wait ... for it. So it goes on...")
    assert load(pdf.data()).text == "1 Keepers\t3\n2 Fishers\t17\nWait ... for it. So it goes on..."


def test_what_was_filled_into_a_form_is_text(pdf):
    pdf.at(700, "Name:").canvas.acroForm.textfield(
        name="name", value="Ann Keeper", x=110, y=694, width=200, height=16, fontSize=10
    )
    assert load(pdf.data()).text == "Name: Ann Keeper"


def test_pages_that_hold_nothing_else_keep_what_is_alike(pdf):
    for number in (1, 2, 3):
        pdf.line(f"Slide {number}").page()
    assert paragraphs(load(pdf.data())) == ["Slide 1", "Slide 2", "Slide 3"]


def test_text_that_comes_again_on_each_page_is_text(pdf, wrapped):
    for _ in range(4):
        pdf.lines(*wrapped(f"{KEEPER} {FISHER}", 300)).page()
    assert load(pdf.data()).text.replace("\n\n", " ") == " ".join([KEEPER, FISHER] * 4)
