"""What an engine has stored, and what it stands for: every value is checked before it is used.

Anybody may have made an index, and a server's tables can be changed by hand. What no version of
this program can have written raises `DamagedRow`, whatever it is, and nothing else comes out. Each
engine reads its rows, in its own form, through these functions.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from index.arrays import Floats
from index.documents import (
    Document,
    Passage,
    Span,
    Structure,
    decode_properties,
    pack_structure,
    replace_surrogates,
    unpack_language,
    unpack_passage,
    unpack_structure,
)
from index.errors import DamagedRow
from index.filesystem.freshness import FailedFile, FileState, Stamp
from index.filesystem.paths import Root
from index.search.filters import Filterable

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

# Characters of a text, bytes of it in UTF-8, and passages of a document: no file has more.
_MOST_CHARACTERS = 2**31 - 1
_MOST_TEXT_BYTES = 2**30
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
# What reading nonsense may raise.
_NONSENSE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    zlib.error,
)


def refuse_nonsense(decode: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """Let a function that decodes what is stored raise `DamagedRow` alone."""

    @wraps(decode)
    def checked(*given: _Given.args, **named: _Given.kwargs) -> _Result:
        try:
            return decode(*given, **named)
        except _NONSENSE as error:
            raise DamagedRow(str(error)) from error

    return checked


@refuse_nonsense
def decode_document(number: Any, path: Any, title: Any, properties: Any) -> Document:
    """A document.

    Args:
        path: as bytes of the file system, or as text.
        properties: as `encode_properties` makes them.
    """
    return Document(
        check_number(number, 1),
        decode_path(path),
        None if title is None else _check_whole(_decode_text(title)),
        decode_properties(properties),
    )


@refuse_nonsense
def decode_filterable(number: Any, path: Any, mtime_ns: Any, properties: Any) -> Filterable:
    """What documents are filtered by; whether the properties are sound is seen on reading them."""
    if not isinstance(properties, str | None):
        raise TypeError(f"{type(properties).__name__} in the place of properties")
    mtime_ns = _check_optional(mtime_ns, _LOWEST, _HIGHEST)
    return check_number(number, 1), decode_path(path), mtime_ns, properties


@refuse_nonsense
def decode_passage(
    number: Any,
    start: Any,
    end: Any,
    text: Any,
    headings: Any,
    columns: Any,
    page: Any,
    blocks: Any,
) -> Passage:
    """A passage, whose span is as long as its text.

    Args:
        headings, columns: as `decode_names` takes them.
        blocks: with its language, as `pack_passage` makes them; None for a plain English
            paragraph.
    """
    quoted = _check_whole(_decode_text(text))
    span = Span(check_number(start, most=_MOST_CHARACTERS), check_number(end))
    if len(span) != len(quoted):
        raise ValueError(f"a passage of {len(quoted)} characters has the span {span}")
    names = decode_names(headings), decode_names(columns)
    number, page = check_number(number, 1), _check_optional(page, 1, _MOST_CHARACTERS)
    packed = b"" if blocks is None else _check_bytes(blocks)
    made_of = unpack_passage(packed, span)
    return Passage(number, span, quoted, *names, page, *made_of, unpack_language(packed))


@refuse_nonsense
def decode_state(
    size: Any, mtime_ns: Any, ctime_ns: Any, content_hash: Any, version: Any, host: Any = None
) -> FileState | None:
    """The state of a document's file; None if `size` is None: the document has no file."""
    stamp = decode_stamp(size, mtime_ns, ctime_ns)
    if stamp is None:
        return None
    if not isinstance(host, str | None):
        raise TypeError(f"{host!r} is not the name of a machine")
    version = _check_optional(version, 0, _HIGHEST)
    return FileState(stamp, _check_bytes(content_hash), version, host)


@refuse_nonsense
def decode_stamp(size: Any, mtime_ns: Any, ctime_ns: Any) -> Stamp | None:
    """The stamp of a file; None if `size` is None."""
    if size is None:
        return None
    return Stamp(
        check_number(size),
        check_number(mtime_ns, _LOWEST),
        check_number(ctime_ns, _LOWEST),
    )


def encode_stamp(stamp: Stamp | None) -> tuple[int | None, int | None, int | None]:
    """The first three values that `decode_stamp` takes."""
    return (stamp.size, stamp.mtime_ns, stamp.ctime_ns) if stamp else (None, None, None)


def encode_state(state: FileState | None, host: str) -> tuple[Any, ...]:
    """The values that `decode_state` takes; `host` names this machine."""
    if state is None:
        return (None,) * 6
    kept = state.content_hash, state.loader_version, state.host or host
    return *encode_stamp(state.stamp), *kept


@refuse_nonsense
def decode_failure(reason: Any, stamp: Stamp | None) -> FailedFile:
    """A file that could not be read."""
    return FailedFile(_decode_text(reason), stamp)


@refuse_nonsense
def decode_root(path: Any, include: Any, exclude: Any) -> Root:
    """What was given to be indexed; patterns as `decode_names` takes them."""
    return Root(decode_path(path), decode_names(include), decode_names(exclude))


@refuse_nonsense
def decode_path(stored: Any) -> str:
    """A path, from the bytes of the file system or from text."""
    path = stored if isinstance(stored, str) else os.fsdecode(_check_bytes(stored))
    # Raises for half a character that stands for no byte.
    if not os.fsencode(path):
        raise ValueError("a path is empty")
    return path


@refuse_nonsense
def decode_names(stored: Any) -> tuple[str, ...]:
    """Headings, names of columns or patterns: a list, or a JSON list; none if it is None."""
    if stored is None or stored == "":
        return ()
    names = json.loads(stored) if isinstance(stored, str) else stored
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise TypeError("not a list of names")
    return tuple(names)


def encode_names(names: Sequence[str]) -> str | None:
    """Headings or names of columns: a JSON list, None if there are none."""
    return json.dumps(names, ensure_ascii=False) if names else None


def path_condition(path: str | None, value: str) -> tuple[str, tuple[bytes, ...]]:
    """A condition of SQL on `d.path`: at a path, or in the folder there. `value` is "?" or "%s"."""
    if path is None:
        return "TRUE", ()
    key = os.fsencode(path)
    below = key.rstrip(b"/") + b"/"
    # "0" is the character after "/".
    bounds = key, below, below[:-1] + b"0"
    return f"(d.path = {value} OR d.path > {value} AND d.path < {value})", bounds


def pair_passages(
    rows: Iterable[Sequence[Any]],
    columns: int,
    read_passage: Callable[[Sequence[Any]], Passage],
    read_document: Callable[[Sequence[Any]], Document],
) -> Iterator[tuple[Passage, Document]]:
    """Passages with their documents, which follow the columns of the passage in each row."""
    documents: dict[Sequence[Any], Document] = {}
    for row in rows:
        passage, document = read_passage(row[:columns]), row[columns:]
        if document not in documents:
            documents[document] = read_document(document)
        yield passage, documents[document]


@refuse_nonsense
def decode_body(stored: Any) -> str:
    """The canonical text of a document, from its compressed form."""
    return inflate(_check_bytes(stored), _MOST_TEXT_BYTES).decode()


def encode_structure(structure: Structure) -> bytes | None:
    """The structure of a text in its compressed form; None for an empty one."""
    packed = pack_structure(structure)
    return zlib.compress(packed, 1) if packed else None


@refuse_nonsense
def decode_structure(stored: Any, text: str) -> Structure:
    """What a text is made of, from the form of `encode_structure`."""
    packed = b"" if stored is None else inflate(_check_bytes(stored), _MOST_TEXT_BYTES)
    return unpack_structure(packed, len(text))


@refuse_nonsense
def inflate(packed: bytes, most: int) -> bytes:
    """Unpacked bytes; refused if there are more than `most`, however few are stored."""
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(packed, most)
    if not unpacker.eof:
        raise ValueError("compressed text is cut short, or far too long")
    return data


@refuse_nonsense
def decode_score(number: Any, score: Any) -> tuple[int, float]:
    """A passage that was found, and how near it is."""
    if not math.isfinite(score):
        raise ValueError(f"{score!r} is not a score")
    return check_number(number, 1), float(score)


@refuse_nonsense
def decode_vector(number: Any, components: Any) -> tuple[int, Floats]:
    """A passage with its vector."""
    vector = np.asarray(components, np.float32)
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise ValueError("a vector holds something that is not a number")
    return check_number(number, 1), vector


@refuse_nonsense
def decode_object(stored: Any) -> Mapping[str, Any]:
    """A JSON object."""
    fields = json.loads(stored)
    if not isinstance(fields, dict):
        raise TypeError("not a JSON object")
    return fields


@refuse_nonsense
def check_number(value: Any, least: int = 0, most: int = _HIGHEST) -> int:
    """A whole number within bounds; counts of passages and characters stay below 2³¹."""
    # A bool is an int, too.
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{value!r:.40} is not a number from {least} to {most}")
    return value


@refuse_nonsense
def check_name(value: Any) -> str:
    """A name of our own."""
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} in the place of a name")
    return value


@refuse_nonsense
def check_count(value: Any) -> int:
    """How many passages or characters there are."""
    return check_number(value, most=_MOST_CHARACTERS)


@refuse_nonsense
def check_numbers(values: Any) -> Sequence[int]:
    """A list of whole numbers."""
    if not isinstance(values, list):
        raise TypeError("not a list of numbers")
    return [check_number(value) for value in values]


def _check_optional(value: Any, least: int, most: int) -> int | None:
    return None if value is None else check_number(value, least, most)


def _check_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes | memoryview):
        raise TypeError(f"{type(value).__name__} in the place of bytes")
    return bytes(value)


def _decode_text(stored: Any) -> str:
    """Text, or text in UTF-8."""
    return stored if isinstance(stored, str) else _check_bytes(stored).decode()


def _check_whole(text: str) -> str:
    """Text without half a character."""
    if text != replace_surrogates(text):
        raise ValueError("text with half a character")
    return text
