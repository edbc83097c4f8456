"""Conversations as files to keep."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index import Span
from qa import escape_markdown
from tests.tui.conftest import HOSTILE, MUSEUM, NOWHERE, PRICE, REPLIES, TEXTS, WHEN, WHICH, replied
from tui.common.presentation.wording import one_line
from tui.saved_conversations.conversation_store import SavedConversation, SavedTurn
from tui.saved_conversations.export import (
    ExportError,
    export_conversation,
    format_json,
    format_markdown,
)

NOTHING = "Nothing found?"
THEN = datetime(2026, 5, 3, 14, 2, tzinfo=UTC)
CONVERSATION = SavedConversation(1, "Rain", "/index", THEN, THEN, 2)


def turns(*questions: str) -> list[SavedTurn]:
    replies = REPLIES | {NOTHING: replied(NOTHING, answered=False, hits=())}
    return [SavedTurn(question, THEN, replies.get(question)) for question in questions]


def shown(markdown: str) -> list[str]:
    """The text of every paragraph and heading, as a reader of Markdown sees it."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    assert not any(token.type in ("html_block", "fence", "code_block") for token in tokens)
    return [
        "".join(child.content for child in token.children or () if child.type == "text")
        for token in tokens
        if token.type == "inline"
    ]


def test_markdown_has_answer_sentence_citation_and_confidence():
    line = MUSEUM[: MUSEUM.index("4 May 1998")].count("\n") + 1
    text = format_markdown(CONVERSATION, turns(WHEN), TEXTS.__getitem__)
    assert shown(text) == [
        "Rain",
        "3 May 2026, 14:02",
        WHEN,
        "4 May 1998",
        "It opened on 4 May 1998 in a disused water mill on the river Orrin.",
        f"/library/rain-museum.md:{line}, p. 3 · sure, 93%",
    ]
    assert "**4 May 1998**" in text
    assert "\n> It opened on" in text


def test_markdown_says_where_there_is_no_answer_or_no_reply():
    text = format_markdown(CONVERSATION, turns(NOTHING, "Never answered?"), TEXTS.__getitem__)
    assert shown(text)[2:] == [
        NOTHING,
        "No answer that I am sure of.",
        "Never answered?",
        "No reply.",
    ]


def test_where_there_is_no_answer_the_closest_passages_are_quoted_and_cited():
    text = format_markdown(CONVERSATION, turns(NOWHERE), TEXTS.__getitem__)
    said, closest, first, second, third = shown(text)[3:]
    assert (said, closest) == ("No answer that I am sure of.", "Closest passages:")
    assert first.startswith("The museum was the idea of Ilse Marrin")
    assert first.endswith("/library/rain-museum.md:5, p. 3")
    assert second.endswith("/library/rain-museum.md:13, p. 4")
    assert third == "Descale the machine every three months./library/manual.txt:1"
    assert text.count("\n> ") == 6


def test_markdown_has_the_question_searched_for_and_all_members_of_a_list():
    text = format_markdown(CONVERSATION, turns(PRICE, WHICH), TEXTS.__getitem__)
    assert "Searched for: How much is the rain museum for grown-ups?" in shown(text)
    assert "a brass pluviometer, a tipping bucket, a chart recorder from 1911" in shown(text)


def test_evidence_is_exported_whole_and_what_is_all_of_it_once():
    answer = REPLIES[WHEN].answers[0]
    first = MUSEUM.index("The museum was the idea"), MUSEUM.index(" It opened on")
    evidence = (Span(*first), answer.sentence)
    words = [span.of(MUSEUM) for span in evidence]
    reply = replace(REPLIES[WHEN], answers=(replace(answer, evidence=evidence),))
    export = partial(format_markdown, CONVERSATION, text_of=TEXTS.__getitem__)
    text = export([SavedTurn(WHEN, THEN, reply)])
    assert shown(text)[3:5] == ["4 May 1998", "".join(words)]
    whole = replace(answer, evidence=evidence, spans=evidence, form="sentences")
    text = export([SavedTurn(WHEN, THEN, replace(reply, answers=(whole,)))])
    assert shown(text)[3] == "".join(words)
    assert "4 May 1998" not in "".join(shown(text)[4:])


def test_a_document_that_changed_or_is_gone_is_cited_without_a_line():
    for text_of in ({"/library/rain-museum.md": "Other."}.__getitem__, {}.__getitem__):
        assert "/library/rain-museum.md · sure" in shown(
            format_markdown(CONVERSATION, turns(WHEN), text_of)
        )[-1].replace("\\", "")


def test_quotes_are_never_markup():
    text = format_markdown(CONVERSATION, turns(HOSTILE), TEXTS.__getitem__)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert any("[bold]not markup[/bold]" in paragraph for paragraph in shown(text))


PIECES = "#;##;>;- ;+ ;1. ;12) ;```;~~~;<b>;</b>;<!--;-->;![a](b);[a]: b;*;**;_;`;|;---;===;&amp;"
MARKDOWN = st.lists(
    st.sampled_from([*PIECES.split(";"), *"\\\n\t$\u2028", "\n\n", "    ", "word", "<http://a.b>"]),
    max_size=12,
).map("".join)


@given(MARKDOWN | st.text(max_size=60))
def test_escaped_text_is_shown_as_it_is(text):
    wanted = one_line(text).strip()
    for around in ("{}", "# {}", "> {}", "**{}** x"):
        if wanted:
            [seen] = shown(around.format(escape_markdown(text)))
            assert " ".join(seen.split()) == " ".join(
                around.replace("# ", "").replace("> ", "").replace("**", "").format(wanted).split()
            )


def test_json_is_the_record_of_each_reply_with_citations():
    line = MUSEUM[: MUSEUM.index("4 May 1998")].count("\n") + 1
    record = json.loads(
        format_json(CONVERSATION, turns(WHEN, "Never answered?"), TEXTS.__getitem__)
    )
    assert (record["name"], record["index"]) == ("Rain", "/index")
    first, second = record["turns"]
    assert first["question"] == WHEN
    best = first["reply"]["answers"][0]
    assert best["text"] == "4 May 1998"
    assert best["citation"] == f"/library/rain-museum.md:{line}, p. 3"
    assert MUSEUM[best["start"] : best["end"]] == "4 May 1998"
    assert first["reply"]["passages"][1]["citation"] == "/library/rain-museum.md:13, p. 4"
    assert second["reply"] is None


@pytest.mark.parametrize("text_of", [TEXTS.__getitem__, {}.__getitem__])
def test_citations_alone_are_written_for_other_programs(tmp_path, text_of):
    for name in ("out.bib", "out.csl.json"):
        export_conversation(
            tmp_path / name, CONVERSATION, turns(WHEN, NOTHING, "Never answered?"), text_of
        )
    bibtex = (tmp_path / "out.bib").read_text(encoding="utf-8")
    [item] = json.loads((tmp_path / "out.csl.json").read_text(encoding="utf-8"))
    assert bibtex.count("@misc") == 1
    assert "It opened on 4 May 1998" in bibtex
    assert item["page"] == "3"
    assert "It opened on 4 May 1998" in item["note"]


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_the_suffix_chooses_the_format(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    export_conversation(path, CONVERSATION, turns(WHEN), TEXTS.__getitem__)
    assert path.read_text(encoding="utf-8").startswith("{" if suffix == ".json" else "# Rain")


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    path = tmp_path / "out.md"
    path.write_text("mine")
    with pytest.raises(ExportError, match="is there already"):
        export_conversation(path, CONVERSATION, turns(WHEN), TEXTS.__getitem__)
    assert path.read_text() == "mine"


def test_a_name_of_no_format_and_a_folder_that_is_not_there_are_said(tmp_path):
    with pytest.raises(ExportError, match=r"\*\.md"):
        export_conversation(tmp_path / "out.doc", CONVERSATION, turns(WHEN), TEXTS.__getitem__)
    with pytest.raises(ExportError, match=r"cannot be written .*: make its folder"):
        export_conversation(
            tmp_path / "none" / "out.md", CONVERSATION, turns(WHEN), TEXTS.__getitem__
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".bib", ".csl.json"])
def test_without_an_answer_there_is_nothing_to_cite_and_no_file(tmp_path, suffix):
    with pytest.raises(ExportError, match="nothing to cite"):
        export_conversation(
            tmp_path / f"out{suffix}", CONVERSATION, turns(NOWHERE), TEXTS.__getitem__
        )
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_half_of_an_export(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExportError, match=r"No space left on device\): make room"):
        export_conversation(tmp_path / "out.md", CONVERSATION, turns(WHEN), TEXTS.__getitem__)
    assert not list(tmp_path.iterdir())
