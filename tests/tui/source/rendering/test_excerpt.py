"""What is shown of a passage: the sentence that comes nearest is always in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Passage, Span
from qa import ConsideredPassage
from tui.source.rendering.passage_words import excerpt_passage

NOTES = Document(1, "/notes.md", None)
TEXT = (
    "The chapel was built in 1712 by a guild of\nropemakers. It has a single bell. "
    "The organ came later, in 1805, and was paid for by a widow."
)


def hit(text: str = TEXT, at: int = 30) -> Hit:
    return Hit(Passage(7, Span(at, at + len(text)), text), NOTES, 0.5)


def considered(found: Hit, words: str) -> list[ConsideredPassage]:
    at = found.passage.span.start + found.passage.text.index(words)
    return [ConsideredPassage(found, 1.0, Span(at, at + len(words)))]


def test_what_fits_is_shown_whole_on_one_line():
    assert excerpt_passage(hit(), (), 300) == TEXT.replace("\n", " ")


def test_it_begins_at_the_beginning_where_nothing_was_read():
    assert excerpt_passage(hit(), (), 30) == "The chapel was built in 1712 …"


def test_it_begins_at_the_beginning_where_that_takes_in_the_nearest_sentence():
    shown = excerpt_passage(hit(), considered(hit(), "single bell"), 77)
    assert shown == "The chapel was built in 1712 by a guild of ropemakers. It has a single bell. …"


def test_it_begins_with_the_nearest_sentence_where_that_stands_further_down():
    shown = excerpt_passage(hit(), considered(hit(), "1805"), 40)
    assert shown == "… The organ came later, in 1805, and was …"


def test_what_was_read_in_another_passage_says_nothing():
    other = Hit(Passage(8, Span(0, len(TEXT)), TEXT), NOTES, 0.4)
    assert excerpt_passage(hit(), considered(other, "1805"), 15) == "The chapel was …"


def test_one_long_word_is_cut():
    assert excerpt_passage(hit("A" * 90), (), 20) == "A" * 20 + " …"


@pytest.mark.parametrize("room", [1, 20, 400])
@given(text=st.text(min_size=1))
def test_no_control_character_reaches_the_screen(text, room):
    shown = excerpt_passage(hit(text), (), room)
    assert all(unicodedata.category(character) != "Cc" for character in shown)
    assert len(shown) <= room + len(" …")
