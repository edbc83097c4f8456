"""Tables whose columns only spaces part: each row is a block, with the names of its columns."""

import pytest

from index.loaders.plain.text import load
from tests.support.timing import takes_at_most

PROSE = "It rained and rained, all day long and all night, and the next day, too."
DOSES = (
    "  Weight of cat    Dose (with food)\n"
    "  up to 2.5 kg     2 drops\n"
    "  2.6 - 4 kg       4 drops\n"
    "  over 4 kg        12 drops\n"
)


def read(text):
    content = load(text.encode())
    return content, [span.of(content.text) for span in content.paragraphs or ()]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_rows_are_blocks_with_the_names_of_their_columns(newline):
    text = f"{PROSE}\n\n{DOSES}\n{PROSE}\n".replace("\n", newline)
    content, blocks = read(text)
    assert [table.columns for table in content.tables] == [("Weight of cat", "Dose (with food)")]
    assert blocks == [
        PROSE,
        "up to 2.5 kg     2 drops",
        "2.6 - 4 kg       4 drops",
        "over 4 kg        12 drops",
        PROSE,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Name   Town\n-----------\nAnn    Leeds\nBob    York\nCy     Hull\n",
        "====  =====\nName  Town\n====  =====\nAnn   Leeds\nBob   York\nCy    Hull\n====  =====\n",
        "-----------\nName   Town\n-----------\nAnn    Leeds\nBob    York\nCy     Hull\n-----------\n",
        "Name   Town     Age\nAnn    Leeds      7\nBob    York      12\nCy     Hull     107\n",
    ],
    ids=["rule", "rules of columns around", "rules around", "numbers"],
)
def test_a_rule_or_a_column_of_numbers_tells_which_line_has_the_names(text):
    content, blocks = read(f"{PROSE}\n\n{text}")
    assert [table.columns[:2] for table in content.tables] == [("Name", "Town")]
    assert [block.split()[0] for block in blocks[-3:]] == ["Ann", "Bob", "Cy"]


@pytest.mark.parametrize(
    "text",
    [
        "Name   Town\nAnn    Leeds\nBob    York\nCy     Hull\n",
        "Name   Age\nAnn    7\nBob    12\n",
        "Name   Age\nAnn    7\nBob    12  x\nCy     107\n",
        "Name   Age\nAnn        7\nBob    12 years\nCy       107\n",
        "-w   be wet\n-d   be dry\n-h   hail\n-s   snow\n",
        "2024-05-01  rain\n2024-05-02  hail\n2024-05-03  snow\n2024-05-04  ice\n",
        "Name\tAge\nAnn\t7\nBob\t12\nCy\t107\n",
        f"Day   Rain\n1     {PROSE}\n2     {PROSE}\n3     {PROSE}\n",
        "The owl    and the pussycat\n  went     to sea\nin a  beautiful   boat\n  of     green 7\n",
        "x = 1   # one\ny = 2   # two\nz = 3   # three\nw = 4   # four\n",
        "Note:  all\nAnn    7\nBob    8\nCy     9\n",
    ],
    ids=["no names", "two rows", "another cell", "not aligned", "options", "log", "tabs", "sentences", "poem", "code",
         "a note"],
)  # fmt: skip
def test_what_is_only_set_apart_by_spaces_is_no_table(text):
    content, blocks = read(f"{PROSE}\n\n{text}")
    assert content.tables == ()
    assert blocks == []


@pytest.mark.parametrize(
    "part", ["A   B\n", "A   B\na   1\nb   2\nc   3\n\n", "a  " * 30 + "\n", "1" + " " * 60]
)
def test_time_grows_with_the_length_and_no_faster(part):
    with takes_at_most(8):
        load((part * (400_000 // len(part))).encode())
