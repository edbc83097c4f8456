"""The index brought up to date with files: those that are new or have changed are read."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from index.documents import Content
from index.engines.protocol import Engine
from index.errors import Cancelled, QuotebackError
from index.filesystem.freshness import (
    LOADER_VERSION,
    FailedFile,
    FileState,
    Stamp,
    is_gone,
    make_file_state,
    make_stamp,
    read_stamp,
)
from index.filesystem.paths import drop_nested, paths_within
from index.filesystem.safe_opening import read_regular
from index.loaders import MAX_BYTES, UnreadableFile, find_modules, parse, suffix_of
from index.loaders.sandbox.limits import Budget
from index.loaders.sandbox.parent import Sandbox, SandboxClosed
from index.loaders.shared.decoding import TookTooLong
from index.reports import Failure, Progress, ProgressCallback, Report
from index.sync.batch import Batch
from index.sync.shard import WHOLE, Shard
from index.sync.walk import WalkResult
from index.text.passages import Piece

# Cuts a document into passages, in so many seconds of processor time, or raises TimeoutError.
Cutter = Callable[[Content, float], list[Piece]]


def sync_files(
    paths: Iterable[str],
    walked: WalkResult,
    engine: Engine,
    batch: Batch,
    cut: Cutter,
    progress: ProgressCallback,
    shard: Shard = WHOLE,
) -> Report:
    """Read what is new or has changed at some paths; remove what is gone or left out there.

    Args:
        paths: absolute, of files and folders, which need no longer exist.
        walked: what a walk has found there.
        shard: nothing else is read, moved, copied or removed.
    """
    paths = dict.fromkeys(drop_nested(paths))
    known: dict[str, FileState] = {}
    failed: dict[str, FailedFile] = {}
    for path in paths:
        known |= engine.states(path)
        failed |= engine.failures(path)
    known = {path: known[path] for path in known if shard.holds(path)}
    failed = {path: failed[path] for path in failed if shard.holds(path)}
    present = [file for file in walked.files if shard.holds(str(file))]
    new = {suffix_of(file) for file in present if str(file) not in known}
    budget = Budget()
    step = Progress("reading", 0, len(present))
    # What the callback raises stops the run, also while a file is parsed that takes long.
    sandbox = Sandbox(budget, find_modules(new), on_wait=lambda: progress(step))
    report = Report(skipped=walked.skipped)
    run = _Run(engine, batch, cut, report, known, failed, budget, sandbox, shard)
    kept = {*map(str, present), *paths_within([*run.known, *run.failed], walked.unreadable)}
    leaving = dict.fromkeys(path for path in [*run.known, *run.failed] if path not in kept)
    for folder, reason in walked.unreadable.items():
        if shard.holds(folder):
            run.put_failure(folder, reason, None)
    # New files come first, so that one that was moved is still known by its old path.
    files = sorted(present, key=lambda file: str(file) in run.known)
    with run.sandbox:
        for number, file in enumerate(files):
            step = Progress("reading", number, len(files), str(file))
            progress(step)
            run.sync_file(file, walked.files[file], given=str(file) in paths)
    for path in leaving:
        if path not in run.moved:
            batch.remove(path)
            run.report.removed += path in run.known
    batch.commit()
    run.report_rejected()
    progress(Progress("reading", len(files), len(files)))
    return run.report


@dataclass(slots=True)
class _Run:
    """What one run knows and does.

    Attributes:
        known, failed: what the index held of the paths before.
        budget: what reading and cutting the files may cost.
        sandbox: where they are parsed.
        shard: what other files are left to.
        moved: old paths of documents that have been given new ones.
    """

    engine: Engine
    batch: Batch
    cut: Cutter
    report: Report
    known: dict[str, FileState]
    failed: dict[str, FailedFile]
    budget: Budget
    sandbox: Sandbox
    shard: Shard
    moved: set[str] = field(default_factory=set)

    def sync_file(self, file: Path, root: str | None, given: bool) -> None:
        """Read one file if it is new, has changed or was read by an earlier version.

        Args:
            root: the folder that it was found in; None where it was given itself.
            given: by a person, so that it is tried again even where that seems useless.
        """
        try:
            self._sync_file(file, root, given)
        except (Cancelled, QuotebackError, SandboxClosed, sqlite3.Error, MemoryError):
            # They say nothing of the file.
            raise
        except Exception as error:
            # Whatever it is about this file, the others must not suffer.
            self.put_failure(str(file), f"cannot be indexed ({error!r})", None)

    def _sync_file(self, file: Path, root: str | None, given: bool) -> None:
        path = str(file)
        before, failure = self.known.get(path), self.failed.get(path)
        is_read = before is not None and before.loader_version == LOADER_VERSION
        try:
            stamp = read_stamp(file)
            if before and is_read and before.stamp.matches(stamp):
                self.report.unchanged += 1
                return
            if failure and failure.stamp and failure.stamp.matches(stamp) and not given:
                self.report.failed.append(Failure(path, failure.reason))
                return
            data, status = read_regular(file, root, most=MAX_BYTES)
        except OSError as error:
            self.put_failure(path, error.strerror or str(error), None)
            return
        stamp = make_stamp(status)
        state = make_file_state(data, stamp)
        if before and is_read and before.content_hash == state.content_hash:
            self.batch.touch(path, state)
            self.report.unchanged += 1
            return
        source = self._find_copy(path, state.content_hash)
        if source and is_gone(source):
            self.batch.move(source, path, state)
            self.moved.add(source)
            self.report.moved += 1
            return
        if source and not before:
            self.batch.copy(source, path, state)
            self.report.added += 1
            return
        try:
            content = parse(suffix_of(file), data, self.sandbox)
            pieces = self._cut(content, len(data))
        except TookTooLong as error:
            # What other files have cost it is given again by the next run.
            is_short = self.budget.is_short(len(data))
            more = ", and this run has no more time to spare" if is_short else ""
            self.put_failure(path, f"{error}{more}", None if is_short else stamp)
            return
        except UnreadableFile as error:
            self.put_failure(path, str(error), stamp)
            return
        self.batch.put(path, content, state, pieces)
        self.report.updated += before is not None
        self.report.added += before is None

    def _cut(self, content: Content, size: int) -> list[Piece]:
        """Raises `TookTooLong`."""
        size = max(size, len(content.text))
        seconds = self.budget.allow(size)
        started = time.thread_time()
        try:
            return self.cut(content, seconds)
        except TimeoutError:
            raise TookTooLong(f"took longer than {seconds} s to cut into passages") from None
        finally:
            self.budget.charge(size, time.thread_time() - started)

    def put_failure(self, path: str, reason: str, stamp: Stamp | None) -> None:
        """Note what could not be read."""
        self.batch.put_failure(path, reason, stamp)
        self.report.failed.append(Failure(path, reason))

    def report_rejected(self) -> None:
        """Report what has been read and could not be stored."""
        for failure in self.batch.rejected:
            is_known = failure.path in self.known
            self.report.updated -= is_known
            self.report.added -= not is_known
            self.report.failed.append(failure)

    def _find_copy(self, path: str, content_hash: bytes) -> str | None:
        """A document of the same kind with the same bytes; best one whose file is gone."""
        kind = Path(path).suffixes
        while True:
            same = [
                other
                for other in self.engine.paths_of_content(content_hash)
                if other != path and Path(other).suffixes == kind and self.shard.holds(other)
            ]
            settled = [other for other in same if other not in self.batch.pending]
            if settled or not same:
                gone = (other for other in settled if is_gone(other))
                return next(gone, next(iter(settled), None))
            # Whether one of them is still there is known once the batch is written.
            self.batch.commit()
