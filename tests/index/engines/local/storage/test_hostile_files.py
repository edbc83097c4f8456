"""A store that somebody else has made runs nothing, deletes nothing, and never hangs."""

import sqlite3
import struct
import sys
from contextlib import closing
from pathlib import Path

import pytest

from index import DamagedIndex, Index, Retriever
from index.engines.local.storage.schema import FILE_NAME
from index.filesystem.sqlite_files import HostileFile, bounded, list_words, open_sqlite
from tests.support.endless_sqlite import make_endless

# Far more than any of them takes; without an end, they take for ever.
pytestmark = pytest.mark.timeout(120)

_COUNTING = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
_HIDE_DOCUMENTS = "ALTER TABLE documents RENAME TO d2"
FOREIGN = {
    "a view": ("CREATE VIEW seen AS SELECT * FROM documents",),
    "a view in the place of a table": (
        _HIDE_DOCUMENTS,
        f"CREATE VIEW documents AS {_COUNTING} SELECT d2.* FROM d2, c",
    ),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON settings BEGIN DELETE FROM documents; END",),
    "a column that is computed": ("ALTER TABLE documents ADD COLUMN more AS (hex(title))",),
    "a column of another name": ("ALTER TABLE documents ADD COLUMN more TEXT",),
    "a value where none is given": ("ALTER TABLE roots ADD COLUMN page TEXT DEFAULT (1 + 1)",),
    "a check": ("CREATE TABLE title (page TEXT CHECK (length(page) < 3))",),
    "an order of its own": ("CREATE TABLE title (page TEXT COLLATE NOCASE)",),
    "an index of an expression": ("CREATE INDEX i ON documents (abs(size))",),
    "an index of a part": ("CREATE INDEX i ON documents (size) WHERE size > 3",),
    "a table of another name": ("CREATE TABLE more (id INTEGER)",),
    "a virtual table": ("CREATE VIRTUAL TABLE words USING fts5(text)",),
    "statistics": ("ANALYZE", "UPDATE sqlite_stat1 SET stat = '1 1 1'"),
    "what looks like a comment": ('CREATE TABLE title ("--\npage" TEXT DEFAULT (random()))',),
}


@pytest.fixture
def place(tmp_path, words):
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        index.add_texts([("a", "rain and snow")])
    return tmp_path / "an.index"


def change(place, *statements):
    with closing(sqlite3.connect(place / FILE_NAME)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("statements", FOREIGN.values(), ids=FOREIGN)
def test_a_store_with_more_than_our_own_tables_is_refused(place, words, statements):
    change(place, *statements)
    with pytest.raises(DamagedIndex, match="not only Quoteback has made it") as error:
        Index.open(place, encoder=words)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "trees",
    [
        ("documents",),
        ("documents_by_content", "sqlite_autoindex_documents_1"),
        ("passages", "passages_by_document"),
        ("texts",),
    ],
    ids=lambda trees: trees[0],
)
def test_a_tree_that_never_ends_is_ended(place, words, trees):
    for tree in trees:
        make_endless(place / FILE_NAME, tree)

    def read():
        with Index.open(place, encoder=words) as index:
            _ = index.counts
            index.documents()
            Retriever(index).search("rain")
            index.status()
            if problems := index.verify():
                raise DamagedIndex("\n".join(problems))

    with pytest.raises(DamagedIndex):
        read()


def test_a_journal_deletes_no_other_file(place, words, tmp_path):
    victim = tmp_path / "mine.txt"
    victim.write_text("precious")
    size = (place / FILE_NAME).stat().st_size
    magic, name = bytes.fromhex("d9d505f920a163d7"), str(victim).encode()
    head = (magic + struct.pack(">5I", 0, 1, size // 4096, 512, 4096)).ljust(512, b"\0")
    tail = struct.pack(">I", 2**30 // 4096 + 1) + name + struct.pack(">2I", len(name), sum(name))
    (place / f"{FILE_NAME}-journal").write_bytes(head + tail + magic)
    with pytest.raises(DamagedIndex, match="names another file"):
        Index.open(place, encoder=words)
    assert victim.read_text() == "precious"


# Any SQLite file.

_WORDS = list_words("CREATE TABLE notes (text TEXT)")


@pytest.fixture
def notes(tmp_path):
    with closing(open_sqlite(tmp_path / "notes", _WORDS)) as connection, connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("INSERT INTO notes VALUES ('rain')")
        yield connection


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"notes (", b"not\xa0s ("),
        (b"tablenotesnotes", b"table\xa0otes\xa0otes"),
        (b"CREATE TABLE notes", b"CREATE TABL\xa0 notes"),
        (b"(text TEXT)", b"(t\xa0xt TE\xa0T)"),
    ],
)
def test_a_schema_that_is_not_text_is_refused(tmp_path, old, new):
    path = tmp_path / "notes"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    with pytest.raises(sqlite3.Error):
        open_sqlite(path, _WORDS)


def test_a_statement_that_never_ends_is_ended(notes):
    with pytest.raises(HostileFile, match="does not end"), bounded(notes):
        notes.execute(f"{_COUNTING} SELECT max(x) FROM c").fetchone()
    with bounded(notes):
        assert notes.execute("SELECT text FROM notes").fetchone() == ("rain",)


def test_a_statement_may_take_the_longer_the_larger_the_file_is(notes, monkeypatch):
    monkeypatch.setattr("index.filesystem.sqlite_files._LEAST_STEPS", 0)
    monkeypatch.setattr("index.filesystem.sqlite_files._STEPS_A_BYTE", 1)
    counted = f"{_COUNTING} SELECT max(x) FROM (SELECT x FROM c LIMIT 100000)"
    with pytest.raises(HostileFile), bounded(notes):
        notes.execute(counted).fetchone()
    with bounded(notes):
        notes.execute("INSERT INTO notes VALUES (?)", ["rain" * 2_000_000])
        notes.commit()
        assert notes.execute(counted).fetchone() == (100_000,)


def test_what_is_raised_while_a_statement_goes_on_comes_out(notes):
    def stop():
        raise KeyboardInterrupt

    notes.budget.report = stop
    with pytest.raises(KeyboardInterrupt), bounded(notes):
        notes.execute(f"{_COUNTING} SELECT max(x) FROM c").fetchone()


def test_the_store_is_opened_by_nothing_else():
    """Every place that opens a SQLite file that somebody else may have made."""
    root = Path(sys.modules["index"].__file__).parents[1]
    own = {"index/filesystem/sqlite_files.py"}
    # What they open, they have just made.
    own |= {f"index/engines/local/storage/{name}.py" for name in ("schema", "restore")}
    opening = {
        path.relative_to(root).as_posix()
        for package in ("index", "qa", "tui")
        for path in (root / package).rglob("*.py")
        if "sqlite3.connect(" in path.read_text(encoding="utf-8")
    }
    assert opening == own
