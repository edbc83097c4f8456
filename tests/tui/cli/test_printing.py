"""Replies as text: quotations without markup, styled on a terminal only."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from index import Document, Hit, Properties, Span
from qa import Answer, Reply
from tests.support.loading import read_passage
from tui.cli.printing import print_hits, print_reply

TEXT = "Press *Cancel* or `x`. Then [wait](u) for **ten** minutes."


def reply_to(
    path: str, text: str, quoted: str, evidence: str, *columns: str, cells: tuple[str, ...] = ()
) -> Reply:
    def find(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    whole = f"{','.join(columns)}\n{text}\n" if columns else text
    passage = replace(read_passage(path, text, whole=whole), headings=("Top",), columns=columns)
    hit = Hit(passage, Document(1, path, None), 0.5)
    answer = Answer(
        quoted, find(quoted), (find(quoted),), find(evidence), evidence, hit.document, None,
        "Top | a | b", 1.0, 0.9, False, hit, {}, "words", (find(evidence),),
        tuple(map(find, cells)),
    )  # fmt: skip
    return Reply("What?", "What?", True, (answer,), (hit,), 0.5)


def printed(reply: Reply) -> list[str]:
    stream = io.StringIO()
    print_reply(reply, "Searched.", stream)
    return stream.getvalue().splitlines()


def test_a_quotation_is_printed_without_markup():
    lines = printed(
        reply_to("/a.md", TEXT, "**ten** minutes", "Then [wait](u) for **ten** minutes.")
    )
    assert lines[:2] == ["ten minutes", "  Then wait for ten minutes."]


def test_words_that_are_true_only_in_their_sentence_are_printed_in_it_alone():
    text = "Wait at least 20 seconds. Then press it."
    lines = printed(reply_to("/a.md", text, "20 seconds", "Wait at least 20 seconds."))
    assert lines[0] == "  Wait at least 20 seconds."
    assert "20 seconds" not in lines


def test_a_verdict_and_what_takes_it_back_are_printed_once():
    text = "Guests may fish. However, not in May."
    answer = reply_to("/a.md", text, text, "Guests may fish.").answers[0]
    both = (Span(0, 16), Span(17, len(text)))
    verdict = replace(answer, form="verdict", evidence=both)
    lines = printed(Reply("May they?", "May they?", True, (verdict,), (verdict.hit,), 0.5))
    assert lines == [text, "  /a.md › Top · sure, 90%"]


def test_a_quotation_from_words_that_were_hard_to_read_says_so():
    reply = reply_to("/a.png", TEXT, "ten", "Then [wait](u) for **ten** minutes.")
    for doubtful, says in ((TEXT.index("ten"), True), (0, False)):
        properties = Properties(doubtful=((doubtful, doubtful + 3),))
        document = replace(reply.answers[0].document, properties=properties)
        hit = replace(reply.hits[0], document=document)
        answer = replace(reply.answers[0], document=document, hit=hit)
        lines = printed(replace(reply, answers=(answer,), hits=(hit,)))
        assert ("90% · hard to read in the picture" in lines[-1]) == says


def test_a_row_is_printed_by_the_cell_that_names_it_and_the_one_asked_for():
    columns = ("no", "name", "sum")
    reply = reply_to("/a.csv", "N1,Ann,9", "Ann", "N1,Ann,9", *columns, cells=("N1", "Ann"))
    assert printed(reply) == ["N1 · name: Ann", "  /a.csv › Top · sure, 90%"]
    reply = reply_to("/a.csv", "N1,Ann,9", "N1", "N1,Ann,9", *columns, cells=("N1",))
    assert printed(reply)[0] == "no: N1"


def test_a_row_that_is_short_is_printed_with_the_names_of_its_columns():
    row = "N1,Ann,9"
    lines = printed(reply_to("/a.csv", row, row, row, "no", "name", "sum"))
    assert lines == ["no: N1 · name: Ann · sum: 9", "  /a.csv › Top · sure, 90%"]


def test_a_list_that_goes_on_says_how_many_more_there_are():
    text = "- a saw\n- a plane\n- glue"
    one = reply_to("/a.md", text, "a saw", "- a saw").answers[0]
    other = reply_to("/a.md", text, "a plane", "- a plane").answers[0]
    both = replace(
        one,
        form="list",
        spans=one.spans + other.spans,
        evidence=one.evidence + other.evidence,
        more=1,
    )
    lines = printed(Reply("What?", "What?", True, (both,), (both.hit,), 0.5))
    assert lines[:3] == ["• a saw", "• a plane", "and 1 more"]


def test_members_of_a_list_that_are_cells_are_printed_with_their_rows():
    text = "N1,Ann,9\nN2,Bob,7\nN3,Cy,5"
    one, other = (
        reply_to("/a.csv", text, cell, row, "no", "name", "sum", cells=(row[:2], cell)).answers[0]
        for cell, row in (("Ann", "N1,Ann,9"), ("Cy", "N3,Cy,5"))
    )
    both = replace(
        one,
        form="list",
        spans=one.spans + other.spans,
        evidence=one.evidence + other.evidence,
        cells=one.cells + other.cells,
    )
    lines = printed(Reply("Who?", "Who?", True, (both,), (both.hit,), 0.5))
    assert lines[:2] == ["• N1 · name: Ann", "• N3 · name: Cy"]


def test_on_a_terminal_markup_becomes_style_and_the_quoted_words_stand_out(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    out = "\n".join(printed(reply_to("/a.md", TEXT, "`x`", "Press *Cancel* or `x`.")))
    assert "\x1b[3mCancel\x1b[0m" in out
    assert "\x1b[1;7;36mx\x1b[0m" in out or "\x1b[1;36;7mx\x1b[0m" in out
    assert "*" not in out
    assert "`" not in out


STRUCK = "The ferry costs ~~$30~~ $25."


def test_words_that_are_struck_out_are_told_apart_in_a_pipe():
    assert printed(reply_to("/a.md", STRUCK, "~~$30~~ $25", STRUCK))[:2] == [
        "~~$30~~ $25",
        "  The ferry costs ~~$30~~ $25.",
    ]
    stream = io.StringIO()
    print_hits([Hit(read_passage("/a.md", STRUCK), Document(1, "/a.md", None), 0.5)], stream)
    assert "costs ~~$30~~ $25." in stream.getvalue()


def test_on_a_terminal_words_that_are_struck_out_are_drawn_so(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = "\n".join(printed(reply_to("/a.md", STRUCK, "$25", STRUCK)))
    assert "\x1b[9m$30\x1b[0m" in out
    assert "~" not in out


@pytest.mark.parametrize("path", ["/a.md", "/a.txt"])
def test_a_passage_that_was_found_is_printed_as_its_format_reads(path):
    stream = io.StringIO()
    print_hits([Hit(read_passage(path, TEXT), Document(1, path, None), 0.5)], stream)
    assert ("*Cancel*" in stream.getvalue()) == (path == "/a.txt")
