"""Ligatures, whatever a font calls them; and words from right to left, in reading order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.pdf import load
from index.loaders.pdf.fragments import order_pieces

_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
    b"1 begincodespacerange <00> <FF> endcodespacerange "
    b"1 beginbfrange <20> <7A> <0020> endbfrange 1 beginbfchar <0C> <00660069> endbfchar "
    b"endcmap CMapName currentdict /CMap defineresource pop end end"
)


def _make_pdf(font, drawn, to_unicode=b""):
    """A page with words in a font that is not in the file; all its signs are half an em wide."""
    widths = b"/FirstChar 0 /LastChar 127 /Widths [" + b"500 " * 128 + b"]"
    link = b"/ToUnicode 6 0 R" if to_unicode else b""
    content = b"BT /F1 20 Tf 72 700 Td " + drawn + b" ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R"
        b"/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/" + font + widths + link + b">>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Length %d>>stream\n%b\nendstream" % (len(to_unicode), to_unicode),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 7\n0000000000 65535 f \n" + rows + b"trailer<</Size 7/Root 1 0 R>>\n"
    return data + table + b"startxref\n%d\n%%%%EOF" % len(data)


def test_codes_of_fonts_of_tex_are_ligatures():
    drawn = rb"(Modi\014cation of e\016cient \015oor, o\013er) Tj"
    text = load(_make_pdf(b"ABCDEF+CMR10", drawn)).text
    assert text == "Modification of efficient floor, offer"


def test_the_same_codes_of_other_fonts_are_not_guessed():
    assert "fi" not in load(_make_pdf(b"ABCDEF+Calibri", rb"(Modi\014cation) Tj")).text


def test_a_space_that_begins_within_a_ligature_is_none():
    drawn = rb"[(speci\014) 200 ( ) 300 (c areas)] TJ"
    assert load(_make_pdf(b"Sans", drawn, _TO_UNICODE)).text == "specific areas"


def test_a_space_after_a_ligature_is_one():
    drawn = rb"[(the wi\014 is here)] TJ"
    assert load(_make_pdf(b"Sans", drawn, _TO_UNICODE)).text == "the wifi is here"
    # It may begin within the ligature, if it has room.
    drawn = rb"[(the wi\014) 200 ( ) -200 (is here)] TJ"
    assert load(_make_pdf(b"Sans", drawn, _TO_UNICODE)).text == "the wifi is here"


def test_the_codes_of_formulas_are_no_ligatures():
    for font, drawn in ((b"CMEX10", rb"(y \014 x) Tj"), (b"CMR10", rb"(y \014 x) Tj")):
        assert "fi" not in load(_make_pdf(font, drawn)).text


A, B, C = "\u05d0", "\u05d1\u05d1", "\u0627\u0628"


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        (["to", " ", "sea"], ["to", " ", "sea"]),
        ([A, " ", B, " ", C], [C, " ", B, " ", A]),
        (["?", A, " ", B], [B, " ", A, "?"]),
        (["12", " ", A], [A, " ", "12"]),
        (["See", " ", "12", " ", A, "/", B, "."], ["See", " ", "12", " ", B, "/", A, "."]),
        ([A, " ", B, " ", "or", " ", C, " ", A], [B, " ", A, " ", "or", " ", A, " ", C]),
        (["2", "0", "2", "4", " ", A], [A, " ", "2", "0", "2", "4"]),
        ([A, " ", *"1/12", "-", B, "sea"], [B, "-", *"1/12", " ", A, "sea"]),
        ([".", *"18:30", " ", A], [A, " ", *"18:30", "."]),
        ([*"-5", " ", A, " ", *"50%"], [*"50%", " ", A, " ", *"-5"]),
        ([f"{A} sea", " ", A, " ", B], [f"{A} sea", " ", B, " ", A]),
    ],
)
def test_runs_of_words_change_places(seen, read):
    assert order_pieces(seen) == read


@given(st.lists(st.sampled_from([A, B, C, " ", "12", "3", "%", "-", "?", "sea", f"{A} sea"])))
def test_no_piece_is_lost_and_others_keep_their_places(seen):
    read = order_pieces(seen)
    assert sorted(read) == sorted(seen)
    assert [at for at, piece in enumerate(read) if "sea" in piece] == [
        at for at, piece in enumerate(seen) if "sea" in piece
    ]
