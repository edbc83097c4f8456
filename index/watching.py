"""Keeping an index up to date with files while they change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change
from watchfiles import watch as watch_folders

from index.errors import IndexInUse, MissingPath, QuotebackError
from index.filesystem.freshness import is_missing
from index.filesystem.paths import Paths, as_list, is_within
from index.index import Index
from index.reports import ProgressCallback, Report
from index.sync.walk import IGNORE_FILES

# Milliseconds. Changes this close together are reported as one, but after `_LATEST_MS` at the
# latest. Single files are not watched, but looked at every `_LOOK_MS`.
_QUIET_MS, _LATEST_MS, _LOOK_MS = 200, 2_000, 500


def watch(
    index: Index,
    paths: Paths,
    *,
    include: Paths | None = None,
    exclude: Paths | None = None,
    archives: bool | None = None,
    progress: ProgressCallback | None = None,
    stop: Event | None = None,
) -> Iterator[Report]:
    """Bring an index up to date with files and folders, and keep it so.

    The first report is that of `Index.add`, which takes the same arguments. Another follows
    whenever something has changed. Between reports, other processes may write.

    Args:
        stop: ends the watch when set.

    Raises:
        MissingPath: one of the paths is not that of a file or a folder, or has gone since.
        IndexMoved: the index itself was moved, removed or replaced.
        BadPattern, IndexInUse: as in `Index.add`, before the first report. Later changes wait
            for another writer.
        QuotebackError: the system cannot watch so many folders.
    """
    given = [os.path.abspath(path) for path in as_list(paths)]
    changes = _watch_changes(given, index.engine.folder, stop)
    # From here on no change is missed.
    next(changes, None)
    yield index.add(given, include=include, exclude=exclude, archives=archives, progress=progress)
    pending: set[str] = set()
    for changed in changes:
        index.engine.check()
        pending |= changed
        if not pending:
            continue
        try:
            report = index.update(sorted(pending), progress=progress)
        except IndexInUse:
            continue
        pending.clear()
        if report.changed or report.failed:
            yield report


def _watch_changes(
    paths: Iterable[str], index_folder: Path | None, stop: Event | None
) -> Iterator[set[str]]:
    """Yield, again and again, the paths that have changed since the last time; maybe none."""
    folders = [path for path in paths if Path(path).is_dir()]
    files = {path: _read_status(path) for path in paths if path not in folders}
    if not folders:
        yield from _poll(files, stop or Event())
        return
    missed: set[str] = set()
    while True:
        begun = False
        try:
            for changed in watch_folders(
                *folders,
                watch_filter=_make_filter(index_folder),
                debounce=_LATEST_MS,
                step=_QUIET_MS,
                rust_timeout=_LOOK_MS,
                yield_on_timeout=True,
                stop_event=stop,
                ignore_permission_denied=True,
            ):
                for folder in folders:
                    if is_missing(folder):
                        raise MissingPath(f"{folder} is gone: it can no longer be watched")
                yield missed | {_affected_path(path) for _, path in changed} | _find_changed(files)
                begun, missed = True, set()
            return
        except OSError as error:
            raise _NotWatchable(error) from error
        except RuntimeError as error:
            # watchfiles fails at a file name that is not text. If it had begun, start it again,
            # and look at all that may have changed meanwhile.
            if not begun:
                raise _NotWatchable(error) from error
            missed = set(folders)


class _NotWatchable(QuotebackError):
    """The system cannot watch the folders."""

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"the folders cannot be watched ({error}): name fewer, or allow more watches"
        )


def _poll(files: dict[str, tuple[int, ...]], stop: Event) -> Iterator[set[str]]:
    """Changes of single files alone."""
    yield set()
    while not stop.wait(_LOOK_MS / 1_000):
        yield _find_changed(files)


def _find_changed(files: dict[str, tuple[int, ...]]) -> set[str]:
    """The files that have changed since they were last looked at."""
    now = {path: _read_status(path) for path in files}
    changed = {path for path, state in now.items() if state != files[path]}
    files.update(now)
    return changed


def _read_status(path: str) -> tuple[int, ...]:
    try:
        status = Path(path).stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _affected_path(path: str) -> str:
    """The path that a changed file affects: its folder, if the file says what to ignore there."""
    return str(Path(path).parent) if Path(path).name in IGNORE_FILES else path


def _make_filter(index_folder: Path | None) -> Callable[[Change, str], bool]:
    """A filter that drops changes of the index itself."""
    if index_folder is None:
        return lambda _, __: True
    index = os.path.realpath(index_folder)
    return lambda _, path: not is_within(os.path.realpath(path), index)
