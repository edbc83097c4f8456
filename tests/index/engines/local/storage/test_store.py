"""The store: what is put in comes out, in transactions, and damage is noticed."""

import sqlite3
import threading
from dataclasses import replace

import pytest

from index import Content, DamagedIndex, IndexInUse, NotAnIndex, QuotebackError, Span
from index.engines.local import open_engine
from index.engines.local.storage.damage import find_damage
from index.engines.local.storage.restore import restore_store
from index.engines.local.storage.rows import (
    copy_document,
    move_document,
    put_document,
    put_failure,
    remove_documents,
    touch_document,
)
from index.engines.local.storage.schema import FILE_NAME, create_store
from index.engines.local.storage.store import FailedFile, PassageWithContext, Store
from index.filesystem.freshness import FileState, Stamp
from index.reports import ignore_progress
from index.text.passages import NewPassage

STATE = FileState(Stamp(5, 7, 9), b"hash")
TEXT = "Rain fell.\r\n\r\nÉmile 🙂 stayed\0in."
NEW_PASSAGES = [
    NewPassage(Span(0, 10)),
    NewPassage(Span(14, len(TEXT)), ("A", "B"), ("one", ""), 2),
]


@pytest.fixture
def store(tmp_path):
    create_store(tmp_path, {"model": "words"})
    opened = open_engine(tmp_path, ignore_progress)
    yield opened
    opened.close()


def put(store, path="/a.txt", text=TEXT, passages=NEW_PASSAGES, state=STATE, title="Title"):
    with store.writing() as connection:
        removed, added = put_document(connection, path, Content(text, title=title), state, passages)
        assert all(0 <= place < len(passages) for place in added.values())
        return removed


def test_a_document_comes_back_as_it_was(store):
    put(store)
    [document] = store.documents()
    assert (document.path, document.title) == ("/a.txt", "Title")
    assert store.text("/a.txt") == TEXT
    assert store.find_documents(ids=[document.id]) == [(document, STATE)]
    assert store.states() == {"/a.txt": STATE}
    found = [passage for passage, _ in store.passages(ids(store)).values()]
    assert [passage.text for passage in found] == [span.span.of(TEXT) for span in NEW_PASSAGES]
    assert [(p.span, p.headings, p.columns, p.page) for p in found] == [
        (p.span, p.headings, p.columns, p.page) for p in NEW_PASSAGES
    ]
    assert store.counts() == (1, 2)


@pytest.mark.parametrize(
    "path", ["/new\nline.txt", "/not utf-8 \udcff.txt", "/東京.txt", "a name, no path"]
)
def test_any_file_name_comes_back(store, path):
    put(store, path)
    assert [document.path for document in store.documents()] == [path]
    assert store.text(path) == TEXT
    assert list(store.states()) == [path]


def test_lone_surrogates_are_replaced_and_offsets_hold(store):
    text = "before \ud800 after the surrogate"
    put(store, text=text, title="T\udfff", passages=[NewPassage(Span(9, 28))])
    [(passage, document)] = store.passages(ids(store)).values()
    assert passage.span.of(store.text("/a.txt")) == passage.text == "after the surrogate"
    assert document.title == "T\ufffd"


def ids(store):
    return store.passage_ids().tolist()


def test_ids_grow_and_are_never_used_again(store):
    put(store)
    first = ids(store)
    assert put(store, text=TEXT.lower()) == first
    second = ids(store)
    with store.writing() as connection:
        assert remove_documents(connection, ["/a.txt"]) == second
    put(store)
    assert max(first) < min(second) < max(second) < min(ids(store))
    assert store.documents()[0].id == 2


def test_what_has_not_changed_of_a_document_keeps_its_ids_wherever_it_stands(store):
    put(store)
    [first, second] = ids(store)
    text = "New. " + TEXT
    new = NewPassage(Span(0, 4))
    moved = [replace(p, span=Span(p.span.start + 5, p.span.end + 5)) for p in NEW_PASSAGES]
    assert put(store, text=text, passages=[new, *moved]) == []
    found = store.passages(ids(store))
    assert [found[number][0].text for number in (first, second)] == [
        p.span.of(TEXT) for p in NEW_PASSAGES
    ]
    assert found[second + 1][0].text == "New."
    for passage, _ in found.values():
        assert passage.span.of(store.text("/a.txt")) == passage.text
    assert put(store, text=text, passages=[new]) == [first, second]
    assert find_damage(store) == []


def test_another_title_or_heading_makes_other_passages(store):
    put(store)
    [first, second] = ids(store)
    assert put(store, title="Other") == [first, second]
    [first, second] = ids(store)
    other = [NEW_PASSAGES[0], replace(NEW_PASSAGES[1], headings=("A", "C"))]
    assert put(store, title="Other", passages=other) == [second]
    assert first in ids(store)


def test_passages_that_are_the_same_are_kept_one_for_one(store):
    same = [NewPassage(Span(0, 4))]
    put(store, passages=same * 3)
    assert put(store, passages=same * 2) == [3]
    assert put(store, passages=same * 3) == []
    assert ids(store) == [1, 2, 4]


def test_a_moved_document_keeps_all_but_its_path(store):
    put(store)
    put(store, "/b.txt", text="What was there.", passages=[NewPassage(Span(0, 4))])
    state = FileState(Stamp(5, 99, 100), b"hash")
    with store.writing() as connection:
        assert move_document(connection, "/a.txt", "/b.txt", state) == [3]
    assert store.states() == {"/b.txt": state}
    assert store.text("/b.txt") == TEXT
    assert ids(store) == [1, 2]
    assert find_damage(store) == []


def test_a_copied_document_has_passages_of_its_own(store):
    put(store)
    with store.writing() as connection:
        assert copy_document(connection, "/a.txt", "/b.txt", STATE) == ([], {3: 1, 4: 2})
    assert store.text("/b.txt") == TEXT
    found = store.passages(ids(store))
    assert {passage.id: document.path for passage, document in found.values()} == {
        1: "/a.txt", 2: "/a.txt", 3: "/b.txt", 4: "/b.txt",
    }  # fmt: skip
    assert [(p.span, p.headings, p.columns, p.page) for p, _ in found.values()] == [
        (p.span, p.headings, p.columns, p.page) for p in NEW_PASSAGES * 2
    ]
    same = store.find_documents(content=b"hash")
    assert [document.path for document, _ in same] == ["/a.txt", "/b.txt"]
    assert find_damage(store) == []


def test_texts_without_files_are_copies_of_nothing(store):
    put(store, "one", state=None)
    assert store.find_documents(content=b"") == []


@pytest.mark.parametrize("path", ["/n", "/n/a", "/n/a b", "/n/\udcff"])
def test_documents_are_found_by_place(store, path):
    for name in (path, "/", "/n0", "/n-", "/na"):
        put(store, name)
    assert list(store.states("/n")) == [path]
    assert [document.path for document in store.documents("/n")] == [path]
    assert len(store.states("/")) == 5


def test_every_transaction_is_counted(store):
    before = store.commits
    put(store)
    store.set_setting("archives", "yes")
    assert store.commits == before + 2


def test_removal_leaves_nothing(store):
    put(store)
    with store.writing() as connection:
        remove_documents(connection, ["/a.txt", "/never there"])
    assert store.counts() == (0, 0)
    assert store.text("/a.txt") is None
    with store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM texts").fetchone() == (0,)


def test_a_transaction_is_whole_or_nothing(store):
    put(store)

    def change_and_fail():
        with store.writing() as connection:
            remove_documents(connection, ["/a.txt"])
            put_document(connection, "/b.txt", Content("b"), None, [])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert [document.path for document in store.documents()] == ["/a.txt"]


def test_failures_are_noted_until_the_file_is_fine(store):
    put(store)
    with store.writing() as connection:
        put_failure(connection, "/a.txt", "not text \ud800", Stamp(5, 7, 9))
        put_failure(connection, "/b.txt", "Permission denied", None)
    assert store.failures() == {
        "/a.txt": FailedFile("not text \ufffd", Stamp(5, 7, 9)),
        "/b.txt": FailedFile("Permission denied", None),
    }
    assert list(store.failures("/b.txt")) == ["/b.txt"]
    assert store.documents() == []
    put(store)
    put(store, "/b.txt")
    assert store.failures() == {}


def test_touching_changes_the_time_alone(store):
    put(store)
    before = ids(store)
    with store.writing() as connection:
        assert touch_document(connection, "/a.txt", FileState(Stamp(5, 99, 100), b"hash")) == []
    assert store.states() == {"/a.txt": FileState(Stamp(5, 99, 100), b"hash")}
    assert ids(store) == before
    assert find_damage(store) == []


def test_what_derived_parts_take_comes_in_order_of_ids(store):
    put(store)
    put(store, "/b.txt")
    assert [passage.id for passage in store.passages_after(1, 2)] == [2, 3]
    second = store.passages_after(1, 1)[0]
    assert (second.title, second.headings, second.columns) == (
        "Title",
        ("A", "B"),
        ("one", ""),
    )


def test_more_ids_than_sqlite_takes_at_once(store):
    put(store, passages=[NewPassage(Span(0, 4))] * 1200)
    assert len(store.passages(ids(store))) == 1200


def test_short_lived_threads_leave_no_connections_behind(store):
    put(store)
    for _ in range(20):
        thread = threading.Thread(target=store.documents)
        thread.start()
        thread.join()
    assert len(store._idle) == 1


def test_closing_waits_for_nobody_and_closes_everything(store, tmp_path):
    put(store)
    with store.reading() as connection:
        store.close()
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
    assert not (tmp_path / f"{FILE_NAME}-wal").exists()


@pytest.mark.parametrize(
    ("title", "headings", "columns", "above"),
    [
        (None, (), (), ""),
        ("Rain", (), (), "Rain"),
        (None, ("Snow", "Ice"), (), "Snow › Ice"),
        ("Rain", ("Snow",), (), "Rain › Snow"),
        ("Rain", ("Rain", "Snow"), (), "Rain › Snow"),
        ("Rain", ("Rainbows",), (), "Rain › Rainbows"),
        ("Rain", ("Snow",), ("Year", "", "Depth"), "Rain › Snow › Year | Depth"),
    ],
)
def test_title_headings_and_columns_stand_above_a_passage_each_once(
    title, headings, columns, above
):
    assert PassageWithContext(1, "text", title, headings, columns).above == above


def test_a_folder_without_a_store_is_no_index(tmp_path):
    with pytest.raises(NotAnIndex, match="quoteback index"):
        Store(tmp_path)


@pytest.mark.parametrize("data", [b"", b"not a database " * 100, b"SQLite format 3\0" + bytes(200)])
def test_what_is_no_database_is_damaged(tmp_path, data):
    (tmp_path / FILE_NAME).write_bytes(data)
    with pytest.raises(DamagedIndex, match="remove the folder"):
        Store(tmp_path).find_documents()


def test_a_lock_is_not_taken_for_damage(store, tmp_path):
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with store.reading() as connection:
        connection.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(IndexInUse):
        store.set_setting("a", "b")
    other.close()


def test_a_full_disk_is_not_taken_for_damage(store):
    with store.reading() as connection:
        connection.execute("PRAGMA max_page_count = 15")
    with pytest.raises(QuotebackError, match="full") as error:
        put(store, text=str([hash(str(number)) for number in range(20_000)]))
    assert not isinstance(error.value, DamagedIndex)
    assert store.counts() == (0, 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE passages SET start = start + 1 WHERE id = 1",
        "UPDATE passages SET text = 'Sun fell.' WHERE id = 1",
        "UPDATE passages SET headings = '[\"X\"]' WHERE id = 1",
        "UPDATE passages SET document_id = 2 WHERE id = 1",
        "UPDATE passages SET id = 77 WHERE id = 1",
        "UPDATE documents SET path = x'2f62' WHERE id = 1",
        "UPDATE documents SET title = NULL WHERE id = 1",
        "UPDATE texts SET body = x'00' WHERE document_id = 1",
        "DELETE FROM texts WHERE document_id = 1",
        "UPDATE texts SET body = (SELECT body FROM texts WHERE document_id = 2) "
        "WHERE document_id = 1",
    ],
)
def test_a_row_that_has_changed_is_noticed_when_read_and_what_is_sound_is_kept(
    store, change, words
):
    put(store)
    put(store, "/other.txt", text=TEXT.upper())
    with store.reading() as connection:
        connection.execute(change)

    def read_everything():
        for document in store.documents():
            store.text(document.path)
        store.passages([1, 77])

    with pytest.raises(DamagedIndex, match="--repair"):
        read_everything()
    assert find_damage(store)
    store.close()
    restore_store(store.path.parent, lambda _: words, "words", ignore_progress)
    store.reopen()
    assert find_damage(store) == []
    known = {"/a.txt": TEXT, "/other.txt": TEXT.upper()}
    kept = {document.path: store.text(document.path) for document in store.documents()}
    assert kept
    assert kept.items() <= known.items()
    # What is not as it was is to be read again.
    sound = [state for state in store.states().values() if state.loader_version is not None]
    assert len(sound) < len(known)
