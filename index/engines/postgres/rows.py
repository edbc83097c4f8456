"""Rows of the tables, and what they stand for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from index.documents import Document, Passage
from index.engines.stored_rows import decode_document, decode_passage, decode_state
from index.filesystem.freshness import FileState

# Columns, where the tables are called `d` and `p`.
DOCUMENT = "d.id, d.path, d.title, d.properties"
STATE = "d.size, d.mtime_ns, d.ctime_ns, d.content_hash, d.reading, d.host"
PASSAGE = "p.id, p.first, p.past, p.body, p.headings, p.columns, p.page, p.blocks"
_DOCUMENT_COLUMNS = DOCUMENT.count(",") + 1
_PASSAGE_COLUMNS = PASSAGE.count(",") + 1


def read_document(row: Sequence[Any]) -> Document:
    """A document, from a row of `DOCUMENT`."""
    return decode_document(*row)


def read_document_and_state(row: Sequence[Any], host: str) -> tuple[Document, FileState | None]:
    """A document and the state of its file, from a row of `DOCUMENT` and `STATE`.

    Args:
        host: the name of this machine.
    """
    return read_document(row[:_DOCUMENT_COLUMNS]), read_state(row[_DOCUMENT_COLUMNS:], host)


def read_state(row: Sequence[Any], host: str) -> FileState | None:
    """The state of a file, from a row of `STATE`; None where there is no file.

    Args:
        host: the name of this machine.
    """
    size, mtime_ns, ctime_ns, content_hash, version, other = row
    here = None if other == host else other
    return decode_state(size, mtime_ns, ctime_ns, content_hash, version, here)


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
    return decode_passage(*row)


def read_passages(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, from rows of `PASSAGE` followed by `DOCUMENT`."""
    documents: dict[int, Document] = {}
    for row in rows:
        passage, document = row[:_PASSAGE_COLUMNS], row[_PASSAGE_COLUMNS:]
        if document[0] not in documents:
            documents[document[0]] = read_document(document)
        yield read_passage(passage), documents[document[0]]


def encode_names(names: Sequence[str]) -> str | None:
    """Headings, column names or patterns: a JSON list, None where there are none."""
    return json.dumps(names) if names else None


def path_condition(path: str | None) -> tuple[str, tuple[Any, ...]]:
    """A condition on `d.path`, with its values: at a path, or in the folder there."""
    if path is None:
        return "TRUE", ()
    key = os.fsencode(path)
    below = key.rstrip(b"/") + b"/"
    # "0" is the character after "/".
    return "(d.path = %s OR d.path > %s AND d.path < %s)", (key, below, below[:-1] + b"0")
