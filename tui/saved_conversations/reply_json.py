"""Replies as JSON text, to be saved with a conversation and read again."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from qa import Reply


class UnreadableReply(Exception):
    """The text is not a saved reply."""


def dump_reply(reply: Reply) -> str:
    """A reply as JSON in ASCII."""
    # Not by msgspec, which refuses the lone surrogates of paths that are not valid Unicode.
    return json.dumps(msgspec.to_builtins(reply, enc_hook=float), separators=(",", ":"))


def load_reply(text: str) -> Reply:
    """The reply that was saved, also by another version.

    Unknown fields are ignored, and missing ones get their defaults.

    Raises:
        UnreadableReply: it is not JSON, a field without a default is missing, the value of
            one has the wrong type, or no such reply is ever made.
    """
    try:
        fields = json.loads(text, object_hook=_upgrade)
        reply = msgspec.convert(fields, Reply)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise UnreadableReply(f"not a saved reply: {error}") from error
    if (reply.answered and not reply.answers) or not all(each.spans for each in reply.answers):
        raise UnreadableReply("not a saved reply: it is answered, and quotes nothing")
    return reply


def _upgrade(fields: dict[str, Any]) -> dict[str, Any]:
    """Give an object that the first version saved the names and types of today."""
    if "weighed" in fields:
        fields["considered"] = fields.pop("weighed")
    heading = fields.get("heading")
    # An answer has this line, too; only a passage has an id.
    if "id" in fields and isinstance(heading, str) and "headings" not in fields:
        fields["headings"] = heading.split(" › ")
    return fields
