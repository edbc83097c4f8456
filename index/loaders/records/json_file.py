"""JSON: a list of records is read record by record, any other file line by line."""

from __future__ import annotations

from index.documents import Content
from index.loaders.records.json_records import parse_json, read_records
from index.loaders.shared.decoding import decode

# In characters: what it holds would take many times the memory.
_LONGEST = 20_000_000


def load(data: bytes) -> Content:
    text = decode(data)
    if text.lstrip().startswith("[") and len(text) <= _LONGEST:
        try:
            records = parse_json(text)
            if records and all(isinstance(record, dict) for record in records):
                return read_records(records)
        except (ValueError, RecursionError):
            pass
    return Content(text, layout="lines")
