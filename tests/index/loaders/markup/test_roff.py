"""Sources of manual pages: read as `man` prints them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile
from index.loaders.markup.roff import load
from index.text.passages import cut_passages


def found(source):
    """The passages: heading and text."""
    content = load(source.encode())
    pieces = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 60)
    return [(piece.heading, piece.span.of(content.text)) for piece in pieces]


def page(body, head='.TH LAMP 1 "May 2025" "" ""\n'):
    return f"{head}{body}"


MAN = page(r""".\" a comment
.SH NAME
lamp \- light a lamp
.SH OPTIONS
The lamp burns
.B oil
only.
.TP
.BI \-w " wick" ", \-\-wick" = wick
Takes another wick.
.IP
Cotton burns longest.
.TQ
.B \-x
.PP
Put it out at \fIdawn\fP.
.SS "Of oil"
.IP \(bu 2
Whale oil.
.nf
  lamp  -w
.fi
""")


def test_sections_terms_items_and_listings():
    content = load(MAN.encode())
    assert content.title == "lamp - light a lamp"
    assert [(each.text, each.level) for each in content.headings] == [
        ("NAME", 1),
        ("OPTIONS", 1),
        ("-w wick, --wick=wick", 3),
        ("", 3),
        ("Of oil", 2),
    ]
    assert content.text == (
        "NAME\n\nlamp - light a lamp\n\nOPTIONS\n\nThe lamp burns oil only.\n\n"
        "-w wick, --wick=wick\nTakes another wick.\n\nCotton burns longest.\n-x\n\n"
        "Put it out at dawn.\n\nOf oil\n\n• Whale oil.\n  lamp  -w"
    )


MDOC = r""".Dd May 5, 2025
.Dt LAMP 1
.Os
.Sh NAME
.Nm lamp
.Nd light a lamp
.Sh SYNOPSIS
.Nm
.Op Fl ab
.Op Fl w Ar wick Oo Fl v Oc ,
.Ar
.Sh DESCRIPTION
The
.Nm
utility burns oil
.Pq see Xr oil 5 .
.Bl -tag -width Ds
.It Fl w Ar wick , Fl Fl wick Ns = Ns Ar wick
Takes another
.Dq good wick .
.Bl -bullet
.It
Cotton.
.It
Wool.
.El
.It Ev LAMP
The lamp.
.El
.Pp
It ends at dawn.
.Bd -literal
lamp  -w
.Ed
"""


def test_pages_in_mdoc_are_read():
    content = load(MDOC.encode())
    assert content.title == "lamp — light a lamp"
    assert content.text == (
        "NAME\n\nlamp — light a lamp\n\nSYNOPSIS\n\nlamp [-ab] [-w wick [-v]], file ...\n\n"
        "DESCRIPTION\n\nThe lamp utility burns oil (see oil(5)).\n\n"
        "-w wick, --wick=wick\nTakes another “good wick”.\n\n• Cotton.\n\n• Wool.\n\n"
        "LAMP\nThe lamp.\n\nIt ends at dawn.\n\nlamp  -w"
    )
    terms = [each.text for each in content.headings if each.level > 2]
    assert terms[0] == "-w wick, --wick=wick"
    assert "LAMP" in terms


def test_what_follows_a_list_stands_under_none_of_its_terms():
    tail = ".El\n.Pp\nAll burn oil.\n"
    inner = ".Bl -tag\n.It Fl x\nSmall.\n.El\nAs before.\n"
    mdoc = f".Dt LAMP 1\n.Sh A\n.Bl -tag\n.It Fl w\nA wick.\n{inner}.It Fl o\nOut.\n{tail}"
    man = page(
        ".SH A\n.TP\n-w\nA wick.\n.RS\n.TP\n-x\nSmall.\n.RE\n.IP\nAs before.\n.TP\n-o\nOut.\n"
        ".PP\nAll burn oil.\n"
    )
    for source in (mdoc, man):
        assert found(source) == [
            ("A › -w", "-w\nA wick."),
            ("A › -w › -x", "-x\nSmall."),
            ("A › -w", "As before."),
            ("A › -o", "-o\nOut."),
            ("A", "All burn oil."),
        ]


def test_each_way_to_call_a_program_is_a_line():
    source = (
        ".Dt LAMP 1\n.Sh NAME\n.Nm lamp\n.Sh SYNOPSIS\n.Nm\n.Fl a\n.Nm\n.Fl b\n.Sh B\nThe\n.Nm\nx\n"
    )
    assert load(source.encode()).text.endswith("SYNOPSIS\n\nlamp -a\nlamp -b\n\nB\n\nThe lamp x")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (r"a\-b \(em c\[u2014]d \e \(co 1\~2", r"a-b — c—d \ © 1 2"),
        (r"5\~\(mcm, 3\[fm] 2\(sd", "5 µm, 3′ 2″"),
        (r"\fBbold\fP \f(CWcode\fR \s-1SMALL\s0 \&.x", "bold code SMALL .x"),
        (r"caf\['e] na\(:ive \*(lqquoted\*(rq", "café naïve “quoted”"),
        ('.BR lamp (1), " oil" x', "lamp(1), oilx"),
        (".if t printed\n.ie n shown\n.el not", "shown"),
        (".ie t \\{\\\nno\n.\\}\n.el \\{\\\nyes\n.\\}\n", "yes"),
        (".de q\n\\\\(lq\\\\$1\\\\(rq\\\\$2\n..\n.q oil ,\n", "“oil”,"),
        (".de XX\n.SH no\n..\n.ds is oil\nIt is \\*[is].", "It is oil."),
        (".UR http://a.example\nLamps\n.UE ,", "<http://a.example> Lamps ,"),
        (".EQ\nx over y\n.EN\nafter", "after"),
    ],
)
def test_escapes_conditions_and_definitions(line, shown):
    assert load(page(f".SH A\n{line}\n").encode()).text == f"A\n\n{shown}"


def test_rows_of_tables_have_columns():
    table = ".TS\nallbox tab(;);\nlb lb\nl l.\nLamp;Litres\nT{\nHarbour\nlamp\nT};17\nWest;3\n.TE\n"
    content = load(page(f".SH A\n{table}").encode())
    assert content.text == "A\n\nLamp\tLitres\nHarbour lamp\t17\nWest\t3"
    assert [each.columns for each in content.tables] == [("Lamp", "Litres")]


def test_a_link_to_another_page_is_said():
    with pytest.raises(UnreadableFile, match=r"^only a link to the page man1/lamp\.1$"):
        load(b'.\\" made by lamp\n.so man1/lamp.1\n')


@pytest.mark.parametrize("text", ["Oil is low.\n\nIt ends.\n", "2024 INFO start\n", ""])
def test_what_is_no_source_is_plain_text(text):
    assert load(text.encode()).text == text


def test_a_page_as_printed_has_its_sections():
    printed = "LAMP(1)      Commands      LAMP(1)\n\nNAME\n       lamp - light a lamp\n\nlamp 1   May   LAMP(1)\n"
    assert [each.text for each in load(printed.encode()).headings if each.text] == ["NAME"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1))
def test_all_words_are_in_the_blocks(words):
    content = load(page(f".SH A\n.TP\n.B x\n{' '.join(words)}\n").encode())
    (block,) = content.paragraphs
    assert block.of(content.text) == f"x\n{' '.join(words)}"


def test_terms_items_and_listings_are_blocks():
    source = page(
        ".SH OPTIONS\n.TP\n.B \\-w\nTakes a wick.\n.RS\n.IP \\(bu\nOf cotton.\n.RE\n.PP\nRun:\n"
        ".nf\n  * lamp\n  * wick\n.fi\n"
    )
    content = load(source.encode())
    assert [(each.kind, each.depth, each.span.of(content.text)) for each in content.blocks] == [
        ("label", 0, "-w"),
        ("paragraph", 1, "Takes a wick."),
        ("item", 2, "Of cotton."),
        ("paragraph", 0, "Run:"),
        ("code", 0, "  * lamp\n  * wick"),
    ]


def test_lists_in_lists_of_mdoc_are_nested():
    source = ".Dd May 1, 2025\n.Dt LAMP 1\n.Sh USE\n.Bl -bullet\n.It\nOil\n.Bl -enum\n.It\nPour\n.El\n.El\n"
    content = load(source.encode())
    assert [(each.kind, each.depth) for each in content.blocks] == [("item", 1), ("item", 2)]
