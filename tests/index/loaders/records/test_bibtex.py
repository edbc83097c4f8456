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


def test_other_text_is_refused():
    with pytest.raises(UnreadableFile, match="no BibTeX"):
        load(b"Ann (1999): Oil. ann@example.org")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=50))
def test_all_words_are_in_the_blocks(words):
    content = load(f"@book{{a, title = {{{words}}}}}".encode())
    (block,) = content.paragraphs
    assert block.of(content.text) == f"book: a\ntitle: {words}"
