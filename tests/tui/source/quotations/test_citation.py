"""What is copied of a quotation."""

from __future__ import annotations

from index import Document, Span
from tui.source.quotations.citation import (
    find_line,
    format_citation,
    format_quoted_sentence,
    format_quoted_words,
)
from tui.source.quotations.quotation import Quotation

TEXT = "First line.\nBring bread,\nbutter and salt.\n"


def quotation(*quotes: str, page: int | None = None, text: str = TEXT) -> Quotation:
    spans = tuple(Span(text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    around = Span(text.index("Bring"), len(text) - 1)
    return Quotation(Document(1, "/a/b.md", None), spans, around, around.of(text), (), page, False)


def test_the_answer_is_copied_as_it_reads_a_line_for_each_part():
    assert format_quoted_words(quotation("bread,\nbutter"), TEXT) == "bread,\nbutter"
    assert format_quoted_words(quotation("bread", "salt"), TEXT) == "bread\nsalt"


def test_of_a_passage_all_is_copied():
    assert format_quoted_words(quotation(), TEXT) == "Bring bread,\nbutter and salt."


def test_the_sentence_is_copied_whole():
    assert format_quoted_sentence(quotation("bread")) == "Bring bread,\nbutter and salt."


def test_what_would_act_on_a_terminal_is_not_copied():
    text = "Bring \x1b]52;c;cm0gLXJmIH4=\x07 and \u202esalt."
    copied = format_quoted_words(
        quotation("\x1b]52;c;cm0gLXJmIH4=\x07 and \u202e", text=text), text
    )
    assert not set(copied) & set("\x1b\x07\u202e")
    assert len(copied) == len("\x1b]52;c;cm0gLXJmIH4=\x07 and \u202e")


def test_the_citation_is_path_line_and_page():
    assert format_citation(quotation("butter"), TEXT) == "/a/b.md:3"
    assert format_citation(quotation("salt", "bread", page=7), TEXT) == "/a/b.md:2, p. 7"


def test_a_passage_is_cited_by_its_first_line():
    assert find_line(quotation(), TEXT) == 2


def test_a_path_cannot_break_the_line():
    odd = Quotation(Document(1, "/a/\x1b[2J\nb.md", None), (), Span(0, 1), "F", (), None, False)
    assert format_citation(odd, TEXT) == "/a/␛[2J b.md:1"
