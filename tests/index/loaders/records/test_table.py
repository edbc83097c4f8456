"""Tables: a row is a block, whatever parts its cells, and the names of its columns go with it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.records.table import split_table
from index.text.passages import cut_passages
from tests.support.loading import load_here
from tests.support.timing import takes_at_most

CELLS = st.text('ab 1,;\t|"\n\ré東.', max_size=8)


def loaded(text):
    return load_here(".csv", text.encode())


def rows(text):
    content = loaded(text)
    return [span.of(content.text) for span in content.paragraphs]


def names(text):
    return [table.columns for table in loaded(text).tables if table.columns]


def counted(texts):
    return [len(text) // 4 for text in texts]


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_file_is_the_text_and_no_character_of_a_cell_is_lost(table, delimiter, newline):
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=newline).writerows(table)
    content = loaded(written.getvalue())
    assert content.text == written.getvalue()
    at = 0
    for span in content.paragraphs:
        assert at <= span.start < span.end
        at = span.end
    at = 0
    for span in sorted({*content.paragraphs, *(table.span for table in content.tables)}):
        assert not any(sign.isalnum() for sign in content.text[at : span.start])
        at = max(at, span.end)
    assert not any(sign.isalnum() for sign in content.text[at:])


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=6),
    st.sampled_from(",;\t|"),
)
def test_rows_are_those_that_were_written(table, delimiter):
    table = [["first", "second", "third"]] + [["x", "5", *row] for row in table]
    table[0] += ["fourth", "fifth"]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    found = rows(written.getvalue())
    assert [next(csv.reader([row], delimiter=delimiter)) for row in found if "\n" not in row] == [
        row for row in table[1:] if not any("\n" in cell for cell in row)
    ]
    assert len(found) == len(table) - 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_found(delimiter, newline):
    lines = ["name,year", "Ann,1999", "Bob,2001"]
    text = newline.join(line.replace(",", delimiter) for line in lines)
    assert names(text) == [("name", "year")]
    assert rows(text) == text.split(newline)[1:]


def test_commas_of_numbers_and_prose_are_not_taken_for_delimiters():
    assert names("item;price\nbread, white;1,50\nmilk;0,99\n") == [("item", "price")]


def test_a_declared_delimiter_is_believed():
    text = "sep=|\na,b|n\nc,d|1\n"
    assert names(text) == [("a,b", "n")]
    assert rows(text) == ["c,d|1"]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_ends():
    text = 'name,note,n\nAnn,"one, ""two""\r\n\r\nthree",1\nBob,,2\n'
    assert rows(text) == ['Ann,"one, ""two""\r\n\r\nthree",1', "Bob,,2"]


@pytest.mark.parametrize(("left", "right"), [(" ", ""), ("", " "), ("  ", " ")])
def test_spaces_may_stand_around_quotes(left, right):
    table = [["name", "address"], ["Ann", "1 Quay,\nPort"], ["Lee, Bob", "2 Oak"]]
    text = "\n".join(",".join(f'{left}"{cell}"{right}' for cell in row) for row in table)
    assert names(text) == [("name", "address")]
    found = [[text[start:end] for start, end in row] for row in split_table(text)]
    assert found == table
    assert rows('sep= \nn "a b" 1\nx  "c" 2\n') == ['n "a b" 1', 'x  "c" 2']


def test_of_doubled_quotes_one_is_hidden_and_those_of_an_empty_cell_are_shown():
    text = 'id,name,n\n1,"",5\n2,"Ann ""A"" Lee",6\n3,"""B""",""\n4,"",""\n'
    content = loaded(text)
    hidden = {mark.span.start for mark in content.marks}
    assert "".join(sign for at, sign in enumerate(text) if at not in hidden) == (
        'id,name,n\n1,"",5\n2,"Ann "A" Lee",6\n3,""B"",""\n4,"",""\n'
    )


def test_a_stray_quote_swallows_no_rows():
    text = 'size\tn\n5" pipe\t1\n"unclosed\t2\nnext\t3\n'
    assert rows(text) == ['5" pipe\t1', '"unclosed\t2', "next\t3"]
    open_quote = 'a,"' + "x,1\n" * 20_000
    assert len(rows("name,n\n" + open_quote)) == 20_000


def test_the_header_is_the_heading_of_every_row_and_no_row():
    content = loaded("\ufefftown,people\nRome,2800000\nOslo,700000\n")
    pieces = cut_passages(content, counted, 200)
    assert [(piece.span.of(content.text), piece.heading) for piece in pieces] == [
        ("Rome,2800000", "town | people"),
        ("Oslo,700000", "town | people"),
    ]


@pytest.mark.parametrize(
    "text",
    ["1,2\n3,4\n", "Rome,2024-05-01\nOslo,2024-05-02\n", "a,a\nb,c\n", "no,x\nyes,x\n", "a,b\n", "one\ntwo\n",
     "This is a sentence that is much too long to be the name of a column of any table,x\na,b\n"],
    ids=["numbers", "dates", "twice", "repeated below", "one row", "one column", "long"],
)  # fmt: skip
def test_a_file_without_a_header_has_none(text):
    assert names(text) == []
    assert rows(text) == text.splitlines()


def test_where_no_value_tells_a_header_from_a_row_it_is_both():
    text = "Ann,Rome\nBob,Oslo\n"
    assert names(text) == [("Ann", "Rome")]
    assert rows(text) == ["Ann,Rome", "Bob,Oslo"]


def test_row_numbers_need_no_name():
    assert names(",town,n\n0,Rome,7\n1,Oslo,8\n") == [("", "town", "n")]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_an_empty_cell_keeps_its_place_in_the_row(delimiter):
    text = ",Mon,Tue\nAnn,,8\n,7,9\n".replace(",", delimiter)
    assert names(text) == [("", "Mon", "Tue")]
    pieces = cut_passages(loaded(text), counted, 200)
    assert [piece.span.of(text) for piece in pieces] == [
        row.replace(",", delimiter) for row in ("Ann,,8", ",7,9")
    ]


def test_what_stands_above_the_table_is_kept():
    text = "Towns in 2024\n\ntown,n\nRome,7\nOslo,8\n"
    assert names(text) == [("town", "n")]
    assert rows(text) == ["Towns in 2024", "Rome,7", "Oslo,8"]
    assert [piece.heading for piece in cut_passages(loaded(text), counted, 200)] == [
        None,
        "town | n",
        "town | n",
    ]


@pytest.mark.parametrize("comment", ["# Towns, as counted in 2024", "#counted", "# a\n# b"])
def test_comments_are_no_rows_and_no_header(comment):
    text = f"{comment}\ntown,n,area\nRome,7,1\nOslo,8,2\n# from here on guessed\nBath,9,3\n"
    content = loaded(text)
    assert names(text) == [("town", "n", "area")]
    assert [block.kind for block in content.blocks][-5:] == [
        "header",
        "row",
        "row",
        "paragraph",
        "row",
    ]
    lines = text.splitlines()
    assert rows(text) == [line for line in lines if not line.startswith("town")]


def test_a_comment_may_name_the_columns():
    assert names("# counted in May\n# town,n\nRome,7\nOslo,8\nBath,9\n") == [("town", "n")]
    assert names("#,team,won\n1,Moor,7\n2,Wall,8\n") == [("#", "team", "won")]


def test_rows_without_words_are_left_out():
    assert rows("town,n\n,,\nRome,7\n;;\n \nOslo,8\n") == ["Rome,7", "Oslo,8"]


def test_of_very_many_names_the_first_go_with_each_row():
    header = [f"column{number}" for number in range(1_000)]
    content = loaded(",".join(header) + "\n" + ",".join("1" * 1_000) + "\n")
    [table] = content.tables
    assert table.columns == tuple(header[: len(table.columns)])
    assert 300 < len(table.columns) < 1_000
    [row] = cut_passages(content, counted, 200)
    assert row.heading is not None
    assert row.heading.startswith("column0 | column1 | ")
    assert row.heading.endswith(" | …")
    assert len(row.heading) < 420


def test_an_empty_file_is_a_document():
    content = loaded("")
    assert (content.text, content.headings, content.paragraphs) == ("", (), ())


@pytest.mark.slow
def test_forty_thousand_rows_are_read_at_once():
    text = "id,name,city\n" + "".join(f'{n},Person {n},"City, {n}"\n' for n in range(40_000))
    with takes_at_most(4):
        content = loaded(text)
        found = cut_passages(content, counted, 200)
    assert len(content.paragraphs) == len(found) == 40_000


@pytest.mark.slow
def test_of_a_table_longer_than_any_spreadsheet_several_rows_are_a_passage():
    text = "id,town\n" + "1,Aa\n" * 1_100_000
    with takes_at_most(20):
        content = loaded(text)
        found = cut_passages(content, counted, 200)
    assert content.text == text
    assert len(found) < 20_000
    assert {piece.heading for piece in found} == {"id | town"}
    assert sum(len(piece.span) for piece in found) > len(text) - 2 * len(found) - 10


@pytest.mark.parametrize(
    "text",
    ['"\n""' * 100_000, '"a\n' * 100_000, '"' * 1_000_000, "," * 1_000_000, '"a""' * 200_000,
     '"x,' * 200_000, ',"' * 300_000, "x" * 5_000_000, '"' + "a" * 5_000_000, '"a\n,' * 100_000,
     "1" * 60 + "x,\n" * 50_000, ', " ' * 200_000, ", " + " " * 1_000_000 + '"'],
    ids=["pairs", "open", "quotes", "commas", "doubled", "opened", "odd", "letters", "long", "cells",
         "digits", "apart", "spaces"],
)  # fmt: skip
def test_hostile_quotes_take_no_time(text):
    with takes_at_most(8):
        assert loaded(text).text == text


def test_the_cells_of_a_table_are_found_without_their_quotes():
    text = 'name;"a ""b"";\n c"; 3 \r\n;;\nlast\n'
    rows = [[text[start:end] for start, end in row] for row in split_table(text)]
    assert rows == [["name", 'a ""b"";\n c', "3"], ["", "", ""], ["last"]]
