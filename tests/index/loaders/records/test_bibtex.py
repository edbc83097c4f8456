"""BibTeX: an entry is a passage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile
from index.loaders.records.bibtex import load

SOURCE = r"""
A note.
@comment{none of this @book{x, y = 1}}
@string{hp = "Harbour " # {Press}}
@Book{lamp99,
  author = "Ann L{\"a}mp and Bee",
  title = {The {Lamps} of \emph{M{\"u}nchen}},
  publisher = hp, year = 1999, month = may, pages = "1--9",
  file = {:lamp.pdf},
}
@article(oil, title = {Oil $x^2$})
@misc{open, title = {never closed
"""


def test_an_entry_is_a_passage_under_its_title():
    content = load(SOURCE.encode())
    assert [each.text for each in content.headings] == [
        "The Lamps of München",
        "Oil x^2",
        "never closed",
    ]
    assert content.text == (
        "book: lamp99\nauthor: Ann Lämp and Bee\ntitle: The Lamps of München\n"
        "publisher: Harbour Press\nyear: 1999\nmonth: May\npages: 1–9\n\n"
        "article: oil\ntitle: Oil x^2\n\nmisc: open\ntitle: never closed"
    )


def test_a_long_field_is_a_paragraph_of_its_own():
    content = load(b"@book{a, title = {Oil}, abstract = {" + b"It burns. " * 60 + b"}}")
    assert len(content.paragraphs) == 2
    assert {heading.text for heading in content.headings} == {"Oil"}


@pytest.mark.parametrize(
    "key", ["doi:10.1016/S0140-6736(20)30183-5", "Lamp 1999", "b/c=d", "", " "]
)
def test_an_entry_is_read_whatever_its_key(key):
    text = load(f"@book{{{key},\n title = {{Oil}}}}\n@book{{b, title = {{Wick}}}}".encode()).text
    name = f"book: {key}" if key.strip() else "book"
    assert text == f"{name}\ntitle: Oil\n\nbook: b\ntitle: Wick"


def test_an_entry_may_have_no_key():
    assert load(b"@book{title = {Oil}, year = 1999}").text == "book\ntitle: Oil\nyear: 1999"


@pytest.mark.parametrize(
    ("name", "words", "shown"),
    [
        ("note", r"A rise of 25% in \emph{E. coli} by R&D.", "A rise of 25% in E. coli by R&D."),
        ("note", r"10\% of $n$ and 30% more", "10% of n and 30% more"),
        ("note", r"Oil \& wick, 5 % & 6", "Oil & wick, 5 % & 6"),
        ("note", r"Use \verb|50%|, \verb*+a&b+ and \%", "Use 50%, a&b and %"),
        ("note", r"\url{https://x.org/a%20b?c&d} is \emph{it}", "https://x.org/a%20b?c&d is it"),
        ("url", r"https://x.org/~ann/doc%20a--b\_c.pdf?d\&e", "https://x.org/~ann/doc%20a--b_c.pdf?d&e"),
        ("url", "http://x.org/~ann/a--b.pdf", "http://x.org/~ann/a--b.pdf"),
        ("url", r"\url{http://x.org/{\textasciitilde}ann}", "http://x.org/~ann"),
        ("url", r"\url{http://x.org/~ann?a&b}", "http://x.org/~ann?a&b"),
        ("doi", r"{10.1002/(SICI)1:2\_3<1::AID>3.0.CO;2-\#}", "10.1002/(SICI)1:2_3<1::AID>3.0.CO;2-#"),
    ],
)  # fmt: skip
def test_no_sign_of_a_field_is_lost_or_changed(name, words, shown):
    assert load(f"@misc{{a, {name} = {{{words}}}}}".encode()).text == f"misc: a\n{name}: {shown}"


def test_other_text_is_refused():
    with pytest.raises(UnreadableFile, match="no BibTeX"):
        load(b"Ann (1999): Oil. ann@example.org")
    with pytest.raises(UnreadableFile, match="no BibTeX"):
        load(b"Ask bob@lab (Ann Lee, Oxford), or Text @home (see there, and here).")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=50))
def test_all_words_are_in_the_blocks(words):
    content = load(f"@book{{a, title = {{{words}}}}}".encode())
    (block,) = content.paragraphs
    assert block.of(content.text) == f"book: a\ntitle: {words}"
