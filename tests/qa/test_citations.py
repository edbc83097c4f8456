"""Citations of answers and passages in each format."""

import datetime
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Passage, Properties, Span
from qa import Answer
from qa.citations import (
    CITATION_FORMATS,
    Citation,
    cite_answer,
    cite_hit,
    format_citations,
    link_to_place,
)

TEXT = (
    "# Boiler\n\nIt was installed in 2019.\nIt is serviced yearly. Nobody likes it. Call Hanna.\n"
)
START = TEXT.index("It was")
HIT = Hit(
    Passage(1, Span(START, len(TEXT) - 1), TEXT[START:-1], headings=("Boiler",), page=2),
    Document(1, "/notes/my boiler.md", "Boiler"),
    0.9,
)


def span_of(words):
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


ANSWER = Answer(
    text="2019",
    span=span_of("2019"),
    spans=(span_of("2019"),),
    sentence=span_of("It was installed in 2019."),
    sentence_text="It was installed in 2019.",
    document=HIT.document,
    page=2,
    heading="Boiler",
    score=1.0,
    confidence=0.9,
    stale=False,
    hit=HIT,
    evidence=(
        span_of("It was installed in 2019."),
        span_of("It is serviced yearly."),
        span_of("Call Hanna."),
    ),
)


def test_the_address_of_a_place_in_a_pdf_names_its_page():
    assert link_to_place("/notes/a.PDF", 185, 8) == "file:///notes/a.PDF#page=8"
    assert link_to_place("/notes/a.pdf", 185) == "file:///notes/a.pdf#L185"
    assert link_to_place("/notes/a.md", 3, 8) == "file:///notes/a.md#L3"
    assert link_to_place("a text", 3, 8) == "a text"


def test_an_answer_is_cited_by_its_evidence_with_a_mark_where_something_is_left_out():
    citation = cite_answer(ANSWER, TEXT)
    assert citation.quotation == "It was installed in 2019. It is serviced yearly. … Call Hanna."
    assert (citation.line, citation.page, citation.heading) == (3, 2, "Boiler")
    assert TEXT[citation.start : citation.end].startswith("It was installed")
    assert citation.url == "file:///notes/my%20boiler.md#L3"
    assert citation.location == "/notes/my boiler.md:3, p. 2, Boiler"


def test_a_passage_is_cited_as_a_whole():
    assert cite_hit(HIT, TEXT).quotation == HIT.passage.text


@pytest.mark.parametrize("text", [None, "", TEXT[1:]])
def test_where_other_words_stand_there_by_now_no_line_is_given(text):
    for citation in (cite_answer(ANSWER, text), cite_hit(HIT, text)):
        assert citation.line is None
        assert citation.url == "file:///notes/my%20boiler.md"
        assert citation.location == "/notes/my boiler.md, p. 2, Boiler"
        for form in CITATION_FORMATS:
            assert "None" not in format_citations([citation], form)


def test_markdown_quotes_and_links():
    text = format_citations([cite_answer(ANSWER, TEXT)], "markdown")
    assert text == (
        "> It was installed in 2019. It is serviced yearly. … Call Hanna.\n>\n"
        "> — *Boiler*, Boiler, p. 2 ([my boiler.md:3](<file:///notes/my%20boiler.md#L3>))\n"
    )


def test_bibtex_holds_document_page_heading_and_quotation():
    text = format_citations([cite_answer(ANSWER, TEXT)], "bibtex")
    assert text == (
        "@misc{my-boiler-3,\n"
        "  title = {{Boiler}},\n"
        "  chapter = {Boiler},\n"
        "  pages = {2},\n"
        "  howpublished = {\\url{file:///notes/my%20boiler.md\\#L3}},\n"
        "  note = {``It was installed in 2019. It is serviced yearly. … Call Hanna.''}\n"
        "}\n"
    )


def test_csl_is_a_list_of_items():
    [item] = json.loads(format_citations([cite_answer(ANSWER, TEXT)], "csl"))
    assert item == {
        "id": "my-boiler-3",
        "type": "document",
        "title": "Boiler",
        "section": "Boiler",
        "page": "2",
        "URL": "file:///notes/my%20boiler.md#L3",
        "note": "It was installed in 2019. It is serviced yearly. … Call Hanna.",
    }


def cite_with(*authors, date=None):
    known = Properties(authors=authors, date=date)
    return cite_hit(replace(HIT, document=replace(HIT.document, properties=known)), TEXT)


def test_who_wrote_the_document_and_when_is_in_every_format():
    citation = cite_with("Ann Smith", "Bob Day", date=datetime.date(2026, 3, 4))
    markdown, bibtex = (format_citations([citation], form) for form in ("markdown", "bibtex"))
    assert "> — Ann Smith, Bob Day, *Boiler*, 2026-03-04, Boiler, p. 2 (" in markdown
    assert "  author = {Ann Smith and Bob Day},\n" in bibtex
    assert "  year = {2026},\n  month = {3},\n" in bibtex
    [item] = json.loads(format_citations([citation], "csl"))
    assert item["author"] == [{"literal": "Ann Smith"}, {"literal": "Bob Day"}]
    assert item["issued"] == {"date-parts": [[2026, 3, 4]]}
    [record] = json.loads(format_citations([citation], "json"))
    assert (record["authors"], record["date"]) == (["Ann Smith", "Bob Day"], "2026-03-04")


def test_a_name_with_and_in_it_is_one_author():
    bibtex = format_citations(
        [cite_with("Institute of Standards and Technology", "A. Day")], "bibtex"
    )
    assert "  author = {{Institute of Standards and Technology} and A. Day},\n" in bibtex


def test_json_holds_offsets():
    [record] = json.loads(format_citations([cite_hit(HIT, TEXT)], "json"))
    assert TEXT[record["start"] : record["end"]] == record["quotation"]


def test_no_key_stands_twice():
    citation = cite_hit(HIT, TEXT)
    # The key of a line may be what a repeated one would be numbered to.
    other = replace(citation, document="/docs/x.md", line=1)
    same = replace(citation, document="/docs/x-1.md", line=2)
    for citations in ([citation] * 3, [other, other, same], [same, other, other]):
        keys = re.findall(r"@misc\{(.*),", format_citations(citations, "bibtex"))
        assert len(set(keys)) == 3


def test_of_nothing_each_format_is_valid():
    assert [format_citations([], form) for form in CITATION_FORMATS] == ["", "[]\n", "", "[]\n"]


def test_a_format_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="choose one of markdown, json"):
        format_citations([], "ris")


def test_a_name_that_is_no_character_can_be_linked():
    assert link_to_place("/notes/\udcff.txt") == "file:///notes/%FF.txt"
    assert link_to_place("mail/1", 3) == "mail/1"


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_nothing_in_a_document_acts_as_markup(quotation, title, name, author):
    citation = Citation(f"/{name}", title, None, None, 1, 0, 1, quotation, (author,))
    for form in CITATION_FORMATS:
        text = format_citations([citation], form)
        assert "\x1b" not in text
        assert "\u202e" not in text
    bibtex = format_citations([citation], "bibtex")
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", bibtex.replace("\\\\", "")):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert format_citations([citation], "markdown").count("\n") == 3
