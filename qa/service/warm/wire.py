"""The messages on the socket: a line of JSON each way."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from index import Hit
from qa.answering.answers import Reply

Message = TypeVar("Message", bound=Struct)

# Bytes of a line: a reply may bring the texts of a hundred documents.
LONGEST_REQUEST, LONGEST_REPLY = 2**20, 512 * 2**20


class WarmReply(Struct, frozen=True):
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
    hits: list[Hit] | None = None
    documents: int = 0
    passages: int = 0
    waiting: int = 0
    notice: str | None = None
    texts: dict[str, str] = {}


class BrokenLine(Exception):
    """What came over the socket is no message."""


def encode_line(message: Struct) -> bytes:
    """One message."""
    # Not by msgspec, which refuses the lone surrogates of paths that are not valid Unicode.
    plain: Any = msgspec.to_builtins(message, enc_hook=float)
    return json.dumps(plain, separators=(",", ":")).encode("ascii") + b"\n"


def decode_line(line: bytes, kind: type[Message]) -> Message:
    """The message of a line.

    Raises:
        BrokenLine: it is no message of this kind.
    """
    try:
        return msgspec.convert(json.loads(line), kind)
    except (ValueError, RecursionError, msgspec.DecodeError) as error:
        raise BrokenLine(f"not a message: {error}") from error
