"""HTML within Markdown: what a person sees of it is located, and its tags are left out."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.documents import Span
from index.loaders import parse
from index.loaders.markup.markdown_html import find_visible
from tests.support.timing import takes_at_most

PARTS = ["<p>", "</p>", "<b>", "</b>", "<h1>", "</h1>", "<br>", "<img alt='x'>", "<!--", "-->"]
PARTS += [
    "<script>",
    "</script>",
    "<td>",
    "</td>",
    "words ",
    "\n",
    "&nbsp;",
    "<",
    ">",
    "<a href=x>",
]


def visible(html):
    return find_visible(html, Span(0, len(html)))


def blocks(html):
    return [span.of(html) for span in visible(html)[1]]


def headings(html):
    return [(heading.level, heading.text) for heading in visible(html)[0]]


@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_stretches_stand_in_order_within_the_block(html):
    headings, paragraphs = visible(html)
    for spans in (paragraphs, [heading.span for heading in headings]):
        assert all(one.end <= other.start for one, other in pairwise(spans))
        assert all(0 <= span.start < span.end <= len(html) for span in spans)


@given(st.lists(st.sampled_from([*PARTS, "words ", "5 < 6 ", "a <file> "]), max_size=30))
def test_no_visible_word_is_lost(parts):
    parts = [
        part for part in parts if part not in ("<!--", "-->", "<script>", "</script>", "<", ">")
    ]
    html = "".join(parts)
    headings, paragraphs = visible(html)
    spans = [*paragraphs, *(heading.span for heading in headings)]
    for word in re.finditer(r"words|5 < 6|a(?= <file>)", html):
        assert sum(span.start <= word.start() and word.end() <= span.end for span in spans) == 1


def test_signs_and_names_in_angle_brackets_part_no_sentence():
    html = "<p>Use a < b and c > d when x < 3. Run <file> then. If <b>load</b> < 10, wait > 5.</p>"
    [block] = blocks(html)
    assert block == html.removeprefix("<p>").removesuffix("</p>")


def test_a_paragraph_ends_a_heading_that_is_not_closed():
    html = "<h3>Cost\n<p>The licence costs 40 euros.</p>\n<p>It ends in May.</p>"
    assert headings(html) == [(3, "Cost")]
    assert blocks(html) == ["The licence costs 40 euros.", "It ends in May."]
    assert headings("<h1><p>Title</p></h1>") == [(1, "Title")]


def test_each_paragraph_is_a_stretch_and_pictures_are_none():
    html = (
        '<p align="center"><a href="x"><img src="logo.png" alt="Logo"></a></p>\n'
        '<p align="center">A <b>2kB</b> library</p>\n'
        '<p>\n  <a href="y"><img src="badge.svg"></a>\n</p>Plain words'
    )
    assert blocks(html) == ["A <b>2kB</b> library", "Plain words"]


def test_a_row_of_a_table_is_a_stretch():
    html = "<table>\n<tr><td>oven</td><td>220 °C</td></tr><tr><td>hob</td><td>9</td></tr></table>"
    assert blocks(html) == ["oven</td><td>220 °C", "hob</td><td>9"]


def test_scripts_styles_and_comments_are_not_seen():
    html = "<style>p { color: red }</style><script>if (a < b) run()</script><!-- note -->Words"
    assert blocks(html) == ["Words"]


def test_headings_are_their_words_or_the_picture_that_they_consist_of():
    html = "<h1>Salt &amp; <i>water</i></h1><h2>\n<br>\n<img src='a.png' alt='Chalk'>\n</h2>text"
    assert headings(html) == [(1, "Salt & water"), (2, "Chalk")]
    assert blocks(html) == ["text"]


def test_a_heading_that_is_cut_off_by_a_blank_line_is_a_heading():
    content = parse(".md", b'<h1 align="center">\n<img alt="Chalk">\n\n</h1>\n\n## Use\n\nDraw.')
    assert content.title == "Chalk"
    assert [heading.text for heading in content.headings] == ["Chalk", "Use"]


@takes_at_most(2)
def test_a_million_tags_take_no_time():
    visible("<p>a<b>" * 300_000)
    visible("<a " * 300_000)
    visible("<a x>" * 200_000 + "words")


RATES = """# Rates

<table><caption>Of a night</caption>
<thead><tr><th>Room</th><th>One</th><th>Two</th></tr></thead>
<tbody>
<tr><td>Attic</td><td>£38</td><td><b>£52</b><ul><li>no cot</li></ul></td></tr>
<tr><td>Cellar</td><td />
<td>£41</td></tr>
</tbody></table>

<table><tr><td>oven</td><td>220 °C</td></tr><tr><td>hob</td><td>9</td></tr></table>
"""


def test_a_row_under_the_names_of_columns_is_a_paragraph_with_its_cells():
    content = parse(".md", RATES.encode())
    (table,) = content.tables
    assert table.columns == ("Room", "One", "Two")
    rows = [b for b in content.blocks if b.kind == "row" and table.span.holds(b.span)]
    assert [[cell.of(RATES) for cell in row.cells] for row in rows] == [
        ["Attic", "£38", "<b>£52</b><ul><li>no cot</li></ul>"],
        ["Cellar", "", "£41"],
    ]
    assert [each for each in content.paragraphs if table.span.holds(each)] == [
        row.span for row in rows
    ]


def test_a_table_without_names_of_columns_stays_as_people_see_it():
    content = parse(".md", RATES.encode())
    assert not any("oven" in table.span.of(RATES) for table in content.tables)
    assert any("220 °C" in each.of(RATES) for each in content.paragraphs)


@takes_at_most(6)
def test_many_tables_are_read_in_time_that_grows_with_their_number():
    table = "<table><tr><th>Day<th>mm<tr><td>Mon<td>17</table>\n\n"
    assert len(parse(".md", (table * 12_000).encode()).tables) == 12_000
