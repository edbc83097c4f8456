"""The properties of Office files from before 2007."""

from __future__ import annotations

from contextlib import closing
from io import BytesIO

from olefile import OleFileIO

from index.loaders.office.package_properties import OfficeProperties
from index.loaders.shared.metadata import make_properties
from index.loaders.shared.titles import choose_title


def read_old_properties(data: bytes) -> OfficeProperties:
    """The properties of a file; none where they cannot be read."""
    try:
        with closing(OleFileIO(BytesIO(data))) as file:
            summary = file.get_metadata()
        encoding = f"cp{summary.codepage}" if summary.codepage else "cp1252"
        title, author, keywords, category = (
            words.decode(encoding, "replace").strip("\0 ") if isinstance(words, bytes) else ""
            for words in (summary.title, summary.author, summary.keywords, summary.category)
        )
    except Exception:
        # Whatever is wrong with them, the file can be read without them.
        return OfficeProperties()
    days = (time and f"{time:%Y-%m-%d}" for time in (summary.last_saved_time, summary.create_time))
    return OfficeProperties(
        choose_title(title), make_properties([author], [keywords, category], days)
    )
