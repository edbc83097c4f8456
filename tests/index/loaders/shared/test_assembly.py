"""What nobody sees is no text, in all formats whose text is extracted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.office.docx import load as load_docx
from index.loaders.office.opendocument import load as load_odt
from index.loaders.office.pptx import load as load_pptx
from index.loaders.office.rtf import load as load_rtf
from index.loaders.pages.docbook import load as load_docbook
from index.loaders.pages.epub import load as load_epub
from index.loaders.pages.html import load as load_html
from index.loaders.shared.assembly import drop_unseen
from tests.support.packed_files import epub, open_document, presentation, shape, word

ODD = "Wind\u2060—and the har\u00adbour\ufeff, Auf\u200clage, over\u200bflow"
SEEN = "Wind—and the harbour, Auflage, overflow"


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (ODD, SEEN),
        ("a\u200cb \u200cc\u200c", "ab c"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("कर\u094d\u200cय", "कर\u094d\u200cय"),
        ("👩\u200d🚀 🏳\ufe0f\u200d🌈", "👩\u200d🚀 🏳\ufe0f\u200d🌈"),
        ("f\u2061(x)", "f(x)"),
        ("\u200eAnn\u200f \u202aBee\u202c \u2067Cid\u2069 \u180eDee", "Ann Bee Cid Dee"),
        ("5\u00a0km", "5\u00a0km"),
    ],
)
def test_only_what_nobody_sees_is_dropped(words, seen):
    assert drop_unseen(words) == seen


@given(
    st.text(st.sampled_from("ab \nनय\u094dمی👩\u200c\u200d\u00ad\u180e\u200b\u200e\u2060\ufeff"))
)
def test_all_else_stays_in_its_order(words):
    kept = drop_unseen(words)
    assert not set(kept) & set("\u00ad\u180e\u200b\u200e\u2060\ufeff")
    assert [each for each in kept if each != "\u200c"] == [
        each for each in words if each not in "\u00ad\u180e\u200b\u200c\u200e\u2060\ufeff"
    ]
    assert drop_unseen(kept) == kept


FILES = {
    "html": (load_html, f"<p>{ODD}</p>".encode()),
    "epub": (load_epub, epub({"a.xhtml": f"<p>{ODD}</p>"})),
    "docx": (load_docx, word(lambda made: made.add_paragraph(ODD))),
    "odt": (load_odt, open_document("text", f"<text:p>{ODD}</text:p>")),
    "pptx": (load_pptx, presentation(shape(ODD))),
    "docbook": (load_docbook, f"<article><para>{ODD}</para></article>".encode()),
    "rtf": (
        load_rtf,
        rb"{\rtf1 Wind\u8288?\u8212?and the har\u173?bour, Auf\u8204?lage, over\u8203?flow}",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_no_format_has_it_in_its_text(kind):
    load, data = FILES[kind]
    assert load(data).text.strip() == SEEN


def test_no_title_has_it():
    assert load_html(f"<title>{ODD}</title><p>Calm.</p>".encode()).title == SEEN
