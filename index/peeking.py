"""What can be said of an index before it is opened, at little cost."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from index.store import Store


def holds_documents(folder: Path) -> bool:
    """Whether there are documents in an index.

    Raises:
        NotAnIndex: the folder is none.
        DamagedIndex: it cannot be read.
    """
    with closing(Store(folder)) as store, store.reading() as connection:
        return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM documents)").fetchone()[0])
