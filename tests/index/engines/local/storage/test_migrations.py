"""Older formats: an index made by an earlier version goes on as it was."""

import json
import os
import shutil
import sqlite3
import zlib
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
import tantivy

from index import Index, OtherFormat, Properties, QuotebackError, Retriever
from index.engines.local.dense.segment import Segment, write_segment
from index.engines.local.storage.roots import read_roots
from index.engines.local.storage.schema import FORMAT
from index.engines.local.storage.store import Store

# Format 1, as it was.
FORMAT_1 = """
PRAGMA journal_mode = WAL;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, hash BLOB) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    title TEXT,
    size INTEGER,
    mtime_ns INTEGER,
    content_hash BLOB NOT NULL,
    hash BLOB
);
CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    body BLOB NOT NULL,
    hash BLOB
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    heading TEXT,
    page INTEGER,
    hash BLOB
);
CREATE INDEX passages_by_document ON passages(document_id);
CREATE TABLE failures (path BLOB PRIMARY KEY, reason TEXT NOT NULL, hash BLOB) WITHOUT ROWID;
"""


def row(*values):
    parts = [value if isinstance(value, bytes) else str(value).encode() for value in values]
    return *values, blake2b(b"\0".join(parts), digest_size=8).digest()


def insert(connection, table, *values):
    marks = ",".join("?" * (len(values) + 1))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", row(*values))


@pytest.fixture
def old(tmp_path, folder, write, words):
    """An index of format 1, with two documents that are embedded, and one that failed."""
    place = tmp_path / "old.index"
    place.mkdir()
    connection = sqlite3.connect(place / "index.sqlite")
    connection.executescript(FORMAT_1)
    for name, value in (("format", "1"), ("model", "words"), ("fingerprint", "words-1")):
        insert(connection, "settings", name, value)
    for number, name in enumerate(("a.txt", ".odd"), 1):
        text = f"The {name} museum of rain was opened in 1931."
        path = write(name, text)
        stat = Path(path).stat()
        digest = blake2b(text.encode(), digest_size=16).digest()
        insert(
            connection, "documents",
            number, os.fsencode(path), None, stat.st_size, stat.st_mtime_ns, digest,
        )  # fmt: skip
        insert(connection, "texts", number, zlib.compress(text.encode(), 1))
        insert(connection, "passages", number, number, 0, len(text), text, None, None)
    insert(connection, "failures", os.fsencode(folder / "bad.txt"), "not text (binary data)")
    write("bad.txt", bytes(range(256)) * 10)
    connection.commit()
    connection.close()
    return place


def forget_properties(connection):
    """Give a store the form that it had up to format 8."""
    rows = connection.execute(
        "SELECT id, path, title, size, mtime_ns, ctime_ns, content_hash, reading, passages "
        "FROM documents"
    ).fetchall()
    connection.execute("ALTER TABLE documents DROP COLUMN properties")
    for values in rows:
        connection.execute(
            "UPDATE documents SET hash = ? WHERE id = ?", (row(*values)[-1], values[0])
        )


def forget_identity(connection):
    """Give a store the form that it had up to format 7."""
    forget_properties(connection)
    rows = connection.execute(
        "SELECT id, path, title, size, mtime_ns, ctime_ns, content_hash, reading FROM documents"
    ).fetchall()
    connection.execute("ALTER TABLE documents DROP COLUMN passages")
    for values in rows:
        connection.execute(
            "UPDATE documents SET hash = ? WHERE id = ?", (row(*values)[-1], values[0])
        )
    connection.execute("DROP TABLE unread")
    connection.execute("DELETE FROM settings WHERE name = 'index_id'")
    place = Path(connection.execute("PRAGMA database_list").fetchone()[2]).parent
    for path in (place / "vectors").glob("*.segment"):
        segment = Segment(path)
        path.unlink()
        write_segment(path.parent, segment.ids, segment.all_vectors())


def join_names(connection):
    """Give passages the form that they had up to format 5: names in one joined line."""
    rows = connection.execute(
        "SELECT id, document_id, start, end, text, headings, columns, page FROM passages"
    ).fetchall()
    connection.execute("ALTER TABLE passages RENAME COLUMN headings TO heading")
    connection.execute("ALTER TABLE passages DROP COLUMN columns")
    for *values, headings, columns, page in rows:
        parts = [*json.loads(headings or "[]"), " | ".join(json.loads(columns or "[]"))]
        line = " › ".join(filter(None, parts)) or None
        connection.execute(
            "UPDATE passages SET heading = ?, hash = ? WHERE id = ?",
            (line, row(*values, line, page)[-1], values[0]),
        )


def test_an_index_of_format_1_goes_on_as_it_was(old, folder, words):
    with Index.open(old, encoder=words) as index:
        assert index.engine.store.setting("format") == str(FORMAT)
        assert index.counts == (2, 2)
        assert [failure.reason for failure in index.status().failed] == ["not text (binary data)"]
        report = index.add([folder])
        assert (report.added, report.updated, report.removed, report.unchanged) == (0, 2, 0, 0)
        assert index.engine.store.passage_ids().tolist() == [1, 2]
        assert len(words.encoded) == 2
        assert index.verify() == []
        assert Retriever(index).search("museum of rain")
        # What no walk finds was named itself.
        assert str(folder / ".odd") in read_roots(index.engine.store)
    with Index.open(old, encoder=words) as index:
        assert np.array_equal(index.engine.vectors.ids(), [1, 2])


def test_keywords_of_an_older_form_are_made_anew(index, folder, write, words, paragraphs):
    write("a.md", "# Rain\n\n" + paragraphs("snow", "hail"))
    index.add([folder])
    before = index.engine.store.passage_ids().tolist()
    shutil.rmtree(index.path / "keywords")
    (index.path / "keywords").mkdir()
    builder = tantivy.SchemaBuilder().add_unsigned_field("id", stored=True, indexed=True, fast=True)
    for field in ("text", "title", "heading"):
        builder = builder.add_text_field(field, tokenizer_name="quoteback", index_option="freq")
    tantivy.Index(builder.build(), path=str(index.path / "keywords")).writer().commit()
    (index.path / "keywords" / "watermark.json").write_text(f'{{"passage": {before[-1]}}}')
    with index.engine.store.writing() as connection:
        forget_identity(connection)
        rows = connection.execute(
            "SELECT id, path, title, size, mtime_ns, ctime_ns, content_hash FROM documents"
        ).fetchall()
        connection.execute("ALTER TABLE documents DROP COLUMN reading")
        connection.executemany(
            "UPDATE documents SET hash = ? WHERE id = ?",
            [(row(*each)[-1], each[0]) for each in rows],
        )
        join_names(connection)
    index.engine.store.set_setting("format", "3")
    steps = []
    with Index.open(index.path, encoder=words, progress=steps.append) as opened:
        assert {step.stage for step in steps} == {"rebuilding the keyword index"}
        assert (steps[-1].done, steps[-1].total) == (2, 2)
        assert len(Retriever(opened).search("rain", 10, "bm25")) == 2
        assert opened.verify() == []
        assert not opened.engine.store.is_unfinished
        assert opened.engine.store.passage_ids().tolist() == before


def test_headings_columns_and_notes_of_format_5_are_parted_and_nothing_is_embedded_anew(
    index, folder, write, words, paragraphs
):
    write("a.md", "# Rain\n\n## Snow\n\n" + paragraphs("hail"))
    write("b.csv", "name,age\nAnn,7\nBob,8\n")
    index.add([folder])

    def names(index):
        found = index.engine.store.passages(index.engine.store.passage_ids().tolist())
        return {number: (p.headings, p.columns) for number, (p, _) in found.items()}

    before = names(index)
    assert {(("Rain", "Snow"), ()), ((), ("name", "age"))} <= set(before.values())
    with index.engine.store.writing() as connection:
        forget_identity(connection)
        join_names(connection)
    index.engine.store.set_setting("mood", "dry")
    index.engine.store.set_setting("format", "5")
    words.encoded.clear()
    with Index.open(index.path, encoder=words) as opened:
        assert names(opened) == before
        assert opened.read_note("mood") == "dry"
        assert opened.verify() == []
        opened.update()
        assert names(opened) == before
    assert words.encoded == []


def test_a_migrated_store_is_like_a_new_one(old, words, tmp_path):
    def tables(place):
        connection = sqlite3.connect(place / "index.sqlite")
        found = {
            name: {column[1:] for column in connection.execute(f"PRAGMA table_info({name})")}
            for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")
        }
        connection.close()
        return found

    Index.open(old, encoder=words).close()
    Index.open(tmp_path / "new.index", create=True, encoder=words).close()
    assert tables(old) == tables(tmp_path / "new.index")


def test_files_that_an_earlier_version_has_read_are_read_anew_once(
    old, folder, words, settled, reads
):
    path = folder / "a.txt"
    with Index.open(old, encoder=words) as index:
        # What it has made of them is found until then, and they have not changed.
        [hit, _] = Retriever(index).search("museum of rain", mode="bm25")
        assert not hit.stale
        assert index.status().stale == ()
        assert path not in reads
        assert index.add([folder]).updated == 2
        assert path in reads
        reads.clear()
        assert index.update().unchanged == 2
        assert path not in reads
        # From now on it is seen though the time is put back.
        stat = path.stat()
        path.write_text(path.read_text().replace("rain", "hail"))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert index.update().updated == 1


def test_what_was_damaged_stays_so_and_can_be_repaired(old, folder, words):
    connection = sqlite3.connect(old / "index.sqlite")
    connection.execute("UPDATE documents SET title = 'x' WHERE id = 1")
    connection.commit()
    connection.close()
    with Index.open(old, encoder=words) as index:
        assert f"store: {folder / 'a.txt'} is damaged" in index.verify()
        assert index.repair() == []
        assert [document.title for document in index.documents()] == [None, None]
        assert index.add([folder]).added == 0


def test_vectors_from_before_there_was_an_identity_are_kept(
    index, folder, write, words, paragraphs
):
    write("a.txt", paragraphs("rain", "snow"))
    index.add([folder])
    before = index.engine.vectors.ids().tolist()
    with index.engine.store.writing() as connection:
        forget_identity(connection)
    index.engine.store.set_setting("threshold", "0.5")
    with index.engine.store.reading() as connection:
        kept = "np.float64(0.3)"
        connection.execute(
            "UPDATE settings SET value = ?, hash = ? WHERE name = 'threshold'",
            (kept, row("threshold", kept)[-1]),
        )
    index.engine.store.set_setting("format", "7")
    words.encoded.clear()
    with Index.open(index.path, encoder=words) as opened:
        assert opened.threshold == 0.3
        assert opened.verify() == []
        assert opened.engine.vectors.ids().tolist() == before
        opened.update()
        assert opened.verify() == []
    assert words.encoded == []
    # What comes after the migration without an identity is of another index.
    [segment] = (index.path / "vectors").glob("*.segment")
    old = Segment(segment)
    write_segment(index.path / "vectors", old.ids, old.all_vectors())
    with Index.open(index.path, encoder=words) as opened:
        assert any("belongs to another index" in problem for problem in opened.verify())


def test_documents_of_format_8_get_their_properties_and_nothing_is_embedded_anew(
    index, folder, write, paragraphs, words
):
    write("a.md", f"---\nauthor: Ann Smith\n---\n{paragraphs('rain', 'snow')}")
    write("b.md", paragraphs("hail"))
    index.add([folder])
    before = index.engine.vectors.ids().tolist()
    damaged = os.fsencode(folder / "b.md")
    with index.engine.store.writing() as connection:
        forget_properties(connection)
        connection.execute("UPDATE documents SET reading = reading - 1")
        for values in connection.execute("SELECT * FROM documents").fetchall():
            connection.execute(
                "UPDATE documents SET hash = ? WHERE id = ?", (row(*values[:-1])[-1], values[0])
            )
        connection.execute("UPDATE documents SET content_hash = x'00' WHERE path = ?", (damaged,))
    index.engine.store.set_setting("format", "8")
    words.encoded.clear()
    with Index.open(index.path, encoder=words) as opened:
        # What was damaged stays so.
        assert len(opened.verify()) == 1
        opened.repair()
        opened.update()
        assert opened.documents()[0].properties == Properties(("Ann Smith",))
        assert opened.engine.vectors.ids().tolist() == before
        assert opened.verify() == []
    assert words.encoded == []


def test_a_migration_is_whole_or_nothing(old, words, monkeypatch):
    from index.engines.local.storage import migrations

    def fail(connection):
        migrations._from_1(connection)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setitem(migrations._FROM, "1", fail)
        with pytest.raises(ZeroDivisionError):
            Index.open(old, encoder=words)
    with Index.open(old, encoder=words) as index:
        assert index.counts == (2, 2)
        assert index.verify() != []  # the derived parts were never made
        index.update()
        assert index.verify() == []


def test_a_migration_waits_for_a_writer(old, words, monkeypatch):
    from filelock import FileLock

    from index import IndexInUse
    from index.filesystem import locking

    monkeypatch.setattr(locking, "WAIT_SECONDS", 0.2)
    with FileLock(old / "lock"), pytest.raises(IndexInUse, match="another process"):
        Index.open(old, encoder=words)
    Index.open(old, encoder=words).close()


@pytest.mark.parametrize(
    ("found", "advice"),
    [(str(FORMAT + 1), "update Quoteback"), ("0", "remove the folder")],
)
def test_another_format_is_refused_and_left_as_it_is(index, words, found, advice):
    index.engine.store.set_setting("format", found)
    with pytest.raises(OtherFormat, match=advice):
        Index.open(index.path, create=True, encoder=words)
    assert Store(index.path).setting("format") == found


def test_a_store_without_a_format_is_refused(index, words):
    with index.engine.store.writing() as connection:
        connection.execute("DELETE FROM settings WHERE name = 'format'")
    with pytest.raises(OtherFormat, match="unknown"):
        Index.open(index.path, encoder=words)


def test_an_old_index_that_cannot_be_written_to_is_said(old, words):
    (old / "lock").mkdir()
    with pytest.raises(QuotebackError, match="cannot be written to"):
        Index.open(old, encoder=words)
