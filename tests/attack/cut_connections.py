"""Cut the connection to PostgreSQL at every piece of what a writer sends, before it or its reply.

usage: cut_connections.py [--step N] [--seed N]
"""

import argparse
import itertools
import sys
import time
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from index import Index, QuotebackError, Retriever
from tests.support.cutting_proxy import CuttingProxy
from tests.support.encoders import WordEncoder
from tests.support.postgres_server import PASSWORD, USER, PostgresServer, find_programs

BATCHES = (("a", "b"), ("c", "a"), ("d",))


def address(port, schema):
    return (
        f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres?schema={schema}"
    )


def write(place, batch, run):
    with Index.open(place, encoder=WordEncoder()) as index:
        report = index.add_texts([(name, f"rain {name} of run {run}") for name in batch])
        assert not report.failed, report.failed
        if batch == ("d",):
            index.remove(["b"])


def check(place, expected):
    """All that was acknowledged is there, as a whole, and nothing is there in part."""
    with Index.open(place, encoder=WordEncoder()) as index:
        problems = index.verify()
        assert problems == [], problems
        texts = {document.path: index.text(document.path) for document in index.documents()}
        for name, text in expected.items():
            assert texts.get(name) == text, (name, texts.get(name), text)
        for name, text in texts.items():
            [passage] = index.passages(name)
            assert passage.span.of(text) == passage.text
        hits = {hit.document.path for hit in Retriever(index).search("rain", 50, "bm25")}
        assert hits == texts.keys(), (hits, texts.keys())


def cut(server, proxy, at, *, after):
    """One round; returns whether a cut was made at all, and how many runs ended in an error."""
    schema = f"cut_{uuid4().hex[:12]}"
    near, far = address(proxy.port, schema), address(server.port, schema)
    with Index.open(far, create=True, encoder=WordEncoder()):
        pass
    expected, errors = {}, 0
    proxy.arm(at, after=after)
    for run, batch in enumerate(BATCHES):
        new = {name: f"rain {name} of run {run}" for name in batch}
        try:
            write(near, batch, run)
        except QuotebackError as error:
            assert "\n" not in str(error), error
            assert PASSWORD not in str(error), error
            errors += 1
            # What was not acknowledged may be there or not; all else is.
            check(far, {name: text for name, text in expected.items() if name not in (*new, "b")})
            # The next run goes on.
            write(far, batch, run)
        expected |= new
        if batch == ("d",):
            expected.pop("b", None)
        check(far, expected)
    was_cut = proxy.cut_at is None
    proxy.arm(None, after=False)
    server.execute(f"DROP SCHEMA {schema} CASCADE")
    return was_cut, errors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", type=int, default=1, help="cut at each N-th piece")
    parser.add_argument("--seed", type=int, default=0, help="which of these comes first")
    options = parser.parse_args()
    if reason := find_programs()[1]:
        print(f"not tried: {reason}")
        return 0
    begun = time.monotonic()
    server = PostgresServer()
    proxy = CuttingProxy(server.port)
    tries = refused = failed = 0
    try:
        for after in (False, True):
            for at in itertools.count(1 + options.seed % options.step, options.step):
                try:
                    was_cut, errors = cut(server, proxy, at, after=after)
                except Exception as error:
                    failed += 1
                    print(f"piece {at}, {'reply lost' if after else 'never sent'}: {error!r}")
                    was_cut, errors = True, 0
                tries, refused = tries + was_cut, refused + errors
                if not was_cut:
                    break
    finally:
        proxy.close()
        server.remove()
    print(
        f"{tries} connections cut, {refused} runs ended in one line, {failed} failed, "
        f"{time.monotonic() - begun:.0f} s"
    )
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
