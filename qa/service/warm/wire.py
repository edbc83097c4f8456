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
    """The reply of a service.

    Attributes:
        problem: why it cannot answer; the others are empty then.
        reply, hits: of a question, of a search.
        documents, passages: how many the index holds.
        waiting: passages that are yet to be embedded; counted if nothing was found.
        notice: a line for people if one of the models could not be used.
        texts: of the documents that are quoted, by path; if they were asked for.
    """

    problem: str | None = None
    reply: Reply | None = None
    hits: Sequence[Hit] | None = None
    documents: int = 0
    passages: int = 0
    waiting: int = 0
    notice: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
