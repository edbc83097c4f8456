"""RTF: paragraphs and tables."""

import pytest

from index.loaders import UnreadableFile
from index.loaders.office.rtf import load
from tests.support.packed_files import RTF


def test_paragraphs_and_rows_are_read():
    content = load(RTF)
    assert content.title == "The Harbouré"
    assert content.text == (
        "Café bold\n\nSecond € one\n\nName\tBuilt\nAnn\t1887\nBee\t1890\n\nEnd."
    )
    assert [table.columns for table in content.tables] == [("Name", "Built")]
    assert [block.of(content.text) for block in content.paragraphs] == [
        "Café bold",
        "Second € one",
        "Ann\t1887",
        "Bee\t1890",
        "End.",
    ]


def test_an_empty_cell_keeps_its_place_in_the_row():
    rows = (("", "Mon", "Tue"), ("Ann", "", "8"), ("Bob", "7", "9"), ("", "6", ""))
    lines = (r"\trowd " + "".join(rf"{cell}\cell " for cell in row) + r"\row " for row in rows)
    content = load((r"{\rtf1\ansi " + "".join(lines) + "}").encode())
    assert content.tables[0].columns == ("", "Mon", "Tue")
    assert [block.of(content.text) for block in content.paragraphs] == [
        "Ann\t\t8",
        "Bob\t7\t9",
        "\t6",
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (rb"\loch\f2\i0\*\cs7 The fox", "The fox"),
        (rb"{\*\cs7 unseen}The fox", "The fox"),
        (rb"{\pict\jpegblip\bin ffd8ff}The fox", "The fox"),
        (rb"{\pict\bin4 \}}{}The fox", "The fox"),
        (rb"\u-10240?\u-8398?\u-10240?\u-8385? \u9731?", "𐌲𐌿 ☃"),
        (rb"\u-10240? alone", "\ufffd alone"),
    ],
)
def test_what_programs_write_beside_the_rules_is_read(source, words):
    assert load(rb"{\rtf1\ansi " + source + b"}").text == words


@pytest.mark.parametrize(
    "source",
    [
        rb"It opens {\b\strike at\'209\'85}{\striked1\u8222? at 8}at 10.",
        rb"It opens \strike at 9\strike0 \striked at 8\plain at 10.",
        rb"\strike0 It opens\b\strike  at 9\par\b0\strike0 at 10.",
    ],
    ids=["groups", "ended", "to the paragraph's end"],
)
def test_words_that_are_struck_out_are_left_out(source):
    assert load(rb"{\rtf1\ansi " + source + b"}").text.split() == ["It", "opens", "at", "10."]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (rb"10{\super 6} cells", "10⁶ cells"),
        (rb"10{\ltrch\super\insrsid12 \u8722?3} m", "10⁻³ m"),
        (rb"\uc0 10\super\fs16 -3\nosupersub  m", "10⁻³ m"),
        (rb"10\super 6\super0  cells", "10⁶ cells"),
        (rb"the 1{\super st} of May", "the 1st of May"),
        (rb"2{\super{\b 8}}", "28"),
    ],
)
def test_superscript_digits_stay_powers(source, words):
    assert load(rb"{\rtf1\ansi " + source + b"}").text == words


@pytest.mark.parametrize("data", [b"", b"plain text", b"\xd0\xcf\x11\xe0"])
def test_other_files_are_refused(data):
    with pytest.raises(UnreadableFile, match="not an RTF file"):
        load(data)


@pytest.mark.parametrize("number", [b"99999999999999999999", b"-99999999999999999999", b"1114112"])
def test_a_character_that_there_is_not_is_damage(number):
    with pytest.raises(UnreadableFile, match="damaged RTF"):
        load(rb"{\rtf1 a \u" + number + b" ? b}")
