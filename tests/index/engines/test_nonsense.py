"""Engines whose rows somebody else has written: one clear line for whatever makes no sense."""

import shutil
import sqlite3
from contextlib import closing
from uuid import uuid4

import numpy as np
import pytest

from index import Content, Index, Properties
from index.engines.local.segment import write_segment
from index.filesystem.sqlite_files import seal
from tests.support.asking_all import ask_all
from tests.support.encoders import WordEncoder
from tests.support.nonsense import STATEMENTS

TEXTS = [
    ("a", Content("rain and snow", title="Weather", properties=Properties(("Ann",), ("wet",)))),
    ("b", "snow and ice"),
]


def fill(place):
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add_texts(TEXTS)
        index.set_threshold(0.5)


# PostgreSQL.


@pytest.fixture(scope="module")
def template(postgres):
    """A database with an index, to be copied."""
    name = f"t{uuid4().hex[:12]}"
    postgres.execute(f"CREATE DATABASE {name}")
    fill(postgres.address(name))
    return name


@pytest.mark.e2e
@pytest.mark.parametrize("statement", STATEMENTS, ids=range(len(STATEMENTS)))
def test_nonsense_in_postgresql_is_one_clear_line(postgres, template, statement):
    name = f"n{uuid4().hex[:12]}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    postgres.execute(f"SET search_path = quoteback, public; {statement}", name)
    ask_all(postgres.address(name))
    postgres.execute(f"DROP DATABASE {name}")


@pytest.mark.e2e
def test_without_nonsense_nothing_is_wrong_in_postgresql(postgres, template):
    assert ask_all(postgres.address(template)) == {}


# Milvus Lite.

VALUES = [
    "[[[[",
    "null",
    "[" * 60_000,
    '{"path": 5}',
    '{"path": "a", "title": "\\ud800", "characters": 13}',
    '{"path": "a", "title": null, "characters": 100000000000000000}',
    '{"path": "a", "title": null, "characters": -1}',
    '{"path": "a", "title": null, "characters": 13, "properties": "{\\"date\\": \\"x\\"}"}',
    '{"path": "a", "title": null, "characters": 13, "stamp": [1, 2], "host": 5, "loader": "x"}',
    '{"start": -5, "text": "rain", "headings": [], "columns": [], "page": null}',
    '{"start": 0, "text": ["rain"], "headings": {}, "columns": [], "page": null}',
    '{"start": 0, "text": "\\ud800", "headings": [1], "columns": [], "page": -1}',
    '{"characters": 1000000000000}',
    '{"characters": 2000000000}',
    '{"name": "threshold", "value": "nan"}',
    '{"name": 5, "value": "x"}',
    '{"length": 1e400, "characters": 5}',
    '{"owners": ["x"]}',
]


@pytest.mark.parametrize("kind", ["document", "setting", "words", "passage"])
def test_nonsense_in_milvus_lite_is_one_clear_line(tmp_path, kind):
    pytest.importorskip("milvus_lite", reason="needs the extra `milvus`")
    from index.engines.milvus.schema import PASSAGES, RECORDS

    place = f"milvus+file://{tmp_path / 'an.db'}"
    fill(place)
    collection = PASSAGES if kind == "passage" else RECORDS
    condition = "id > 0" if kind == "passage" else f'kind == "{kind}"'
    with Index.open(place, encoder=WordEncoder()) as index:
        connection = index.engine.connection
        fields = [*connection.fields(collection)]
        sound = connection.find(collection, condition, fields)
        assert sound
        for value in VALUES:
            connection.upsert(collection, [{**row, "value": value} for row in sound])
            errors = ask_all(place)
            assert errors, value
            connection.upsert(collection, sound)
        if kind == "document":
            for changed in ({"passages": 2**40}, {"passages": -1}, {"content": "xyz"}):
                connection.upsert(collection, [{**row, **changed} for row in sound])
                ask_all(place)


@pytest.mark.parametrize("count", [2_000_000_000, 2**31 - 1])
def test_a_count_of_milvus_lite_that_is_far_too_high_takes_no_time(tmp_path, count):
    pytest.importorskip("milvus_lite", reason="needs the extra `milvus`")
    from index.engines.milvus.schema import RECORDS

    place = f"milvus+file://{tmp_path / 'an.db'}"
    fill(place)
    with Index.open(place, encoder=WordEncoder()) as index:
        connection = index.engine.connection
        rows = connection.find(RECORDS, 'kind == "document"', [*connection.fields(RECORDS)])
        connection.upsert(RECORDS, [{**row, "passages": count} for row in rows])
        assert [len(index.passages(path)) for path, _ in TEXTS] == [1, 1]
        assert index.verify()


# A folder. Each row carries a hash, which whoever wrote it can make, too.

_COLUMNS = {
    "documents": "id, path, title, size, mtime_ns, ctime_ns, content_hash, reading, passages, "
    "properties",
    "passages": "id, document_id, start, end, text, headings, columns, page",
    "texts": "document_id, body",
}
CHANGES = [
    ("passages", "start", -5),
    ("passages", "end", 2_000_000_000),
    ("passages", "start", "x"),
    ("passages", "text", b"\xff"),
    ("passages", "text", 5),
    ("passages", "headings", "[[[["),
    ("passages", "headings", '{"a": 1}'),
    ("passages", "headings", "[" * 100_000),
    ("passages", "columns", "[1, 2]"),
    ("passages", "page", -1),
    ("passages", "page", "x"),
    ("passages", "document_id", "x"),
    ("documents", "path", "text"),
    ("documents", "path", b""),
    ("documents", "path", b"\x1b]0;x\x07\0"),
    ("documents", "title", b"\xff"),
    ("documents", "title", 1.5),
    ("documents", "size", "x"),
    ("documents", "size", 2**60),
    ("documents", "properties", "[]"),
    ("documents", "properties", b"{}"),
    ("documents", "properties", '{"doubtful": [[-5, 1]]}'),
    ("documents", "properties", "[" * 100_000),
    ("documents", "passages", "x"),
    ("texts", "body", b"\0"),
    ("texts", "body", "text"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sound") / "an.index"
    fill(place)
    return place


def copy_folder(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "an.index")
    return tmp_path / "an.index"


@pytest.mark.parametrize(("table", "column", "value"), CHANGES, ids=range(len(CHANGES)))
def test_nonsense_with_a_right_hash_in_a_folder_is_one_clear_line(
    folder, tmp_path, table, column, value
):
    place = copy_folder(folder, tmp_path)
    names = _COLUMNS[table].split(", ")
    with closing(sqlite3.connect(place / "index.sqlite")) as store, store:
        for values in store.execute(f"SELECT {_COLUMNS[table]} FROM {table}").fetchall():
            row = dict(zip(names, values, strict=True)) | {column: value}
            if column == "path" and row["id"] > 1:
                # Each has a path of its own.
                continue
            sealed = seal(*row.values())
            store.execute(
                f"UPDATE {table} SET {column} = ?, hash = ? WHERE {names[0]} = ?",
                (row[column], sealed[-1], values[0]),
            )
    ask_all(place)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", "nan"),
        ("commits", "9" * 30),
        ("vectors", "../x"),
        ("format", "99"),
        ("model", 5),
    ],
)
def test_nonsense_in_the_settings_of_a_folder_is_one_clear_line(folder, tmp_path, name, value):
    place = copy_folder(folder, tmp_path)
    with closing(sqlite3.connect(place / "index.sqlite")) as store, store:
        store.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", seal(name, value))
    assert ask_all(place)


@pytest.mark.parametrize("number", ["x", -5, 2**63 - 1])
def test_a_number_of_the_next_row_that_makes_no_sense_is_one_clear_line(folder, tmp_path, number):
    place = copy_folder(folder, tmp_path)
    with closing(sqlite3.connect(place / "index.sqlite")) as store, store:
        store.execute("UPDATE sqlite_sequence SET seq = ?", (number,))
    assert "write" in ask_all(place)


def test_vectors_of_another_length_or_of_no_numbers_are_not_used(folder, tmp_path):
    for number, vectors in enumerate(
        (np.ones((2, 3), np.float16), np.full((2, WordEncoder.dimension), np.nan, np.float16))
    ):
        (tmp_path / str(number)).mkdir()
        place = copy_folder(folder, tmp_path / str(number))
        with Index.open(place, encoder=WordEncoder()) as index:
            engine = index.engine
            own = place / (engine.setting("vectors") or "vectors")
            identity = engine.index_id
            ids = engine.passage_ids()
        [old] = own.glob("*.segment")
        old.unlink()
        write_segment(own, ids, vectors, identity)
        assert ("verify" in ask_all(place)) == bool(number)


def test_without_nonsense_nothing_is_wrong_in_a_folder(folder, tmp_path):
    assert ask_all(copy_folder(folder, tmp_path)) == {}
