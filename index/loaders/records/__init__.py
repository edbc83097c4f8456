"""A record a passage: tables of text, JSON, XML, BibTeX, calendars, contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index.loaders.records.table import split_table as split_table
else:
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index.loaders.records.table": "split_table",
        },
    )
