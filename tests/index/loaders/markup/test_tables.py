"""Tables of reStructuredText, Org and AsciiDoc: a row is a passage, with the names of its columns."""

from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import find_loader
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most

SIMPLE = """=======  ====  ==========
Day      *mm*  Where
=======  ====  ==========
Monday   17    in the
               west
Tuesday        east
=======  ====  ==========
"""
GRID = """+---------+------+--------+
| Day     | mm   | Where  |
+=========+======+========+
| Monday  | 17   | in the |
|         |      | west   |
+---------+------+--------+
| Tuesday |      | east   |
+---------+------+--------+
"""
LIST = """.. list-table:: Days of rain
   :header-rows: 1
   :widths: 10 20 30

   * - Day
     - mm
     - Where
   * - Monday
     - 17
     - in the
       west
   * - Tuesday
     -
     - east
"""
CSV = """.. csv-table:: Days of rain
   :header: "Day", "mm", "Where"
   :widths: 10, 20, 30

   "Monday", 17, "in the
   west"
   Tuesday, , east
"""
ORG = """#+caption: Days of rain
#+attr_html: :width 50
| Day     | mm | *Where*     |
|---------+----+-------------|
| <l>     |    |             |
| Monday  | 17 | in the west |
| Tuesday |    | east        |
#+TBLFM: $2=1
"""
ASCIIDOC = """.Days of rain
[%header,cols="1,1,2"]
|===
|Day |mm |*Where*

|Monday
|17
|in the
west

|Tuesday | |east
|===
"""
SHORT_ASCIIDOC = "|===\n|Day |mm |Where\n\n|Monday |17 |in the west\n|Tuesday | |east\n|===\n"
ASCIIDOC_CSV = """.Days of rain
[cols="1,1,2"]
,===
Day,mm,*Where*

"Monday", 17, "in the
west"
Tuesday, , east
,===
"""
SEPARATED = "|===\nDay;mm;Where\n\nMonday;17;in the west\nTuesday;;east\n|===\n"
COLUMNS = ("Day", "mm", "Where")
TABLES = {
    "simple": (".rst", SIMPLE, "", ("Monday   17    in the\n               west", "Tuesday        east")),
    "grid": (".rst", GRID, "", ("Monday  | 17   | in the |\n|         |      | west", "Tuesday |      | east")),
    "captioned": (".rst", f".. table:: Days of rain\n\n   {SIMPLE.replace(chr(10), chr(10) + '   ')}", "Days of rain",
                  ("Monday   17    in the\n                  west", "Tuesday        east")),
    "list": (".rst", LIST, "Days of rain", ("Monday\n     - 17\n     - in the\n       west", "Tuesday\n     -\n     - east")),
    "csv": (".rst", CSV, "Days of rain", ('"Monday", 17, "in the\n   west"', "Tuesday, , east")),
    "org": (".org", ORG, "Days of rain", ("Monday  | 17 | in the west", "Tuesday |    | east")),
    "asciidoc": (".adoc", ASCIIDOC, "Days of rain", ("Monday\n|17\n|in the\nwest", "Tuesday | |east")),
    "asciidoc csv": (".adoc", ASCIIDOC_CSV, "Days of rain", ('"Monday", 17, "in the\nwest"', "Tuesday, , east")),
    "asciidoc dsv": (".adoc", SEPARATED.replace(";", ":").replace("|", ":"), "", ("Monday:17:in the west", "Tuesday::east")),
    "asciidoc format": (".adoc", '[format="csv",separator=;]\n' + SEPARATED, "", ("Monday;17;in the west", "Tuesday;;east")),
    "asciidoc tabs": (".adoc", "[%header,format=tsv]\n" + SEPARATED.replace("\n\n", "\n").replace(";", "\t"), "",
                      ("Monday\t17\tin the west", "Tuesday\t\teast")),
    "asciidoc separator": (".adoc", "[separator=¦]\n" + SEPARATED.replace(";", "¦").replace("\nDay", "\n¦Day").replace("\nMon", "\n¦Mon").replace("\nTue", "\n¦Tue"), "",
                           ("Monday¦17¦in the west", "Tuesday¦¦east")),
    "asciidoc short": (".adoc", SHORT_ASCIIDOC, "", ("Monday |17 |in the west", "Tuesday | |east")),
}  # fmt: skip


def load(suffix, text):
    module, _ = find_loader(suffix)
    return import_module(module).load(text.encode())


def cut(content):
    return cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 200)


def rows_of(content):
    return [piece for piece in cut(content) if piece.columns]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("around", ["{}", "Before it.\n\n{}\nBehind it.\n", "{0}\n{0}"])
def test_a_row_is_a_passage_with_the_names_of_its_columns(name, around):
    suffix, table, caption, rows = TABLES[name]
    content = load(suffix, around.format(table))
    found = rows_of(content)
    assert [piece.span.of(content.text) for piece in found] == [*rows] * around.count("{")
    assert {piece.columns for piece in found} == {COLUMNS}
    assert {piece.headings for piece in found} == {(caption,) if caption else ()}
    words = " ".join(piece.span.of(content.text) for piece in cut(content) if not piece.columns)
    assert ("Before it." in words) == ("Behind it." in words) == ("Before" in around)
    assert "mm" not in words


@pytest.mark.parametrize(
    ("suffix", "table", "columns"),
    [
        (".rst", "===  ==\nDay  mm\n1    17\n2    18\n===  ==\n", ("Day", "mm")),
        (".org", "| Day | mm |\n| 1   | 17 |\n| 2   | 18 |\n", ("Day", "mm")),
        (".adoc", "|===\n|Day |mm\n|1 |17\n|2 |18\n|===\n", ("Day", "mm")),
        (".rst", "===  =====\n\\    Rain\n===  =====\nmm   17\nday  one\n===  =====\n", ("", "Rain")),
        (".rst", "===== ====\nDay   Rain\nof    in mm\n===== ====\nOne   17\n===== ====\n", ("Day of", "Rain in mm")),
        (".adoc", '[cols="2*",options="header"]\n|===\n|Day |mm\n|1\n|2\n|===\n', ("Day", "mm")),
        (".adoc", "|===\n|Day |mm |cm\n\n2+|1 |17\n.2+|2 |18 |19\n|3 |4\n|===\n", ("Day", "mm", "cm")),
    ],
)  # fmt: skip
def test_what_names_the_columns(suffix, table, columns):
    content = load(suffix, table)
    assert [each.columns for each in content.tables] == [columns]
    assert columns[-1] not in " ".join(piece.span.of(table) for piece in cut(content))


@pytest.mark.parametrize(
    ("suffix", "table"),
    [
        (".rst", "====  ====\nsnow  cold\nrain  wet\n====  ====\n"),
        (".rst", "+------+------+\n| snow | cold |\n+------+------+\n| rain | wet  |\n+------+------+\n"),
        (".rst", "+------+------+\n| snow and rain |\n+======+======+\n| rain | wet  |\n+------+------+\n"),
        (".rst", "====  ====\nsnow  cold\n====  ====\n"),
        (".org", "| snow | cold |\n| rain | wet |\n"),
        (".adoc", "|===\n|snow |cold\n|rain |wet\n|===\n"),
        (".rst", "::\n\n  ====  ==\n  snow  mm\n  ====  ==\n  rain  17\n  ====  ==\n"),
        (".rst", ".. code::\n\n  ====  ==\n  snow  mm\n  ====  ==\n  rain  17\n  ====  ==\n"),
        (".org", "#+begin_example\n| snow | mm |\n|--|--|\n| rain | 17 |\n#+end_example\n"),
        (".adoc", "----\n|===\n|snow |mm\n\n|rain |17\n|===\n----\n"),
    ],
)  # fmt: skip
def test_other_tables_are_read_as_they_stand(suffix, table):
    content = load(suffix, table)
    assert content.tables == ()
    assert "snow" in " ".join(piece.span.of(table) for piece in cut(content))


MERGED = """+-------+---------------+-------+
| Day   | Rain          | Where |
|       +-------+-------+       |
|       | *mm*  | hours |       |
+=======+=======+=======+=======+
| Mon   | 17    | 3     | west  |
+-------+-------+-------+       |
| Tue   | none          | coast |
+-------+---------------+-------+
| Wed   | It rained all day.    |
+-------+-----------------------+
"""


@pytest.mark.parametrize("margin", ["", "   "])
def test_cells_of_a_grid_may_be_merged(margin):
    content = load(".rst", "".join(f"{margin}{line}\n" for line in MERGED.splitlines()))
    found = rows_of(content)
    assert [piece.span.of(content.text) for piece in found] == [
        "Mon   | 17    | 3     | west",
        "Tue   | none          | coast",
        "Wed   | It rained all day.",
    ]
    assert {piece.columns for piece in found} == {("Day", "Rain mm", "Rain hours", "Where")}


PIECES = [*[table for _, table, _, _ in TABLES.values()], *"\n\n +-|=*:.,\"'ab1", "\n", "   ", "|===\n", ",===\n",
          "[format=csv]\n", "=== ===\n", "+--+--+\n", ".. list-table:: x\n", "   * - a\n", "     - b\n", "| a | b\n", "2+|", "日本"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([".rst", ".org", ".adoc"]),
       st.sampled_from(["\n", "\r\n", "\r"]))  # fmt: skip
@settings(max_examples=150)
def test_whatever_is_drawn_its_passages_are_stretches_of_the_text(pieces, suffix, newline):
    text = "".join(pieces).replace("\n", newline)
    content = load(suffix, text)
    assert content.text == text
    at = 0
    for piece in cut(content):
        assert at <= piece.span.start < piece.span.end <= len(text)
        assert piece.span.of(text) == piece.span.of(text).strip()
        at = piece.span.end


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".rst", SIMPLE * 1_000),
        (".rst", "=== ===\na   b\n\n" * 3_000),
        (".rst", GRID * 1_000),
        (".rst", ".. csv-table::\n\n" + '   "a""\n' * 8_000),
        (".rst", ".. list-table::\n\n" + "   * - a\n     - b\n" * 5_000),
        (".rst", ".. note::\n\n" * 5_000 + "  a::\n\n" * 3_000),
        (".org", "| a | b |\n" * 8_000 + "| " * 8_000),
        (".org", ":properties:\n" * 8_000),
        (".adoc", "|===\n|a |b\n" * 8_000),
        (".adoc", ",===\n" + 'a,"b""\n' * 8_000),
        (".rst", ("+-" * 90 + "+\n" + "|" + " " * 180 + "|\n") * 800),
        (".adoc", "|===\n" + "9+|a .99+|b " * 5_000 + "\n|===\n"),
    ],
    ids=range(12),
)
def test_odd_tables_take_no_time(suffix, text):
    with takes_at_most(5):
        assert load(suffix, text).text == text
