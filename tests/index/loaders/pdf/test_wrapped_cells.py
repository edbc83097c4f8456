"""Which lines of a table make up one row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.pdf import load
from index.loaders.pdf.fragments import Fragment
from index.loaders.pdf.wrapped_cells import join_wrapped_rows

PLACES = (72, 200, 330)


@pytest.fixture
def read_table(examples):
    """Reads a table drawn line by line: the lines of each cell, with rows so far apart."""

    def read(*rows, apart=6):
        pdf = examples.Pdf()
        for row in rows:
            top = pdf.height
            for left, lines in zip(PLACES, row, strict=False):
                pdf.height = top
                pdf.lines(*lines, left=left)
            pdf.height = top - 12 * max(map(len, row)) - apart
        content = load(pdf.data())
        assert all(block.of(content.text).strip() for block in content.paragraphs)
        return content.text.split("\n")

    return read


def test_a_row_set_apart_is_one_whichever_of_its_cells_have_more_lines(read_table):
    assert read_table(
        [["E1"], ["Tap closed or hose bent. Open", "tap, pull the hose, press START", "for 2 s."]],
        [["White film"], ["Salt is empty or set too low."]],
        [["Rainbow on", "glasses"], ["Too much rinse aid: turn the", "dose down by one."]],
        [["Bad smell"], ["Clean filter and door; run it at", "70 with a spoon of vinegar."]],
    ) == [
        "E1\tTap closed or hose bent. Open tap, pull the hose, press START for 2 s.",
        "White film\tSalt is empty or set too low.",
        "Rainbow on glasses\tToo much rinse aid: turn the dose down by one.",
        "Bad smell\tClean filter and door; run it at 70 with a spoon of vinegar.",
    ]


def test_names_of_columns_may_have_more_lines(read_table):
    rows = [["0-6"], ["0"], ["none"]], [["7-11"], ["1"], ["0.6 kg"]]
    assert read_table([["Hardness"], ["Set to"], ["Salt for 50", "washes"]], *rows) == [
        "Hardness\tSet to\tSalt for 50 washes",
        "0-6\t0\tnone",
        "7-11\t1\t0.6 kg",
    ]


def test_a_sentence_in_a_cell_goes_on_though_no_space_parts_the_rows(read_table):
    assert read_table(
        [["Green"], ["Ann Keeper"]],
        [["Road"], ["Not needed, all is said and done on", "the page of the parish,", "Notices."]],
        [["Park"], ["Jo Fisher"]],
        apart=0,
    ) == [
        "Green\tAnn Keeper",
        "Road\tNot needed, all is said and done on the page of the parish,",
        "Notices.",
        "Park\tJo Fisher",
    ]


@pytest.mark.parametrize(
    "group",
    [
        # Other rows, not lines of cells: names, values, words in small letters.
        [("Apple", "Red and sweet"), ("Cherry", "Small and dark")],
        [("Snipe", "12"), ("", "14")],
        [("Monday to Friday", "8 am to noon"), ("Saturday and Sunday", "closed all day")],
        [("apt", "installs a package"), ("dpkg", "unpacks a package")],
        # There was room for the first word of the second one.
        [("Lamp", "Oil"), ("of brass", "with a wick of the best cotton")],
    ],
)
def test_rows_in_groups_set_apart_stay_rows(read_table, group):
    pairs = list(zip(*group, strict=True))
    cells = [[*filter(None, pairs[0])], [*pairs[1]]]
    if not group[1][0]:
        assert len(read_table([["Ship"], ["Crew"]], cells, [["Swan"], ["9"]])) == 4
    else:
        assert len(read_table([["Name"], ["Nature"]], cells, cells)) == 5


def test_entries_without_a_first_cell_are_rows_where_no_sentence_is_open(read_table):
    entries = ["Opening of the new harbour", "Closing of the old market", "Building of the hall"]
    rows = read_table([["2023"], entries], [["2024"], ["Fair"]])
    assert [rows[0], rows[-1]] == [f"2023\t{entries[0]}", "2024\tFair"]
    cell = [
        "It ends here. Ask at the desk of",
        "St Ives for a key that opens the",
        "Keeper of the hall.",
    ]
    assert read_table([["Way"], cell], [["Pier"], ["Closed"]]) == [
        f"Way\t{' '.join(cell)}",
        "Pier\tClosed",
    ]


def test_names_of_columns_may_have_capitals_in_each_line(read_table):
    rows = [["0-6"], ["0"], ["none"]], [["7-11"], ["1"], ["0.6 kg"]]
    assert read_table([["Hardness"], ["Set to"], ["Salt", "Needed"]], *rows)[0] == (
        "Hardness\tSet to\tSalt Needed"
    )


def test_a_word_broken_in_a_cell_is_whole_again(read_table):
    assert read_table(
        [["TSxls"], ["Reads time series from spread-", "sheets"]], [["Zoo"], ["Holds series"]]
    ) == ["TSxls\tReads time series from spreadsheets", "Zoo\tHolds series"]


WORDS = st.lists(st.sampled_from(["lamp", "Oil", "12", "at dusk.", "of the tower"]), max_size=3)


@given(
    st.lists(st.tuples(st.sampled_from([11.0, 12.0, 18.0, 40.0]), WORDS), min_size=1, max_size=12),
    st.data(),
)
def test_no_word_is_lost_or_moved_to_another_column(drawn, data):
    rows, base = [], 700.0
    for distance, words in drawn:
        base -= distance
        columns = sorted(data.draw(st.permutations(range(3)))[: len(words)])
        row = [
            Fragment(word, PLACES[at], PLACES[at] + 5 * len(word), base, 10, bold=False)
            for at, word in zip(columns, words, strict=False)
        ]
        rows.append(row or [Fragment("x", PLACES[0], PLACES[0] + 5, base, 10, bold=False)])
    joined = join_wrapped_rows(rows, [len(row) > 1 for row in rows])

    def column(lines, left):
        return " ".join(piece.text for line in lines for piece in line if piece.left == left)

    for left in PLACES:
        assert column([row for row, _ in joined], left) == column(rows, left)
    heads = [row[0].base for row, _ in joined]
    assert heads == sorted(heads, reverse=True)
    for row, foot in joined:
        assert foot is None or foot < min(piece.base for piece in row)
