"""What is the Milvus engine's own: commits without transactions, limits, addresses, errors."""

import fcntl
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import (
    BadLocation,
    CannotRead,
    CannotWrite,
    DamagedIndex,
    Filter,
    Index,
    IndexInUse,
    IndexMoved,
    NotAnIndex,
    OtherFormat,
    QuotebackError,
    Retriever,
)
from index.copying import copy_index
from index.engines.changes import Copy, Move, Remove
from index.filesystem.freshness import FileState, Stamp
from index.locations import read_location
from index.reports import ignore_progress
from tests.support import engine_changes
from tests.support.encoders import WordEncoder
from tests.support.engine_changes import commit

pytest.importorskip("pymilvus", reason="needs the extra `milvus`")
pytest.importorskip("milvus_lite", reason="needs the extra `milvus`")

from index.engines.milvus import connection, search, writer
from index.engines.milvus.address import Address, read_address
from index.engines.milvus.connection import Connection, is_among
from index.engines.milvus.records import list_following, number_of_time, take_numbers
from index.engines.milvus.schema import FORMAT, LONGEST, PASSAGES, RECORDS, TEXTS
from index.engines.milvus.search import Selection, make_selection
from index.engines.milvus.words import add_counts, count_words

STATE = FileState(Stamp(7, 10**18, 10**18 + 1), b"h" * 16)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(tmp_path):
    return f"milvus+file://{tmp_path / 'an.db'}"


@pytest.fixture
def index(place):
    with Index.open(place, create=True, encoder=WordEncoder()) as opened:
        yield opened


@pytest.fixture
def server(tmp_path):
    """A server that can be stopped and started, and the address of an index in it."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    class Server:
        def __init__(self):
            self.port = 0
            self.start()

        def start(self):
            found = start_server_in_thread(str(tmp_path / "served"), port=self.port)
            self.running, self.database, self.port = found

        def stop(self):
            self.running.stop(grace=0).wait()
            self.database.close()

        @property
        def url(self):
            return f"milvus://127.0.0.1:{self.port}/an_index"

    started = Server()
    yield started
    started.stop()


def make_put(path, text, state=STATE, title=None):
    return engine_changes.make_put(path, text, state, title)


def find_texts(index, question, mode="hybrid"):
    return [hit.passage.text for hit in Retriever(index).search(question, 10, mode)]


def find_lines(index, question):
    """All passages that are found by meaning, and by keyword, whether or not their files exist."""
    engine = index.engine
    vectors = engine.open_vectors(WordEncoder.fingerprint)
    [asked] = WordEncoder().encode_questions([question])
    by_meaning = [number for number, score in vectors.search(asked, 50) if score > 0.1]
    by_keyword = engine.search_keywords(question, 50)
    return tuple(
        {passage.text for passage, _ in engine.passages(list(found)).values()}
        for found in (by_meaning, by_keyword)
    )


# Addresses


def test_an_address_names_a_server_and_an_index(monkeypatch):
    monkeypatch.setenv("MILVUS_TOKEN", "s3cret")
    plain = read_address(read_location("milvus://db.example.org/notes"))
    assert (plain.uri, plain.name, plain.token, plain.consistency) == (
        "http://db.example.org:19530", "notes", "s3cret", "Strong",
    )  # fmt: skip
    full = read_address(
        read_location("milvus://ann:pa%40ss@[::1]:1234/N_1?db=team&tls=yes&consistency=bounded")
    )
    assert full == Address(full.shown, "https://[::1]:1234", "N_1", "ann:pa@ss", "team", "Bounded")
    for shown in (repr(plain), repr(full), plain.shown, full.shown):
        assert "s3cret" not in shown
        assert "pa@ss" not in shown
        assert "pa%40ss" not in shown


@pytest.mark.parametrize(
    "url",
    [
        "milvus://host",
        "milvus://host/",
        "milvus://host/a-b",
        "milvus://host/1a",
        "milvus://host/a/b",
        "milvus://host:99999/a",
        "milvus://host:x/a",
        "milvus://host/a?consistency=always",
        "milvus://host/a?other=1",
        "milvus:///a",
        'milvus://host/a"or"1',
        "milvus+file:///tmp/notes",
    ],
)
def test_what_is_no_address_is_told_in_one_line(url):
    with pytest.raises(BadLocation) as error:
        Index.open(url, encoder=WordEncoder())
    assert "\n" not in str(error.value)


# What goes wrong


def test_a_server_that_is_not_there_is_told_soon_and_without_the_token(monkeypatch):
    monkeypatch.setenv("MILVUS_TOKEN", "ann:s3cret")
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 1.0)
    began = time.monotonic()
    with pytest.raises(CannotRead, match="cannot be reached") as error:
        Index.open("milvus://127.0.0.1:9/notes", create=True, encoder=WordEncoder())
    assert time.monotonic() - began < 30
    assert "s3cret" not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("said", "kind", "hint"),
    [
        ("IOError: [Errno 28] No space left on device", CannotWrite, "no space left"),
        ("Open local milvus failed", CannotRead, "its disk is full, or it is damaged"),
        ("auth check failure, please check username", CannotRead, "MILVUS_TOKEN"),
        ("can't find collection[collection=a_records]", IndexMoved, "quoteback index"),
        ("database not found[database=team]", CannotRead, "db="),
        ("something odd\nin two lines with ann:s3cret", CannotRead, "something odd in two lines"),
        ("Fail connecting to server on h:1", CannotRead, "host and port"),
    ],
)
def test_what_milvus_reports_becomes_one_line(said, kind, hint):
    address = Address("milvus://h:1/a", "http://h:1", "a", "ann:s3cret")
    with pytest.raises(QuotebackError) as error, Connection(address).translate_errors():
        raise RuntimeError(said)
    assert isinstance(error.value, kind)
    assert hint in str(error.value)
    assert "\n" not in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_file_that_does_not_answer_is_no_matter_of_host_and_port():
    address = Address("milvus+file:///a.db", "/a.db", "a", is_file=True)
    reached = Connection(address).translate_errors()
    with pytest.raises(CannotRead, match="try again when") as error, reached:
        raise RuntimeError("Deadline Exceeded")
    assert "host" not in str(error.value)


@pytest.mark.parametrize(
    ("version", "is_old"), [("2.3.5", True), ("v2.3-rc", True), ("v2.4.0", False), ("3.0", False)]
)
def test_an_older_server_is_told_before_anything_is_made(server, monkeypatch, version, is_old):
    from pymilvus import MilvusClient

    monkeypatch.setattr(MilvusClient, "get_server_version", lambda *_, **__: version)
    if not is_old:
        Index.open(server.url, create=True, encoder=WordEncoder()).close()
        return
    with pytest.raises(CannotWrite, match=r"a server of Milvus 2\.3.*: 2\.4 or newer is needed$"):
        Index.open(server.url, create=True, encoder=WordEncoder())
    with pytest.raises(NotAnIndex):
        Index.open(server.url, encoder=WordEncoder())


def test_a_file_that_another_process_has_open_is_not_waited_for(index, place, tmp_path):
    index.close()
    with (tmp_path / "an.db" / "LOCK").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IndexInUse, match="in use by another process"):
            Index.open(place, encoder=WordEncoder())
    Index.open(place, encoder=WordEncoder()).close()


def test_a_file_that_another_process_opens_at_the_same_moment_is_in_use(
    index, place, tmp_path, monkeypatch
):
    index.close()
    check, early = connection.check_unused, iter([lambda *_: None])
    monkeypatch.setattr(connection, "check_unused", lambda *given: next(early, check)(*given))
    with (tmp_path / "an.db" / "LOCK").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IndexInUse, match="in use by another process"):
            Index.open(place, encoder=WordEncoder())
    Index.open(place, encoder=WordEncoder()).close()


def test_nothing_of_anyone_else_is_taken_for_an_index(tmp_path):
    (tmp_path / "file.db").write_text("mine")
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "folder.db" / "letter").write_text("mine")
    for name in ("file.db", "folder.db"):
        with pytest.raises(NotAnIndex):
            Index.open(f"milvus+file://{tmp_path / name}", create=True, encoder=WordEncoder())
    other = Connection(Address("x", str(tmp_path / "other.db"), is_file=True))
    other.create(TEXTS)
    other.client.rename_collection(other.name(TEXTS), other.name(RECORDS))
    with pytest.raises(NotAnIndex, match="belongs to something else"):
        Index.open(f"milvus+file://{tmp_path / 'other.db'}", create=True, encoder=WordEncoder())
    other.close()


def test_another_format_is_refused(index, place):
    index.engine.set_setting("format", "99")
    with pytest.raises(
        OtherFormat, match=f"index format 99, this version of Quoteback has {FORMAT}: up"
    ):
        Index.open(place, encoder=WordEncoder())


def test_an_index_that_was_removed_is_noticed(index):
    held = index.engine.connection
    for name in (TEXTS, RECORDS):
        held.client.drop_collection(held.name(name))
    with pytest.raises(IndexMoved):
        index.documents()
    with pytest.raises(IndexMoved):
        commit(index, make_put("a", "some text"))


# A server


def test_a_server_is_used_as_a_file_is_and_one_that_stops_is_told(server, monkeypatch):
    monkeypatch.setattr(connection, "CALL_SECONDS", 2.0)
    with (
        Index.open(server.url, create=True, encoder=WordEncoder()) as one,
        Index.open(f"{server.url}?consistency=bounded", encoder=WordEncoder()) as other,
    ):
        one.add_texts([("a", "A heron stood in the river for all of the morning.")])
        assert find_texts(one, "heron") == find_texts(other, "heron") != []
        assert one.verify() == []
        server.stop()
        for act in (lambda: find_texts(one, "heron"), lambda: one.add_texts([("b", "Some.")])):
            with pytest.raises(CannotRead, match="cannot be reached") as error:
                act()
            assert "\n" not in str(error.value)
        server.start()
        assert find_texts(one, "heron") != []
        one.add_texts([("b", "Some more words, enough of them to be a passage.")])
        assert one.counts[0] == other.counts[0] == 2


def test_readers_ask_for_the_level_of_the_address(server, monkeypatch):
    asked = []
    call = Connection._call

    def record(self, name, *given, **options):
        asked.append(options.get("consistency_level"))
        return call(self, name, *given, **options)

    with Index.open(server.url, create=True, encoder=WordEncoder()) as one:
        one.add_texts([("a", "A heron stood in the river for all of the morning.")])
        monkeypatch.setattr(Connection, "_call", record)
        find_texts(one, "heron")
    assert "Strong" in asked
    asked.clear()
    with Index.open(f"{server.url}?consistency=bounded", encoder=WordEncoder()) as other:
        find_texts(other, "heron")
    assert "Bounded" in asked
    assert "Strong" not in asked


def test_writers_of_the_same_documents_in_a_server_leave_each_once(server):
    texts = [(f"{number}", f"A text of number {number}, of some words.") for number in range(20)]
    with (
        Index.open(server.url, create=True, encoder=WordEncoder()) as one,
        Index.open(f"{server.url}?consistency=strong", encoder=WordEncoder()) as other,
    ):
        writers = [threading.Thread(target=each.add_texts, args=(texts,)) for each in (one, other)]
        for each in writers:
            each.start()
        for each in writers:
            each.join(timeout=60)
        assert one.counts == (20, 20)
        assert one.verify() == []
        with one.engine.open_writer(one.embedding_model, ignore_progress):
            other.add_texts([("more", "A text of some more words.")])
        assert one.counts[0] == 21


# Commits


class Stop(BaseException):
    pass


def test_a_writer_that_stops_at_any_step_leaves_all_or_nothing(index, place, monkeypatch):
    """Stopped before each of its calls in turn; the next writer removes what is left."""
    commit(index, make_put("a", "old text\nof a"), make_put("b", "old text of b"))
    old = {"a": "old text\nof a", "b": "old text of b"}
    new = {"a": "new text\nof a\nindeed", "c": "old text of b"}
    call, steps = Connection._call, 0
    outcomes = set()
    while True:
        left = [steps]

        def stop(self, name, *given, left=left, **options):
            if name in ("insert", "upsert", "delete"):
                if not left[0]:
                    raise Stop
                left[0] -= 1
            return call(self, name, *given, **options)

        with index.engine.open_writer(index.embedding_model, ignore_progress) as opened:
            monkeypatch.setattr(Connection, "_call", stop)
            try:
                opened.commit([make_put("a", new["a"]), Move("b", "c", STATE)])
                finished = True
            except Stop:
                finished = False
            monkeypatch.setattr(Connection, "_call", call)
        with Index.open(place, encoder=WordEncoder()) as other:
            texts = {each.path: other.text(each.path) for each in other.documents()}
            assert texts in (old, new)
            outcomes.add(texts == new)
            lines = {line for text in texts.values() for line in text.split("\n")}
            assert find_lines(other, "old new text of a indeed") == (lines, lines)
        # The next writer puts all as it was, and nothing is left of what was begun.
        commit(index, Remove("c"), make_put("a", old["a"]), make_put("b", old["b"]))
        assert index.verify() == []
        assert count_rows(index) == (3, 2)
        if finished:
            break
        steps += 1
    assert steps >= 5
    assert outcomes == {True, False}


def count_rows(index):
    """Rows of passages, and of texts of documents."""
    opened = index.engine.connection
    alive = [document.id for document in index.documents()]
    counts = {row["owner"] for row in opened.find(TEXTS, "", ["owner"])}
    words = len(index.engine._catalog.word_counts())
    assert len(counts) == len(alive) + words
    return len(opened.find(PASSAGES, "id > 0", ["id"])), len(alive)


KILLED = """
import os, signal, sys
from index import Index
from index.engines.milvus.connection import Connection
from tests.support import engine_changes
from tests.support.engine_changes import commit
from tests.support.encoders import WordEncoder

place, last = sys.argv[1], int(sys.argv[2])
index = Index.open(place, create=True, encoder=WordEncoder())
index.add_texts([("kept", "A heron stood in the river for all of the morning.")])
print("kept", flush=True)
call, left = Connection._call, [last]

def die(self, name, *given, **options):
    if name in ("insert", "upsert", "delete"):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    return call(self, name, *given, **options)

Connection._call = die
index.add_texts([("kept", "An otter swam in the river for all of the morning."), ("new", "A kite.")])
"""


@pytest.mark.e2e
@pytest.mark.parametrize("step", [4, 5])
def test_a_process_that_is_killed_in_the_middle_of_a_commit(place, step):
    """Killed before its one upsert, and right after it."""
    child = subprocess.run(
        [sys.executable, "-c", KILLED, place, str(step)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (child.returncode, child.stdout) == (-signal.SIGKILL, "kept\n"), child.stderr
    with Index.open(place, encoder=WordEncoder()) as index:
        paths = {document.path for document in index.documents()}
        assert paths == ({"kept"} if step == 4 else {"kept", "new"})
        [found] = find_texts(index, "morning river", "bm25")
        assert ("heron" in found) == (step == 4)
        assert found == index.text("kept")
        assert any("cut short" in problem for problem in index.verify())
        index.add_texts([("more", "A newt.")])
        assert index.verify() == []
        count_rows(index)


def test_a_document_that_was_changed_meanwhile_is_read_again(index):
    """Another machine may have removed what is to be moved or copied."""
    commit(index, Move("/gone", "/a", STATE), Copy("/gone", "/b", STATE))
    assert {path: failed.stamp for path, failed in index.engine.failures().items()} == {
        "/a": None,
        "/b": None,
    }


def test_documents_without_passages_come_and_go(index):
    commit(index, make_put("/a", ""), make_put("/b", ""))
    commit(index, make_put("/a", " "), Copy("/b", "/c", STATE), Move("/b", "/d", STATE))
    assert {each.path: index.text(each.path) for each in index.documents()} == {
        "/a": " ",
        "/c": "",
        "/d": "",
    }
    assert (index.is_empty, index.verify(), find_texts(index, "a")) == (True, [], [])
    commit(index, Remove("/a"), Remove("/c"), Remove("/d"))
    assert index.counts == (0, 0)


# Reading documents


@pytest.fixture
def asked(monkeypatch):
    """The calls that read rows, each as its collection, its condition and its number of keys."""
    calls, call = [], Connection._call

    def record(self, name, collection, *given, **options):
        if name in ("query", "query_iterator"):
            calls.append((collection, options.get("filter"), len(options.get("ids", ()))))
        return call(self, name, collection, *given, **options)

    monkeypatch.setattr(Connection, "_call", record)
    return calls


def add_documents(address, count):
    texts = ((f"{number}", f"A heron of {number}.\n\nA newt.") for number in range(count))
    with Index.open(address, create=True, encoder=WordEncoder()) as index:
        index.add_texts(texts)


@pytest.mark.parametrize("task", ["copy", "verify"])
def test_ten_times_as_many_documents_take_no_more_questions(task, tmp_path, asked):
    counts = []
    for count in (12, 120):
        address = f"milvus+file://{tmp_path / f'{count}.db'}"
        add_documents(address, count)
        asked.clear()
        if task == "copy":
            copied = copy_index(read_location(address), tmp_path / f"copy of {count}")
            assert (copied.documents, copied.passages) == (count, count)
        else:
            with Index.open(address, encoder=WordEncoder()) as index:
                assert index.verify() == []
        counts.append(len(asked))
    assert counts[0] == counts[1] < 30


def test_passages_and_texts_are_only_read_by_their_keys(index, asked):
    """For any other condition, Milvus Lite looks at all rows."""
    commit(index, make_put("/a", "one\ntwo"), make_put("/b", "three"), make_put("/c", ""))
    commit(index, Copy("/a", "/d", STATE), Move("/b", "/e", STATE), make_put("/a", "four"))
    assert [passage.text for passage in index.passages("/d")] == ["one", "two"]
    stored = list(index.engine.read_documents(index.documents()))
    assert [[passage.text for passage in each.passages] for each in stored] == [
        ["four"], [], ["one", "two"], ["three"],
    ]  # fmt: skip
    assert index.verify() == []
    read = [(condition, keys) for name, condition, keys in asked if name in (PASSAGES, TEXTS)]
    assert read
    assert all(condition is None and keys for condition, keys in read)


def test_documents_are_read_some_rows_at_a_time(index, asked, monkeypatch):
    monkeypatch.setattr(connection, "_MOST_LONG_ROWS", 3)
    lines = {f"/{number}": [f"line {line}" for line in range(number)] for number in range(9)}
    commit(index, *(make_put(path, "\n".join(of_it)) for path, of_it in lines.items()))
    asked.clear()
    stored = {
        each.document.path: [passage.text for passage in each.passages]
        for each in index.engine.read_documents(index.documents())
    }
    assert stored == lines
    assert max(keys for name, _, keys in asked if name in (PASSAGES, TEXTS)) == 3


def test_a_copy_that_would_lack_a_passage_is_refused(index, place, tmp_path):
    index.add_texts([("a", "A heron.\n\nA newt."), ("b", "A kite.")])
    [passage] = index.passages("b")
    index.engine.connection.delete(PASSAGES, "id", [passage.id])
    with pytest.raises(DamagedIndex, match="2 of 2 documents and 1 of 2 passages"):
        copy_index(read_location(place), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


# What is long, and what is hostile


def test_long_texts_names_and_passages_come_back(index):
    long = "😀" * 70_000
    text = f"{long}\nshort\n{'word ' * 30_000}end"
    assert len(long.encode()) > LONGEST
    assert commit(index, make_put("/a", text, title="t" * 300), Copy("/a", "/b", STATE)) == []
    for path in ("/a", "/b"):
        assert index.text(path) == text
        passages = index.passages(path)
        assert [each.text for each in passages] == text.split("\n")
        assert [each.span.of(text) for each in passages] == text.split("\n")
    assert index.verify() == []
    index.write_note("long", text)
    index.write_note("long", text[1:])
    assert index.read_note("long") == text[1:]
    commit(index, Remove("/a"))
    assert index.text("/b") == text
    [failure] = commit(index, make_put("/" + "\udcff" * 30_000, "some text"))
    assert "cannot be stored" in failure.reason
    assert [document.path for document in index.documents()] == ["/b"]


@given(st.text(max_size=30))
def test_only_numbers_and_hashes_come_near_a_condition(value):
    try:
        condition = is_among("key", [value])
    except ValueError:
        return
    assert re.fullmatch(r'key in \["[0-9A-Za-z.]*"\]', condition)


def test_hostile_names_come_near_no_condition(index, monkeypatch):
    asked = []
    call = Connection._call

    def record(self, name, *given, **options):
        asked.append(options.get("filter") or "")
        return call(self, name, *given, **options)

    monkeypatch.setattr(Connection, "_call", record)
    hostile = '"] or key != "\\" /*; DROP'
    index.add_texts([(hostile, f"{hostile} A heron stood in the river for the morning.")])
    index.write_note(hostile, hostile)
    Retriever(index).search(hostile, filter=Filter(types=hostile))
    Retriever(index).search("heron", filter=Filter(paths="*"))
    index.add_texts((f"{number}", f"Heron {number} stood in the river.") for number in range(9))
    Retriever(index).search("heron", filter=Filter(paths="[0-9]"))
    assert any("document >= " in each for each in asked)
    assert index.text(hostile)
    index.remove(hostile)
    assert any(asked)
    allowed = r'(kind == "document" and )?(passages > 0|\w+ in \[[0-9a-z., "]*\])?'
    allowed += r"|\(document >= \d+ and document <= \d+\)"
    assert [each for each in asked if not re.fullmatch(allowed, each)] == []


# Filters


def test_documents_that_follow_each_other_are_one_comparison():
    known = range(5, 100_000, 10)
    selected = make_selection([*known[20:9_000], known[9_500]], known)
    [condition] = selected.conditions
    run = f"document >= {known[20]} and document <= {known[8_999]}"
    assert condition == f"({run}) or document in [{known[9_500]}]"
    assert selected.holds([known[20], known[8_999], known[9_000], known[9_500], 7]) == [
        *(True, True, False, True, False)
    ]
    assert make_selection([], known).conditions == ()


@given(st.lists(st.integers(1, 12), max_size=30), st.integers(1, 4), st.integers(1, 9))
def test_each_chosen_document_fulfils_one_condition_and_no_other_does(lengths, runs, most):
    known = [3 * number for number in range(sum(lengths))]
    is_chosen = [part % 2 == 0 for part, length in enumerate(lengths) for _ in range(length)]
    chosen = [number for number, taken in zip(known, is_chosen, strict=True) if taken]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_MOST_RUNS", runs)
        patch.setattr(search, "_MOST_DOCUMENTS", most)
        patch.setattr(search, "_SHORTEST_RUN", 2)
        conditions = make_selection(chosen[::-1], known[::-1]).conditions
    for number, taken in zip(known, is_chosen, strict=True):
        fulfilled = [eval(condition, {"document": number}) for condition in conditions]
        assert fulfilled.count(True) == taken
    # Never more searches than a list of all would take.
    assert len(conditions) <= -(-len(chosen) // most)


def test_what_was_committed_since_is_not_found_under_a_filter(index, paragraphs):
    index.add_texts([("chosen", paragraphs("a heron"))])
    [chosen] = index.documents()
    index.add_texts((f"new {number}", paragraphs("heron heron heron")) for number in range(9))
    among = Selection(np.asarray([chosen.id]), ("document > 0",))
    vectors = index.engine.open_vectors(WordEncoder.fingerprint)
    [asked] = WordEncoder().encode_questions(["heron"])
    wanted = [passage.id for passage in index.passages("chosen")]
    assert [number for number, _ in vectors.search(asked, 1, among)] == wanted
    assert [*index.engine.search_keywords("heron", 1, among)] == wanted


# Words and numbers


def test_counts_of_words_are_those_of_all_passages_however_they_came(index, monkeypatch):
    monkeypatch.setattr(writer, "_MOST_PARTS", 3)
    for number in range(8):
        commit(index, make_put(f"/{number}", f"word{number % 3} and others\nword{number}"))
    commit(index, Remove("/3"), Copy("/1", "/9", STATE))
    commit(index, make_put("/5", "something else"))
    parts = index.engine._catalog.word_counts()
    assert len(parts) <= 4
    total = add_counts(list(parts.values()))
    texts = [each.text for path in index.documents() for each in index.passages(path.path)]
    assert total.passages == len(texts)
    for word in ("word1", "word2", "others", "something", "never"):
        [dimension] = count_words("", word)
        assert total.count([dimension]).tolist() == [sum(word in text.split() for text in texts)]
    assert index.verify() == []


def test_keyword_scores_are_those_of_the_local_engine(index, tmp_path):
    texts = [(f"/{n}", f"heron {'river ' * (n % 4)}{'stone ' * n}fish{n % 5}") for n in range(60)]
    commit(index, *(make_put(path, text, None) for path, text in texts))
    with Index.open(tmp_path / "local", create=True, encoder=WordEncoder()) as local:
        commit(local, *(make_put(path, text, None) for path, text in texts))
        for question in ("river", "heron stones", "fish3 river", "nothing of it"):
            ours, theirs = (
                {
                    each.engine.passages([number])[number][1].path: score
                    for number, score in each.engine.search_keywords(question, 100).items()
                }
                for each in (index, local)
            )
            assert ours.keys() == theirs.keys()
            assert [ours[path] for path in theirs] == pytest.approx([*theirs.values()], rel=0.05)


def test_numbers_grow_and_are_drawn_once():
    drawn = []

    def draw():
        for _ in range(50):
            numbers = take_numbers(20)
            assert numbers == sorted(numbers)
            drawn.append(numbers)

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    flat = [number for numbers in drawn for number in numbers]
    assert len(set(flat)) == len(flat) == 4_000
    ahead = max(flat) + 2**40
    assert take_numbers(1, after=ahead)[0] > ahead
    assert max(flat) < np.iinfo(np.int64).max
    assert number_of_time(3_600) < number_of_time(0) <= take_numbers(1)[0]
    first, *others = take_numbers(20)
    assert list(list_following(first, 19)) == others


SERVED = """
import sys
from milvus_lite.adapter.grpc.server import run_server
run_server(sys.argv[1], "127.0.0.1", int(sys.argv[2]))
"""


@pytest.mark.e2e
def test_a_server_that_is_killed_loses_nothing_that_was_acknowledged(tmp_path, monkeypatch):
    """Killed while a writer commits; what it was writing is there as a whole or not at all."""
    monkeypatch.setattr(connection, "CALL_SECONDS", 3.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def serve():
        command = [sys.executable, "-c", SERVED, str(tmp_path / "served"), str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return process
            time.sleep(0.1)
        raise AssertionError("no server")

    running = serve()
    acknowledged = []
    try:
        with Index.open(
            f"milvus://127.0.0.1:{port}/it", create=True, encoder=WordEncoder()
        ) as index:
            with pytest.raises(QuotebackError) as error:
                for number in range(1_000):
                    names = [f"{number}.{part}" for part in range(10)]
                    if number == 3:
                        threading.Timer(0.15, running.kill).start()
                    commit(index, *(make_put(name, f"text\nof {name}", None) for name in names))
                    acknowledged.append(names)
            assert "\n" not in str(error.value)
            assert len(acknowledged) >= 3
            running.wait(timeout=30)
            running = serve()
            there = {document.path for document in index.documents()}
            begun = {f"{len(acknowledged)}.{part}" for part in range(10)}
            known = {name for names in acknowledged for name in names}
            assert there in (known, known | begun)
            assert all(index.text(name) == f"text\nof {name}" for name in there)
            assert index.verify() == []
            commit(index, make_put("later", "some text", None))
            assert index.counts[0] == len(there) + 1
    finally:
        running.kill()
        running.wait(timeout=30)
