"""An index that another version has made is refused, and left as it is."""

import sqlite3
from contextlib import closing

import pytest

from index import Index, OtherFormat
from index.engines.local.storage.schema import FILE_NAME, INDEX_FORMAT


def read_format(place):
    with closing(sqlite3.connect(place / FILE_NAME)) as connection:
        return connection.execute("SELECT value FROM settings WHERE name = 'format'").fetchone()[0]


@pytest.mark.parametrize(
    ("found", "advice"),
    [(str(INDEX_FORMAT + 1), "update Quoteback"), ("0", "remove the folder")],
)
def test_another_format_is_refused_and_left_as_it_is(index, words, found, advice):
    index.engine.set_setting("format", found)
    with pytest.raises(OtherFormat, match=advice):
        Index.open(index.path, create=True, encoder=words)
    with pytest.raises(OtherFormat, match=advice):
        index.documents()
    with pytest.raises(OtherFormat, match=advice):
        Index.restore(index.path, encoder=words)
    assert read_format(index.path) == found


def test_a_store_without_a_format_is_refused(index, words):
    with index.engine.writing() as connection:
        connection.execute("DELETE FROM settings WHERE name = 'format'")
    with pytest.raises(OtherFormat, match="unknown"):
        Index.open(index.path, encoder=words)
