"""The vectors of PostgreSQL's engine: new ones by their signs, many by graphs, and in between."""

from uuid import uuid4

import numpy as np
import pytest

pytest.importorskip("psycopg")
pytest.importorskip("pgvector")

from psycopg import errors

from index import Content, Filter, Index, QuotebackError, Span
from index.engines.changes import Put
from index.engines.postgres import maintenance, vectors, writer
from index.engines.postgres.vectors import Signs
from index.reports import ignore_progress
from index.text.passages import NewPassage
from tests.support.encoders import WordEncoder

pytestmark = pytest.mark.e2e
DIMENSION = 256
QUESTION = np.random.default_rng(5).normal(size=DIMENSION).astype(np.float32)
QUESTION /= np.linalg.norm(QUESTION)


@pytest.fixture
def index(postgres):
    place = postgres.address(schema=f"test_{uuid4().hex[:12]}")
    with Index.open(place, create=True, encoder=WordEncoder()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few vectors count as many."""
    monkeypatch.setattr(maintenance, "MOST_YOUNG", 250)
    monkeypatch.setattr(vectors, "_FEW", 50)
    monkeypatch.setattr(vectors, "_FEW_YOUNG", 50)
    monkeypatch.setattr(vectors, "_COMPARED", 80)
    monkeypatch.setattr(vectors, "_COMPARED_EACH", 5)


def make_puts(first, count, near=0.4):
    """Documents of a passage each, whose vectors lie about the question."""
    noise = np.random.default_rng(first).normal(size=(count, DIMENSION)).astype(np.float32)
    rows = near * QUESTION + noise / np.sqrt(DIMENSION)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    passages = [NewPassage(Span(0, 4))]
    return [
        Put(f"{first + at:04}", Content("word"), None, passages, row[np.newaxis])
        for at, row in enumerate(rows)
    ]


def put(index, puts):
    with index.engine.open_writer(index.embedding_model, ignore_progress) as writer:
        assert writer.commit(puts) == []


def search(index, k=10, among=None):
    """Paths that are found, each with its cosine."""
    found = index.engine.open_vectors("words-1").search(QUESTION, k, among)
    passages = index.engine.passages([number for number, _ in found])
    return [(passages[number][1].path, round(cosine, 4)) for number, cosine in found]


def compare(puts, k=10):
    """What comparing all of them finds."""
    cosines = {each.path: each.vectors[0].astype(np.float16) @ QUESTION for each in puts}
    return sorted(cosines, key=lambda path: -cosines[path])[:k]


def count(index, table):
    return index.engine._connections.fetch(f"SELECT count(*) FROM {table}")[0][0]


def list_graphs(index):
    with index.engine._connections.borrow() as connection:
        return maintenance._list_indexes(connection)


def share_found(index, puts):
    return len({path for path, _ in search(index)} & set(compare(puts))) / 10


def test_vectors_without_a_graph_are_found_by_their_signs(index):
    puts = make_puts(0, 200)
    put(index, puts)
    assert count(index, "graphs") == 0
    assert share_found(index, puts) >= 0.9
    [(path, cosine), *_] = search(index)
    assert path == compare(puts)[0]
    assert cosine == pytest.approx(puts[int(path)].vectors[0] @ QUESTION, abs=1e-3)
    # What is nearest of all is found from its commit on, and no longer when it is removed.
    nearest = make_puts(900, 1, near=9)
    put(index, nearest)
    assert search(index, 1)[0][0] == "0900"
    index.remove("0900")
    assert search(index, 1)[0][0] == path
    # All of the nearest have gone: those behind them are found.
    gone = compare(puts, 150)
    index.remove(gone)
    assert {path for path, _ in search(index, 50)} == {each.path for each in puts} - set(gone)


def test_a_filter_comes_before_the_signs(index):
    puts = make_puts(0, 240)
    put(index, puts)
    chosen = index.engine.select(Filter(paths=("00*",)))
    assert len(chosen.passages) == 100
    found = [path for path, _ in search(index, 10, chosen)]
    assert len(set(found) & set(compare(puts[:100]))) >= 9


def test_many_get_a_graph_and_new_ones_are_found_beside_it(index):
    puts = make_puts(0, 300)
    put(index, puts)
    [(first, past)] = index.engine._connections.fetch("SELECT first, past FROM graphs")
    assert list_graphs(index) == {f"vectors_nearest_{first}_{past}"}
    assert count(index, "signs") == 0
    with index.engine._connections.borrow() as connection:
        connection.execute("SET enable_seqscan = off; SET enable_sort = off")
        plan = connection.execute(
            f"EXPLAIN SELECT passage_id FROM vectors WHERE passage_id >= {first} AND "
            f"passage_id < {past} ORDER BY vector::halfvec({DIMENSION}) <#> "
            f"(SELECT vector::halfvec({DIMENSION}) FROM vectors LIMIT 1) LIMIT 5"
        ).fetchall()
        connection.close()
    assert "vectors_nearest" in str(plan)
    assert share_found(index, puts) >= 0.9
    more = make_puts(1000, 60)
    put(index, more)
    assert share_found(index, puts + more) >= 0.9
    chosen = index.engine.select(Filter(paths=("00*", "10*")))
    assert len(search(index, 100, chosen)) == 100
    # The next graph holds what came after the first.
    put(index, [*make_puts(2000, 200), *make_puts(900, 1, near=9)])
    assert count(index, "graphs") == 2
    assert search(index, 1)[0][0] == "0900"
    assert index.verify() == []


def test_a_writer_that_goes_on_has_a_graph_built_between_two_commits(index, monkeypatch):
    monkeypatch.setattr(writer, "_LOOK_AFTER_PASSAGES", 20)
    put(index, make_puts(0, 240))
    with index.engine.open_writer(index.embedding_model, ignore_progress) as opened:
        # What others have put before counts, too.
        opened.commit(make_puts(1000, 15))
        assert count(index, "graphs") == 0
        opened.commit(make_puts(2000, 15))
        assert count(index, "graphs") == 1


def test_larger_vectors_have_a_graph_built_sooner(index, monkeypatch):
    put(index, make_puts(0, 150))
    assert count(index, "graphs") == 0
    monkeypatch.setattr(maintenance, "_BYTES_BESIDE", (1_600 - 64) * 2**20 // 140)
    put(index, make_puts(1000, 1))
    assert count(index, "graphs") == 1


def test_a_graph_fits_into_the_memory_for_building_it(index, monkeypatch):
    monkeypatch.setattr(maintenance, "_SPARE_MEGABYTES", 1)
    put(index, make_puts(0, 1))
    notices = []
    with index.engine._connections.borrow() as connection:
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        connection.execute(
            "INSERT INTO vectors SELECT number, number, (SELECT array_agg(random() - .5) FROM "
            "generate_series(number, number + %s))::halfvec FROM generate_series(10, 9000) number",
            [DIMENSION - 1],
        )
        maintenance._build(connection, DIMENSION, 0, 10_000)
        connection.close()
    assert not [notice for notice in notices if "no longer fits" in notice]


def test_a_writer_that_is_stopped_before_a_graph_counts_leaves_all_findable(index, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    puts = make_puts(0, 300)
    with monkeypatch.context() as patch:
        patch.setattr(maintenance, "_publish_graph", stop)
        with pytest.raises(KeyboardInterrupt):
            put(index, puts)
    assert count(index, "graphs") == 0
    assert share_found(index, puts) >= 0.9
    more = make_puts(1000, 1)
    put(index, more)
    [(first, past)] = index.engine._connections.fetch("SELECT first, past FROM graphs")
    assert list_graphs(index) == {f"vectors_nearest_{first}_{past}"}
    assert share_found(index, puts + more) >= 0.9
    assert index.verify() == []


def test_a_connection_lost_while_a_graph_is_built_loses_nothing(index, postgres, monkeypatch):
    build = maintenance._build

    def build_and_lose(connection, *arguments):
        build(connection, *arguments)
        postgres.execute(f"SELECT pg_terminate_backend({connection.info.backend_pid})")

    puts = make_puts(0, 300)
    with monkeypatch.context() as patch:
        patch.setattr(maintenance, "_build", build_and_lose)
        with pytest.raises(QuotebackError, match="lost"):
            put(index, puts)
    assert index.counts == (300, 300)
    assert count(index, "graphs") == 0
    assert share_found(index, puts) >= 0.9
    put(index, make_puts(1000, 1))
    assert count(index, "graphs") == 1
    assert index.verify() == []


def test_a_full_disk_stops_the_graph_and_nothing_else(index, monkeypatch):
    calls = []

    def fill(*_):
        calls.append(1)
        raise errors.DiskFull("could not extend file: No space left on device")

    puts = make_puts(0, 300)
    with monkeypatch.context() as patch:
        patch.setattr(maintenance, "_build", fill)
        with pytest.raises(QuotebackError, match="no room left on its server"):
            put(index, puts)
    assert len(calls) == 1
    assert share_found(index, puts) >= 0.9


def test_who_does_not_own_the_tables_leaves_graphs_to_their_owner(index, postgres):
    name, role = index.engine._address.schema, f"writer_{uuid4().hex[:8]}"
    grants = "SELECT, INSERT, UPDATE, DELETE"
    for statement in (
        f"CREATE ROLE {role} LOGIN",
        f"GRANT USAGE ON SCHEMA {name} TO {role}",
        f"GRANT {grants} ON ALL TABLES IN SCHEMA {name} TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {name} TO {role}",
    ):
        postgres.execute(statement)
    puts = make_puts(0, 300)
    with Index.open(postgres.address(user=role, schema=name), encoder=WordEncoder()) as other:
        put(other, puts)
        assert share_found(other, puts) >= 0.9
    assert count(index, "graphs") == 0
    put(index, make_puts(1000, 1))
    assert count(index, "graphs") == 1
    postgres.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_ids_drawn_before_a_graph_was_built_are_found_after_it(index):
    late = make_puts(900, 1, near=9)
    with index.engine.open_writer(index.embedding_model, ignore_progress) as writer:
        prepared = writer._prepare(late)
        puts = make_puts(0, 300)
        put(index, puts)
        assert count(index, "graphs") == 1
        writer._prepare = lambda _: prepared
        writer.commit(late)
    assert search(index, 1)[0][0] == "0900"
    assert index.verify() == []


def test_a_graph_that_is_missing_is_built_again(index):
    puts = make_puts(0, 300)
    put(index, puts)
    [name] = list_graphs(index)
    with index.engine._connections.borrow() as connection:
        connection.execute(f"DROP INDEX {name}")
    assert share_found(index, puts) == 1
    put(index, make_puts(1000, 1))
    assert list_graphs(index) == {name}


def test_rows_of_signs_are_merged(index, monkeypatch):
    monkeypatch.setattr(maintenance, "_MOST_ROWS", 5)
    for number in range(6):
        put(index, make_puts(20 * number, 20))
    assert count(index, "signs") == 1
    with index.engine._connections.borrow() as connection:
        young = Signs().read(connection).young
    assert len(young) == 120
    assert (np.diff(young.ids) > 0).all()
    assert share_found(index, [each for at in range(6) for each in make_puts(20 * at, 20)]) >= 0.9
