"""Export of a conversation to a file: Markdown to read, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index import QuotebackError
from qa import Reply, encode_answer, encode_hit, encode_reply
from tui.common.wording import describe_confidence, describe_refusal, one_line
from tui.sessions.session_store import SavedTurn, Session
from tui.source.citation import format_citation
from tui.source.excerpt import PASSAGE_LENGTH, excerpt_passage, format_answer
from tui.source.quotation import Quotation

FORMATS = (".md", ".json")
# Returns the text of a document as it is indexed now; raises if it is not indexed any more.
TextOf = Callable[[str], str]

# Text of documents must not act as markup. Markdown takes a backslash before any of these
# characters, so all of them are escaped.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
# Markers of lists and headings: these act only at the start of a line.
_MARKER = re.compile(r"^(\d*)([-+=.)])")


class ExportError(QuotebackError):
    """A conversation cannot be exported."""


def export_session(
    path: Path, session: Session, turns: Sequence[SavedTurn], text_of: TextOf
) -> None:
    """Write a conversation to a new file, in the format that its suffix names.

    Raises:
        ExportError: the suffix is unknown, or the file exists or cannot be written.
    """
    if path.suffix not in FORMATS:
        raise ExportError(f"{path.name}: name it *.md for Markdown, or *.json")
    write = format_markdown if path.suffix == ".md" else format_json
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(write(session, turns, text_of))
    except FileExistsError as error:
        raise ExportError(f"{path} is there already: choose another name") from error
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror})") from error


def format_markdown(session: Session, turns: Sequence[SavedTurn], text_of: TextOf) -> str:
    """The conversation in Markdown: each answer in its sentence with its citation, or the
    closest passages if there is no answer.
    """
    parts = [
        f"# {escape_markdown(session.name)}",
        f"{session.begun.day} {session.begun:%B %Y, %H:%M}",
    ]
    for turn in turns:
        parts.append(f"## {escape_markdown(turn.question)}")
        parts += ["No reply."] if turn.reply is None else _format_reply(turn.reply, text_of)
    return "\n\n".join(parts) + "\n"


def format_json(session: Session, turns: Sequence[SavedTurn], text_of: TextOf) -> str:
    """The conversation in JSON: replies as `ask --json` prints them, with citations."""
    record = {
        "name": session.name,
        "index": session.index_folder,
        "begun": session.begun.isoformat(),
        "turns": [
            {
                "question": turn.question,
                "asked": turn.time.isoformat(),
                "reply": turn.reply and _cite_reply(turn.reply, text_of),
            }
            for turn in turns
        ],
    }
    return json.dumps(record, indent=2) + "\n"


def cite(quotation: Quotation, text_of: TextOf) -> str:
    """The citation, as `file:line, p. 3`; the file alone if its text has changed."""
    path = quotation.document.path
    try:
        text = text_of(path)
    except Exception:
        text = ""
    return format_citation(quotation, text) if quotation.matches_text(text) else one_line(path)


def escape_markdown(text: str) -> str:
    """Text on one line that Markdown shows literally."""
    line = _MARKUP.sub(r"\\\1", one_line(text).strip())
    return _MARKER.sub(r"\1\\\2", line)


def _format_reply(reply: Reply, text_of: TextOf) -> list[str]:
    parts = []
    if reply.resolved_question != reply.question:
        parts.append(f"Searched for: {escape_markdown(reply.resolved_question)}")
    if not reply.answered:
        parts.append(f"**{describe_refusal(reply)}**")
        return (
            [*parts, "Closest passages:", *_format_passages(reply, text_of)]
            if reply.hits
            else parts
        )
    best = reply.answers[0]
    where = cite(Quotation.from_answer(best), text_of)
    return [
        *parts,
        f"**{escape_markdown(format_answer(best))}**",
        f"> {escape_markdown(best.sentence_text)}",
        f"{escape_markdown(where)} · {escape_markdown(describe_confidence(best.confidence))}",
    ]


def _format_passages(reply: Reply, text_of: TextOf) -> Iterator[str]:
    for hit in reply.hits:
        where = cite(Quotation.from_hit(hit), text_of)
        words = excerpt_passage(hit, reply.considered, PASSAGE_LENGTH)
        yield f"> {escape_markdown(words)}\\\n> {escape_markdown(where)}"


def _cite_reply(reply: Reply, text_of: TextOf) -> dict[str, Any]:
    return {
        **encode_reply(reply),
        "answers": [
            {**encode_answer(answer), "citation": cite(Quotation.from_answer(answer), text_of)}
            for answer in reply.answers
        ],
        "passages": [
            {**encode_hit(hit), "citation": cite(Quotation.from_hit(hit), text_of)}
            for hit in reply.hits
        ],
    }
