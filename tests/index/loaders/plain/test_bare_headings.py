"""Headings that only a number or capitals show; and numbered lists, which stay lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.plain.text import load
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most

LEASE = (
    "TENANCY AGREEMENT\n\n1. The parties\nThe agreement is made in Whitby.\n\n2. Rent\n"
    "It is £735 a month.\n\nIt may rise once a year.\n\n3. Leaving\nOn the last day:\n"
    " (a) read the meters,\n (b) hand over the keys.\n"
)


def headings(text):
    content = load(text.encode())
    assert all(h.text in " ".join(h.span.of(text).split()) for h in content.headings)
    return [(heading.level, heading.text) for heading in content.headings if heading.text]


def passages(text):
    pieces = cut_passages(load(text.encode()), lambda texts: [len(t) // 4 for t in texts], 200)
    return [(piece.headings, piece.span.of(text)) for piece in pieces]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_numbered_lines_above_text_are_headings_below_one_in_capitals(newline):
    assert headings(LEASE.replace("\n", newline)) == [
        (1, "TENANCY AGREEMENT"),
        (2, "1. The parties"),
        (2, "2. Rent"),
        (2, "3. Leaving"),
    ]


def test_no_heading_stands_in_the_passage_of_another_section():
    assert passages(LEASE)[:2] == [
        (("TENANCY AGREEMENT", "1. The parties"), "The agreement is made in Whitby."),
        (
            ("TENANCY AGREEMENT", "2. Rent"),
            "It is £735 a month.\n\nIt may rise once a year.",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "1. Scope\n\n1.1 What\nText.\n\n1.2. Where\nText.\n\n2. Fees\nText.\n\n3. End\n\nText.\n",
            [(1, "1. Scope"), (2, "1.1 What"), (2, "1.2. Where"), (1, "2. Fees"), (1, "3. End")],
        ),
        (
            "Section 1: Scope\nText.\n\nSection 2: Fees\nText.\n\nSection 3\nText.\n",
            [(1, "Section 1: Scope"), (1, "Section 2: Fees"), (1, "Section 3")],
        ),
        (
            "1. Lift\nText.\n\n2. Heat\n1. Open it.\n\n2. Heat\nText.\n\n3. Any other\n- Pigeons.\n",
            [(1, "1. Lift"), (1, "2. Heat"), (1, "3. Any other")],
        ),
    ],
    ids=["sections in sections", "words", "a list of that number"],
)  # fmt: skip
def test_numbers_count_on(text, found):
    assert headings(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "1. Open the lid.\n2. Rinse the filter.\n3. Close it.\n",
        "1. Open the lid.\n\n2. Rinse the filter.\n\n3. Close it.\n\nMix all.\n",
        "1. Eggs\n\n2. Flour\n\n3. Milk\n\nMix all of it.\n",
        "1. Open the lid\n   Press it.\n\n2. Pour\n   It is hot.\n\n3. Close it\n   Done.\n",
        "1. Open the lid\nand wait.\n\n2. Pour it\nin.\n\n3. Close it\nagain.\n",
        "1. Scope\nText.\n\n2. Fees\nText.\n",
        "3. Scope\nText.\n\n4. Fees\nText.\n\n5. End\nText.\n",
        "Text\n1. Scope\nText.\n2. Fees\nText.\n3. End\nText.\n",
    ],
    ids=[
        "steps", "steps with blank lines", "names", "set in", "wrapped", "two", "not from one",
        "no blank lines",
    ],
)  # fmt: skip
def test_the_items_of_a_list_are_no_headings(text):
    assert headings(text) == []


def test_lines_in_capitals_between_blank_lines_are_headings():
    prose = "It rained and rained, all day long and all night, and the next day, too."
    assert headings(f"RAIN\n\n{prose}\n\nSNOW AND HAIL\n\n{prose}\n") == [
        (1, "RAIN"),
        (1, "SNOW AND HAIL"),
    ]
    for text in (
        f"{prose}\n\nDO NOT ENTER\n\n{prose}\n",
        f"RAIN\n{prose}\n\nSNOW\n{prose}\n",
        f"STOP.\n\n{prose}\n\nCOME HOME!\n\n{prose}\n",
        "ALL IS LOUD\n\nVERY LOUD\n\nAND SO ON\n\nTO THE END\n",
    ):
        assert headings(text) == []


def test_capitals_above_sentences_are_headings_however_short_these_are():
    names = ["НАЗВАНИЕ ОБЩЕСТВА", "ЧЛЕНЫ ОБЩЕСТВА", "СОБРАНИЕ ЧЛЕНОВ", "ПРЕДСЕДАТЕЛЬ"]
    text = "".join(f"{name}\n\nВзнос составляет 40 рублей.\n\n" for name in names)
    assert headings(text) == [(1, name) for name in names]
    assert headings(text.replace("рублей.", "рублей")) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_numbered_question_may_go_on_in_lines_that_are_set_in(newline):
    text = (
        "1. What is it?\n\nA program.\n\n2. How do I save a file under another name, and\n"
        "   go on with it?\n\nSave it as.\n\n3. Free?\n\nYes.\n\n4. I have read\n   it all.\n\nGood.\n"
    )
    assert headings(text.replace("\n", newline)) == [
        (1, "1. What is it?"),
        (1, "2. How do I save a file under another name, and go on with it?"),
        (1, "3. Free?"),
    ]
    items = "1. Is it raining,\n   or not?\n2. Is it cold?\n3. Is it dark?\n"
    assert headings(items.replace("\n", newline)) == []


def test_a_numbered_line_in_capitals_is_one_heading():
    text = (
        "SECTION 1 - FEES\n\n1.1. When\nMonthly.\n\nSECTION 2 - KEYS\n\nTwo.\n\nSECTION 3\n\nNo.\n"
    )
    assert headings(f"INDEX\n\n{'Here it is. ' * 30}\n\n{text}") == [
        (1, "INDEX"),
        (2, "SECTION 1 - FEES"),
        (3, "1.1. When"),
        (2, "SECTION 2 - KEYS"),
        (2, "SECTION 3"),
    ]
    assert [each.split()[-1] for _, each in passages(text)] == ["Monthly.", "Two.", "No."]


def test_a_list_may_stand_below_a_section_that_a_word_names():
    text = "".join(
        f"Section {n} -- Of Rain.\n\n  a. It rains.\n\n  b. It hails.\n\n" for n in (1, 2, 3)
    )
    assert [words for _, words in headings(text)] == [f"Section {n} -- Of Rain." for n in (1, 2, 3)]


def test_letters_mark_headings_as_numbers_do():
    text = (
        "A. WHAT IS COVERED\n\nA1. Cancelling\n    We pay.\n\nA2. Illness\n    We pay, too.\n\n"
        "B. EXCESS\n\nB1. It is what you bear yourself when you claim for anything at all, by law.\n\n"
        "C. CLAIMS\n\nWithin a month.\n"
    )
    assert headings(text) == [
        (1, "A. WHAT IS COVERED"), (2, "A1. Cancelling"), (2, "A2. Illness"), (1, "B. EXCESS"), (1, "C. CLAIMS")
    ]  # fmt: skip
    for other in (
        "A. Paris\n\nB. London\n\nC. Rome\n\nWhich is it?\n",
        "A. Paris\n   It is large.\n\nB. London\n   So is it.\n\nC. Rome\n   It is old.\n",
        "B. Smith\n\nIt rained.\n\nC. Jones\n\nIt hailed.\n\nD. May\n\nIt snowed.\n",
    ):
        assert headings(other) == []


def test_a_section_in_a_section_needs_no_blank_line_above():
    text = "1. Use\n\n1.1 Handling\nText.\n1.2 Storage\nText.\n\n2. Fees\nText.\n\n3. End\nText.\n"
    assert (2, "1.2 Storage") in headings(text)
    # Those of a list, and of a sentence, are none.
    for other in (
        "1.2 Storage\n1.3 Waste\n",
        "Text, see\n1.2 Storage\nof it.\n",
        "1.3 Waste\nText.\n",
    ):
        assert len(headings(text.replace("1.2 Storage\nText.\n", other))) == 4


def test_capitals_within_numbered_sections_are_below_them():
    text = (
        "DATA SHEET\n\nOf rain.\n\n1. Hazards\n\nIt is wet.\n\nDANGER\n\nFloods.\n\n2. Storage\n\n"
        f"In tubs.\n\n3. Waste\n\n{'None at all, as far as is known. ' * 5}\n"
    )
    assert headings(text) == [
        (1, "DATA SHEET"), (2, "1. Hazards"), (3, "DANGER"), (2, "2. Storage"), (2, "3. Waste")
    ]  # fmt: skip
    parts = text.replace("DANGER\n\nFloods.", "CARE").replace("\n\nOf rain.", "")
    assert (1, "CARE") in headings(parts)


@given(
    st.lists(
        st.sampled_from(
            ["1. A", "2. Bee", "3. Cé", "1.1 Dé", "Section 2", "RAIN", "É SNOW", "text", " in", "", "\r", "\t",
             "A. B", "A1. B", "Q: É?", "A: É", "===", "SECTION 1 - A", "SECTION 2", "SECTION 3", "2. Why is", "  it so?"]
        ),
        max_size=14,
    )
)  # fmt: skip
def test_headings_ascend_and_quote_the_text(lines):
    text = "\n".join(lines)
    at = 0
    for heading in load(text.encode()).headings:
        assert at <= heading.span.start <= heading.span.end <= len(text)
        assert heading.span.of(text) == heading.span.of(text).strip()
        at = heading.span.end


@pytest.mark.parametrize(
    "part", ["1. A\n\n", "RAIN\n\n", " " * 50, "1. A" + " " * 90 + "\n", "\n", "1. A\nB\n\n"]
)
def test_time_grows_with_the_length_and_no_faster(part):
    with takes_at_most(8):
        load((part * (400_000 // len(part)) + "x").encode())
