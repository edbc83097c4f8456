"""Markdown: what its blocks are, and that it is its own text; what front matter says of it."""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Properties
from index.loaders.markup.head import read_front_matter
from index.loaders.markup.markdown import load
from tests.support.loading import load_here
from tests.support.timing import takes_at_most

DEFINITION = "[label]: https://example.org 'title'"
FRAGMENTS = [
    "# One",
    "## Two ##",
    "Setext\n======",
    "Lower\n---",
    "A paragraph of plain words,\nover two lines.",
    "Émile wrote 東京 and 🙂 there.",
    "- first\n- second\n  - nested\n\n    more of it\n- third",
    "1. one\n2. two",
    "> quoted\n> twice\n\nlazy",
    "```python\n# no heading\nx = 1\n```",
    "~~~\nnever closed",
    "    indented code",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "name | n\n-|-\nAnn | 1 | 2\n|\n| Bo\\|b",
    "| 1 | 2 |\n|---|---|\n| 3 | 4 |",
    "<div>\n# raw html\n</div>",
    DEFINITION,
    "[^1]: note",
    "***",
    "---",
    "#",
    "\tTabbed",
    "a\\\nb",
]


def loaded(text):
    return load_here(".md", text.encode())


def blocks(content):
    return [span.of(content.text) for span in content.paragraphs]


def headings(content):
    return [(heading.level, heading.text) for heading in content.headings]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_blocks_and_headings_cover_the_file_in_order_without_overlap(fragments, newline):
    text = "\n\n".join(fragments).replace("\n", newline)
    content = loaded(text)
    assert content.text == text
    blocks = [*content.paragraphs, *(heading.span for heading in content.headings)]
    assert list(content.paragraphs) == sorted(content.paragraphs)
    assert all(one.end <= other.start for one, other in pairwise(sorted(blocks)))
    assert all(span.of(text) == span.of(text).strip() for span in blocks)
    at, left_out = 0, ""
    for span in sorted([*blocks, *(table.span for table in content.tables)]):
        left_out += text[at : span.start]
        at = max(at, span.end)
    left_out += text[at:]
    # Rules, headings without a word, definitions of links and tags around what is seen.
    assert re.fullmatch(rf"(?:[\s#*\-]|{re.escape(DEFINITION)}|</?div>)*", left_out)


def test_badges_tags_and_comments_are_no_blocks():
    unseen = [
        "[![Build](https://ci.example/b.svg)](https://ci.example) [![npm][image]][page]",
        '<p align="center">\n<img src="logo.png" alt="Logo">\n</p>',
        "<!-- for\n\neditors -->",
        "![licence](https://img.shields.io/npm/l/x) ![](a/badge.svg)",
        "**[⬆ Back to top](#readme)**",
    ]
    seen = [
        "[![Build](b.svg)](https://ci.example) passes.",
        "Words.",
        "![A boiler](a.png)",
        "[Back to the future](#film)",
    ]
    text = "\n\n".join([*unseen, *seen]).replace("Words.", "<p>Words.</p>")
    assert blocks(loaded(text)) == seen


def test_atx_and_setext_headings():
    content = loaded("# One #\n\nText.\n\nTwo *and* `code`\n===\n\nThree\n-----\n\n### \n")
    assert headings(content) == [(1, "One"), (1, "Two and code"), (2, "Three")]
    assert blocks(content) == ["Text."]
    assert content.headings[1].span.of(content.text) == "Two *and* `code`\n==="


def test_a_heading_is_its_words_without_markup():
    content = loaded("# The **big** [link](x) ![logo](y) &amp; 5 \\* 3\n")
    assert headings(content) == [(1, "The big link logo & 5 * 3")]


def test_signs_in_code_are_no_headings():
    content = loaded("```\n# comment\n```\n")
    assert headings(content) == []
    assert blocks(content) == ["```\n# comment\n```"]


def test_lists_and_quotes_stay_whole():
    list_ = "- a\n  - b\n\n    c\n- d"
    quote = "> q\n>\n> r"
    content = loaded(f"{list_}\n\ntext\n\n{quote}\n")
    assert blocks(content) == [list_, "text", quote]


def test_the_rows_of_a_table_are_blocks_under_the_names_of_its_columns():
    table = "| Year | **Cost** |\n|---|---|\n| 2023 | £98 |\n| | |\n|2024|£1\\|05|"
    content = loaded(f"text\n\n{table}\n\nmore\n")
    assert blocks(content) == ["text", "2023 | £98", "2024|£1\\|05", "more"]
    (found,) = content.tables
    assert (found.span.of(content.text), found.columns) == (table, ("Year", "Cost"))


def test_an_empty_cell_keeps_its_place_in_the_row():
    table = "| | Mon | Tue |\n|-|-|-|\n| Ann | | 8 |\n| | 7 | |\nBob | | 9\n| Cy | 6 | a\\|"
    content = loaded(table)
    assert content.tables[0].columns == ("", "Mon", "Tue")
    assert blocks(content) == ["Ann | | 8", "| 7 |", "Bob | | 9", "Cy | 6 | a\\|"]


@pytest.mark.parametrize("names", [("Code", "Meaning"), ("", "Adult", "3–15", "60+")])
def test_the_names_of_columns_are_no_row_though_no_number_stands_below(names):
    table = f"|{'|'.join(names)}|\n{'|-' * len(names)}|\n|Swim{'|free' * (len(names) - 1)}|"
    content = loaded(table)
    assert content.tables[0].columns == names
    assert blocks(content) == [f"Swim{'|free' * (len(names) - 1)}"]


def test_what_may_be_a_name_beside_its_value_is_a_row_and_the_names_of_columns():
    content = loaded("Model | X200\n-|-\nWeight | light\n")
    assert blocks(content) == ["Model | X200", "Weight | light"]
    assert content.tables[0].columns == ("Model", "X200")


@pytest.mark.parametrize(
    "table",
    [
        "| | |\n|---|---|\n| Weight | 5 kg |",
        "| 12 | £24 |\n|---|---|\n| £98 | £105 |",
        "| One |\n|-----|\n| a |\n| b |",
        "| a | b |\n|---|---|",
        f"| {'words ' * 20}| b |\n|---|---|\n| c | 1 |",
    ],
    ids=["no names", "values", "one column", "no rows", "sentences"],
)
def test_a_table_whose_columns_have_no_names_stays_whole(table):
    content = loaded(f"text\n\n{table}\n\nmore\n")
    assert blocks(content) == ["text", table, "more"]
    assert content.tables == ()


@pytest.mark.slow
def test_many_tables_take_no_time():
    text = "| a | b |\n|-|-|\n| c | 1 |\n\n" * 12_000
    with takes_at_most(8):
        assert len(loaded(text).tables) == 12_000


def test_the_title_is_the_first_heading_of_the_first_level():
    assert loaded("# Boiler\n\ntext").title == "Boiler"
    assert loaded("## Part\n\n# Boiler").title is None
    assert loaded("text").title is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["---", "..."])
def test_front_matter_gives_the_title_and_is_in_no_block(newline, end):
    text = f'---\ntitle: "Night trains"\ndate: 2024-01-01\n{end}\n\nText.\n'.replace("\n", newline)
    content = loaded(text)
    assert content.text == text
    assert content.title == "Night trains"
    assert blocks(content) == ["Text."]


@pytest.mark.parametrize("line", ["title: ", "title:", 'title: ""', "title: ''  "])
def test_front_matter_with_an_empty_title_leaves_that_to_the_headings(line):
    assert loaded(f"---\n{line}\ndate: 2024\n---\n\n# Rain\n").title == "Rain"


def test_text_between_two_rules_is_no_front_matter():
    content = loaded("---\n\nWords that matter.\n\n---\n\nMore.")
    assert blocks(content) == ["Words that matter.", "More."]


def test_definitions_of_links_are_no_blocks():
    text = (
        "Text[^1], [x][].\n\n[^1]: Note\n\n"
        "[x]: https://example.org 'A title'\n[ci-image]: <https://ci.example/b.svg>\r\n[y]: #part\n\n"
        "[z]: ../other.md\nWords under it.\n\n[Ann]: hello\n\n[Bob]: see a.b for this\n"
    )
    assert blocks(loaded(text)) == [
        "Text[^1], [x][].",
        "[^1]: Note",
        "Words under it.",
        "[Ann]: hello",
        "[Bob]: see a.b for this",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "> " * 20_000 + "deep",
        "- " * 20_000 + "deep",
        "[" * 20_000,
        "# " + "[" * 500_000,
        "# " + "*a " * 5_000,
        "*" * 20_000,
        "`" * 20_000,
        "|" * 20_000 + "\n" + "|-" * 20_000,
    ],
    ids=["quotes", "lists", "brackets", "heading", "stars", "emphasis", "code", "table"],
)
def test_deep_nesting_takes_no_time(text):
    with takes_at_most(10):
        assert loaded(text).text == text


def test_an_empty_file_is_a_document():
    content = loaded("")
    assert (content.text, content.headings, content.paragraphs) == ("", (), ())


@pytest.mark.parametrize("more", ["a\n" * 2_500_000, "|a|b|\n|-|-|\n" + "|a|b|\n" * 100_000])
def test_what_is_longer_than_any_book_is_read_as_plain_text(more):
    text = f"# One\n\n{more}"
    with takes_at_most(8):
        content = loaded(text)
        assert (content.text, content.headings, content.paragraphs) == (text, (), None)


def _read_seen(source):
    """What people see of each block."""
    content = load_here(".md", source.encode())
    unseen = [mark for mark in content.marks if mark.kind in ("hidden", "shown")]
    blocks = []
    for block in content.blocks:
        pieces, at = [], block.span.start
        for mark in unseen:
            if at <= mark.span.start and mark.span.end <= block.span.end:
                pieces += (content.text[at : mark.span.start], mark.text)
                at = mark.span.end
        blocks.append("".join((*pieces, content.text[at : block.span.end])).strip())
    return blocks


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ('A **lamp**{: .term data-type="term"} burns.', ["A **lamp** burns."]),
        ("It burns.\n{: .note}\n\n{: #oil}\nOil.", ["It burns.", "Oil."]),
        ('See [oil]({% link oil.md %}){:target="_blank"} here.', ["See oil here."]),
        ("{% if oil %}\nIt burns.\n{% endif %}", ["It burns."]),
        ('{% include alert.html content="Closed in May." %}', ["Closed in May."]),
        ("::: callout\nIt burns.\n:::\nOil.", ["It burns.", "Oil."]),
        (":::::::: {.tip}\n\nIt burns.\n\n::::::::", ["It burns."]),
        ("[lamp]{#lamp .term} burns", ["lamp burns"]),
        ("The keeper&#x2019;s lamp", ["The keeper’s lamp"]),
        (
            '<div class="x" markdown="1">\nNow:\n* oil\n* tar\n</div>\nIt burns.',
            ["Now:", "oil", "tar", "It burns."],
        ),
        ("```\n::: callout\n{: .x}\n```", ["::: callout\n{: .x}"]),
        ("{% for each in site.pages %}{% if each %}\nOil.", ["Oil."]),
        ("![Fog &#x2013; and rain](a.jpg)", ["Fog – and rain"]),
        ("The set {a} and {: .", ["The set {a} and {: ."]),
    ],
)
def test_what_dialects_have_for_programs_is_not_seen(source, seen):
    assert [each.replace("**", "") for each in _read_seen(source)] == [
        each.replace("**", "") for each in seen
    ]


def test_attributes_of_a_heading_are_not_its_words():
    content = load_here(".md", b"# Oil {#sec-oil .unnumbered}\n\nIt burns.\n")
    assert [heading.text for heading in content.headings] == ["Oil"]


def test_the_line_below_the_names_of_columns_may_have_fewer_dashes():
    content = load_here(
        ".md", b"| Lamp | Litres |\n|----------\n| West | 3 |\n| East | 7 |\n{: #use}\n"
    )
    assert [table.columns for table in content.tables] == [("Lamp", "Litres")]
    assert [block.kind for block in content.blocks] == ["header", "row", "row"]


def test_a_paragraph_for_programs_alone_is_no_passage():
    content = load_here(".md", b"{% for each in pages %}{% if each %}\n\nOil.\n")
    assert [span.of(content.text) for span in content.paragraphs] == ["Oil."]


DAY = date(2024, 2, 29)


def said(source, rule="---"):
    front = read_front_matter(f"{rule}\n{source}\n{rule}\n\nThe text.")
    return front.properties


@pytest.mark.parametrize(
    ("source", "properties"),
    [
        ("author: Ann Smith\ntags: [rain, Snow]\ndate: 2024-02-29", Properties(("Ann Smith",), ("rain", "Snow"), DAY)),
        ("authors:\n  - name: Ann Smith\n    orcid: 1\n  - Bo Li", Properties(("Ann Smith", "Bo Li"))),
        ("author:\n  - name:\n      given: Ann\n      family: Smith", Properties(("Ann Smith",))),
        ("title: x\ntags: rain snow", Properties(tags=("rain", "snow"))),
        ("title: x\ntags: rain, heavy snow", Properties(tags=("rain", "heavy snow"))),
        ("title: x\nkeywords: heavy rain\ncategory: work trips", Properties(tags=("heavy rain", "work trips"))),
        ("tags:\n- '#rain'\n- a, b\ncategories: [2024, no]", Properties(tags=("rain", "a, b", "2024", "no"))),
        ("Date: 2024-02-29 23:59:59 -0800\nUpdated: 2025-01-01", Properties(date=DAY)),
        ("title: x\ndate: today\nlast-modified: 29 Feb 2024", Properties(date=DAY)),
        ("# SPDX-License-Identifier: CC0-1.0\n# Ann & Bo\n\nauthor: Ann Smith", Properties(("Ann Smith",))),
        # No valid YAML, as people write it.
        ("title: Rain: a story\nauthor: Ann Smith\ntags: [rain]", Properties(("Ann Smith",), ("rain",))),
        ("title: x\nauthor: &a [*a, *a]\ndate: 2024-02-30", Properties()),
    ],
)  # fmt: skip
def test_yaml_says_who_what_about_and_when(source, properties):
    assert said(source) == properties


@pytest.mark.parametrize(
    ("source", "properties"),
    [
        ('author = "Ann Smith"\ntags = ["rain"]\ndate = 2024-02-29', Properties(("Ann Smith",), ("rain",), DAY)),
        ("date = 2024-02-29T23:59:59-08:00\n[taxonomies]\ntags = ['rain']", Properties(tags=("rain",), date=DAY)),
        ('[[authors]]\nname = "Ann Smith"', Properties(("Ann Smith",))),
        ("author = Ann Smith\ntags = [", Properties(("Ann Smith",))),
    ],
)  # fmt: skip
def test_toml_says_it_too(source, properties):
    assert said(source, "+++") == properties


@pytest.mark.parametrize("rule", ["---", "+++"])
def test_it_is_no_passage_and_the_text_stays_whole(rule):
    sign = ":" if rule == "---" else " ="
    text = f'{rule}\r\ntitle{sign} "Rain"\r\nauthor{sign} "Ann"\r\n{rule}\r\n\r\n# Sky\r\n\r\nIt rains.\r\n'
    content = load(text.encode())
    assert content.text == text
    assert content.title == "Rain"
    assert content.properties == Properties(("Ann",))
    assert [block.of(text) for block in content.paragraphs] == ["It rains."]
    assert [heading.span.of(text) for heading in content.headings] == ["# Sky"]


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule.\n\n---\n",
        "---\n# A heading\n\nSay this: no.\n\n---\n",
        "+++ b/file\n+++\n",
        "--- a/x\n+++ b/x\n",
        "---\na: b\n",
    ],
)
def test_what_only_looks_like_it_is_text(text):
    assert read_front_matter(text) is None


@pytest.mark.parametrize(
    "source",
    [
        "a: !!python/object/apply:os.system ['false']\nauthor: Ann",
        "a: &a [x, x]\n"
        + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n"
            for n in range(20)
        ),
        "author: " + "[" * 15_000,
        "author: " + "{a: " * 4_000,
        "tags: [" + "x, " * 6_000 + "]",
        "author: &a\n- *a\n- name: *a",
        "? [a, b]\n: c\n? {}\n: d",
        "date: " + "9" * 15_000,
        "a: |\n" + "  x\n" * 4_000,
        "a: b\n" * 100_000,
        "a." * 9_000 + "b: 1",
        "[" + "a." * 9_000 + "b]\na = 1",
        "a = " + "[" * 15_000,
        "a = " + "9" * 15_000,
        "\x00: \ud800\x1b",
    ],
)
@pytest.mark.parametrize("rule", ["---", "+++"])
def test_hostile_front_matter_costs_little(source, rule):
    with takes_at_most(5):
        text = f"{rule}\nt: x = 1\n{source}\n{rule}\nIt rains."
        content = load(text.encode("utf-8", "replace"))
    assert len(content.properties.tags) <= 50
    assert [block.of(content.text) for block in content.paragraphs][-1] == "It rains."


@given(st.text(max_size=200), st.sampled_from(["---", "+++"]))
def test_spans_are_right_whatever_it_holds(source, rule):
    text = f"{rule}\na: b = 1\n{source}\n{rule}\n\nIt rains.\n"
    content = load(text.encode())
    front = read_front_matter(content.text)
    assert front is not None
    assert front.lines[0].end <= len(content.text)
    assert all(block.start >= front.lines[0].end for block in content.paragraphs or ())
    assert all(block.of(content.text).strip() for block in content.paragraphs or ())
