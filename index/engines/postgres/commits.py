"""One commit: made as a whole, counted, and made only once even if the connection is lost.

A writer that commits holds the lock of the index, so commits come one after the other; reading,
cutting and embedding, which take far longer, go on side by side. Each commit leaves a token. If
the connection is lost before the server has answered, the lock is taken again, which the lost
connection has released by then: the token says whether the commit was made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from index.engines.postgres import schema
from index.engines.postgres.connections import Connection, Connections, fetch
from index.engines.postgres.schema import lock_index
from index.engines.postgres.server_errors import ConnectionLost, ServerStarting

_Result = TypeVar("_Result")
# Tokens that are kept: a writer looks for its own within seconds.
_KEPT_TOKENS = 10_000
# How often the connection may be lost in one commit.
_MOST_LOSSES = 3


def commit(connections: Connections, work: Callable[[Connection], _Result]) -> _Result:
    """Do some work in one transaction, which all see from then on.

    Args:
        work: done again if it was surely undone.

    Raises:
        QuotebackError: nothing was changed.
    """
    token = uuid4()
    results: list[_Result] = []

    def attempt() -> _Result:
        with connections.borrow() as connection, connection.transaction():
            lock_index(connection, connections.address.schema)
            schema.check_unchanged(connection)
            if results and fetch(connection, "SELECT FROM commits WHERE token = %s", token):
                return results[-1]
            results.append(work(connection))
            connection.execute(
                "INSERT INTO commits (number, token) "
                "SELECT coalesce(max(number), 0) + 1, %s FROM commits",
                [token],
            )
            connection.execute(
                "DELETE FROM commits WHERE number < (SELECT max(number) FROM commits) - %s",
                [_KEPT_TOKENS],
            )
        return results[-1]

    for _ in range(_MOST_LOSSES):
        try:
            return attempt()
        except (ConnectionLost, ServerStarting):
            connections.wait_for_server()
    return attempt()


def read_number(connection: Connection) -> int:
    """The number of the latest commit; raises `FormatChanged` if another version made it."""
    query = f"SELECT coalesce(max(number), 0), ({schema.READ_FORMAT}) FROM commits"
    [(number, current)] = fetch(connection, query)
    schema.refuse_other_format(current)
    return int(number)
