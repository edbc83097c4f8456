"""Export of a conversation to a file: to read, for programs, or its citations alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index import QuotebackError
from index.documents import dump_json
from qa import (
    Citation,
    Reply,
    cite_answer,
    encode_answer,
    encode_hit,
    encode_reply,
    escape_markdown,
    format_citations,
)
from tui.common.files import atomic_write, explain_unwritten
from tui.common.presentation.wording import describe_confidence, describe_refusal, one_line
from tui.saved_conversations.conversation_store import SavedConversation, SavedTurn
from tui.source.places import QuotedPlace, format_citation
from tui.source.rendering.passage_words import (
    PASSAGE_LENGTH,
    excerpt_passage,
    format_answer,
    list_evidence,
)

# What the names of files end with: the first that fits says what is written.
FORMATS = (".md", ".csl.json", ".json", ".bib")
# Returns the text of a document as it is indexed now; raises if it is not indexed any more.
TextOf = Callable[[str], str]


class ExportError(QuotebackError):
    """A conversation cannot be exported."""


def export_conversation(
    path: Path, conversation: SavedConversation, turns: Sequence[SavedTurn], text_of: TextOf
) -> None:
    """Write a conversation to a new file, in the format that its suffix names.

    Raises:
        ExportError: the suffix is unknown, there is nothing to cite, or the file exists or cannot
            be written.
    """
    ending = next((ending for ending in FORMATS if path.name.endswith(ending)), None)
    if ending is None:
        raise ExportError(
            f"{path.name}: name it *.md for Markdown, *.json, or for citations *.bib or *.csl.json"
        )
    try:
        # Its owner's alone, as the conversation is.
        with atomic_write(path, replace=False) as file:
            file.write(_format(ending, conversation, turns, text_of))
    except FileExistsError as error:
        raise ExportError(f"{path} is there already: choose another name") from error
    except OSError as error:
        raise ExportError(explain_unwritten(path, error)) from error


def _format(
    ending: str, conversation: SavedConversation, turns: Sequence[SavedTurn], text_of: TextOf
) -> str:
    if ending == ".md":
        return format_markdown(conversation, turns, text_of)
    if ending == ".json":
        return format_json(conversation, turns, text_of)
    return format_citations(
        _list_citations(turns, text_of), "bibtex" if ending == ".bib" else "csl"
    )


def _list_citations(turns: Sequence[SavedTurn], text_of: TextOf) -> list[Citation]:
    """The citation of each answer that was given.

    Raises:
        ExportError: none was given.
    """
    best = [turn.reply.answers[0] for turn in turns if turn.reply and turn.reply.answered]
    if not best:
        raise ExportError("none of its questions was answered: there is nothing to cite")
    return [cite_answer(answer, _read(answer.document.path, text_of)) for answer in best]


def format_markdown(
    conversation: SavedConversation, turns: Sequence[SavedTurn], text_of: TextOf
) -> str:
    """The conversation in Markdown: each answer in its sentence with its citation, or the
    closest passages if there is no answer.
    """
    parts = [
        f"# {escape_markdown(conversation.name)}",
        f"{conversation.begun.day} {conversation.begun:%B %Y, %H:%M}",
    ]
    for turn in turns:
        parts.append(f"## {escape_markdown(turn.question)}")
        parts += ["No reply."] if turn.reply is None else _format_reply(turn.reply, text_of)
    return "\n\n".join(parts) + "\n"


def format_json(
    conversation: SavedConversation, turns: Sequence[SavedTurn], text_of: TextOf
) -> str:
    """The conversation in JSON: replies as `ask --json` prints them, with citations."""
    record = {
        "name": conversation.name,
        "index": conversation.index_location,
        "begun": conversation.begun.isoformat(),
        "turns": [
            {
                "question": turn.question,
                "asked": turn.time.isoformat(),
                "reply": turn.reply and _cite_reply(turn.reply, text_of),
            }
            for turn in turns
        ],
    }
    return dump_json(record, indent=2) + "\n"


def cite(place: QuotedPlace, text_of: TextOf) -> str:
    """The citation, as `file:line, p. 3`; the file alone if its text has changed."""
    path = place.document.path
    text = _read(path, text_of)
    return format_citation(place, text) if place.matches_text(text) else one_line(path)


def _read(path: str, text_of: TextOf) -> str:
    """The text of a document; empty if it is not indexed any more."""
    try:
        return text_of(path)
    except Exception:
        return ""


def _format_reply(reply: Reply, text_of: TextOf) -> list[str]:
    parts = []
    if reply.is_rewritten:
        parts.append(f"Searched for: {escape_markdown(reply.resolved_question)}")
    if not reply.answered:
        parts.append(f"**{describe_refusal(reply)}**")
        if reply.hits:
            parts += ["Closest passages:", *_format_passages(reply, text_of)]
        return parts
    best = reply.answers[0]
    where = cite(QuotedPlace.from_answer(best), text_of)
    confidence = describe_confidence(best.confidence, reply)
    words, evidence = format_answer(best), list_evidence(best)
    if words.strip(" .") != " ".join(evidence).strip(" ."):
        parts.append(f"**{escape_markdown(words)}**")
    return [
        *parts,
        "\\\n".join(f"> {escape_markdown(sentence)}" for sentence in evidence),
        f"{escape_markdown(where)} · {escape_markdown(confidence)}",
    ]


def _format_passages(reply: Reply, text_of: TextOf) -> Iterator[str]:
    for hit in reply.hits:
        where = cite(QuotedPlace.from_hit(hit), text_of)
        words = excerpt_passage(hit, reply.considered, PASSAGE_LENGTH)
        yield f"> {escape_markdown(words)}\\\n> {escape_markdown(where)}"


def _cite_reply(reply: Reply, text_of: TextOf) -> dict[str, Any]:
    return {
        **encode_reply(reply),
        "answers": [
            {**encode_answer(answer), "citation": cite(QuotedPlace.from_answer(answer), text_of)}
            for answer in reply.answers
        ],
        "passages": [
            {**encode_hit(hit), "citation": cite(QuotedPlace.from_hit(hit), text_of)}
            for hit in reply.hits
        ],
    }
