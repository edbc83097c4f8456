"""HTML: the text as a person reads it, and never the markup."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders import UnreadableFile
from index.text.passages import cut_passages
from tests.support.loading import load_here
from tests.support.timing import takes_at_most

WORDS = st.text("abc xyzé東🙂\u0301\u05d0", min_size=1, max_size=12)
TAGS = ["p", "div", "b", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "h1", "blockquote",
        "dl", "dt", "dd", "sup"]  # fmt: skip
HIDDEN = ["script", "style", "nav", "footer", "aside", "template", "noscript", "button"]


def tree():
    return st.recursive(
        WORDS | st.just("<br>") | st.just("&amp;") | st.just("&lt;i&gt;"),
        lambda inner: st.one_of(
            st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=4)).map(
                lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
            ),
            # Left open, or closed by the wrong tag.
            st.tuples(st.sampled_from(TAGS), inner).map(lambda pair: f"<{pair[0]}>{pair[1]}"),
            st.lists(inner, min_size=4, max_size=8).map(
                lambda cells: "<table><tr><th>a<th>b" + "".join(f"<tr><td>{c}<td>1" for c in cells)
            ),
            st.sampled_from(HIDDEN).map(lambda tag: f"<{tag}>SECRET</{tag}>"),
            inner.map(lambda words: f"<!-- SECRET -->{words}</div>"),
        ),
        max_leaves=20,
    )


def loaded(html):
    return load_here(".html", html.encode() if isinstance(html, str) else html)


def blocks(html):
    content = loaded(html)
    return [span.of(content.text) for span in content.paragraphs]


@given(tree())
def test_the_text_holds_what_is_seen_and_no_markup(html):
    content = loaded(f"<body>{html}")
    assert "SECRET" not in content.text
    assert not re.search(r"</?(?!i>)\w", content.text)
    headings = [heading.span for heading in content.headings if len(heading.span)]
    spans = sorted([*content.paragraphs, *headings])
    assert all(one.end <= other.start for one, other in pairwise(spans))
    at = 0
    for span in sorted([*spans, *(table.span for table in content.tables)]):
        assert not content.text[at : span.start].strip()
        assert span.start < span.end
        at = max(at, span.end)
    assert not content.text[at:].strip()
    assert list(content.paragraphs) == sorted(content.paragraphs)


@given(st.lists(WORDS.filter(str.strip), min_size=1, max_size=5))
def test_every_word_of_a_paragraph_is_there_once(words):
    html = "".join(f"<p>{word}</p>" for word in words)
    assert loaded(html).text.split() == " ".join(words).split()


def test_white_space_is_folded_as_on_a_page():
    content = loaded("<p> one\n  two <b> three</b>four <i>five</i> , six</p>")
    assert content.text == "one two threefour five , six"


def test_a_break_ends_a_line_and_not_the_paragraph():
    assert blocks("<p>one<br>two<br/> three</p>") == ["one\ntwo\nthree"]


def test_preformatted_text_keeps_its_white_space():
    assert loaded("<pre>\n  if x:\n\n      <b>y</b>\n</pre>").text == "  if x:\n\n      y\n"


def test_entities_are_characters():
    content = loaded("<p>5&nbsp;&euro; &amp; &#128578; &lt;b&gt; &#xD800; &#0;</p>")
    assert content.text == "5\xa0€ & 🙂 <b> \ufffd \ufffd"


def test_hints_where_a_word_may_break_are_not_seen():
    content = loaded("<p>inter&shy;national over<wbr>flow&#8203;ing</p>")
    assert content.text == "international overflowing"


def test_lists_stay_whole_and_keep_their_numbers():
    nested = "<ol><li>one<li><p>two</p><ul><li>a</ul><li>three</ol>"
    assert blocks(nested) == ["1. one\n2. two\n  ◦ a\n3. three"]
    assert blocks("<ol start=7><li>seven<li>eight</ol>") == ["7. seven\n8. eight"]
    assert blocks("<ul><li></li><li> </li></ul><p>x</p>") == ["x"]


@pytest.mark.parametrize(
    ("tag", "items", "numbers"),
    [
        ("ol type=a", 2, ["a.", "b."]),
        ("ol type=A start=26", 2, ["Z.", "AA."]),
        ("ol type=i start=3", 2, ["iii.", "iv."]),
        ("ol type=I start=9", 2, ["IX.", "X."]),
        ("ol type=a start=0", 2, ["0.", "a."]),
        ("ol type=circle start=x", 2, ["1.", "2."]),
        ("ol type=1 start=-1", 2, ["-1.", "0."]),
        ("ul type=a", 1, ["•"]),
    ],
)
def test_items_are_numbered_as_a_browser_shows_them(tag, items, numbers):
    (block,) = blocks(f"<{tag}>{'<li>x' * items}")
    assert [line.removesuffix(" x") for line in block.splitlines()] == numbers


def test_an_item_may_say_its_number():
    assert blocks("<ol><li>a<li value=7>b<li>c<li value=x>d</ol>") == ["1. a\n7. b\n8. c\n9. d"]


def test_what_is_in_an_item_is_set_in_below_its_words():
    html = (
        "<ul><li><p>rain</p><p>It falls<br>in drops.</p><ul><li>drizzle<ol><li>fine</ol>"
        "<li>hail</ul>And so on.<li>snow<pre>a\nb</pre><li><ul><li>sleet</ul></ul>"
    )
    assert blocks(html) == [
        "• rain\n  It falls\n  in drops.\n  ◦ drizzle\n    1. fine\n  ◦ hail\n  And so on."
        "\n• snow\na\nb\n  ◦ sleet"
    ]


def test_a_list_in_a_cell_or_far_within_others_costs_no_width():
    page = "<table><tr><th>a<th>b<tr><td>1<td>x<ul><li>y<ul><li>z</ul></ul></table>"
    assert blocks(page) == ["1\tx\n• y\n  ◦ z"]
    assert blocks("<ul><li>a" * 30)[0].split("\n")[-1] == " " * 14 + "▪ a"


@pytest.mark.parametrize("sign", ["¶", "#", "🔗", "\uf0c1"])
def test_the_sign_that_links_to_a_heading_is_no_part_of_it(sign):
    page = f"<h2>Pumps<a class=headerlink href=#pumps title='Link to this'>{sign}</a></h2><p>Text."
    assert [heading.text for heading in loaded(page).headings] == ["Pumps"]


def test_an_entry_of_a_list_of_definitions_is_a_block_under_its_term():
    html = (
        "<h2>Words</h2><dl><dt>evil merge<a class=headerlink href=#e>¶</a><dd>Changes that are in no parent."
        "<dt>fast-forward<dt><code>ff</code><dd><p>Only a pointer moves.</p><p>It needs:<ul><li>a merge</ul>"
        "</dl><p>After."
    )
    assert blocks(html) == [
        "evil merge\nChanges that are in no parent.",
        "fast-forward\nff\nOnly a pointer moves.",
        "It needs:",
        "• a merge",
        "After.",
    ]
    content = loaded(html)
    assert content.text.startswith("Words\n\nevil merge\nChanges that are in no parent.\nfast-f")
    pieces = cut_passages(content, lambda texts: [len(text) for text in texts], 100)
    assert [(piece.headings, piece.span.of(content.text)[:12]) for piece in pieces] == [
        (("Words", "evil merge"), "evil merge\nC"),
        (("Words", "fast-forward, ff"), "fast-forward"),
        (("Words",), "After."),
    ]


def test_a_list_of_definitions_within_another_belongs_to_its_entry():
    page = "<dl><dt>a<dd>one<dl><dt>b<dd>two</dl>three<dt>c</dl><dl><dd><dl><dt>d<dd>four</dl></dl>"
    pieces = cut_passages(loaded(page), lambda texts: [len(text) for text in texts], 100)
    assert [piece.headings for piece in pieces] == [("a",), ("a", "b"), ("a",), ("c",), ("d",)]


@pytest.mark.parametrize(
    ("html", "headings"),
    [
        ("<dl><dt>[1]<dd>a note</dl>", []),
        ("<dl><dt>a<dd><h3>Of hail</h3>It hails.</dl>", ["a", "Of hail"]),
        ("<dl><dt><h3>Why?</h3><dd>Because.</dl>", ["Why?"]),
        ("<dl><dd>no term</dl>", []),
        ("<ul><li><dl><dt>a<dd>in a list</dl></ul>", []),
        ("<dl><div><dt>a<dd>b</div><div><dt>c<dd>d</div></dl>", ["a", "c"]),
        (f"<dl><dt>{'long ' * 50}<dd>b</dl>", ["long " * 19 + "long…"]),
    ],
)
def test_which_terms_are_headings(html, headings):
    assert [heading.text for heading in loaded(html).headings if heading.text] == headings


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("2<sup>48</sup> bytes", "2⁴⁸ bytes"),
        ("10<sup>-3</sup> m<sup>2</sup>, x<sup>n+1</sup>", "10⁻³ m², xⁿ⁺¹"),
        ("2<sup>k</sup> and O(n<sup>log n</sup>)", "2^k and O(n^(log n))"),
        ("Ca<sup>2+</sup>, H<sup>+</sup>", "Ca²⁺, H+"),
        ("so it is<sup>1</sup><sup>[2]</sup>", "so it is¹[2]"),
        ("the 21<sup>st</sup>, M<sup>lle</sup>, X<sup>TM</sup>", "the 21st, Mlle, XTM"),
        ("a<sup hidden>9</sup> <sup>note</sup>", "a note"),
    ],
)
def test_superscripts_read_right(html, text):
    assert loaded(f"<p>{html}").text == text


def test_tables_are_lines_of_cells():
    html = "<table><tr><td>a</td> <td> b</td></tr>\n<tr><td>1<td>2</table>"
    assert blocks(html) == ["a\tb\n1\t2"]


def test_the_rows_of_a_table_are_blocks_under_the_names_of_its_columns():
    html = (
        "<p>Before.<table><caption>What it <b>took</b></caption><thead><tr><th>Year<th>Cost <i>net"
        "</i></thead><tr><td>2023<td>£98<tr><td><p>2024</p><td><p>£105</p><p>paid</p><td>late"
        "<tr><td><td><tr><th>2025<td>£1</table><p>After."
    )
    content = loaded(html)
    assert blocks(html) == [
        "Before.",
        "What it took",
        "2023\t£98",
        "2024\t£105\npaid\tlate",
        "2025\t£1",
        "After.",
    ]
    (table,) = content.tables
    assert (table.caption, table.columns) == ("What it took", ("Year", "Cost net"))
    assert table.span.of(content.text).split("\n")[:2] == ["", "Year\tCost net"]
    pieces = cut_passages(content, lambda texts: [len(text) for text in texts], 100)
    assert [piece.heading for piece in pieces][-2:] == ["What it took › Year | Cost net", None]


def test_columns_may_be_named_by_years():
    content = loaded("<table><tr><th><th>2023<th>2024<tr><td>Sales<td>98<td>105</table>")
    assert content.tables[0].columns == ("", "2023", "2024")
    assert [block.of(content.text) for block in content.paragraphs] == ["Sales\t98\t105"]


def test_an_empty_cell_in_the_corner_need_not_be_marked():
    html = (
        "<table><tr><td rowspan='' colspan=''> <th><p>A</p><tr><th>1<td>17<tr><th>2<td>=A1</table>"
        "<table><tr><td><th>2023<th>2024<tr><td>Sales<td>98<td>105</table>"
    )
    assert [table.columns for table in loaded(html).tables] == [("", "A"), ("", "2023", "2024")]
    assert blocks(html) == ["1\t17", "2\t=A1", "Sales\t98\t105"]


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td><img><th>Note<tr><td><td>It rained.",
        "<tr><td rowspan=2><img><th>Note<tr><th colspan=2>It rained.<tr><td>a<td>b",
        "<tr><td><th>Entry<th>Section<tr><th>A<tr><td><td>apple<td>Fruit<tr><td><td>ash<td>Trees",
    ],
    ids=["sign beside a note", "sign of two rows", "rows without names"],
)
def test_an_empty_cell_is_no_corner_where_the_rows_have_no_names(table):
    assert loaded(f"<table>{table}</table>").tables == ()


def test_columns_may_be_named_in_several_rows():
    html = (
        "<table><tr><th rowspan=2>Club<th colspan=2>Won<th>Lost<tr><th>home<th>away<th>home"
        "<tr><td>Ann<td>1<td>2<td>3</table>"
    )
    columns = ("Club", "Won home", "Won away", "Lost home")
    assert loaded(html).tables[0].columns == columns
    assert blocks(html) == ["Ann\t1\t2\t3"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("<tr><td>Bob<td>8-1<td><td>9-5", "Bob\t8-1\t\t9-5"),
        ("<tr><td> <td>8-1<td> <td>9-5", "\t8-1\t\t9-5"),
        ("<tr><th>Bob<td>8-1<td> <td>", "Bob\t8-1"),
        ("<tr><td><td><p></p><td><br><td>9-5", "\t\t\t9-5"),
        ("<tr><th>Bob<td colspan=2>8-1<td>9-5", "Bob\t8-1\t\t9-5"),
        ("<tr><td>Bob<td rowspan=2>8-1<td>a<td>b<tr><td>Cy<td>c<td>d", "Bob\t8-1\ta\tb|Cy\t8-1\tc\td"),
        ("<tr><th colspan=4>Night<tr><td>Bob<td><td>8-1<td>", "Night|Bob\t\t8-1"),
        ("<tr><td>Bob<td colspan=x>8-1<td rowspan=0>9-5<td>", "Bob\t8-1\t9-5"),
    ],
    ids=["inside", "first", "last", "all but one", "colspan", "rowspan", "row over all", "no count"],
)  # fmt: skip
def test_an_empty_cell_keeps_its_place_in_the_row(rows, found):
    html = f"<table><tr><th><th>Mon<th>Tue<th>Wed{rows}</table>"
    assert loaded(html).tables[0].columns == ("", "Mon", "Tue", "Wed")
    assert blocks(html) == found.split("|")


def test_two_columns_of_one_name_are_two():
    content = loaded("<table><tr><th>Name<th>Day<th>Day<tr><td>Ann<td>1<td>2</table>")
    assert content.tables[0].columns == ("Name", "Day", "Day")


def test_where_only_the_header_lacks_the_first_cell_its_column_has_no_name():
    content = loaded("<table><tr><th>Mon<th>Tue<tr><td>Ann<td>1<td><tr><td>Bob<td><td>2</table>")
    assert content.tables[0].columns == ("", "Mon", "Tue")


def test_a_header_cell_over_all_columns_is_the_caption():
    table = "<tr><th colspan=2>Shifts<tr><th>Name<th>Mon<tr><td>Ann<td>8-1"
    content = loaded(f"<table>{table}</table>")
    assert (content.tables[0].caption, content.tables[0].columns) == ("Shifts", ("Name", "Mon"))


def test_cells_that_claim_to_reach_far_cost_nothing():
    cells = "<td colspan=9999 rowspan=9999>x" * 2_000
    html = f"<table><tr><th colspan=9999>a<th>b{('<tr>' + cells) * 5}</table>"
    with takes_at_most(8):
        assert len(loaded(html).text) < len(html)


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td>Home<td>What the page says",
        "<tr><th>Weight<td>5 kg<tr><th>Height<td>2 m",
        "<tr><th>a<th>b",
        "<tr><th>12<th>£24<tr><td>£98<td>£105",
        "<tr><th>a<th>b<tr><td>1<td><table><tr><td>x<td>y</table>",
        "<tr><th>a<th>b<tr><td>1<td><h2>Of hail</h2>It hails.",
        "<tr><th><th><tr><td>1<td>2",
        f"<tr><th>{'words ' * 20}<th>b<tr><td>1<td>2",
    ],
    ids=["no names", "names in rows", "no rows", "values", "tables", "headings", "empty", "long"],
)
def test_a_table_that_lays_out_the_page_or_has_no_names_of_columns_stays_whole(table):
    content = loaded(f"<p>Before.<table>{table}</table><p>After.")
    assert content.tables == ()
    assert len(content.paragraphs) == 3


_BODY = "<tr><td>Mon<td>west<td>hail</tr><tr><td>Tue<td>east<td>snow</tr>"


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (f"<tr><td><b>Day</b><td><strong>Where</strong><td><b>What</b></tr>{_BODY}", ("Day", "Where", "What")),
        (f"<thead><tr><td>Day<td>Where<td>What</tr></thead><tbody>{_BODY}", ("Day", "Where", "What")),
        ("<tr><td>Day<td>mm<td>cm</tr><tr><td>Mon<td>17<td>1.7</tr><tr><td>Tue<td>18<td>1.8", ("Day", "mm", "cm")),
        ("<tr><td><b>Day</b><td><b>mm</b></tr><tr><td>Mon<td>17", ("Day", "mm")),
    ],
)  # fmt: skip
def test_cells_that_are_not_marked_may_plainly_name_the_columns(table, columns):
    content = loaded(f"<table>{table}</table>")
    assert [each.columns for each in content.tables] == [columns]
    assert all(
        block.of(content.text).startswith(("Mon\t", "Tue\t")) for block in content.paragraphs
    )


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td>Name<td>Ann</tr><tr><td>Born<td>1911</tr><tr><td>Died<td>1980",
        "<tr><td><b>Name</b><td>Ann</tr><tr><td><b>Town</b><td>Leeds",
        "<tr><td><b>Name</b><td><b>Ann</b></tr><tr><td><b>Town</b><td><b>Leeds</b>",
        f"<tr><td><b>Menu</b><td><b>News</b></tr><tr><td>Home<td>{'It rained again. ' * 30}",
        "<tr><td colspan=2><b>Rain</b></tr><tr><td>Mon<td>17",
        "<tr><td><b>Rain</b><td><b>Rain</b></tr><tr><td>Mon<td>17",
        "<thead><tr><td>Mon<td>rain</tr></thead>",
        _BODY,
    ],
)
def test_otherwise_they_name_none(table):
    content = loaded(f"<table>{table}</table>")
    assert content.tables == ()
    assert len(content.paragraphs) == 1


def test_of_a_table_that_is_left_out_nothing_stays():
    links = "".join(f"<tr><td><a href={n}>Page {n}</a><td>" for n in range(4))
    page = loaded(f"<table><tr><th>a<th>b{links}</table><h1>Rain</h1><p>It rained.")
    assert page.text == "Rain\n\nIt rained."
    assert page.tables == ()


def test_headings_have_their_levels_and_words():
    content = loaded("<h1>On <i>rain</i>fall</h1><p>x</p><h3><div>Deep</div>er</h3><h2>&nbsp;</h2>")
    assert [(h.level, h.text) for h in content.headings] == [(1, "On rainfall"), (3, "Deep er")]
    assert [h.span.of(content.text) for h in content.headings] == ["On rainfall", "Deep\ner"]


def headings_of(html):
    return [(heading.level, heading.text) for heading in loaded(html).headings]


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td><h2>Hail</h2><p>It hails.</p>{}",
        "<tr><td>Menu<td><h2>Hail</h2><p>It hails.</p>{}",
        "<tr><td><table><tr><td><h2>Hail</h2><p>It hails.</p>{}</table></table>",
    ],
    ids=["one cell", "two cells", "tables in tables"],
)
def test_a_table_that_lays_out_the_page_is_read_as_if_it_were_none(table):
    inner = "<table><tr><th>Day<th>mm<tr><td>Mon<td>17</table>"
    content = loaded(f"<table>{table.format(inner)}</table><p>After.")
    assert [heading.text for heading in content.headings] == ["Hail"]
    assert [block.of(content.text) for block in content.paragraphs][-3:] == [
        "It hails.",
        "Mon\t17",
        "After.",
    ]
    assert [table.columns for table in content.tables] == [("Day", "mm")]


def test_paragraphs_in_the_only_cell_of_a_table_are_paragraphs():
    assert blocks("<table><tr><td><p>It rains.<p>It hails.</table>") == ["It rains.", "It hails."]


@pytest.mark.parametrize(
    "table",
    [
        "<tr><td><p>Mon</p><td><p>17</p><p>18</p>",
        "<tr><td><p>Warning</p><tr><td><p>It hails.</p>",
        "<tr><th>Day<td><h2>Hail</h2><p>It hails.</p>",
        "<tr><td><h2>Hail</h2><td>It hails.",
    ],
    ids=["two columns", "two rows", "marked names", "headings alone"],
)
def test_other_tables_with_blocks_in_their_cells_stay_whole(table):
    content = loaded(f"<table>{table}</table>")
    assert len(content.paragraphs) == 1
    assert content.headings == ()


def test_tables_in_very_many_tables_take_no_time():
    with takes_at_most(5):
        assert blocks("<table><tr><td>" * 900 + "x<p>y" * 20_000)


def test_the_summary_of_what_a_reader_unfolds_is_its_heading():
    html = (
        "<h2>Bins</h2><details><summary>Why <b>blue</b>?</summary><p>It is.</p></details>"
        "<details open><summary>When?</summary>At six.<p>On Monday.</details><p>After.<h2>Tip</h2>"
    )
    assert headings_of(html) == [(2, "Bins"), (3, "Why blue?"), (3, "When?"), (3, ""), (2, "Tip")]
    assert blocks(html) == ["It is.", "At six.", "On Monday.", "After."]
    pieces = cut_passages(loaded(html), lambda texts: [len(text) for text in texts], 100)
    assert [piece.headings for piece in pieces] == [
        ("Bins", "Why blue?"),
        ("Bins", "When?"),
        ("Bins",),
    ]


@pytest.mark.parametrize(
    ("html", "headings"),
    [
        ("<details><summary>a</summary>b</details>", [(1, "a")]),
        (
            "<h1>A</h1><details><summary>b</summary>c<details><summary>d</summary>e</details>f"
            "</details>g",
            [(1, "A"), (2, "b"), (3, "d"), (3, ""), (2, "")],
        ),
        ("<details><summary><h4>a</h4></summary>b</details>c", [(4, "a"), (1, "")]),
        ("<h2>A</h2><details><summary>b</summary>c</details><h4>d</h4>", [(2, "A"), (3, "b"), (3, ""), (4, "d")]),
        ("<h2>A</h2><details>b</details>c", [(2, "A")]),
        ("<ul><li><details><summary>a</summary>b</details></ul>", []),
        ("<summary>a</summary>b", []),
    ],
    ids=["no heading above", "nested", "a heading in it", "lower headings", "no summary", "in a list", "alone"],
)  # fmt: skip
def test_which_summaries_are_headings(html, headings):
    assert headings_of(html) == headings


def test_a_heading_in_a_table_is_part_of_it():
    content = loaded("<table><tr><td><h2>Price</h2><td>5</table>")
    assert content.headings == ()
    assert "Price" in content.text


@pytest.mark.parametrize(
    "hidden",
    [
        "<nav>X</nav>",
        "<footer>X</footer>",
        "<aside>X</aside>",
        "<script>X</script>",
        "<style>X</style>",
        "<div hidden>X</div>",
        "<p aria-hidden=true>X</p>",
        "<!-- X -->",
        "<div class='Sidebar big'>X</div>",
        "<div role=navigation>X</div>",
        "<svg><text>X</svg>",
        "<select><option>X</select>",
        "<noscript>X</noscript>",
    ],
)
def test_what_is_around_the_text_is_left_out(hidden):
    assert loaded(f"<p>before</p>{hidden}<p>after</p>").text == "before\n\nafter"


PROSE = "<p>What the page says, at some length, so that it is more than what is around it.</p>"


@pytest.mark.parametrize(
    "around",
    [
        "<div><a href=/>Home</a> <a href=/news>News</a> | <a href=/about>About</a></div>",
        "<header><div>The Daily Page</div><a href=/>home</a></header>",
        "<table><tr><td><a href=1>One</a><td><a href=2>Two</a><td><a href=3>Three</a></table>",
        "<div class='main-nav'><p><a href=/>X</a></p></div>",
        "<div class='page-sidebar'><h3>More</h3><ul><li><a href=1>Of hail</a></ul></div>",
        "<div id=cookie-banner><p>We use cookies. Choose.</p><button>OK</button></div>",
        "<div class=toc><h2>Contents</h2><ul><li><a href=#r>Rain</a></ul></div>",
        "<a class=skip-link href=#main>Skip to content</a>",
        "<div class='tagline wide'>Dry.<br>Warm.</div>",
        "<div><a href=/book>Buy the book</a></div>",
    ],
)
def test_what_is_above_the_first_heading_and_made_of_links_is_left_out(around):
    assert loaded(f"{around}<h1>Rain</h1>{PROSE}").text.startswith("Rain\n\nWhat")


@pytest.mark.parametrize("tag", ["div", "main"])
def test_the_way_to_a_page_is_left_out(tag):
    way = "<div class=govuk-breadcrumbs><ol><li><a href=/>Home</a><li>Rain</ol></div>"
    page = loaded(f"<{tag}>{way}<h1>Rain</h1>{PROSE * 4}</{tag}>")
    assert page.text.startswith("Rain\n\nWhat")


@pytest.mark.parametrize(
    "number",
    [
        "<span class=pagenum><a id=Page_7>[Pg 7]</a></span>",
        "<span class='pageno x'>{xii}</span>",
        "<a class=pagenum id=p7>7</a>",
        "<span class=PageNumber id=p12>— 12–13 —</span>",
        "<span class=pagenum>p. XII</span>",
        "<span class=pagenum><a id=Page_7>7</a></span>",
        "<span epub:type=pagebreak title=7>7</span>",
        "<span role=doc-pagebreak>Page 7</span>",
    ],
)
def test_numbers_of_printed_pages_are_left_out(number):
    page = loaded(f"<p>into the{number}\npaws of a cat, in har{number}bour</p><p>{number}</p>")
    assert page.text == "into the paws of a cat, in harbour"


@pytest.mark.parametrize(
    "part",
    [
        "<span>[Pg 7]</span>",
        "<span class=pagenum>Seven sins</span>",
        "<span class=number>7</span>",
        "<span class=pageno>C</span>",
        "<span class=pageno id=c>C</span>",
        "<span class=page-number>42</span>",
    ],
)
def test_other_numbers_are_kept(part):
    words = re.sub(r"<[^>]*>", "", part)
    assert loaded(f"<p>into the {part} paws</p>").text == f"into the {words} paws"


def test_numbers_in_tables_are_kept():
    rows = "<tr><th>Part<th>Page<tr><td>Rain<td class=pagenum id=p>12"
    text = loaded(f"<table>{rows}</table>").text
    assert "12" in text
    cell = "<td><span class=pagenum>p. 12</span>"
    assert "12" in loaded(f"<table>{rows}<tr><td>Hail{cell}</table>").text.partition("Hail")[2]


@pytest.mark.parametrize("name", ["crumb", "pagenum"])
def test_deep_elements_of_any_name_are_read_at_once(name):
    deep = f"<div class={name}><a href=x></a>" * 900
    with takes_at_most(3):
        page = loaded(f"{deep}{'It rains. ' * 200_000}{'</div>' * 900}")
    assert page.text.startswith("It rains.")


def test_a_table_of_contents_is_left_out_since_its_words_come_again():
    contents = "".join(f"<li><a href=#p{n}>{n}. Part {'abc'[n]}</a>" for n in range(3))
    parts = "".join(f"<h2 id=p{n}>{n}. Part {'abc'[n]}</h2>{PROSE}" for n in range(3))
    page = loaded(f"<h1>Rain</h1><h2>Contents</h2><ul>{contents}</ul>{parts}")
    assert [heading.text for heading in page.headings] == [
        "Rain", "Contents", "0. Part a", "1. Part b", "2. Part c",
    ]  # fmt: skip
    assert len(page.paragraphs) == 3


@pytest.mark.parametrize(
    "steps",
    [
        "<p><a href=1>Previous</a> | <a href=2>Contents</a> | <a href=3>Next »</a></p>",
        "<table><tr><td>Previous<td><a href=2>Up</a><td><a href=3>Next</a></table>",
        "<ul><li><a href=1><b>Prev</b>1. Hail</a><li>The Book<li><a href=3><b>Next</b>Snow</a></ul>",
        "<p><a href=#top>↑ Back to Top</a></p>",
        "<p><a href=/>&lt;-- Back to Rain home page</a></p>",
    ],
)
def test_links_from_page_to_page_are_left_out(steps):
    page = loaded(f"<h1>Rain</h1>{PROSE}{steps}{PROSE}")
    assert [block.of(page.text)[:4] for block in page.paragraphs] == ["What", "What"]


@pytest.mark.parametrize("name", ["relatedtopics", "related-links"])
def test_related_topics_are_left_out_with_the_label_above_them(name):
    label = "<p class=related><a id=r></a><b>Related topics</b></p>"
    links = "<div class=body><p><a href=1>Of hail</a></p><p><a href=2>Of snow</a></p></div>"
    page = loaded(f"<h1>Rain</h1>{PROSE}<div class={name}>{label}{links}</div>")
    assert [block.of(page.text)[:4] for block in page.paragraphs] == ["What"]


@pytest.mark.parametrize(
    "part",
    [
        "<p>See the <a href=i>index</a>.</p>",
        "<p>Press <a href=1>Previous</a> or <a href=2>Next</a> to turn the page.</p>",
        "<ul><li><a href=1>Home automation</a><li><a href=2>Next steps</a></ul>",
        "<div class=tagline>Dry and warm</div>",
        "<ul><li><a href=/a>A book</a><li><a href=/b>Another</a><li><a href=/c>A third</a></ul>",
        "<p>See <a href=#x>one</a>, <a href=#y>two</a>, <a href=#z>three</a>.</p>",
        "<div class=menu-card><p>Soup of the day</p><p>Fried fish, <a href=/f>fresh</a></p></div>",
        "<dl><dt>term<dd>what it means</dl>",
        "<table><tr><td>cell</table>",
        "<pre>code()</pre>",
        "<div class='no-sidebar'><p>text</p></div>",
        "<header><p>By A. Writer, in March</p></header>",
        "<section><h4 class=nav-like><a href=1>A linked</a> title</h4></section>",
    ],
)
def test_what_belongs_to_the_text_is_kept(part):
    page = loaded(f"<h1>Rain</h1>{PROSE}{part}{PROSE}")
    assert len(page.paragraphs) + len(page.headings) > 3
    first = re.search(r"[A-Z]?\w+", re.sub(r"<[^>]*>", " ", part))[0]
    assert first in page.text


def test_a_name_of_a_menu_does_not_hide_the_whole_page():
    assert "What the page" in loaded(f"<div class='menu toc'><h1>Rain</h1>{PROSE * 5}</div>").text


def test_notes_beside_the_main_text_are_part_of_it():
    note = "<aside class=footnote><p>1. The note.</p></aside>"
    more = "<aside><ul><li><a href=1>Other</a><li><a href=2>pages</a></ul></aside>"
    page = loaded(f"<main><h1>Rain</h1>{PROSE * 4}{note}{more}</main>")
    assert "The note." in page.text
    assert "Other" not in page.text


@pytest.mark.parametrize(
    "part",
    [
        "<h2 id=navigation>Navigation</h2><p>How to find one's way.",
        "<section id=footer><h2>Footer</h2><p>It stands below.</section>",
        "<section id=toc><h2>TOC</h2><p>It lists what is in it.</section>",
    ],
)
def test_an_anchor_that_is_called_as_furniture_is_kept(part):
    words = re.sub(r"<[^>]*>", " ", part).split()
    assert loaded(f"<h1>Rain</h1>{PROSE * 4}{part}").text.split()[-len(words) :] == words


def test_the_page_itself_is_never_left_out():
    assert loaded("<body class='sidebar'><form><p>words</p></form>").text == "words"


def test_main_is_the_document_where_there_is_one():
    words = "what the page is about " * 20
    html = f"<p>around</p><main class=toc><h1>T</h1><p>{words}</p></main><p>below</p>"
    assert loaded(html).text == f"T\n\n{words.strip()}"
    assert "around" in loaded(html.replace(words, "little")).text


def test_the_title_is_the_pages_own_or_its_first_heading():
    assert loaded("<title> Rain\n museum </title><h1>Other</h1>").title == "Rain museum"
    assert loaded("<p>x</p><h2>First</h2>").title == "First"
    assert loaded("<p>x<svg><title>no</title></svg></p>").title is None


@pytest.mark.parametrize(
    ("declared", "encoding", "words"),
    [
        ("shift_jis", "shift_jis", "日本語の文書です"),
        ("Shift_JIS", "cp932", "①番の文書"),
        ("koi8-r", "koi8-r", "Привет, мир"),
        ("iso-8859-1", "cp1252", "“quoted” – 5 €"),
        ("gb2312", "gb18030", "中文網頁"),
        ("EUC-KR", "cp949", "한국어 문서"),
    ],
)
def test_a_declared_character_set_is_believed_where_utf8_does_not_fit(declared, encoding, words):
    for head in (
        f"<meta charset={declared}>",
        f'<META http-equiv="Content-Type" content="text/html; charset={declared}">',
        f'<?xml version="1.0" encoding="{declared}"?>',
    ):
        assert loaded(f"{head}<p>{words}".encode(encoding)).text == words


def test_utf8_is_believed_before_what_is_declared():
    assert loaded("<meta charset=shift_jis><p>日本語").text == "日本語"


@pytest.mark.parametrize("declared", ["nonsense", "hex", "undefined", "idna", "utf-8", "utf-16"])
def test_a_character_set_that_is_none_is_passed_over(declared):
    assert "café" in loaded(f"<meta charset={declared}><p>café".encode("cp1252")).text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "levels"),
    [("div", 200_000), ("b", 200_000), ("ul><li", 50_000), ("table><tr><td", 50_000),
     ("h1", 50_000), ("svg", 50_000), ("font x", 200_000)],
)  # fmt: skip
def test_a_page_nested_beyond_reason_is_read_flat(tag, levels):
    with takes_at_most(5):
        content = loaded(f"<h2>Top</h2><p>before</p>{f'<{tag}>' * levels}deep")
        assert content.text.endswith("deep")


def test_a_flat_page_keeps_its_headings_paragraphs_and_title():
    page = "<title>T</title><h1>One <i>two</i></h1><p>a <b>b</b><td>c<!-- x --><pre>d</pre>"
    content = loaded(page + "<div>" * 5_000 + "<script>no</script>e")
    assert content.title == "T"
    assert [heading.text for heading in content.headings] == ["One two"]
    assert [span.of(content.text) for span in content.paragraphs] == ["a b c", "d", "e"]


def test_pages_as_deep_as_people_write_them_are_not_made_flat():
    lists = "<ul><li>" * 100 + "deep" + "</ul>" * 100
    page = "<div><br><p>x<img src=y><svg><path d=1 /></svg>" * 100 + lists + "<i><b></i></b>" * 300
    assert "▪ " in loaded(page * 2).text


@pytest.mark.slow
@pytest.mark.parametrize(
    "html",
    [
        "".join(f"<font color={number}><p>x" for number in range(10_000)),
        f"<div {' '.join(f'a{number}=1' for number in range(100_000))}>x",
        "<!--" * 200_000,
        "<!--" + "-" * 1_500_000,
        "<script>" * 100_000,
        "<" * 950_000,
        "<a " * 250_000,
        "&amp;" * 500_000,
        "&" * 1_500_000,
        f'<div title="{"x" * 2_500_000}">x',
        "some\0text" * 250_000,
        "x" * 10_000_000,
        "<p>x" * 25_000,
        "<a href=#x>" * 25_000,
        "<div class=menu>x" * 900,
        "</p>" * 150_000,
        "<select>" + "<option>x" * 100_000,
        "".join(f"<html a{number}=1>" for number in range(50_000)),
        "<b><div></b>" * 50_000,
        "<span><div></span></div>" * 50_000,
        "<table><tr><th>a<th>b<tr><td>c<td>d</table>" * 5_000,
        "<table><tr><th>a<th>b" + "<tr><td>c<td>d" * 25_000,
        "<rt>x" * 50_000,
    ],
    ids=[
        "fonts", "attributes", "comments", "dashes", "scripts", "brackets", "links",
        "entities", "ampersands", "attribute", "NULs", "one line", "paragraphs", "anchors",
        "menus", "ends", "options", "roots", "crossed", "crossed blocks", "tables", "rows",
        "readings",
    ],
)  # fmt: skip
def test_hostile_pages_take_seconds_and_no_more_memory_than_they_should(html):
    with takes_at_most(2.5):
        loaded(html)


def test_a_page_of_too_many_tags_is_reported():
    with pytest.raises(UnreadableFile, match="more than 2,000,000 tags"):
        loaded("<b>" * 2_000_001)


@pytest.mark.parametrize("html", ["", "<html></html>", "<script>x</script>"])
def test_an_empty_page_is_a_document(html):
    content = loaded(html)
    assert (content.text, content.headings, content.paragraphs) == ("", (), ())


def test_the_link_sign_at_a_heading_is_no_part_of_its_words():
    page = (
        b"<h1>17.3. Building <a href='#b'>#</a></h1><p>x</p>"
        b"<h2>Notes<a class=headerlink href='#n'>\xc2\xb6</a></h2><h2>About C#</h2>"
    )
    assert [heading.text for heading in load_here(".html", page).headings] == [
        "17.3. Building",
        "Notes",
        "About C#",
    ]


def test_a_space_that_does_not_break_is_not_a_paragraph():
    assert loaded("<p>&nbsp;</p><p>10&nbsp;km&nbsp;</p><ul><li>&nbsp;</li></ul>").text == "10\xa0km"
