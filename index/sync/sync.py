"""The index brought in step with files: walk, compare, read what is new or has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from index.documents import Content
from index.files import READING, FileState, Stamp, is_gone, stamp_of, state_of
from index.loaders import UnreadableFile, parse, read, suffix_of
from index.loaders.sandbox.parent import Sandbox
from index.reports import Failure, Progress, ProgressCallback, Report
from index.storage.store import FailedFile, Store
from index.sync.batch import Changes
from index.sync.walk import Found, outermost, within
from index.text.passages import Piece

Cutter = Callable[[Content], list[Piece]]


def sync(
    places: Iterable[str],
    found: Found,
    store: Store,
    changes: Changes,
    cut: Cutter,
    tell: ProgressCallback,
) -> Report:
    """Take up what is new or has changed at some places; remove what is gone or left out there.

    Args:
        places: absolute paths of files and folders, which need not exist any more.
        found: what a walk has found there.
        cut: makes passages of a document.
    """
    places = dict.fromkeys(outermost(places))
    run = _Run(store, changes, cut, Report(skipped=found.skipped))
    for place in places:
        run.known |= store.states(place)
        run.failed |= store.failures(place)
    kept = {*map(str, found.files), *within([*run.known, *run.failed], found.closed)}
    leaving = dict.fromkeys(path for path in [*run.known, *run.failed] if path not in kept)
    for folder, reason in found.closed.items():
        run.fail(folder, reason, None)
    # What is new comes first, so that what has moved is still known by its old name.
    files = sorted(found.files, key=lambda file: str(file) in run.known)
    with run.sandbox:
        for number, file in enumerate(files):
            tell(Progress("reading", number, len(files), str(file)))
            run.take(file, named=str(file) in places)
    for path in leaving:
        if path not in run.moved:
            changes.remove(path)
            run.report.removed += path in run.known
    changes.commit()
    tell(Progress("reading", len(files), len(files)))
    return run.report


@dataclass(slots=True)
class _Run:
    """What one run knows and does.

    Attributes:
        known, failed: what the store held of the places before.
        moved: old paths of documents that have been given new ones.
        sandbox: where the formats that ask for it are parsed.
    """

    store: Store
    changes: Changes
    cut: Cutter
    report: Report
    known: dict[str, FileState] = field(default_factory=dict)
    failed: dict[str, FailedFile] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    sandbox: Sandbox = field(default_factory=Sandbox)

    def take(self, file: Path, named: bool) -> None:
        """Take up one file, if it is new, has changed or was read by an earlier version.

        Args:
            named: by a person, so that it is tried again even where that seems vain.
        """
        path = str(file)
        before, failure = self.known.get(path), self.failed.get(path)
        is_read = before is not None and before.reading == READING
        try:
            stamp = stamp_of(file)
            if before and is_read and before.stamp.holds(stamp):
                self.report.unchanged += 1
                return
            if failure and failure.stamp and failure.stamp.holds(stamp) and not named:
                self.report.failed.append(Failure(path, failure.reason))
                return
            data = read(file)
        except (UnreadableFile, OSError) as error:
            self.fail(path, getattr(error, "strerror", None) or str(error), None)
            return
        state = state_of(data, stamp)
        if before and is_read and before.content_hash == state.content_hash:
            self.changes.touch(path, state)
            self.report.unchanged += 1
            return
        source = self._source(path, state.content_hash)
        if source and is_gone(source):
            self.changes.move(source, path, state)
            self.moved.add(source)
            self.report.moved += 1
            return
        if source and not before:
            self.changes.copy(source, path, state)
            self.report.added += 1
            return
        try:
            content = parse(suffix_of(file), data, self.sandbox)
        except UnreadableFile as error:
            self.fail(path, str(error), stamp)
            return
        self.changes.put(path, content, state, self.cut(content))
        self.report.updated += before is not None
        self.report.added += before is None

    def fail(self, path: str, reason: str, stamp: Stamp | None) -> None:
        """Note what could not be read."""
        self.changes.fail(path, reason, stamp)
        self.report.failed.append(Failure(path, reason))

    def _source(self, path: str, content_hash: bytes) -> str | None:
        """A document of the same kind whose file has the same bytes, or had them and is gone."""
        kind = Path(path).suffixes
        while True:
            same = self.store.of_content(content_hash)
            same = [other for other in same if other != path and Path(other).suffixes == kind]
            free = [other for other in same if other not in self.changes.pending]
            if free or not same:
                return next((other for other in free if is_gone(other)), next(iter(free), None))
            # Which of them still holds is known once it is written.
            self.changes.commit()
