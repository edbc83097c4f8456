"""A conversation as a file to keep or to pass on: Markdown to read, JSON to work with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index import QuotebackError
from qa import Reply
from tui.common.json_records import answer_record, hit_record, reply_record
from tui.common.wording import describe_confidence, describe_refusal, one_line
from tui.sessions.session_store import SavedTurn, Session
from tui.source.citation import format_citation
from tui.source.excerpt import PASSAGE_LENGTH, excerpt_passage, format_answer
from tui.source.quotation import Quotation

FORMATS = (".md", ".json")
# Gives a document's text as it is indexed now; raises where it is no longer there.
TextOf = Callable[[str], str]

# Documents are never markup. What could be is escaped, and no escape is ever wrong: Markdown
# takes a backslash before any of these.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
# Of a list, or under a heading: only where a line begins.
_MARKER = re.compile(r"^(\d*)([-+=.)])")


class ExportError(QuotebackError):
    """A conversation could not be written to a file."""


def export(path: Path, session: Session, turns: Sequence[SavedTurn], text_of: TextOf) -> None:
    """Write a conversation to a file, in the format that its suffix names.

    Raises:
        ExportError: it is no such suffix, the file is there already, or cannot be written.
    """
    if path.suffix not in FORMATS:
        raise ExportError(f"{path.name}: name it *.md for Markdown, or *.json")
    write = as_markdown if path.suffix == ".md" else as_json
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(write(session, turns, text_of))
    except FileExistsError as error:
        raise ExportError(f"{path} is there already: choose another name") from error
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror})") from error


def as_markdown(session: Session, turns: Sequence[SavedTurn], text_of: TextOf) -> str:
    """The conversation with every answer in its sentence, and where that stands; where there is
    none, with the closest passages.
    """
    parts = [f"# {escaped(session.name)}", f"{session.begun.day} {session.begun:%B %Y, %H:%M}"]
    for turn in turns:
        parts.append(f"## {escaped(turn.question)}")
        parts += ["No reply."] if turn.reply is None else _reply_parts(turn.reply, text_of)
    return "\n\n".join(parts) + "\n"


def as_json(session: Session, turns: Sequence[SavedTurn], text_of: TextOf) -> str:
    """The conversation as `ask --json` prints its replies, with a citation for all it quotes."""
    record = {
        "name": session.name,
        "index": session.place,
        "begun": session.begun.isoformat(),
        "turns": [
            {
                "question": turn.question,
                "asked": turn.asked.isoformat(),
                "reply": turn.reply and _reply_record(turn.reply, text_of),
            }
            for turn in turns
        ],
    }
    return json.dumps(record, indent=2) + "\n"


def cited(quotation: Quotation, text_of: TextOf) -> str:
    """Where it stands: `file:line, p. 3`; only the file where its text has changed."""
    path = quotation.document.path
    try:
        text = text_of(path)
    except Exception:
        text = ""
    return format_citation(quotation, text) if quotation.fits(text) else one_line(path)


def escaped(text: str) -> str:
    """Text on one line that Markdown shows as it is, whatever it holds."""
    line = _MARKUP.sub(r"\\\1", one_line(text).strip())
    return _MARKER.sub(r"\1\\\2", line)


def _reply_parts(reply: Reply, text_of: TextOf) -> list[str]:
    parts = []
    if reply.resolved_question != reply.question:
        parts.append(f"Searched for: {escaped(reply.resolved_question)}")
    if not reply.answered:
        parts.append(f"**{describe_refusal(reply)}**")
        return [*parts, "Closest passages:", *_passages(reply, text_of)] if reply.hits else parts
    best = reply.answers[0]
    where = cited(Quotation.of_answer(best), text_of)
    return [
        *parts,
        f"**{escaped(format_answer(best))}**",
        f"> {escaped(best.sentence_text)}",
        f"{escaped(where)} · {escaped(describe_confidence(best.confidence))}",
    ]


def _passages(reply: Reply, text_of: TextOf) -> Iterator[str]:
    for hit in reply.hits:
        where = cited(Quotation.of_passage(hit), text_of)
        words = excerpt_passage(hit, reply.considered, PASSAGE_LENGTH)
        yield f"> {escaped(words)}\\\n> {escaped(where)}"


def _reply_record(reply: Reply, text_of: TextOf) -> dict[str, Any]:
    return reply_record(reply) | {
        "answers": [
            answer_record(answer) | {"citation": cited(Quotation.of_answer(answer), text_of)}
            for answer in reply.answers
        ],
        "passages": [
            hit_record(hit) | {"citation": cited(Quotation.of_passage(hit), text_of)}
            for hit in reply.hits
        ],
    }
