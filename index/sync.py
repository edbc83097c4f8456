"""The index brought in step with files: walk, compare, read what is new or has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from index.changes import Changes
from index.documents import Content
from index.files import files_under, is_gone, quick_state, state_of
from index.loaders import UnreadableFile, parse, read
from index.passages import Piece
from index.reports import Failure, Progress, ProgressCallback, Report
from index.store import FileState, Store

Cutter = Callable[[Content], list[Piece]]


def sync(
    roots: Sequence[Path],
    outside: Path,
    store: Store,
    changes: Changes,
    cut: Cutter,
    tell: ProgressCallback,
) -> Report:
    """Take up what is new or has changed at the roots, and remove what is gone from there.

    Args:
        outside: a folder never entered: the index itself.
    """
    found = files_under(roots, outside)
    report = Report(skipped=found.skipped)
    known = store.states()
    folders = [str(root) for root in roots if root.is_dir()]
    for path in [*known, *store.failures()]:
        if Path(path) in found.files or not any(is_at(path, folder) for folder in folders):
            continue
        if not is_gone(path):
            # Named itself once, though a walk passes it by.
            found.files[Path(path)] = None
        elif not any(is_at(path, folder) for folder in found.closed):
            changes.remove(path)
            report.removed += path in known
    for folder, reason in found.closed.items():
        changes.fail(folder, reason)
        report.failed.append(Failure(folder, reason))
    for number, file in enumerate(found.files):
        path = str(file)
        tell(Progress("reading", number, len(found.files), path))
        try:
            _take(file, known.get(path), changes, cut, report)
        except (UnreadableFile, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            changes.fail(path, reason)
            report.failed.append(Failure(path, reason))
    changes.commit()
    tell(Progress("reading", len(found.files), len(found.files)))
    return report


def is_at(path: str, place: str) -> bool:
    """Whether a path is a place or under it."""
    return path == place or path.startswith(place.rstrip(os.sep) + os.sep)


def _take(
    file: Path, before: FileState | None, changes: Changes, cut: Cutter, report: Report
) -> None:
    """Take up one file, if it has changed."""
    size_and_time = quick_state(file)
    if before and (before.size, before.mtime_ns) == size_and_time:
        report.unchanged += 1
        return
    data = read(file)
    state = state_of(data, size_and_time)
    if before and before.content_hash == state.content_hash:
        changes.touch(str(file), state)
        report.unchanged += 1
        return
    content = parse(file.suffix, data)
    changes.put(str(file), content, state, cut(content))
    report.updated += before is not None
    report.added += before is None
