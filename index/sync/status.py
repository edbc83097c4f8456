"""What is in an index, what is out of date, and what is damaged."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from index.errors import DamagedIndex
from index.filesystem.freshness import LOADER_VERSION, Freshness, is_missing
from index.reports import Failure, ProgressCallback, Status
from index.search.dense import DenseIndex
from index.search.keywords import DamagedKeywords, KeywordIndex
from index.storage.backup import describe_problem
from index.storage.damage import find_damage
from index.storage.roots import read_removed, read_roots, read_unread
from index.storage.store import Store
from index.sync.walk import walk

_ADVICE = "run `quoteback verify --repair`"


def read_status(store: Store, dense: DenseIndex, freshness: Freshness) -> Status:
    """What is in an index, and what is out of date."""
    folder = store.path.parent
    documents, passages = store.counts()
    known, failures, roots = store.states(), store.failures(), read_roots(store)
    # None where the file is gone.
    current = {path: freshness.is_current(Path(path), state) for path, state in known.items()}
    removed = read_removed(store)
    outdated = dense.is_outdated(may_compile=False)
    walked = walk(roots, roots, folder, removed)
    files = [str(file) for file in walked.files]
    return Status(
        path=str(folder),
        documents=documents,
        passages=passages,
        vectors=0 if outdated else passages - dense.count_missing(),
        model=store.setting("model") or "",
        bytes=_measure_size(folder),
        folders=tuple(roots),
        stale=tuple(sorted(path for path, is_current in current.items() if not is_current)),
        gone=tuple(sorted(path for path, is_current in current.items() if is_current is None)),
        new=tuple(path for path in files if path not in known and path not in failures),
        failed=tuple(Failure(path, failed.reason) for path, failed in failures.items()),
        threshold=store.threshold,
        removed=tuple(sorted(removed)),
        outdated=outdated,
        unread=tuple(read_unread(store)),
        skipped=tuple(walked.skipped.listed),
        to_reread=sum(state.loader_version != LOADER_VERSION for state in known.values()),
    )


def find_problems(
    store: Store, dense: DenseIndex, keywords: KeywordIndex, progress: ProgressCallback
) -> list[str]:
    """Read and check everything; returns what is wrong, a line each."""
    try:
        commits = store.commits
        problems = find_damage(store, progress)
        problems += [_describe_unread(root) for root in read_unread(store)]
        backup_problem = describe_problem(store)
    except DamagedIndex as error:
        return [f"store: {error}"]
    problems += [f"vectors: {why}" for why in dense.vectors.verify(progress)]
    lacking = [] if backup_problem is None else [f"folders.json: {backup_problem}: {_ADVICE}"]
    if dense.is_outdated(may_compile=True):
        lacking.append(f"vectors: another version of the model has made them: {dense.advice}")
    if missing := dense.count_missing():
        lacking.append(f"vectors: {missing} passages are missing: {_ADVICE}")
    try:
        keywords.verify()
        count, wanted = keywords.count, store.counts()[1]
        if count != wanted or (count and not keywords.watermark):
            lacking.append(f"keywords: {count} of {wanted} passages: {_ADVICE}")
    except DamagedKeywords as error:
        problems.append(f"keywords: {error}")
    # While a run goes on, or after it was cut short, the derived parts may lack something.
    if store.is_unfinished or store.commits != commits:
        return problems
    return problems + lacking


def _describe_unread(root: str) -> str:
    advice = f"bring it back and {_ADVICE}" if is_missing(root) else _ADVICE
    return f"store: {root} has not been read again since the store was restored: {advice}"


def _measure_size(folder: Path) -> int:
    """Bytes of all files in a folder; files may be deleted while it is read."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.lstat().st_size if file.is_file() else 0
    return total
