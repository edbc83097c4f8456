"""JSON Lines: each record is a passage, with the names of its fields."""

from __future__ import annotations

import re

from index.documents import Content
from index.loaders.records.json_records import parse_json, read_records
from index.loaders.shared.decoding import decode


def load(data: bytes) -> Content:
    """The records of a file; where they are no records, its lines."""
    text = decode(data)
    try:
        records = [parse_json(line) for line in re.split(r"[\r\n]+", text) if line.strip()]
        if all(isinstance(record, dict) for record in records):
            return read_records(records)
    except (ValueError, RecursionError):
        pass
    return Content(text, layout="lines")
