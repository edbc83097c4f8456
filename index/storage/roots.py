"""What was named to be indexed: folders and files, remembered with what is wanted of them.

So is what was removed from such a folder by hand: it stays out until it is named itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pathspec import GitIgnoreSpec

from index.path_patterns import compile_patterns
from index.storage.sealed_rows import opened, sealed
from index.storage.store import Store


@dataclass(frozen=True)
class Root:
    """A folder (or file) that was named to be indexed.

    Attributes:
        path: absolute.
        include: patterns as in `.gitignore`, read from this folder; where there are any,
            only files that match one are taken.
        exclude: patterns of what is left out.
    """

    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def has_rules(self) -> bool:
        return bool(self.include or self.exclude)

    def leaves_out(self, path: str, is_folder: bool) -> str | None:
        """Why something under this folder is not taken; None where it is."""
        relative = path[len(self.path.rstrip(os.sep)) + 1 :] + "/" * is_folder
        if self.exclude and self._exclude.match_file(relative):
            return "excluded"
        if self.include and not is_folder and not self._include.match_file(relative):
            return "not included"
        return None

    @cached_property
    def _include(self) -> GitIgnoreSpec:
        return compile_patterns(self.include)

    @cached_property
    def _exclude(self) -> GitIgnoreSpec:
        return compile_patterns(self.exclude)


def read_roots(store: Store) -> dict[str, Root]:
    """What is remembered, by path."""
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM roots ORDER BY path").fetchall()
        return {
            os.fsdecode(path): Root(
                os.fsdecode(path), tuple(json.loads(include)), tuple(json.loads(exclude))
            )
            for path, include, exclude in map(opened, rows)
        }


def remember(store: Store, roots: Sequence[Root]) -> None:
    """Remember roots, each in place of any earlier one at its path."""
    if roots:
        with store.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO roots VALUES (?, ?, ?, ?)",
                [
                    sealed(
                        os.fsencode(root.path), json.dumps(root.include), json.dumps(root.exclude)
                    )
                    for root in roots
                ],
            )


def forget(store: Store, paths: Sequence[str]) -> None:
    """Forget roots."""
    if paths:
        with store.writing() as connection:
            connection.executemany("DELETE FROM roots WHERE path = ?", _keys(paths))


def read_removed(store: Store) -> set[str]:
    """What was removed by hand and stays out."""
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM removed").fetchall()
        return {os.fsdecode(path) for (path,) in map(opened, rows)}


def leave_out(store: Store, paths: Iterable[str], instead_of: Sequence[str] = ()) -> None:
    """Have paths stay out from now on, in place of others, which no longer do."""
    rows = [sealed(os.fsencode(path)) for path in paths]
    if rows or instead_of:
        with store.writing() as connection:
            connection.executemany("DELETE FROM removed WHERE path = ?", _keys(instead_of))
            connection.executemany("INSERT OR REPLACE INTO removed VALUES (?, ?)", rows)


def _keys(paths: Iterable[str]) -> list[tuple[bytes]]:
    return [(os.fsencode(path),) for path in paths]
