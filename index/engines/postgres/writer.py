"""Writing to an index in PostgreSQL: one transaction for each commit, many writers at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import get_ident

from index.engines.changes import Change, ChangeGiven, Copy, Move, Put, PutFailure, Remove, Touch
from index.engines.model import EmbeddingModel
from index.engines.postgres.connections import Connection, Connections
from index.engines.postgres.documents import (
    STATE,
    NewDocument,
    Writing,
    copy_document,
    delete_documents,
    insert_documents,
    prepare_put,
)
from index.engines.postgres.maintenance import is_due, keep_up
from index.engines.postgres.schema import commit, read_setting, write_setting
from index.engines.protocol import EngineWriter
from index.engines.stored_rows import encode_stamp, encode_state
from index.errors import CannotWrite
from index.filesystem.freshness import Stamp
from index.reports import Failure, ProgressCallback

# After so many passages a writer looks whether all writers together have put enough for a graph.
_LOOK_AFTER_PASSAGES = 50_000
_ASSIGN_STATE = ", ".join(f"{column.removeprefix('d.')} = %s" for column in STATE.split(", "))


@contextmanager
def open_writer(
    connections: Connections, writing: Writing, model: EmbeddingModel, progress: ProgressCallback
) -> Iterator[PostgresWriter]:
    """Hold the right to write; at the end, do what keeps searches quick (maintenance.py).

    Raises:
        CannotWrite: the user may only read.
        OtherVersion: another version of the model made the vectors.
    """
    place = connections.address.shown
    if not connections.fetch("SELECT has_table_privilege('documents', 'INSERT')")[0][0]:
        raise CannotWrite(
            f"{place} may only be read by its user: have its owner grant more, or take another user"
        )
    known = connections.run(lambda connection: read_setting(connection, "fingerprint"))
    model.settle(known, lambda fingerprint: _set_fingerprint(connections, fingerprint))
    yield PostgresWriter(connections, writing, progress)
    keep_up(connections, progress)


def _set_fingerprint(connections: Connections, fingerprint: str) -> str:
    """Keep the version of the model, unless another writer was first; returns what is kept."""

    def work(connection: Connection) -> str:
        first = read_setting(connection, "fingerprint")
        if first is None:
            write_setting(connection, "fingerprint", fingerprint)
        return first or fingerprint

    return commit(connections, work)


@dataclass(slots=True)
class PostgresWriter(EngineWriter):
    """Changes an index in PostgreSQL; see `open_writer`.

    Attributes:
        passages: how many it has put since it last looked whether a graph is due.
        thread: the one that commits; None while none does.
    """

    connections: Connections
    writing: Writing
    progress: ProgressCallback
    passages: int = 0
    thread: int | None = None

    def commit(self, changes: Sequence[Change]) -> list[Failure]:
        """Make changes in one transaction; vectors and words are written with their documents."""
        self.thread = get_ident()
        try:
            return self._commit(changes)
        finally:
            # Another thread may get the number of one that has ended.
            self.thread = None

    def _commit(self, changes: Sequence[Change]) -> list[Failure]:
        prepared, rejected = self._prepare(changes)

        def work(connection: Connection) -> list[Failure]:
            failures = list(rejected)
            puts: dict[str, NewDocument] = {}
            for step in prepared:
                if isinstance(step, NewDocument) and step.path not in puts:
                    puts[step.path] = step
                    continue
                insert_documents(connection, list(puts.values()))
                puts = {}
                if isinstance(step, NewDocument):
                    puts[step.path] = step
                elif failure := self._make(connection, step):
                    failures.append(failure)
            insert_documents(connection, list(puts.values()))
            return failures

        failures = commit(self.connections, work)
        self.passages += sum(
            len(step.passages) for step in prepared if isinstance(step, NewDocument)
        )
        if self.passages > _LOOK_AFTER_PASSAGES:
            self.passages = 0
            if self.connections.run(is_due):
                keep_up(self.connections, self.progress)
        return failures

    def _prepare(
        self, changes: Sequence[Change]
    ) -> tuple[list[Change | NewDocument], list[Failure]]:
        """Do what takes long before the transaction; what cannot be stored becomes a failure."""
        prepared: list[Change | NewDocument] = []
        rejected: list[Failure] = []
        puts = [change for change in changes if isinstance(change, Put)]
        new = iter(prepare_put(self.connections, puts, self.writing))
        for change in changes:
            step = next(new) if isinstance(change, Put) else change
            if isinstance(step, Failure):
                rejected.append(step)
                step = PutFailure(step.path, step.reason, None)
            prepared.append(step)
        return prepared, rejected

    def _make(self, connection: Connection, change: Change) -> Failure | None:
        """Make a change that puts nothing new; returns why it could not be made."""
        host = self.writing.host
        match change:
            case Touch(path, state):
                connection.execute(
                    f"UPDATE documents SET {_ASSIGN_STATE} WHERE path = %s",
                    [*encode_state(state, host), os.fsencode(path)],
                )
            case Move(source, path, state):
                _delete(connection, path, keep=source)
                moved = connection.execute(
                    f"UPDATE documents SET path = %s, {_ASSIGN_STATE} WHERE path = %s",
                    [os.fsencode(path), *encode_state(state, host), os.fsencode(source)],
                )
                if not moved.rowcount:
                    return _put_lost_source(connection, source, path)
            case Copy(source, path, state):
                if not copy_document(connection, source, path, state, self.writing):
                    return _put_lost_source(connection, source, path)
            case Remove(path):
                _delete(connection, path)
            case PutFailure(path, reason, stamp):
                _put_failure(connection, path, reason, stamp)
            case ChangeGiven():
                _change_given(connection, change)
        return None

    def cancel(self) -> None:
        """Cancel what the commit is asking of the server, such as the lock that another holds."""
        if (thread := self.thread) is not None:
            self.connections.cancel(thread)


def _change_given(connection: Connection, change: ChangeGiven) -> None:
    cursor = connection.cursor()
    cursor.executemany(
        "INSERT INTO roots VALUES (%s, %s, %s) ON CONFLICT (path) DO UPDATE SET "
        "include = excluded.include, exclude = excluded.exclude",
        [
            (os.fsencode(root.path), json.dumps(root.include), json.dumps(root.exclude))
            for root in change.roots
        ],
    )
    # No index here is ever restored from its roots, so none of them is unread.
    for statement, paths in (
        ("DELETE FROM roots WHERE path = ANY(%s)", change.forgotten),
        ("DELETE FROM removed WHERE path = ANY(%s)", change.restored),
        ("INSERT INTO removed SELECT unnest(%s::bytea[]) ON CONFLICT DO NOTHING", change.removed),
    ):
        cursor.execute(statement, [[os.fsencode(path) for path in paths]])


def _delete(connection: Connection, path: str, keep: str | None = None) -> None:
    """Delete the failure at a path and its document, unless the document is to stay."""
    key = os.fsencode(path)
    connection.execute("DELETE FROM failures WHERE path = %s", [key])
    if path != keep:
        delete_documents(connection, [key])


def _put_lost_source(connection: Connection, source: str, path: str) -> Failure:
    """Note that what a document was to be made of is gone."""
    # Without a stamp the next run tries again, and then reads the file itself.
    reason = f"another writer has removed {source}, which it is a copy of: try again"
    _put_failure(connection, path, reason, None)
    return Failure(path, reason)


def _put_failure(connection: Connection, path: str, reason: str, stamp: Stamp | None) -> None:
    _delete(connection, path)
    connection.execute(
        "INSERT INTO failures VALUES (%s, %s, %s, %s, %s)",
        [os.fsencode(path), reason.encode(errors="replace"), *encode_stamp(stamp)],
    )
