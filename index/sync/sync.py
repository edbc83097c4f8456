"""Bringing an index up to date with files: those that are new or have changed are read."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from index.documents import Content
from index.engines.changes import ChangeGiven, Copy, Move, Put, PutFailure, Remove, Touch
from index.engines.protocol import Given
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
from index.filesystem.paths import drop_nested, is_within, paths_above, paths_within
from index.filesystem.safe_opening import read_regular
from index.formats import OCR, holds_documents
from index.loaders import MAX_BYTES, UnreadableFile, is_archive, list_kinds, suffix_of
from index.loaders.registry import ARCHIVE
from index.loaders.sandbox.limits import Budget
from index.loaders.sandbox.parent import Sandbox, SandboxClosed
from index.loaders.shared.decoding import SCANNED, TookTooLong
from index.reports import ChosenSkip, Failure, Report
from index.sync.batch import Writer
from index.sync.containers import FileProgress, FileReader, FoundDocument
from index.sync.walk import WHOLE, Shard, WalkResult
from index.sync.without_files import read_kept_pages
from index.text.passages import NewPassage


def sync_files(
    writer: Writer,
    paths: Iterable[str],
    walked: WalkResult,
    shard: Shard = WHOLE,
) -> Report:
    """Read what is new or has changed at some paths; remove what is gone or left out there.

    Pages from the web that this version has not read are read, too.

    Args:
        paths: absolute, of files and folders, which need no longer exist.
        walked: what a walk has found there.
        shard: only its files are read, moved, copied or removed.
    """
    engine, batch = writer.engine, writer.batch
    paths = dict.fromkeys(drop_nested(paths))
    known: dict[str, FileState] = {}
    failed: dict[str, FailedFile] = {}
    for path in paths:
        known |= engine.states(path)
        failed |= engine.failures(path)
    files_there = {str(file) for file in walked.files}
    files = {path: _find_holder(path, files_there, known) for path in [*known, *failed]}
    known = {path: known[path] for path in known if shard.holds(files[path])}
    failed = {path: failed[path] for path in failed if shard.holds(files[path])}
    present = [file for file in walked.files if shard.holds(str(file))]
    budget = Budget()
    file_progress = FileProgress(writer.progress, len(present))
    sandbox = Sandbox(budget, on_wait=file_progress.repeat, on_page=file_progress.show_page)
    report = Report(skipped=walked.skipped)
    kinds = list_kinds(walked.archives)
    make_reader = partial(FileReader, sandbox, kinds, report.skipped, file_progress.show)
    given = engine.given()
    run = _Run(writer, report, known, failed, budget, make_reader, shard, walked, given)
    kept = {*map(str, present), *paths_within([*run.known, *run.failed], walked.unreadable)}
    leaving: dict[str, None] = {}
    for path in [*run.known, *run.failed]:
        if files[path] != path and files[path] in kept:
            run.members.setdefault(files[path], set()).add(path)
        elif path not in kept:
            leaving[path] = None
    for folder, reason in walked.unreadable.items():
        if shard.holds(folder):
            run.put_failure(folder, reason, None)
    # New files come first, so that one that was moved is still known by its old path.
    ordered = sorted(present, key=lambda file: str(file) in run.known)
    with sandbox:
        for number, file in enumerate(ordered):
            file_progress.begin(number, str(file))
            run.sync_file(file, walked.files[file], given=str(file) in paths)
    for path in leaving:
        if path not in run.moved:
            batch.add(Remove(path))
            run.report.removed += path in run.known and files[path] == path
    file_progress.end()
    batch.commit()
    run.report_rejected()
    writer.change_given(read=paths_within(engine.given().unread, paths))
    report.add_all(read_kept_pages(writer))
    return report


def _find_holder(path: str, files: Container[str], known: Container[str]) -> str:
    """The file that holds a document, by what the walk has found and what the index knows."""
    if path in files:
        return path
    above = [folder for folder in paths_above(path) if folder in files or folder in known]
    return above[-1] if above else path


@dataclass(slots=True)
class _Run:
    """What one run knows and does.

    Attributes:
        known, failed: by path, what the index held before.
        make_reader: makes what reads a file, given `reason_to_skip` and `is_done`.
        shard: all other files are left to other processes.
        given: what a person has given and removed.
        members: by file, the paths of its documents and failures in the index.
        moved: old paths of documents that have been given new ones.
    """

    writer: Writer
    report: Report
    known: dict[str, FileState]
    failed: dict[str, FailedFile]
    budget: Budget
    make_reader: Callable[[Callable[[str], str | None], Callable[[str], bool]], FileReader]
    shard: Shard
    walked: WalkResult
    given: Given
    members: dict[str, set[str]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)

    def sync_file(self, file: Path, root: str | None, given: bool) -> None:
        """Read one file if it is new, has changed or was read by an earlier version.

        Args:
            root: the folder that it was found in; None if it was given itself.
            given: by a person, so that it is tried again even if that seems useless.
        """
        try:
            self._sync_file(file, root, given)
        except (Cancelled, QuotebackError, SandboxClosed, sqlite3.Error, MemoryError):
            # These errors have nothing to do with the file.
            raise
        except Exception as error:
            # Whatever is wrong with this file, the others must not suffer.
            self._fail_file(str(file), f"cannot be indexed ({error!r})", None)

    def _sync_file(self, file: Path, root: str | None, given: bool) -> None:
        path = str(file)
        before, failure = self.known.get(path), self.failed.get(path)
        is_read = before is not None and self._is_read(path)
        try:
            stamp = read_stamp(file)
            if before and is_read and before.stamp == stamp:
                self._keep_file(path)
                return
            if failure and failure.stamp == stamp and _is_final(failure) and not given:
                self.report.failed.append(Failure(path, failure.reason))
                return
            data, status = read_regular(file, root, most=MAX_BYTES)
        except OSError as error:
            self._fail_file(path, error.strerror or str(error), None)
            return
        stamp = make_stamp(status)
        state = make_file_state(data, stamp)
        if before and is_read and before.content_hash == state.content_hash:
            self._touch(path, state)
            self._keep_file(path)
            return
        source = self._find_copy(path, state.content_hash)
        if source and is_gone(source):
            self._transfer(source, path, state, is_move=True)
            self.report.moved += 1
        elif source and not before:
            self._transfer(source, path, state, is_move=False)
            self.report.added += 1
        else:
            self._read_file(path, suffix_of(file), data, state, stamp)

    def _is_read(self, path: str) -> bool:
        """Whether this version has read a file and all in it, and nothing is to be tried again."""
        members = self.members.get(path, ())
        states = [self.known[name] for name in (path, *members) if name in self.known]
        failures = [self.failed[name] for name in members if name in self.failed]
        return all(state.loader_version == LOADER_VERSION for state in states) and all(
            map(_is_final, failures)
        )

    def _keep_file(self, path: str) -> None:
        """Report a file that is unchanged, with what could not be read in it."""
        self.report.unchanged += 1
        for inner in sorted(self.members.get(path, ())):
            if (failure := self.failed.get(inner)) is not None:
                self.report.failed.append(Failure(inner, failure.reason))

    def _touch(self, path: str, state: FileState) -> None:
        """Note the new stamp of a file whose content is the same."""
        for inner in sorted(self.members.get(path, ())):
            if inner in self.known:
                self.writer.batch.add(Touch(inner, _state_below(state, path, inner)))
            else:
                self.writer.batch.add(PutFailure(inner, self.failed[inner].reason, state.stamp))
        self.writer.batch.add(Touch(path, state))

    def _transfer(self, source: str, path: str, state: FileState, is_move: bool) -> None:
        """Move or copy the members of a file, and then its own document."""
        kind = Move if is_move else Copy
        states, failures = self.writer.engine.states(source), self.writer.engine.failures(source)
        for inner in self.members.get(path, ()):
            self.writer.batch.add(Remove(inner))
        for inner in states.keys() - {source}:
            target = path + inner[len(source) :]
            self.writer.batch.add(kind(inner, target, _state_below(state, path, target)))
        for inner, failure in failures.items():
            stamp = failure.stamp and state.stamp
            self.put_failure(path + inner[len(source) :], failure.reason, stamp)
            if is_move:
                self.writer.batch.add(Remove(inner))
        if is_move:
            self._move_removed(source, path)
        self.writer.batch.add(kind(source, path, state))
        if is_move:
            self.moved.update(states, failures)

    def _move_removed(self, source: str, path: str) -> None:
        """Have what a person has removed from a file stay out under its new path, not the old."""
        if names := self._list_removed(source):
            old, new = ({file + name for name in names} for file in (source, path))
            self.writer.batch.add(ChangeGiven(removed=sorted(new), restored=sorted(old)))
            self.given = replace(self.given, removed=(self.given.removed - old) | new)

    def _list_removed(self, file: str) -> set[str]:
        """What a person has removed from a file: its paths below the file's."""
        return {path[len(file) :] for path in paths_within(self.given.removed, [file])}

    def _read_file(
        self, path: str, suffix: str, data: bytes, state: FileState, stamp: Stamp
    ) -> None:
        """Read a file and its members; remove members that are no longer there.

        The file's own document is put last: until then, the file counts as not read.

        Args:
            stamp: the file's own, to note with a failure; that of `state` may prove nothing.
        """
        members = self.members.setdefault(path, set())
        unmet = set(members)
        patterns = self.walked.patterns.get(path)

        def explain_skip(inner: str) -> str | None:
            if paths_within([inner], self.given.removed):
                return ChosenSkip.REMOVED
            return (
                ChosenSkip.EXCLUDED if patterns is not None and patterns.excludes(inner) else None
            )

        outdated = self._find_outdated(path, state)

        def is_done(inner: str) -> bool:
            return inner in self.known and inner not in outdated

        if is_archive(suffix) and not self.walked.archives:
            self._fail_file(path, ARCHIVE, None)
            return
        try:
            for found in self.make_reader(explain_skip, is_done).read(path, suffix, data):
                if found.path != path:
                    members.add(found.path)
                    unmet.discard(found.path)
                    if found.is_done:
                        unmet = {inner for inner in unmet if not is_within(inner, found.path)}
                    self._put_member(found, path, state)
                elif found.content is not None:
                    passages = self._cut(found.content, found.size)
                    for inner in unmet:
                        self.writer.batch.add(Remove(inner))
                    put = Put(path, found.content, state, passages)
                    self.writer.batch.add(put, is_known=path in self.known)
        except UnreadableFile as error:
            reason, failed_stamp = self._explain(error, stamp, len(data))
            self._fail_file(path, reason if data else "empty", failed_stamp)
            return
        self.report.updated += path in self.known
        self.report.added += path not in self.known

    def _find_outdated(self, path: str, state: FileState) -> set[str]:
        """The members of a file that are to be read again, and the paths above them."""
        outdated: set[str] = set()
        for inner in self.members.get(path, ()):
            before, failure = self.known.get(inner), self.failed.get(inner)
            now = _describe_reading(_state_below(state, path, inner))
            is_other = before is not None and _describe_reading(before) != now
            if is_other or (failure is not None and not _is_final(failure)):
                outdated.update((inner, *paths_above(inner)))
        return outdated

    def _put_member(self, found: FoundDocument, file: str, state: FileState) -> None:
        """Put a member that was read in a file, or note why it could not be read."""
        path = found.path
        inner = _state_below(state, file, path)
        if found.is_done:
            if self.known[path] != inner:
                self.writer.batch.add(Touch(path, inner))
            return
        try:
            if found.error is not None:
                raise found.error
            if found.content is not None:
                passages = self._cut(found.content, found.size)
                put = Put(path, found.content, inner, passages)
                self.writer.batch.add(put, is_known=path in self.known)
        except UnreadableFile as error:
            self.put_failure(path, *self._explain(error, state.stamp, found.size))

    def _explain(self, error: UnreadableFile, stamp: Stamp, size: int) -> tuple[str, Stamp | None]:
        """Why a file could not be read, and its stamp, if trying again is useless."""
        # If other files have used up its time, the next run gives it more.
        is_short = isinstance(error, TookTooLong) and self.budget.is_short(size)
        more = ", and this run has no more time to spare" if is_short else ""
        return f"{error}{more}", None if is_short else stamp

    def _cut(self, content: Content, size: int) -> list[NewPassage]:
        """Cut a text, within the budget; raises `TookTooLong`."""
        size = max(size, len(content.text))
        seconds = self.budget.allow(size)
        started = time.thread_time()
        try:
            return self.writer.cut(content, seconds)
        except TimeoutError:
            raise TookTooLong(f"took longer than {seconds} s to cut into passages") from None
        finally:
            self.budget.charge(size, time.thread_time() - started)

    def put_failure(self, path: str, reason: str, stamp: Stamp | None) -> None:
        """Note and report a path that could not be read."""
        self.writer.batch.add(PutFailure(path, reason, stamp))
        self.report.failed.append(Failure(path, reason))

    def _fail_file(self, path: str, reason: str, stamp: Stamp | None) -> None:
        """Note a file that could not be read, and remove its members."""
        self.put_failure(path, reason, stamp)
        for inner in self.members.get(path, ()):
            self.writer.batch.add(Remove(inner))

    def report_rejected(self) -> None:
        """Report files that were read but could not be stored."""
        for failure in self.writer.batch.rejected:
            if Path(failure.path) in self.walked.files:
                is_known = failure.path in self.known
                self.report.updated -= is_known
                self.report.added -= not is_known
            self.report.failed.append(failure)

    def _find_copy(self, path: str, content_hash: bytes) -> str | None:
        """A document of the same kind with the same bytes, if any; one whose file is gone first."""
        kind = Path(path).suffixes
        while True:
            same = [
                other.path
                for other, state in self.writer.engine.find_documents(content=content_hash)
                if other.path != path
                and _is_read_here(state)
                and Path(other.path).suffixes == kind
                and self.shard.holds(other.path)
                and self._wants_the_same(other.path, path)
            ]
            settled = [other for other in same if not self.writer.batch.is_pending(other)]
            if settled or not same:
                gone = (other for other in settled if is_gone(other))
                return next(gone, next(iter(settled), None))
            # Whether one of them is still there is known once the batch is written.
            self.writer.batch.commit()

    def _wants_the_same(self, source: str, path: str) -> bool:
        """Whether the same is left out of what two files with the same bytes hold."""
        if not holds_documents(source):
            return True
        removed, own = self._list_removed(source), self._list_removed(path)
        # What was removed from a file moves with it, but a copy has all that is in it.
        if removed != own and (own or not is_gone(source)):
            return False
        before, now = self._find_exclude(source), self._find_exclude(path)
        # A pattern with a folder in it counts from the root, and may leave out one of them alone.
        return before == now and not any("/" in pattern.rstrip("/") for pattern in now)

    def _find_exclude(self, path: str) -> tuple[str, ...]:
        """The patterns of what is left out at a path: those of the innermost root that has some."""
        roots = [
            root
            for root in self.given.roots.values()
            if root.has_patterns and is_within(path, root.path)
        ]
        return max(roots, key=lambda root: len(root.path)).exclude if roots else ()


def _is_read_here(state: FileState | None) -> bool:
    """Whether this machine has read a file, by this version of the loaders.

    A file of another machine, which is not seen here, must not be taken for one that was moved.
    """
    return state is not None and state.host is None and state.loader_version == LOADER_VERSION


def _is_final(failure: FailedFile) -> bool:
    """Whether trying again is useless until the file changes; not if it is a scan, and OCR came."""
    return failure.stamp is not None and not (failure.reason == SCANNED and OCR.is_installed)


def _state_below(state: FileState, file: str, path: str) -> FileState:
    """The state of a document in a file, or of the file itself."""
    return state if path == file else state.of_member(path[len(file) + 1 :])


def _describe_reading(state: FileState) -> tuple[bytes, int | None]:
    """What a document was read from, and by which version of the loaders."""
    return state.content_hash, state.loader_version
