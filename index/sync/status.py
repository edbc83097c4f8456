"""An index looked over: what is in it, what is out of step, what is damaged."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from index.errors import DamagedIndex
from index.files import READING, Freshness
from index.reports import Failure, ProgressCallback, Status
from index.search.dense import Dense
from index.search.keywords import DamagedKeywords, Keywords
from index.storage.damage import damage
from index.storage.roots import read_removed, read_roots
from index.storage.store import Store
from index.sync.catch_up import missing_vectors
from index.sync.walk import walk

_ADVICE = "run `quoteback verify --repair`"


def status_of(store: Store, dense: Dense, freshness: Freshness) -> Status:
    """What is in an index, and what is out of step."""
    folder = store.path.parent
    documents, passages = store.counts()
    threshold = store.setting("threshold")
    known, failures, roots = store.states(), store.failures(), read_roots(store)
    current = {path: freshness.is_current(Path(path), state) for path, state in known.items()}
    removed = read_removed(store)
    outdated = dense.is_outdated(compiling=False)
    found = walk(roots, roots, folder, removed).files
    return Status(
        path=str(folder),
        documents=documents,
        passages=passages,
        vectors=0 if outdated else passages - missing_vectors(store, dense.vectors),
        model=store.setting("model") or "",
        bytes=_size(folder),
        folders=tuple(roots),
        stale=tuple(sorted(path for path, yes in current.items() if not yes)),
        gone=tuple(sorted(path for path, yes in current.items() if yes is None)),
        new=tuple(path for path in map(str, found) if path not in known and path not in failures),
        failed=tuple(Failure(path, failed.reason) for path, failed in failures.items()),
        threshold=float(threshold) if threshold is not None else None,
        removed=tuple(sorted(removed)),
        outdated=outdated,
        to_reread=sum(state.reading != READING for state in known.values()),
    )


def problems_of(
    store: Store, dense: Dense, keywords: Keywords, tell: ProgressCallback
) -> list[str]:
    """Read and check everything; returns what is wrong, a line each."""
    try:
        commits = store.commits
        problems = damage(store, tell)
    except DamagedIndex as error:
        return [f"store: {error}"]
    vectors = dense.vectors
    problems += [f"vectors: {why}" for why in vectors.verify(tell)]
    lacking = []
    if dense.is_outdated(compiling=True):
        lacking.append(f"vectors: another version of the model has made them: {dense.remedy}")
    if missing := missing_vectors(store, vectors):
        lacking.append(f"vectors: {missing} passages are missing: {_ADVICE}")
    try:
        keywords.verify()
        found, wanted = keywords.count, store.counts()[1]
        if found != wanted:
            lacking.append(f"keywords: {found} of {wanted} passages: {_ADVICE}")
    except DamagedKeywords as error:
        problems.append(f"keywords: {error}")
    # What goes on, or has gone on meanwhile, may lack something.
    if store.is_unfinished or store.commits != commits:
        return problems
    return problems + lacking


def _size(folder: Path) -> int:
    """Bytes of all files in a folder; files may go while it is read."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.lstat().st_size if file.is_file() else 0
    return total
