"""What is PostgreSQL's own: a server that is killed, roles, addresses, what is told of errors."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from itertools import accumulate, pairwise
from uuid import uuid4

import pytest

pytest.importorskip("psycopg")
pytest.importorskip("pgvector")

from psycopg import errors

from index import (
    BadLocation,
    CannotRead,
    Content,
    Index,
    IndexMoved,
    NotAnIndex,
    OtherFormat,
    QuotebackError,
    Retriever,
    Shard,
    Span,
)
from index.engines.changes import ChangeGiven, Move, Put, Remove
from index.engines.postgres import connections as connecting
from index.engines.postgres import documents, maintenance, schema
from index.engines.postgres.address import read_address
from index.engines.postgres.keywords import Keywords
from index.locations import read_location
from index.reports import ignore_progress
from index.text.passages import NewPassage
from tests.support.encoders import WordEncoder
from tests.support.postgres_server import PASSWORD, run_server

pytestmark = pytest.mark.e2e


@pytest.fixture
def address(postgres):
    return postgres.address(schema=f"test_{uuid4().hex[:12]}")


@pytest.fixture
def index(address):
    with Index.open(address, create=True, encoder=WordEncoder()) as opened:
        yield opened


@pytest.fixture(scope="module")
def own_server():
    """A server for those who kill it."""
    yield from run_server()


def texts(numbers, paragraphs):
    return [(f"{number:03}", paragraphs(f"number {number} of them")) for number in numbers]


def check_whole(index, acknowledged):
    """What was acknowledged is there, and of everything that is there, all parts are."""
    assert acknowledged <= {document.path for document in index.documents()}
    assert index.verify() == []
    for document in index.documents():
        if document.path not in acknowledged:
            continue
        hits = Retriever(index).search(f"number {int(document.path)} of them", 400, "bm25")
        assert document.path in {hit.document.path for hit in hits}
        [passage] = index.passages(document.path)
        assert passage.span.of(index.text(document.path)) == passage.text


def test_a_killed_server_loses_nothing_and_leaves_nothing_half_done(own_server, paragraphs):
    place = own_server.address(schema="killed")
    acknowledged, failures = set(), []
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        stop = threading.Event()

        def write():
            for number in range(400):
                if stop.is_set():
                    return
                try:
                    index.add_texts(texts([number], paragraphs))
                    acknowledged.add(f"{number:03}")
                except QuotebackError as error:
                    failures.append(str(error))

        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(3):
            before = len(acknowledged)
            while len(acknowledged) < before + 8 and writer.is_alive():
                time.sleep(0.01)
            own_server.kill()
            own_server.start()
        stop.set()
        writer.join(timeout=60)
        assert not writer.is_alive()
        check_whole(index, acknowledged)
        # A writer waits for the server and goes on.
        assert failures == []
        assert len(index.documents()) == len(acknowledged)


@pytest.mark.parametrize("at", range(1, 6))
def test_a_server_killed_in_the_middle_of_a_commit(own_server, paragraphs, monkeypatch, at):
    copy, calls = documents._copy, []

    def copy_or_kill(*arguments):
        calls.append(arguments)
        if len(calls) == at:
            own_server.kill()
            # Nothing is seen of what was not committed.
            own_server.start()
            with Index.open(place, encoder=WordEncoder()) as other:
                assert {document.path for document in other.documents()} == {"001", "002"}
                assert "number 2 of them" in other.text("002")
                assert other.verify() == []
        copy(*arguments)

    place = own_server.address(schema=f"middle{at}")
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add_texts(texts([1, 2], paragraphs))
        monkeypatch.setattr(documents, "_copy", copy_or_kill)
        index.add_texts([*texts(range(3, 9), paragraphs), ("002", paragraphs("another text"))])
        assert len(calls) > at
        assert len(index.documents()) == 8
        assert "another text" in index.text("002")
        check_whole(index, {f"{number:03}" for number in range(1, 9) if number != 2})


def test_a_commit_whose_end_is_not_known_is_made_once(own_server, paragraphs, monkeypatch):
    place = own_server.address(schema="lost")
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add_texts(texts([1], paragraphs))
        before = index.engine.commits
        lose = threading.Event()
        borrow = connecting.Connections.borrow

        @contextmanager
        def lose_the_answer(connections):
            """The server has made the commit, and its answer is lost on the way."""
            with borrow(connections) as connection:
                yield connection
            if lose.is_set():
                lose.clear()
                own_server.kill()
                own_server.start()
                raise connecting.ConnectionLost("lost")

        engine = index.engine
        with engine.open_writer(index.embedding_model, ignore_progress) as writer:
            monkeypatch.setattr(connecting.Connections, "borrow", lose_the_answer)
            lose.set()
            writer.commit([ChangeGiven(removed=["/a"])])
        monkeypatch.undo()
        assert engine.commits == before + 1
        assert engine.given().removed == {"/a"}


def test_those_who_read_go_on_after_a_restart(own_server, paragraphs):
    place = own_server.address(schema="restarted")
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add_texts(texts(range(5), paragraphs))
        retriever = Retriever(index)
        assert retriever.search("number 3")[0].document.path == "003"
        own_server.stop()
        starting = threading.Timer(1, own_server.start)
        starting.start()
        assert retriever.search("number 3")[0].document.path == "003"
        starting.join()
        own_server.stop()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connecting, "RESTART_SECONDS", 0.2)
            with pytest.raises(QuotebackError, match="cannot be reached") as error:
                retriever.search("number 3")
        assert "\n" not in str(error.value)
        own_server.start()
        assert retriever.search("number 3")[0].document.path == "003"


def test_a_reader_needs_only_select(postgres, address, index, paragraphs):
    index.add_texts(texts(range(3), paragraphs))
    name = address.rpartition("=")[2]
    for statement in (
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        f"GRANT USAGE ON SCHEMA {name} TO reader",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO reader",
    ):
        postgres.execute(statement)
    with Index.open(postgres.address(user="reader", schema=name), encoder=WordEncoder()) as reader:
        assert Retriever(reader).search("number 2")[0].document.path == "002"
        assert reader.status().documents == 3
        assert reader.verify() == []
        for write in (
            lambda: reader.add_texts(texts([4], paragraphs)),
            lambda: reader.remove("001"),
            lambda: reader.set_threshold(0.5),
        ):
            with pytest.raises(QuotebackError, match=r"grant") as error:
                write()
            assert "\n" not in str(error.value)
    postgres.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {name} FROM reader")
    with pytest.raises(QuotebackError, match="grant"):
        Index.open(postgres.address(user="reader", schema=name), encoder=WordEncoder())
    postgres.execute(f"REVOKE ALL ON SCHEMA {name} FROM reader")
    with pytest.raises(CannotRead, match="have its owner grant USAGE on the schema"):
        Index.open(postgres.address(user="reader", schema=name), encoder=WordEncoder())
    postgres.execute("DROP ROLE reader")


def test_what_is_wrong_with_an_address_is_told_in_a_line(postgres, monkeypatch):
    monkeypatch.delenv("PGPASSWORD", raising=False)
    good = postgres.network_address()
    wrong = {
        good.replace(str(postgres.port), "1"): "check the host and the port",
        good.replace("127.0.0.1", "nowhere.invalid"): "check the host and the port",
        postgres.network_address(password="wr0ng"): "PGPASSWORD",
        postgres.network_address(password=""): "PGPASSWORD",
        postgres.network_address(database="none"): "createdb",
        postgres.network_address(user="nobody9"): "check the user",
        f"{good}?sslmode=require": "sslmode",
        good.replace(str(postgres.port), "many"): "cannot be read|check the host",
        f"{good}?nonsense=1": "cannot be read",
        f"{good}?schema=pg_catalog": "schema",
        f"{good}?schema=a%00b": "schema",
        f"{good}?schema={'x' * 64}": "schema",
        "postgresql://owner:s3cret@[::1/x": "cannot be read",
    }
    for place, advice in wrong.items():
        with pytest.raises(QuotebackError, match=advice) as error:
            Index.open(place, create=True, encoder=WordEncoder())
        said = str(error.value)
        assert "\n" not in said
        for secret in (PASSWORD, "pa%20ss", "wr0ng", "s3cret"):
            assert secret not in said


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ("REVOKE CONNECT ON DATABASE {name} FROM public", "grant CONNECT$"),
        ("ALTER ROLE {name} CONNECTION LIMIT 0", "try again in a moment$"),
        ("ALTER DATABASE {name} CONNECTION LIMIT 0", "try again in a moment$"),
        ("ALTER ROLE {name} NOLOGIN", "check the user in the address$"),
    ],
)
def test_a_user_who_is_not_let_in_is_told_what_helps(postgres, monkeypatch, change, advice):
    monkeypatch.setattr(connecting, "RESTART_SECONDS", 0.5)
    name = f"test_{uuid4().hex[:12]}"
    postgres.execute(f"CREATE ROLE {name} LOGIN PASSWORD 's3cret'")
    postgres.execute(f"CREATE DATABASE {name}")
    try:
        postgres.execute(change.format(name=name))
        with pytest.raises(QuotebackError, match=advice) as error:
            Index.open(
                postgres.network_address(user=name, password="s3cret", database=name),
                create=True,
                encoder=WordEncoder(),
            )
        assert "\n" not in str(error.value)
        assert "s3cret" not in str(error.value)
    finally:
        postgres.execute(f"DROP DATABASE {name}")
        postgres.execute(f"DROP ROLE {name}")


def test_a_password_comes_from_where_libpq_looks(postgres, monkeypatch, tmp_path):
    place = f"{postgres.network_address(password='')}?schema=test_{uuid4().hex[:8]}"
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    Index.open(place, create=True, encoder=WordEncoder()).close()
    monkeypatch.delenv("PGPASSWORD")
    passfile = tmp_path / "pgpass"
    passfile.write_text(f"127.0.0.1:{postgres.port}:*:owner:{PASSWORD}\n")
    passfile.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passfile))
    with Index.open(place, encoder=WordEncoder()) as index:
        assert PASSWORD not in f"{index!r} {index.location} {read_address(index.location)}"


@pytest.mark.parametrize("place", ["PGSERVICEFILE", "HOME"])
def test_an_address_comes_from_a_service_file(postgres, monkeypatch, tmp_path, place):
    for name in ("PGPASSWORD", "PGHOST", "PGPORT", "PGUSER", "PGSERVICEFILE"):
        monkeypatch.delenv(name, raising=False)
    services = tmp_path / ".pg_service.conf"
    services.write_text(
        f"[team]\nhost=127.0.0.1\nport={postgres.port}\ndbname=postgres\nuser=owner\n"
        f"password={PASSWORD}\n"
    )
    monkeypatch.setenv(place, str(services if place == "PGSERVICEFILE" else tmp_path))
    address = f"postgresql:///?service=team&schema=test_{uuid4().hex[:8]}"
    with Index.open(address, create=True, encoder=WordEncoder()) as index:
        assert index.counts == (0, 0)
        assert PASSWORD not in f"{index!r} {index.location} {read_address(index.location)}"
    with pytest.raises(QuotebackError, match="service") as error:
        Index.open("postgresql:///?service=other", encoder=WordEncoder())
    assert "\n" not in str(error.value)


@pytest.fixture
def certificate(postgres, tmp_path):
    """The server's certificate, which it has signed itself; from now on it takes TLS."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made = [tmp_path / "server.crt", tmp_path / "server.key"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=quoteback", "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", made[0], "-keyout", made[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    owner = (postgres.folder / "data").stat()
    for file in made:
        kept = postgres.folder / "data" / file.name
        shutil.copy(file, kept)
        os.chown(kept, owner.st_uid, owner.st_gid)
        kept.chmod(0o600)
    switch_tls(postgres, on=True)
    yield made[0]
    switch_tls(postgres, on=False)


def switch_tls(postgres, *, on):
    postgres.execute(f"ALTER SYSTEM SET ssl = {'on' if on else 'off'}")
    postgres.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 30
    while postgres.execute("SHOW ssl") != [("on" if on else "off",)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_tls_is_used_and_certificates_are_checked(postgres, certificate, tmp_path, paragraphs):
    name = f"test_{uuid4().hex[:8]}"
    good = f"{postgres.network_address()}?schema={name}"
    checked = f"{good}&sslmode=verify-full&sslrootcert={certificate}"
    with Index.open(checked, create=True, encoder=WordEncoder()) as index:
        index.add_texts(texts([1], paragraphs))
        query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert index.engine._connections.fetch(query) == [(True,)]
    Index.open(f"{good}&sslmode=require", encoder=WordEncoder()).close()
    other = tmp_path / "other.crt"
    other.write_bytes(certificate.read_bytes().replace(b"M", b"N", 1))
    for bad, advice in (
        (f"{good}&sslmode=verify-full&sslrootcert={tmp_path / 'missing.crt'}", "sslrootcert"),
        (f"{good}&sslmode=verify-full&sslrootcert={other}", "sslrootcert"),
        (checked.replace("127.0.0.1", "localhost"), "sslmode"),
    ):
        with pytest.raises(QuotebackError, match=advice) as error:
            Index.open(bad, encoder=WordEncoder())
        assert "\n" not in str(error.value)
        assert PASSWORD not in str(error.value)


def test_an_index_that_is_not_there_says_how_it_is_made(address):
    with pytest.raises(NotAnIndex, match="quoteback index PATH --index 'postgresql://"):
        Index.open(address, encoder=WordEncoder())


def test_other_tables_are_left_alone(postgres, address):
    name = address.rpartition("=")[2]
    postgres.execute(f"CREATE SCHEMA {name}")
    postgres.execute(f"CREATE TABLE {name}.mine (a int)")
    with pytest.raises(NotAnIndex, match="other tables"):
        Index.open(address, create=True, encoder=WordEncoder())
    assert postgres.execute(f"SELECT count(*) FROM {name}.mine") == [(0,)]


def test_a_database_without_the_extension_is_told(postgres):
    postgres.execute("CREATE DATABASE bare")
    postgres.execute("CREATE ROLE plain LOGIN")
    postgres.execute("GRANT ALL ON DATABASE bare TO plain")
    try:
        with pytest.raises(QuotebackError, match="run CREATE EXTENSION vector") as error:
            Index.open(postgres.address("bare", user="plain"), create=True, encoder=WordEncoder())
        assert "\n" not in str(error.value)
        # Its administrator may put it into any schema.
        postgres.execute("CREATE SCHEMA extensions", "bare")
        postgres.execute("CREATE EXTENSION vector SCHEMA extensions", "bare")
        postgres.execute("GRANT USAGE ON SCHEMA extensions TO plain", "bare")
        place = postgres.address("bare", user="plain")
        with Index.open(place, create=True, encoder=WordEncoder()) as index:
            index.add_texts([("a", "The heron stood in the river for all of the morning.")])
            assert Retriever(index).search("heron", mode="dense")
    finally:
        postgres.execute("DROP DATABASE bare WITH (FORCE)")
        postgres.execute("DROP ROLE plain")


def test_an_older_server_or_extension_and_another_format_are_refused(index, address, monkeypatch):
    for name, value in (("_OLDEST_SERVER", 99), ("_OLDEST_EXTENSION", (99, 0))):
        with monkeypatch.context() as patch:
            patch.setattr(schema, name, value)
            with pytest.raises(QuotebackError, match="newer is needed"):
                Index.open(address, encoder=WordEncoder())
    for known, advice in (("99", "update Quoteback"), ("1", "index your documents again")):
        with index.engine._connections.borrow() as connection:
            schema.write_setting(connection, "format", known)
        with pytest.raises(OtherFormat, match=advice):
            Index.open(address, encoder=WordEncoder())


def test_an_index_that_is_replaced_is_noticed(postgres, index, address):
    name = address.rpartition("=")[2]
    postgres.execute(f"DROP SCHEMA {name} CASCADE")
    with pytest.raises(IndexMoved):
        index.engine.check()
    with Index.open(address, create=True, encoder=WordEncoder()), pytest.raises(IndexMoved):
        index.engine.check()


@pytest.mark.parametrize("name", ["; DROP TABLE x --", '"; SELECT 1', "Ünïcode", "a b", "select"])
def test_a_schema_may_have_any_name(postgres, name, paragraphs):
    place = postgres.address(schema=name)
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add_texts(texts(range(2), paragraphs))
        assert Retriever(index).search("number 1")[0].document.path == "001"
    assert postgres.execute(f"SELECT 1 FROM pg_namespace WHERE nspname = $q${name}$q$")


def test_a_commit_that_waits_for_another_writer_can_be_cancelled(index, address):
    place, raised = read_address(read_location(address)), []

    def commit(writer):
        try:
            writer.commit([Remove("000")])
        except QuotebackError as error:
            raised.append(error)

    with (
        index.engine.open_writer(index.embedding_model, ignore_progress) as writer,
        connecting.connect(place) as other,
    ):
        before = index.engine.commits
        with other.transaction():
            schema.lock_index(other, place.schema)
            thread = threading.Thread(target=commit, args=(writer,))
            thread.start()
            waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            deadline = time.monotonic() + 30
            while not other.execute(waiting).fetchall():
                assert time.monotonic() < deadline
                time.sleep(0.02)
            writer.cancel()
            thread.join(30)
        assert len(raised) == 1
        assert index.engine.commits == before
        writer.commit([Remove("000")])
        assert index.engine.commits == before + 1


@pytest.mark.parametrize(
    ("seconds", "times"), [(0, 1), (1, 1), (0, 6)], ids=["waiting", "connecting", "many times"]
)
def test_an_interrupted_run_is_left_soon_and_when_its_commit_has_ended(
    index, address, seconds, times
):
    place = read_address(read_location(address))
    # The version of the model is settled then.
    index.add_texts([("a text", "The first of them.")])
    before = index.engine.commits
    with connecting.connect(place) as other, other.transaction():
        schema.lock_index(other, place.schema)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.interrupted_worker", address, str(seconds)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        with process:
            assert process.stdout.readline() == "begins\n"
            for _ in range(times):
                process.send_signal(signal.SIGINT)
                time.sleep(0.005)
            # Far sooner than the lock is given up; it is held all the while.
            assert process.communicate(timeout=30)[0] == "left with 0 threads\n"
    assert index.engine.commits == before


def test_what_is_removed_or_replaced_leaves_no_row(index, paragraphs):
    index.add_texts(texts(range(3), paragraphs))
    index.add_texts(texts([1], paragraphs))
    with index.engine.open_writer(index.embedding_model, ignore_progress) as writer:
        writer.commit([Move("000", "001", None), Remove("002")])
    for table in ("documents", "texts", "passages", "vectors"):
        assert index.engine._connections.fetch(f"SELECT count(*) FROM {table}") == [(1,)]


def test_what_belongs_to_no_document_is_a_problem(index, paragraphs):
    index.add_texts(texts([1], paragraphs))
    with index.engine._connections.borrow() as connection:
        connection.execute("DELETE FROM documents")
    assert any("belong to no document" in problem for problem in index.verify())


def test_postings_are_merged_without_what_was_removed(index, paragraphs, monkeypatch):
    for number in range(maintenance._MOST_ALIKE + 2):
        index.add_texts(texts([number], paragraphs))
    index.remove(["000", "003"])
    with index.engine._connections.borrow() as connection:
        maintenance._merge(
            connection, [row[0] for row in connection.execute("SELECT id FROM batches")]
        )
        [(batches, passages)] = connection.execute("SELECT count(*), sum(passages) FROM batches")
    assert (batches, passages) == (1, maintenance._MOST_ALIKE)
    assert index.verify() == []
    fresh = Keywords(index.engine._connections)
    for question in ("number", "them 5", "000"):
        kept = Retriever(index).search(question, 50, "bm25")
        assert list(fresh.search(question, 50, None)) == [hit.passage.id for hit in kept]


def test_writing_is_refused_where_a_disk_is_full(index, paragraphs, monkeypatch):
    def fail(*_):
        raise errors.DiskFull("could not extend file: No space left on device")

    monkeypatch.setattr(documents, "_copy", fail)
    with pytest.raises(QuotebackError, match="no room left on its server") as error:
        index.add_texts(texts([1], paragraphs))
    assert "\n" not in str(error.value)
    monkeypatch.undo()
    assert index.documents() == []
    index.add_texts(texts([1], paragraphs))
    assert index.verify() == []


def test_files_of_another_machine_are_as_it_last_saw_them(
    index, reopen_elsewhere, folder, write, paragraphs, settled
):
    write("one.txt", paragraphs("a lark"))
    index.add([folder])
    [state] = index.engine.states().values()
    assert state.host is None
    other = reopen_elsewhere("other-machine")
    [seen] = other.engine.states().values()
    assert seen.host
    assert other.status().hosts == (seen.host,)
    # The same bytes elsewhere are no file that was moved.
    [(_, there)] = other.engine.find_documents(content=state.content_hash)
    assert there == seen
    # What has changed is not seen there, and the text is that of the index.
    write("one.txt", paragraphs("an eagle"), age=50)
    [hit] = Retriever(other).search("lark")
    assert not hit.stale
    assert Retriever(index).search("lark")[0].stale


@pytest.fixture
def reopen_elsewhere(address, monkeypatch):
    """Opens the index as on another machine."""
    opened = []

    def reopen(name):
        with monkeypatch.context() as patch:
            patch.setattr("socket.gethostname", lambda: name)
            opened.append(Index.open(address, encoder=WordEncoder()))
        return opened[-1]

    yield reopen
    for each in opened:
        each.close()


def contents(place):
    """All that an index holds, but for ids."""
    with Index.open(place, encoder=WordEncoder()) as index:
        assert index.verify() == []
        documents = {
            document.path: (
                document.title,
                index.text(document.path),
                [(each.span, each.text, each.headings) for each in index.passages(document.path)],
            )
            for document in index.documents()
        }
        engine = index.engine
        return documents, engine.states(), engine.failures(), engine.given()


def start_worker(place, folder, part):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.shard_worker", place, str(folder), part],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


def test_four_processes_make_what_one_makes(postgres, folder, write, paragraphs, settled):
    for number in range(240):
        write(f"{number % 7}/{number}.txt", paragraphs(*[f"number {number} of them"] * 4), age=100)
    for number in range(3):
        write(f"copies/{number}.txt", paragraphs("the same in all of them"), age=100)
    write("bad.txt", b"\x00\x01\x02\x03" * 100, age=100)
    one, four = (postgres.address(schema=f"test_{uuid4().hex[:12]}") for _ in range(2))
    with Index.open(one, create=True, encoder=WordEncoder()) as index:
        index.add([folder])
    workers = [start_worker(four, folder, f"{number}/4") for number in range(1, 5)]
    # One of them is killed when it has begun, and run again.
    deadline = time.monotonic() + 60
    while not started(four) and time.monotonic() < deadline:
        time.sleep(0.02)
    workers[1].kill()
    said = [worker.communicate(timeout=120)[0] for worker in workers]
    assert [worker.returncode for worker in (workers[0], *workers[2:])] == [0, 0, 0], said
    again = start_worker(four, folder, "2/4")
    told = again.communicate(timeout=120)[0]
    assert again.returncode == 0, told
    assert contents(four) == contents(one)
    # Once more, nothing is left to do; and a part takes out only what is its own.
    again = start_worker(four, folder, "2/4")
    assert again.communicate(timeout=120)[0].split()[:3] == ["0", "0", "0"]
    for path in folder.glob("*/*.txt"):
        path.unlink()
    with Index.open(four, encoder=WordEncoder()) as index:
        before = {document.path for document in index.documents()}
        index.add([folder], shard=Shard(3, 4))
        gone = before - {document.path for document in index.documents()}
        assert gone == {path for path in before if Shard(3, 4).holds(path)}


def started(place):
    try:
        with Index.open(place, encoder=WordEncoder()) as index:
            return bool(index.documents())
    except NotAnIndex:
        return False


@pytest.mark.slow
def test_a_document_of_20_megabytes(index):
    pages = [
        f"page {number} of it, {'with a word, ' * 800}word{number}\n" for number in range(2_100)
    ]
    text = "".join(pages)
    assert len(text) > 20_000_000
    ends = [0, *accumulate(map(len, pages))]
    passages = [NewPassage(Span(first, past - 1)) for first, past in pairwise(ends)]
    vectors = WordEncoder().encode_passages([page[:20] for page in pages])
    with index.engine.open_writer(index.embedding_model, ignore_progress) as writer:
        assert writer.commit([Put("long", Content(text), None, passages, vectors)]) == []
    assert index.text("long") == text
    [hit, *_] = Retriever(index).search("word2099", 5, "bm25")
    assert hit.passage.text.endswith("word2099")
    assert hit.passage.span.of(text) == hit.passage.text
    index.remove("long")
    assert index.counts == (0, 0)


@pytest.mark.parametrize("password", ["s3cret/PW", "s3cret@PW", "s3/cret@PW"])
def test_a_password_whose_signs_are_not_encoded_is_not_taken_for_a_host(password):
    with pytest.raises(BadLocation, match="%-codes") as error:
        read_address(read_location(f"postgresql://ann:{password}@127.0.0.1:1/db"))
    assert "cret" not in str(error.value)


def test_a_database_may_be_named_with_any_sign():
    for address in ("postgresql://db:5432/a@b", "postgresql:///a@b", "postgresql://ann:pw@db/a"):
        read_address(read_location(address))
