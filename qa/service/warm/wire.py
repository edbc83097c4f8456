"""The messages on the socket: a line of JSON each way.

A reply is decoded without msgspec: importing it takes the command line longer than what is here.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from index import Document, Hit, Passage, Properties, Span
from qa.answering.answers import Answer, ConsideredPassage, Reply

# Bytes of a line: a reply may bring the texts of a hundred documents.
LONGEST_REQUEST, LONGEST_REPLY = 2**20, 512 * 2**20

Fields = dict[str, Any]


class WarmReply(NamedTuple):
    """What a service replies.

    Attributes:
        problem: why there is no answer; the others are empty then.
        reply, hits: of a question, of a search.
        documents, passages: how many the index holds.
        waiting: passages that are yet to be embedded; counted where there is no answer.
        notice: a line for people where one of the models could not be used.
        texts: of the documents that are quoted, by path; where they were asked for.
    """

    problem: str | None = None
    reply: Reply | None = None
    hits: Sequence[Hit] | None = None
    documents: int = 0
    passages: int = 0
    waiting: int = 0
    notice: str | None = None
    texts: Mapping[str, str] = {}


class BrokenLine(Exception):
    """What came over the socket is no message."""


def encode_line(reply: WarmReply) -> bytes:
    """The line of a reply."""
    from msgspec import to_builtins

    # Not JSON by msgspec, which refuses the lone surrogates of paths that are not valid Unicode.
    plain: Any = to_builtins(reply._asdict(), enc_hook=float)
    return json.dumps(plain, separators=(",", ":")).encode("ascii") + b"\n"


def decode_line(line: bytes) -> WarmReply:
    """The reply of a line.

    Raises:
        BrokenLine: it is no reply.
    """
    try:
        fields = json.loads(line)
        reply, hits = fields["reply"], fields["hits"]
        return WarmReply(
            **fields
            | {
                "reply": None if reply is None else _build_reply(reply),
                "hits": None if hits is None else [_build_hit(each) for each in hits],
            }
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BrokenLine(f"not a reply: {error}") from error


def _build_reply(fields: Fields) -> Reply:
    return Reply(
        **fields
        | {
            "answers": tuple(_build_answer(each) for each in fields["answers"]),
            "hits": tuple(_build_hit(each) for each in fields["hits"]),
            "considered": tuple(_build_considered(each) for each in fields["considered"]),
        }
    )


def _build_answer(fields: Fields) -> Answer:
    return Answer(
        **fields
        | {
            "span": Span(**fields["span"]),
            "spans": _build_spans(fields["spans"]),
            "sentence": Span(**fields["sentence"]),
            "document": _build_document(fields["document"]),
            "hit": _build_hit(fields["hit"]),
            "evidence": _build_spans(fields["evidence"]),
        }
    )


def _build_considered(fields: Fields) -> ConsideredPassage:
    span = fields["span"]
    return ConsideredPassage(
        **fields
        | {"hit": _build_hit(fields["hit"]), "span": None if span is None else Span(**span)}
    )


def _build_hit(fields: Fields) -> Hit:
    passage = fields["passage"]
    return Hit(
        **fields
        | {
            "passage": Passage(
                **passage
                | {
                    "span": Span(**passage["span"]),
                    "headings": tuple(passage["headings"]),
                    "columns": tuple(passage["columns"]),
                }
            ),
            "document": _build_document(fields["document"]),
        }
    )


def _build_document(fields: Fields) -> Document:
    properties = fields["properties"]
    date = properties["date"]
    return Document(
        **fields
        | {
            "properties": Properties(
                tuple(properties["authors"]),
                tuple(properties["tags"]),
                None if date is None else datetime.date.fromisoformat(date),
                tuple((start, end) for start, end in properties["doubtful"]),
            )
        }
    )


def _build_spans(spans: Sequence[Fields]) -> tuple[Span, ...]:
    return tuple(Span(**each) for each in spans)
