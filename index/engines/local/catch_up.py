"""Bringing the keyword index up to date with the store, by a rebuild where nothing less helps."""

from __future__ import annotations

from collections.abc import Iterator

from index.documents import PassageWithContext
from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.store import UNFINISHED, Store
from index.errors import CannotWrite, DamagedKeywords
from index.reports import Progress, ProgressCallback, ignore_progress

# Passages added to the keyword index at once where it has fallen behind.
KEYWORD_PASSAGES = 10_000


def catch_up_keywords(
    store: Store, keywords: KeywordIndex, progress: ProgressCallback = ignore_progress
) -> None:
    """Add what the keyword index lacks; rebuild it where it is damaged."""
    try:
        keywords.refresh()
        if not keywords.is_outdated:
            for passages in _read_passages(store, keywords.watermark):
                keywords.add(passages)
            if keywords.count == store.counts().passages:
                return
    except DamagedKeywords:
        pass
    # It is damaged or of an older form, or a writer was killed between two commits.
    rebuild_keywords(store, keywords, progress)


def rebuild_keywords(
    store: Store, keywords: KeywordIndex, progress: ProgressCallback = ignore_progress
) -> None:
    """Make the keyword index again from the store; raises `CannotWrite`."""
    store.set_setting(UNFINISHED, "yes")
    total = store.counts().passages
    try:
        keywords.rebuild(_report_batches(_read_passages(store), total, progress))
    except DamagedKeywords as error:
        # It has just been made, so it is not damaged.
        raise CannotWrite(
            f"the keyword index cannot be written ({error.__cause__}): check the disk it is on, "
            f"then run `quoteback verify --repair`"
        ) from error


def _read_passages(store: Store, after: int = 0) -> Iterator[list[PassageWithContext]]:
    while passages := store.passages_after(after, KEYWORD_PASSAGES):
        yield passages
        after = passages[-1].id


def _report_batches(
    passages: Iterator[list[PassageWithContext]], total: int, progress: ProgressCallback
) -> Iterator[list[PassageWithContext]]:
    done = 0
    for batch in passages:
        progress(Progress("rebuilding the keyword index", done, total))
        yield batch
        done += len(batch)
    progress(Progress("rebuilding the keyword index", done, total))
