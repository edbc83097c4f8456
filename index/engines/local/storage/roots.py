"""Rows of the roots: the folders and files that were given to be indexed.

What a person has removed from such a folder is remembered too: it stays out of the index
until it is given to be indexed itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence

from index.engines.local.storage.rows import write_setting
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.stored_rows import decode_path, decode_root
from index.filesystem.root import Root
from index.filesystem.sealed_rows import seal, unseal


def read_roots(store: Store) -> dict[str, Root]:
    """All roots by path."""
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM roots ORDER BY path").fetchall()
        roots = [decode_root(*unseal(row)) for row in rows]
        return {root.path: root for root in roots}


def write_roots(store: Store, roots: Sequence[Root]) -> None:
    """Add roots; each replaces an earlier one of the same path."""
    if roots:
        with store.writing() as connection:
            # The backup has yet to follow.
            write_setting(connection, UNFINISHED, "yes")
            connection.executemany(
                "INSERT OR REPLACE INTO roots VALUES (?, ?, ?, ?)",
                [
                    seal(os.fsencode(root.path), json.dumps(root.include), json.dumps(root.exclude))
                    for root in roots
                ],
            )


def delete_roots(store: Store, paths: Sequence[str]) -> None:
    """Delete the roots of these paths."""
    if paths:
        with store.writing() as connection:
            write_setting(connection, UNFINISHED, "yes")
            connection.executemany("DELETE FROM roots WHERE path = ?", _encode_paths(paths))
            connection.executemany("DELETE FROM unread WHERE path = ?", _encode_paths(paths))


def read_unread(store: Store) -> list[str]:
    """The roots that have not been read again since the store was restored, by path."""
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM unread ORDER BY path").fetchall()
        return [decode_path(path) for (path,) in map(unseal, rows)]


def mark_unread(store: Store, paths: Iterable[str]) -> None:
    """Note roots that have to be read again."""
    with store.writing() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO unread VALUES (?, ?)",
            [seal(os.fsencode(path)) for path in paths],
        )


def mark_read(store: Store, paths: Sequence[str]) -> None:
    """Note roots that have been read again."""
    if paths:
        with store.writing() as connection:
            connection.executemany("DELETE FROM unread WHERE path = ?", _encode_paths(paths))


def read_removed(store: Store) -> set[str]:
    """The paths that a person has removed, and that stay out."""
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM removed").fetchall()
        return {decode_path(path) for (path,) in map(unseal, rows)}


def write_removed(store: Store, paths: Iterable[str], in_place_of: Sequence[str] = ()) -> None:
    """Keep paths out from now on, and no longer those in `in_place_of`."""
    rows = [seal(os.fsencode(path)) for path in paths]
    if rows or in_place_of:
        with store.writing() as connection:
            write_setting(connection, UNFINISHED, "yes")
            connection.executemany("DELETE FROM removed WHERE path = ?", _encode_paths(in_place_of))
            connection.executemany("INSERT OR REPLACE INTO removed VALUES (?, ?)", rows)


def _encode_paths(paths: Iterable[str]) -> list[tuple[bytes]]:
    return [(os.fsencode(path),) for path in paths]
