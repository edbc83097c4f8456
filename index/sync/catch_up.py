"""What is derived from the store, compared with it: keywords brought in step, vectors counted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from index.errors import CannotWrite, QuotebackError
from index.reports import Progress, ProgressCallback, silence
from index.search.keywords import DamagedKeywords, Keywords
from index.search.vectors import Vectors
from index.storage.locking import writer_lock
from index.storage.migrations import migrate_store, needs_migration
from index.storage.store import UNFINISHED, Embeddable, Store
from index.sync.batch import KEYWORD_PASSAGES


def migrate_index(store: Store, keywords: Keywords, tell: ProgressCallback) -> None:
    """Bring an index of an older format up to date: first the store, then the keywords.

    The store's change is one transaction. Where the keywords cannot follow at once, the
    next writer rebuilds them.

    Raises:
        OtherFormat: there is no way from its format to this one.
        IndexInUse: another process is writing.
    """
    if not needs_migration(store):
        return
    with writer_lock(store.path.parent, tell):
        migrate_store(store)
        was_unfinished = store.is_unfinished
        with suppress(QuotebackError, OSError):
            catch_up_keywords(store, keywords, tell)
            if not was_unfinished:
                store.finish()


def missing_vectors(store: Store, vectors: Vectors) -> int:
    """How many passages are not embedded."""
    vectors.refresh()
    return len(np.setdiff1d(store.passage_ids(), vectors.ids(), assume_unique=True))


def catch_up_keywords(store: Store, keywords: Keywords, tell: ProgressCallback = silence) -> None:
    """Take what the keyword index lacks; made anew where it is damaged."""
    try:
        keywords.refresh()
        if not keywords.is_outdated:
            for passages in _batches(store, keywords.watermark):
                keywords.add(passages)
            if keywords.count == store.counts()[1]:
                return
    except DamagedKeywords:
        pass
    # Damaged, of an older form, or killed between two commits: it is quickly made anew.
    rebuild_keywords(store, keywords, tell)


def clear_away(folder: Path) -> None:
    """Remove what a killed writer was making anew in an index."""
    for left in (*folder.glob("*.part"), *folder.glob("*.old")):
        shutil.rmtree(left, ignore_errors=True)


def rebuild_keywords(store: Store, keywords: Keywords, tell: ProgressCallback = silence) -> None:
    """Make the keyword index anew; raises `CannotWrite`."""
    store.set_setting(UNFINISHED, "yes")
    try:
        keywords.rebuild(_told(_batches(store), store.counts()[1], tell))
    except DamagedKeywords as error:
        # What was made just now is not damaged.
        raise CannotWrite(
            f"the keyword index cannot be written ({error.__cause__}): see to the disk it is on, "
            f"then run `quoteback verify --repair`"
        ) from error


def _batches(store: Store, after: int = 0) -> Iterator[list[Embeddable]]:
    while passages := store.embeddable(after, KEYWORD_PASSAGES):
        yield passages
        after = passages[-1].id


def _told(
    batches: Iterator[list[Embeddable]], total: int, tell: ProgressCallback
) -> Iterator[list[Embeddable]]:
    done = 0
    for batch in batches:
        tell(Progress("making the keyword index", done, total))
        yield batch
        done += len(batch)
    tell(Progress("making the keyword index", done, total))
