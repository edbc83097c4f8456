"""What is damaged in a local index."""

from __future__ import annotations

from index.engines.local.dense.dense_index import DenseIndex
from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.backup import describe_problem
from index.engines.local.storage.damage import LOST, find_damage
from index.engines.local.storage.store import Store
from index.engines.model import EmbeddingModel
from index.errors import DamagedIndex, DamagedKeywords
from index.filesystem.freshness import is_missing
from index.reports import ProgressCallback

_ADVICE = "run `quoteback verify --repair`"


def find_problems(
    store: Store,
    dense: DenseIndex,
    keywords: KeywordIndex,
    model: EmbeddingModel,
    progress: ProgressCallback,
) -> list[str]:
    """Read and check everything; returns what is wrong, a line each."""
    try:
        commits = store.commits
        problems = find_damage(store, progress)
        problems += [
            f"store: {path}: {LOST}"
            for path, failed in store.failures().items()
            if failed.reason == LOST
        ]
        problems += [_describe_unread(root) for root in store.given().unread]
        backup_problem = describe_problem(store)
    except DamagedIndex as error:
        return [f"store: {error}"]
    problems += [f"vectors: {why}" for why in dense.vectors.verify(progress)]
    lacking = [] if backup_problem is None else [f"folders.json: {backup_problem}: {_ADVICE}"]
    if model.is_outdated(may_compile=True):
        lacking.append(f"vectors: it was embedded {model.difference}")
    if missing := dense.count_missing():
        lacking.append(f"vectors: {missing} passages are missing: {_ADVICE}")
    try:
        keywords.verify()
        count, wanted = keywords.count, store.counts().passages
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
