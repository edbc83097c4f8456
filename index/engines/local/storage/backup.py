"""A backup of what was given to be indexed, from which a lost store is made again.

The documents themselves are in their files. Only the store knows which files and folders were
given, by which patterns, and what a person has removed from them. So this is copied to a small
file beside the store, for the day when the store can no longer be read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from index.engines.local.storage.rows import write_setting
from index.engines.local.storage.schema import BACKUP_NAME
from index.engines.local.storage.store import UNFINISHED, Store
from index.engines.settings import ARCHIVES, THRESHOLD, is_valid
from index.engines.stored_rows import check_name, decode_names, decode_root
from index.errors import DamagedRow, IndexInUse, translate_disk_errors
from index.filesystem.locking import writer_lock
from index.filesystem.paths import Root
from index.filesystem.private_files import write_file
from index.filesystem.safe_opening import read_file
from index.reports import ProgressCallback
from index.web.kept_pages import has_pages

_SETTINGS = ("model", THRESHOLD, ARCHIVES)


class BadBackup(ValueError):
    """There is no backup that can be read."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of what only the store knows.

    Attributes:
        index_id: of the index.
        settings: those that cannot be worked out from anything else.
        roots: what was given to be indexed.
        removed: what a person has removed from the roots, ascending.
    """

    index_id: str
    settings: dict[str, str]
    roots: tuple[Root, ...]
    removed: tuple[str, ...]


def make_backup(store: Store) -> Backup:
    """What the backup should hold now."""
    given = store.given()
    roots, removed = tuple(given.roots.values()), tuple(sorted(given.removed))
    return Backup(store.index_id, store.settings(*_SETTINGS), roots, removed)


def write_backup(store: Store) -> None:
    """Bring the backup up to date with the store; no backup is kept if nothing was given."""
    path = store.path.with_name(BACKUP_NAME)
    backup = make_backup(store)
    if not _is_needed(store, backup):
        path.unlink(missing_ok=True)
    elif describe_backup_problem(store) is not None:
        record = {
            "index": backup.index_id,
            "settings": backup.settings,
            "roots": [[root.path, root.include, root.exclude] for root in backup.roots],
            "removed": backup.removed,
        }
        record["checksum"] = _make_checksum(record)
        write_file(path, json.dumps(record, indent=1).encode())


def describe_backup_problem(store: Store) -> str | None:
    """What is wrong with the backup, in a few words; None if nothing is."""
    expected = make_backup(store)
    if not _is_needed(store, expected):
        return None
    try:
        backup = read_backup(store.path.parent)
    except BadBackup as error:
        return str(error)
    if backup.index_id != expected.index_id:
        return "it belongs to another index"
    return None if backup == expected else "it is out of step with the store"


def _is_needed(store: Store, backup: Backup) -> bool:
    """Whether something was given to be indexed."""
    return bool(backup.roots) or has_pages(store.path.parent)


def read_backup(folder: Path) -> Backup:
    """Read the backup of an index; raises `BadBackup`."""
    try:
        record = json.loads(read_file(folder / BACKUP_NAME))
        if record.pop("checksum") != _make_checksum(record):
            raise ValueError
        return Backup(
            check_name(record["index"]),
            {name: value for name, value in record["settings"].items() if is_valid(name, value)},
            tuple(decode_root(*root) for root in record["roots"]),
            decode_names(record["removed"]),
        )
    except FileNotFoundError as error:
        raise BadBackup("it is missing") from error
    except OSError as error:
        raise BadBackup(f"it cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, DamagedRow) as error:
        raise BadBackup("it is damaged") from error


def _make_checksum(record: dict[str, Any]) -> str:
    return blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=16).hexdigest()


def keep_threshold(store: Store, threshold: str, progress: ProgressCallback) -> None:
    """Keep a threshold in the store, and in the backup beside it."""
    folder = store.path.parent
    try:
        with writer_lock(folder, progress), translate_disk_errors(folder):
            was_unfinished = store.is_unfinished
            with store.writing() as connection:
                write_setting(connection, THRESHOLD, threshold)
                # The backup has yet to follow.
                write_setting(connection, UNFINISHED, "yes")
            write_backup(store)
            if not was_unfinished:
                store.mark_finished()
    except IndexInUse:
        # The other writer writes the backup at its end.
        with store.writing() as connection:
            write_setting(connection, THRESHOLD, threshold)
