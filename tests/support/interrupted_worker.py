"""Adds texts without end to an index in PostgreSQL: a process to interrupt.

python -m tests.support.interrupted_worker ADDRESS [SECONDS]

Prints a line when a commit begins, and what goes on when the run was left. Connections are made anew
for each commit, in so many seconds: none if there is no second argument.
"""

import sys
import threading
import time

from index import Index
from index.engines.postgres import connections
from index.engines.postgres.writer import PostgresWriter
from tests.support.encoders import WordEncoder


def main(address, seconds=0.0):
    connect, commit = connections.connect, PostgresWriter.commit

    def connect_slowly(given):
        if threading.current_thread() is not threading.main_thread():
            time.sleep(float(seconds))
        return connect(given)

    def note(writer, changes):
        writer.connections._drop_idle()
        print("begins", flush=True)
        return commit(writer, changes)

    connections.connect, PostgresWriter.commit = connect_slowly, note
    with Index.open(address, encoder=WordEncoder()) as index:
        try:
            index.add_texts((f"{number}", f"number {number}") for number in range(1_000_000))
        except KeyboardInterrupt:
            print("left with", threading.active_count() - 1, "threads", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
