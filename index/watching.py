"""An index kept in step with files while they change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change
from watchfiles import watch as watch_folders

from index.errors import IndexInUse, MissingPath, QuotebackError
from index.files import Given, is_missing, listed
from index.index import Index
from index.reports import ProgressCallback, Report
from index.sync.ignoring import IGNORE_FILES
from index.sync.walk import is_at

# Milliseconds: changes this close together are one, at the latest after so many; and
# how often single files, which are not watched but looked at, are looked at.
_QUIET, _LATEST, _LOOK = 200, 2_000, 500


def watch(
    index: Index,
    paths: Given,
    *,
    include: Given | None = None,
    exclude: Given | None = None,
    progress: ProgressCallback | None = None,
    stop: Event | None = None,
) -> Iterator[Report]:
    """Bring an index in step with files and folders, and keep it there.

    The first report is that of `Index.add`, which takes the same arguments; then comes
    one for each time something has changed. The right to write is held only meanwhile.

    Args:
        stop: ends it when set.

    Raises:
        MissingPath: one of the paths is not there, or no longer.
        BadPattern, IndexInUse: as in `Index.add`; once all is in step, another writer is
            waited for.
        QuotebackError: the system cannot watch so many folders.
    """
    named = [os.path.abspath(path) for path in listed(paths)]
    changes = _changes(named, index.path, stop)
    # From here on nothing is missed.
    next(changes, None)
    yield index.add(named, include=include, exclude=exclude, progress=progress)
    left: set[str] = set()
    for changed in changes:
        left |= changed
        if not left:
            continue
        try:
            report = index.update(sorted(left), progress=progress)
        except IndexInUse:
            continue
        left.clear()
        if report.changed or report.failed:
            yield report


def _changes(named: Iterable[str], outside: Path, stop: Event | None) -> Iterator[set[str]]:
    """What has changed since the last time, which may be nothing."""
    folders = [path for path in named if Path(path).is_dir()]
    files = {path: _look(path) for path in named if path not in folders}
    if not folders:
        yield from _looking(files, stop or Event())
        return
    try:
        for changed in watch_folders(
            *folders,
            watch_filter=_elsewhere(outside),
            debounce=_LATEST,
            step=_QUIET,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            stop_event=stop,
            ignore_permission_denied=True,
        ):
            for folder in folders:
                if is_missing(folder):
                    raise MissingPath(f"{folder} is gone: it can no longer be watched")
            yield {_place(path) for _, path in changed} | _looked_at(files)
    except (OSError, RuntimeError) as error:
        raise QuotebackError(
            f"the folders cannot be watched ({error}): name fewer, or allow more watches"
        ) from error


def _looking(files: dict[str, tuple[int, ...]], stop: Event) -> Iterator[set[str]]:
    """Changes of single files alone."""
    yield set()
    while not stop.wait(_LOOK / 1_000):
        yield _looked_at(files)


def _looked_at(files: dict[str, tuple[int, ...]]) -> set[str]:
    """The single files that have changed since they were last looked at."""
    now = {path: _look(path) for path in files}
    changed = {path for path, state in now.items() if state != files[path]}
    files.update(now)
    return changed


def _look(path: str) -> tuple[int, ...]:
    try:
        status = Path(path).stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _place(path: str) -> str:
    """What a change of a file may concern: of one that tells what to ignore, its folder."""
    return str(Path(path).parent) if Path(path).name in IGNORE_FILES else path


def _elsewhere(outside: Path) -> Callable[[Change, str], bool]:
    """Tells changes of documents from those of the index itself."""
    index = os.path.realpath(outside)
    return lambda _, path: not is_at(os.path.realpath(path), index)
