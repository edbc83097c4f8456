"""The reply of a service on the socket: a line of JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index import Hit
from qa.answering.answers import Reply

# Bytes of a line: a reply may bring the texts of a hundred documents.
LONGEST_REQUEST_BYTES, LONGEST_REPLY_BYTES = 2**20, 512 * 2**20


@dataclass(frozen=True, slots=True)
class WarmReply:
    """The reply of a service to a question, or to a search, or the problem that it has.

    The waiting passages are yet to be embedded, and counted if nothing was found. The notice is a
    line for people if one of the models could not be used. The texts are those of the documents
    that are quoted, by path, if they were asked for.
    """

    problem: str | None = None
    reply: Reply | None = None
    hits: Sequence[Hit] | None = None
    documents: int = 0
    passages: int = 0
    waiting: int = 0
    notice: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
