"""Tables of HTML: cells that reach over rows, and what a table is called above it."""

import pytest

from index.loaders import parse
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most


def read(html):
    return parse(".html", html.encode())


def blocks(html):
    content = read(html)
    return [span.of(content.text) for span in content.paragraphs]


HEAD = "<tr><th>Boat<th>Mon<th>Tue<th>Wed"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("<tr><td rowspan=3>Ann<td>1<td>2<td>3<tr><td>4<td>5<tr><td>6", "Ann\t1\t2\t3|Ann\t4\t5|Ann\t6"),
        ("<tr><td>Ann<td rowspan=2>up<td rowspan=2>to sea<td>3<tr><td>Bob", "Ann\tup\tto sea\t3|Bob\tup\tto sea"),
        ("<tr><td>Ann<td>1<td rowspan=2 colspan=2><i>at</i><br>sea<tr><td>Bob<td>2", "Ann\t1\tat\nsea|Bob\t2\tat sea"),
        ("<tr><td>Ann<td rowspan=2> <td>2<td>3<tr><td>Bob<td>5", "Ann\t\t2\t3|Bob\t\t5"),
        ("<tr><td>Ann<td rowspan=2>1<td>2<tr><td> <td> <tr><td>Cy<td>4", "Ann\t1\t2|Cy\t4"),
        ("<tr><td>Ann<td rowspan=9>1</tr><tbody><tr><td>Bob<td>2", "Ann\t1|Bob\t2"),
        ("<tr><td>Ann<td rowspan=2>1<tr><td>Bob<td>2<tr><td>Cy<td rowspan=2>3<tr><td>Di", "Ann\t1|Bob\t1\t2|Cy\t3|Di\t3"),
        (f"<tr><td>Ann<td rowspan=2>{'x' * 400}<td>2<tr><td>Bob<td>3", f"Ann\t{'x' * 400}\t2|Bob\t\t3"),
    ],
    ids=["first", "last", "and columns", "empty", "empty row", "section", "again", "long"],
)  # fmt: skip
def test_a_cell_that_reaches_over_rows_is_read_in_each(rows, lines):
    assert blocks(f"<table>{HEAD}{rows}</table>") == lines.split("|")


def test_a_name_of_a_column_that_reaches_over_rows_is_read_once():
    html = "<table><tr><th rowspan=2>Boat<th colspan=2>Sails<tr><th>old<th>new<tr><td>Ann<td>1<td>2"
    content = read(f"{html}</table>")
    assert content.text == "Boat\tSails\n\told\tnew\nAnn\t1\t2"
    assert content.tables[0].columns == ("Boat", "Sails old", "Sails new")


def test_repeated_cells_make_a_page_no_more_than_twice_as_long():
    row = "".join(f"<td rowspan=9999>{'x' * 300}" for _ in range(90))
    html = f"<table><tr><th>a<th>b<tr><td>0{row}{'<tr><td>1' * 20_000}</table>"
    with takes_at_most(5):
        assert len(read(html * 3).text) < 2 * len(html * 3)


ROWS = "<tr><th>Day<th>mm<tr><td>Mon<td>17<tr><td>Tue<td>18"


@pytest.mark.parametrize(
    ("before", "caption"),
    [
        ("<div class=table><a name=x></a><p class=title><b>Table 2. Rain</b></p><div>", "Table 2. Rain"),
        ("<figure><figcaption>Rain</figcaption>", "Rain"),
        ("<p>Table 2: Rain, <i>by day</i></p>", "Table 2: Rain, by day"),
        ("<p>Tabelle A1 – Regen</p>", "Tabelle A1 – Regen"),
        ("<h2 class=title>Table 2</h2>", ""),
        ("<div class=title><h2>Table 2</h2></div>", ""),
        ("<p>Table manners vary.</p>", ""),
        ("<p class=title>Rain</p><p>It fell.</p>", ""),
        (f"<p>Table 2. {'It fell and fell. ' * 10}</p>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_table_is_called_what_stands_right_above_it(before, caption):
    assert read(f"<p>Weather.</p>{before}<table>{ROWS}</table>").tables[0].caption == caption


def test_a_caption_of_its_own_counts_more():
    content = read(f"<p>Table 2. Rain</p><table><caption>Rain by day</caption>{ROWS}</table>")
    assert content.tables[0].caption == "Rain by day"


def test_a_table_with_a_caption_is_read_row_by_row_in_a_list_too():
    table = f"<div class=table><p class=title>Table 1. Rain</p><table>{ROWS}</table></div>"
    html = f"<h1>Sums</h1><ol><li><p>By day:</p>{table}<p>It fell.</p><li>By week.</ol><p>After."
    content = read(html)
    assert [span.of(content.text) for span in content.paragraphs] == [
        "1. By day:\n  Table 1. Rain",
        "Mon\t17",
        "Tue\t18",
        "It fell.\n2. By week.",
        "After.",
    ]
    pieces = cut_passages(content, lambda texts: [len(text) for text in texts], 100)
    assert (("Sums", "Table 1. Rain"), ("Day", "mm")) in {(p.headings, p.columns) for p in pieces}


@pytest.mark.parametrize(
    "html",
    [
        f"<ol><li>By day:<table>{ROWS}</table><li>By week.</ol>",
        f"<ul><li><p class=title><table>{ROWS}</table></ul>",
        f"<dl><dt>Table 1. Rain<table>{ROWS}</table></dl>",
    ],
    ids=["no caption", "no words", "term"],
)
def test_any_other_table_stays_whole_in_a_list(html):
    content = read(html)
    assert content.tables == ()
    assert len(content.paragraphs) == 1
