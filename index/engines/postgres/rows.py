"""Rows of the tables, and what they stand for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.documents import Document, Passage, Span, decode_properties
from index.filesystem.freshness import FileState, Stamp
from index.filesystem.root import Root

# Columns, where the tables are called `d` and `p`.
DOCUMENT = "d.id, d.path, d.title, d.properties"
STATE = "d.size, d.mtime_ns, d.ctime_ns, d.content_hash, d.reading, d.host"
PASSAGE = "p.id, p.first, p.past, p.body, p.headings, p.columns, p.page"
_PASSAGE_COLUMNS = PASSAGE.count(",") + 1


def read_document(row: Sequence[Any]) -> Document:
    """A document, from a row of `DOCUMENT`."""
    number, path, title, properties = row
    return Document(
        number,
        os.fsdecode(bytes(path)),
        None if title is None else decode(title),
        decode_properties(properties),
    )


def read_state(row: Sequence[Any], host: str) -> FileState | None:
    """The state of a file, from a row of `STATE`; None where there is no file.

    Args:
        host: the name of this machine.
    """
    size, mtime_ns, ctime_ns, content_hash, loader_version, other = row
    if size is None:
        return None
    return FileState(
        Stamp(size, mtime_ns, ctime_ns),
        bytes(content_hash),
        loader_version,
        None if other == host else other,
    )


def write_state(state: FileState | None, host: str) -> tuple[Any, ...]:
    """The values of `STATE`."""
    if state is None:
        return (None,) * 6
    stamp = state.stamp
    return (
        *(stamp.size, stamp.mtime_ns, stamp.ctime_ns),
        *(state.content_hash, state.loader_version, state.host or host),
    )


def read_passage(row: Sequence[Any]) -> Passage:
    """A passage, from a row of `PASSAGE`."""
    number, first, past, body, headings, columns, page = row
    names = decode_names(headings), decode_names(columns)
    return Passage(number, Span(first, past), decode(body), *names, page)


def read_passages(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, from rows of `PASSAGE` followed by `DOCUMENT`."""
    documents: dict[int, Document] = {}
    for row in rows:
        passage, document = row[:_PASSAGE_COLUMNS], row[_PASSAGE_COLUMNS:]
        if document[0] not in documents:
            documents[document[0]] = read_document(document)
        yield read_passage(passage), documents[document[0]]


def read_root(row: Sequence[Any]) -> Root:
    """A root, from path, patterns to include and to exclude."""
    path, include, exclude = row
    return Root(os.fsdecode(bytes(path)), decode_names(include), decode_names(exclude))


def encode_names(names: Sequence[str]) -> str | None:
    """Headings, column names or patterns: a JSON list, None where there are none."""
    return json.dumps(names) if names else None


def decode_names(stored: str | None) -> tuple[str, ...]:
    """Headings, column names or patterns, from `encode_names`."""
    return tuple(json.loads(stored)) if stored else ()


def decode(stored: bytes | memoryview) -> str:
    """Text that is stored in UTF-8."""
    return bytes(stored).decode()


def path_condition(path: str | None) -> tuple[str, tuple[bytes, ...]]:
    """A condition on `d.path`, with its values: at a path, or in the folder there."""
    if path is None:
        return "TRUE", ()
    key = os.fsencode(path)
    below = key.rstrip(b"/") + b"/"
    # "0" is the character after "/".
    return "(d.path = %s OR d.path > %s AND d.path < %s)", (key, below, below[:-1] + b"0")
