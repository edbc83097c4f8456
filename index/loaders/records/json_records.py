"""JSON and JSON Lines: records are passages; any other file is read line by line.

Short records are rows of a table, long ones have a heading each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.documents import Content
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import decode
from index.loaders.shared.table_header import SAMPLE_ROWS, clean_names

# In characters: a record with a longer value is read as a text.
_LONGEST_CELL = 500
_MOST_COLUMNS = 60
# In characters: what a longer file holds would take many times the memory.
_LONGEST_FILE = 20_000_000
# What a record is called, the best first.
_NAMES = ("title", "name", "subject", "headline", "question", "id")

Record = Mapping[str, Any]


def load(data: bytes) -> Content:
    """The records of a file, in a list or one a line; the lines of any other file."""
    text = decode(data)
    try:
        records = _read_values(text) if len(text) <= _LONGEST_FILE else []
        if records and all(isinstance(record, dict) for record in records):
            return _write_records(records)
    except (ValueError, RecursionError):
        pass
    return Content(text, layout="lines")


def _read_values(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        values: list[Any] = _parse_json(text)
        return values
    values = [_parse_json(line) for line in re.split(r"[\r\n]+", text) if line.strip()]
    # One alone is a file of its own kind.
    return values if len(values) > 1 else []


def _parse_json(text: str) -> Any:
    """A value of JSON, with its numbers as they are written; raises ValueError."""
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _write_records(records: Sequence[Record]) -> Content:
    """The content of some records, each with the names of its fields.

    Raises:
        RecursionError: they are nested very deeply.
    """
    flat = [_flatten(record) for record in records]
    columns = tuple(dict.fromkeys(name for record in flat for name in record))
    sample = flat[:SAMPLE_ROWS]
    is_table = (
        1 < len(columns) <= _MOST_COLUMNS
        and clean_names(columns) == columns
        and all(len(value) <= _LONGEST_CELL for record in sample for value in record.values())
    )
    assembly = Assembly()
    if is_table:
        rows = ["\t".join(record.get(name, "") for name in columns).rstrip() for record in flat]
        assembly.add_table(columns, ["\t".join(columns), *filter(None, rows)])
    else:
        for record in flat:
            name = next((record[each] for each in _NAMES if record.get(each)), "")
            assembly.begin_part(name if len(name) <= _LONGEST_CELL else "", 1)
            for field, value in record.items():
                if value:
                    assembly.add_block(f"{field}: {value}")
    return assembly.content(None)


def _flatten(record: Record) -> dict[str, str]:
    """The fields of a record, those of records in it too, each in one line."""
    flat: dict[str, str] = {}
    for name, words in _list_fields(record, ""):
        # Two names may differ only in what parts their words.
        flat[name] = ", ".join(filter(None, (flat.get(name), words)))
    return flat


def _list_fields(record: Record, path: str) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        name = path + " ".join(name.split())
        if isinstance(value, dict) and value:
            yield from _list_fields(value, f"{name}.")
        else:
            yield name, " ".join(_write(value).split())


def _write(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_write(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_write, value))
    return value if isinstance(value, str) else json.dumps(value) if value is not None else ""
