"""PDF: the text as a person reads it, each page where it starts."""

import re
import textwrap
import zlib
from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.loaders import UnreadableFile, parse
from index.loaders.pdf import load
from index.loaders.sandbox.limits import Budget, Limits
from index.loaders.sandbox.parent import Sandbox
from index.text.passages import cut_passages

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

RULES = {
    1: "A break of thirty minutes has to be taken before six hours of watch have passed.",
    2: "The lamp is lit at dusk.",
    3: KEEPER,
}


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
    assert [block.of(content.text) for block in content.paragraphs] == [KEEPER, FISHER, WINTER]


def test_paragraphs_may_be_told_by_their_indent_alone(pdf, wrapped):
    for text in (KEEPER, FISHER, WINTER):
        first, *others = wrapped(text, 240)
        pdf.line(first, left=90).lines(*others)
    assert paragraphs(load(pdf.data())) == [KEEPER, FISHER, WINTER]


def test_many_short_paragraphs_are_parted_by_their_distance(pdf, wrapped):
    """Most lines stand below the space between two of them."""
    texts = [f"{number}.{part} {text}" for number in range(1, 4) for part, text in RULES.items()]
    for text in texts:
        pdf.lines(*wrapped(text, 400)).space(0.4)
    assert paragraphs(load(pdf.data())) == texts


def test_lines_set_wide_are_one_paragraph_among_more_that_are_not(pdf, wrapped):
    for line in wrapped(f"{KEEPER} {FISHER}", 400):
        pdf.line(line).space(0.6)
    pdf.space()
    for text in (KEEPER, FISHER, WINTER):
        pdf.line(text[:60]).line(text[-60:]).space(2)
    assert paragraphs(load(pdf.data()))[0] == f"{KEEPER} {FISHER}"


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
    blocks = [block.of(content.text) for block in content.paragraphs]
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
    blocks = [block.of(content.text) for block in content.paragraphs]
    assert blocks == [KEEPER, "A\t19\t6", "B\t22\t4"]


def draw_rows(pdf, *rows, places=(72, 200, 320)):
    """Rows with their cells one below the other; an empty one leaves its place free."""
    for cells in rows:
        for x, cell in zip(places, cells, strict=False):
            if cell:
                pdf.at(pdf.height, cell, left=x)
        pdf.space()


def test_names_of_columns_may_have_an_empty_corner(pdf, wrapped):
    pdf.lines(*wrapped(KEEPER, 400)).space()
    draw_rows(pdf, ("", "2023/24", "2022/23"), ("Ships", "21,480", "19,905"), ("Crew", "6", "5"))
    content = load(pdf.data())
    assert [table.columns for table in content.tables] == [("", "2023/24", "2022/23")]
    assert [each.of(content.text) for each in content.paragraphs[1:]] == [
        "Ships\t21,480\t19,905",
        "Crew\t6\t5",
    ]


def test_a_row_with_fewer_cells_below_others_is_not_set_in(pdf):
    draw_rows(pdf, ("Ship", "Crew", "Port"), ("Snipe", "6", "Ely"), ("", "7", "Rye"))
    assert load(pdf.data()).text == "Ship\tCrew\tPort\nSnipe\t6\tEly\n7\tRye"


def test_a_number_at_the_left_of_a_table_is_a_cell(pdf):
    draw_rows(pdf, ("Years of service", "Days"), ("1", "25"), ("2", "26"), ("5 or more", "28"))
    content = load(pdf.data())
    assert [table.columns for table in content.tables] == [("Years of service", "Days")]
    assert [each.of(content.text) for each in content.paragraphs] == [
        "1\t25",
        "2\t26",
        "5 or more\t28",
    ]


def test_a_long_cell_may_come_close_to_the_next_one(pdf):
    """Its row is told by those above and below it."""
    names = ("Mill", "Harbour and bridge works", "Church")
    draw_rows(pdf, *((name, "Ann Keeper") for name in names), places=(72, 196))
    assert load(pdf.data()).text == "\n".join(f"{name}\tAnn Keeper" for name in names)


def test_the_number_of_an_item_below_a_table_is_none(pdf):
    draw_rows(pdf, ("Years of service", "Days"), ("One", "25"), ("Two", "26"))
    pdf.space()
    draw_rows(pdf, ("1", "Light the lamp."), ("2", "Go to bed."), places=(72, 100))
    assert "1 Light the lamp." in load(pdf.data()).text


@pytest.mark.parametrize("gap", [0, 0.5, "page"])
@pytest.mark.parametrize("row", [("Spending", "Euros"), ("Gifts", "7")])
def test_names_below_values_begin_another_table_where_they_stand_apart(pdf, row, gap):
    draw_rows(pdf, ("Income", "Pounds"), ("Fares", "71"), ("Sales", "3"))
    if gap == "page":
        pdf.page()
    else:
        pdf.space(gap)
    draw_rows(pdf, row, ("Wages", "92"), ("Fuel", "31"))
    tables = [table.columns for table in load(pdf.data()).tables]
    is_apart = gap != 0 and row != ("Gifts", "7")
    assert tables == [("Income", "Pounds"), *[row] * is_apart]


def test_items_of_a_list_stay_lines(pdf):
    pdf.lines("• bread and cheese", "• salted herring,", "• biscuits")
    assert load(pdf.data()).text == "• bread and cheese\n• salted herring,\n• biscuits"


@pytest.mark.parametrize(
    ("items", "blocks"),
    [
        (["• bread", "• salted herring", "– in oil"], ["• bread\n• salted herring\n– in oil"]),
        (["1. Light the lamp.", "2. Go to bed."], ["1. Light the lamp.\n2. Go to bed."]),
        # Numbers of paragraphs, and items as long as such.
        (["1.1 Light the lamp.", "1.2 Go to bed."], ["1.1 Light the lamp.", "1.2 Go to bed."]),
        ([f"1. {KEEPER} {FISHER}", "2. Go to bed."], [f"1. {KEEPER} {FISHER}", "2. Go to bed."]),
    ],
)
def test_items_of_a_list_may_be_set_wider_than_its_lines(pdf, wrapped, items, blocks):
    pdf.lines(*wrapped(f"{WINTER} {FISHER}", 300)).space()
    for item in items:
        pdf.lines(*wrapped(item, 300)).space(0.4)
    pdf.lines(*wrapped(KEEPER, 300))
    content = load(pdf.data())
    assert [block.of(content.text) for block in content.paragraphs] == [
        f"{WINTER} {FISHER}",
        *blocks,
        KEEPER,
    ]


def draw_items(pdf, *items, size=10, indent=24):
    """Items with their labels, in type of a size, apart from their words."""
    for label, *lines in items:
        pdf.at(pdf.height, label, size=size).lines(*lines, left=72 + indent)


@pytest.mark.parametrize("size", [10, 12])
@pytest.mark.parametrize("labels", ["123", ("a.", "b.", "c."), ("(1)", "(2)", "(3)"), "ooo"])
def test_an_item_begins_a_line_whatever_the_one_before_ends_with(pdf, wrapped, labels, size):
    """Its number may have no dot, and the item before may fill its line and have no full stop."""
    texts = (wrapped(KEEPER, 300)[0], KEEPER, "Go to bed.")
    pdf.line("How to light the lamp:")
    items = [(label, *wrapped(text, 300)) for label, text in zip(labels, texts, strict=True)]
    draw_items(pdf, *items, size=size)
    pdf.space().lines(*wrapped(WINTER, 324))
    lines = [f"{label} {text}" for label, text in zip(labels, texts, strict=True)]
    assert paragraphs(load(pdf.data())) == ["\n".join(("How to light the lamp:", *lines)), WINTER]


@pytest.mark.parametrize("gap", [10, 14])
def test_a_number_that_goes_on_with_a_sentence_is_no_item(pdf, wrapped, gap):
    """It stands apart from its neighbour, as the words of a justified line may."""
    lines = wrapped(KEEPER, 250)
    pdf.lines(*lines[:2]).at(pdf.height, "12").line(lines[2], left=82 + gap).lines(*lines[3:])
    lines[2] = f"12 {lines[2]}"
    assert load(pdf.data()).text == " ".join(lines)


def test_numbered_paragraphs_are_paragraphs_where_no_space_parts_them(pdf, wrapped):
    texts = (f"{KEEPER[:46]}.", FISHER, "Of fog.")
    items = [(f"2.{at}.", *wrapped(text, 220)) for at, text in enumerate(texts, 1)]
    draw_items(pdf, *items)
    read = [f"2.{number}. {text}" for number, text in enumerate(texts, 1)]
    assert paragraphs(load(pdf.data())) == read


def test_a_sentence_goes_on_below_a_line_that_ends_before_the_edge(pdf, wrapped):
    """So it does in a paragraph that is set in at both sides; short lines stay lines."""
    pdf.lines(*wrapped(f"{KEEPER} {FISHER}", 400)).space()
    draw_items(pdf, ("12.1.", *wrapped(WINTER, 310)), indent=30)
    pdf.space().lines("bread and cheese", "salted herring", "biscuits")
    assert paragraphs(load(pdf.data()))[1:] == [
        f"12.1. {WINTER}",
        "bread and cheese\nsalted herring\nbiscuits",
    ]


@pytest.mark.parametrize("left", [72, 92])
def test_what_is_set_in_below_an_item_belongs_to_it(pdf, wrapped, left):
    pdf.lines(*wrapped(f"{WINTER} {FISHER}", 300)).space()
    pdf.line("• herring").space(0.4).lines(*wrapped(KEEPER, 372 - left), left=left).space(0.4)
    pdf.line("• biscuits")
    given = f"• herring\n{KEEPER}\n• biscuits" if left > 72 else f"• herring\n\n{KEEPER}"
    assert load(pdf.data()).text.startswith(f"{WINTER} {FISHER}\n\n{given}")


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
    found = cut_passages(content, lambda texts: [len(text) for text in texts], 15)
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


def test_a_title_that_is_the_running_head_of_later_pages_is_text(pdf, wrapped):
    pdf.at(800, "The Lighthouse Manual", size=18).lines(*wrapped(KEEPER, 300)).page()
    for text in (FISHER, WINTER, KEEPER):
        pdf.at(800, "The Lighthouse Manual").lines(*wrapped(text, 300)).page()
    content = load(pdf.data())
    assert paragraphs(content) == ["The Lighthouse Manual", KEEPER, FISHER, WINTER, KEEPER]
    assert content.title == "The Lighthouse Manual"


def test_a_running_head_close_to_a_figure_is_no_text(pdf, wrapped):
    for number in range(1, 7):
        pdf.at(810, f"{number}").at(810, "Lighthouse Quarterly", left=300)
        if number == 4:
            pdf.at(803, "20 km", size=6).at(796, "10 km", size=6).at(789, "0 km", size=6)
        pdf.lines(*wrapped(KEEPER, 300)).page()
    assert "Quarterly" not in load(pdf.data()).text


def test_a_running_head_that_is_the_title_needs_no_other_page(pdf, wrapped):
    pdf.line("On Lighthouses", size=18).space().lines(*wrapped(KEEPER, 300)).page()
    pdf.at(810, "2").at(810, "On Lighthouses", left=300).lines(*wrapped(FISHER, 300))
    assert paragraphs(load(pdf.data())) == ["On Lighthouses", KEEPER, FISHER]


def test_smaller_code_within_a_line_does_not_end_a_paragraph(pdf, wrapped):
    lines = wrapped(f"{KEEPER} {FISHER}", 330)
    start, code = lines[-1][:8], lines[-1][8:]
    pdf.lines(*lines[:-1])
    last = pdf.canvas.beginText(72, pdf.height)
    for size, font, words in ((10, "Helvetica", start), (8, "Courier", code)):
        last.setFont(font, size)
        last.textOut(words)
    pdf.canvas.drawText(last)
    assert len(start) < len(code)
    assert load(pdf.data()).text == f"{KEEPER} {FISHER}"


def test_a_running_head_of_one_page_is_known_by_its_height(pdf, wrapped):
    """Most rows at this height come again; the chapter that this one names has one page."""
    heads = ("1. Of Keepers", "1. Of Keepers", "2. Of Fishers", "3. Of Winters", "3. Of Winters")
    for head, text in zip(heads, (KEEPER, FISHER, WINTER, KEEPER, FISHER), strict=True):
        pdf.at(810, head).lines(*wrapped(text, 300)).page()
    assert "Of" not in load(pdf.data()).text


def test_first_lines_at_one_height_are_text_where_they_do_not_come_again(pdf, wrapped):
    dishes = ("Herring in salt", "Bread and cheese", "Biscuits for winter", "Fish soup")
    for dish in dishes:
        pdf.at(810, dish).lines(*wrapped(KEEPER, 300)).at(40, "Recipes of the coast").page()
    text = load(pdf.data()).text
    assert all(dish in text for dish in dishes)
    assert "Recipes of the coast" not in text


def test_a_page_without_text_has_no_running_head_either(pdf, wrapped):
    for number in range(1, 7):
        pdf.at(810, str(number)).at(810, "CHAPTER 1. DEFINITIONS", left=300)
        if number != 4:
            pdf.lines(*wrapped(KEEPER, 300))
        pdf.page()
    assert load(pdf.data()).text == "\n\n".join([KEEPER] * 5)


def test_roman_page_numbers_apart_from_a_running_head_are_no_text(pdf, wrapped):
    for number, text in zip(("ii", "iii", "iv"), (KEEPER, FISHER, WINTER), strict=True):
        pdf.at(810, f"Preface by {text[:7]}").at(810, number, left=500)
        pdf.lines(*wrapped(text, 300)).page()
    assert load(pdf.data()).text == f"{KEEPER}\n\n{FISHER}\n\n{WINTER}"


def blocks(content):
    return [block.of(content.text) for block in content.paragraphs]


@pytest.fixture
def handbook(pdf, wrapped):
    """Draws a document of three sections below a list of names with numbers."""

    def draw(title, entries):
        if title:
            pdf.line(title).space()
        for name, number in entries:
            pdf.at(pdf.height, f"{name} {'. ' * 30}{number}").space()
        pdf.page()
        for name, text in (("Keepers", KEEPER), ("Fishers", FISHER), ("Winters", WINTER)):
            pdf.line(name, size=14).space().lines(*wrapped(text, 300)).page()
        return load(pdf.data())

    return draw


@pytest.mark.parametrize("title", ["Contents", "Inhalt"])
def test_a_table_of_contents_is_text_and_no_passage(handbook, title):
    content = handbook(title, [("1 Keepers", 2), ("2 Fishers", 3), ("3 Winters", 4)])
    assert content.text.startswith(f"{title}\n\n1 Keepers\t2\n2 Fishers\t3\n3 Winters\t4\n\n")
    assert blocks(content) == [KEEPER, FISHER, WINTER]
    assert [heading.text for heading in content.headings] == ["Keepers", "Fishers", "Winters"]


@pytest.mark.parametrize(
    "entries",
    [
        [("Herring", 2), ("Cod", 3), ("Bread", 4)],
        [("Keepers", 40), ("Fishers", 12), ("Winters", 3)],
        [("Keepers", 2), ("Fishers", 3)],
    ],
    ids=["prices", "counts", "two"],
)
def test_other_lists_with_numbers_are_passages(handbook, entries):
    content = handbook("", entries)
    lines = "\n".join(f"{name}\t{number}" for name, number in entries)
    assert blocks(content)[0] == lines


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


def test_a_heading_at_the_end_of_a_page_stays_above_its_text(pdf, wrapped):
    names = ("Fuel", "Lighting", "Switching off", "Care", "Messages", "Setting the weekly plan")
    for name in names:
        pdf.lines(name, size=14).space()
        pdf.lines(*wrapped(KEEPER, 300)).space()
    pdf.page().lines("Guarantee", size=14).space()
    pdf.lines(*wrapped(FISHER, 300))
    content = load(pdf.data())
    assert paragraphs(content) == [
        *(part for name in names for part in (name, KEEPER)),
        "Guarantee",
        FISHER,
    ]


def test_a_footnote_does_not_cut_a_table_in_two(pdf, wrapped):
    rows = [("Site", "Height", "Plants"), ("Alp", "19", "6"), ("Val", "22", "4"), ("Ser", "8", "5")]
    for number, cells in enumerate(rows):
        if number == 3:
            pdf.space().line("* Measured in 1887, with a rope of hemp.", size=8).page()
        for x, cell in zip((72, 200, 320), cells, strict=True):
            pdf.at(pdf.height, cell, left=x)
        pdf.space()
    content = load(pdf.data())
    assert [table.columns for table in content.tables] == [rows[0]]
    assert blocks(content)[1:] == ["\t".join(row) for row in rows[1:]]


def test_the_mark_of_a_footnote_stands_before_it(pdf, wrapped):
    pdf.lines(*wrapped(KEEPER, 300)).space()
    pdf.at(pdf.height + 3.6, "3", size=6).line("Built in 1887.", left=77.5, size=8)
    assert paragraphs(load(pdf.data()))[1] == "³ Built in 1887."


def test_a_justified_line_is_no_row_of_cells(pdf, wrapped):
    """Its words are spread evenly up to the edge of the other lines."""
    lines = wrapped(f"{KEEPER} {FISHER}", 200)
    edge = 72 + max(stringWidth(line, "Helvetica", 10) for line in lines)
    for number, line in enumerate(lines):
        if number != 2:
            pdf.line(line)
            continue
        words = line.split()[:3]
        widths = [stringWidth(word, "Helvetica", 10) for word in words]
        gap = (edge - 72 - sum(widths)) / 2
        for word, left in zip(
            words,
            (72, 72 + widths[0] + gap, edge - widths[2]),
            strict=True,
        ):
            pdf.at(pdf.height, word, left=left)
        pdf.space()
    text = load(pdf.data()).text
    assert "\t" not in text
    assert " ".join(lines[2].split()[:3]) in text


def test_lines_of_code_stay_lines(pdf, wrapped):
    code = ("for name in boats:", "    light(name)", "    # until it is home", "print(boats)")
    pdf.lines(*wrapped(KEEPER, 300)).space()
    for line in code:
        pdf.line(line.strip(), font="Courier", left=72 + 6 * (len(line) - len(line.lstrip())))
    pdf.space().lines(*wrapped(FISHER, 300))
    assert blocks(load(pdf.data())) == [KEEPER, "\n".join(map(str.strip, code)), FISHER]


def test_a_typewritten_document_is_no_code(pdf):
    pdf.lines(*textwrap.wrap(KEEPER, 50), font="Courier")
    assert load(pdf.data()).text == KEEPER


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        (
            "see https://lights.example.org/keepers/",
            "oban/list.html for",
            "/keepers/oban/list.html ",
        ),
        ("see https://lights.example.org/a-long-", "name for", "/a-long-name "),
        ("see https://lights.example.org", "/keepers for", "org/keepers "),
        ("see (https://lights.example.org/", ") for", "org/) for "),
        ("see https://lights.example.org/", "which lists", "org/ which "),
        ("see https://lights.example.org/", "e.g. of", "org/ e.g. "),
        ("see www.example.org", "keepers.example.org or", "org keepers"),
    ],
)
def test_an_address_broken_at_the_end_of_a_line_is_whole_again(pdf, above, below, text):
    pdf.lines(f"{'x' * 60} {above}", f"{below} {'y' * 40}")
    assert text in load(pdf.data()).text


def test_a_few_short_lines_are_not_joined(pdf, wrapped):
    names = ("Copyright 1998 Jo", "Copyright 2005 Albert Light", "Copyright 2010 Di Oil")
    pdf.lines(*names).space()
    pdf.lines(*wrapped(f"{KEEPER} {FISHER}", 400), size=9)
    assert paragraphs(load(pdf.data()))[0] == "\n".join(names)


def test_a_heading_may_end_between_two_columns(pdf, wrapped):
    pdf.line("On the keeping of the lights at the coast", size=12, left=72).space()
    top = pdf.height
    pdf.lines(*wrapped(f"{KEEPER} {FISHER}", 220)).height = top
    pdf.lines(*wrapped(f"{WINTER} {KEEPER}", 220), left=306)
    assert paragraphs(load(pdf.data()))[1:] == [f"{KEEPER} {FISHER}", f"{WINTER} {KEEPER}"]


def test_columns_of_prose_with_lines_of_code_are_columns(pdf):
    """Their justified lines end at one edge, though most lines are short."""
    code = ("a = light(1)", "if a:", "burn(a)", "end", "b = 2", "go(b)")
    for left, full in ((60, "The keeper climbs at dusk each day"), (310, "All fishers come home")):
        pdf.height = 770
        for _ in range(4):
            pdf.lines(full, full, left=left, font="Times-Roman").lines(*code, left=left)
    read = load(pdf.data()).text
    assert read.rindex("keeper") < read.index("fishers")
    assert "\t" not in read


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


@pytest.mark.parametrize(
    ("height", "cells", "size"),
    [
        # In the type of the text, close to it, with another number, with the number first, above
        # the foot of the page, and with the number left of the margin.
        (40, ("Lamps in the tower", "1"), 10),
        (700, ("Lamps in the tower", "1"), 7),
        (40, ("Lamps in the tower", "2"), 7),
        (40, ("1", "Built of granite."), 7),
        (150, ("Lamps in the tower", "1"), 7),
        (40, ("Lamps to light", "1"), 7),
    ],
)
def test_other_rows_at_the_foot_of_an_only_page_are_text(pdf, wrapped, height, cells, size):
    pdf.lines(*wrapped(f"{KEEPER} {FISHER}", 400)).at(height, cells[0], size=size)
    pdf.at(height, cells[1], left=300, size=size)
    assert paragraphs(load(pdf.data()))[-1].replace("\t", " ") == " ".join(cells)


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


def _number_lines(pdf, lines, first, step=1):
    for number, line in enumerate(lines, first):
        if number % step == 0:
            pdf.at(pdf.height, str(number), left=40, size=6)
        pdf.line(line)


@pytest.mark.parametrize("step", [1, 5])
def test_numbers_of_lines_are_no_words(pdf, wrapped, step):
    first = 1
    for words in (KEEPER, FISHER, WINTER):
        lines = wrapped(" ".join([words] * 16), 400)
        _number_lines(pdf, lines, first, step)
        first += len(lines)
        pdf.page()
    assert (
        load(pdf.data()).text.split()
        == " ".join([KEEPER] * 16 + [FISHER] * 16 + [WINTER] * 16).split()
    )


def test_numbers_of_rows_are_kept(pdf):
    for page in range(2):
        for number in range(1, 21):
            pdf.at(pdf.height, str(20 * page + number), left=40)
            pdf.line(f"Captain Ann Smith of the good ship Herring number {number}")
        pdf.page()
    text = load(pdf.data()).text
    assert re.search(r"^40\s+Captain", text, re.MULTILINE)


@pytest.mark.parametrize(
    "note",
    ["[Amended in 2004 by the council]", "(last revised 7 May 2018)", "Approved 12 May 2019"],
)
def test_a_note_that_says_when_something_was_decided_is_no_heading(pdf, wrapped, note):
    pdf.line("Keepers", size=14).space().line(note, font="Helvetica-Bold").space()
    pdf.lines(*wrapped(KEEPER, 300)).space()
    content = load(pdf.data())
    assert [heading.text for heading in content.headings] == ["Keepers"]
    assert note in content.text


def test_a_title_may_say_that_it_was_amended(pdf, wrapped):
    pdf.line("Amended Rules of the Harbour 2019", size=18).space().lines(*wrapped(KEEPER, 300))
    assert load(pdf.data()).title == "Amended Rules of the Harbour 2019"


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


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("Plans for 2025/26", True),
        ("Budget 2024–2025", True),
        ("2024/25", False),
        ("£ 1,250.75 in all", False),
        ("No. 1029384/77", False),
    ],
)
def test_years_in_a_heading_do_not_make_it_a_number(pdf, wrapped, line, is_heading):
    pdf.lines(*wrapped(FISHER, 300)).space()
    pdf.line(line, font="Helvetica-Bold").space().lines(*wrapped(WINTER, 300))
    assert [heading.text for heading in load(pdf.data()).headings] == [line] * is_heading


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


def pdf_of_glyphs(*pieces):
    """A PDF with a text object for each piece, whose glyphs stand for any characters.

    Args:
        pieces: the left of each piece, its height, and its characters.
    """
    codes = {
        letter: code for code, letter in enumerate(sorted({*"".join(p[2] for p in pieces)}), 33)
    }
    drawn = "".join(
        f"BT /F 10 Tf {left} {height} Td <{''.join(f'{codes[letter]:02x}' for letter in text)}> Tj ET\n"
        for left, height, text in pieces
    )
    named = "".join(
        f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>\n" for letter, code in codes.items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{named}endbfchar endcmap end end"
    )
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Courier/ToUnicode 6 0 R>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    ]
    body = "".join(f"{number} 0 obj{text} endobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R/Size 7>>\n%%EOF".encode()


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ([(72, 700, "\ufe0fLight the lamp.")], "Light the lamp."),
        ([(72, 700, "\ufe0f Light the \ufe0f\ufe0f lamp.")], "Light the lamp."),
        ([(72, 700, "\u2714\ufe0f Light the lamp.")], "\u2714\ufe0f Light the lamp."),
    ],
)
def test_what_chooses_the_look_of_a_missing_sign_is_left_out(pieces, text):
    assert load(pdf_of_glyphs(*pieces)).text == text


SHALOM, OLAM = "\u05e9\u05dc\u05d5\u05dd", "\u05e2\u05d5\u05dc\u05dd"


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        # The glyphs of a word are drawn from the left, its last letter first.
        ([(100, OLAM[::-1]), (130, SHALOM[::-1])], f"{SHALOM} {OLAM}"),
        ([(130, SHALOM[::-1]), (100, OLAM[::-1])], f"{SHALOM} {OLAM}"),
        ([(100, f"{OLAM[::-1]} {SHALOM[::-1]}")], f"{SHALOM} {OLAM}"),
        ([(94, "?"), (100, OLAM[::-1]), (130, SHALOM[::-1])], f"{SHALOM} {OLAM}?"),
        (
            [(28, "In Hebrew:"), (100, OLAM[::-1]), (130, SHALOM[::-1]), (160, "aloud")],
            f"In Hebrew: {SHALOM} {OLAM} aloud",
        ),
    ],
)
def test_words_written_from_right_to_left_are_in_reading_order(pieces, text):
    assert load(pdf_of_glyphs(*((left, 700, glyphs) for left, glyphs in pieces))).text == text


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


def test_a_scanned_file_is_reported(pdf, sandbox, monkeypatch):
    from PIL import Image

    monkeypatch.setattr("index.formats.is_importable", lambda _: False)
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


@pytest.mark.e2e
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
        Sandbox(Budget(Limits(memory=2**28))) as sandbox,
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
