"""What can be said of an index before it is opened, at little cost."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from index.database import Database
from index.errors import readable
from index.schema import FILE_NAME, no_store


@readable()
def holds_documents(folder: Path) -> bool:
    """Whether there are documents in an index.

    Raises:
        NotAnIndex: the folder is none.
        DamagedIndex: it cannot be read.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise no_store(folder, f"{folder} is not an index: make one with `quoteback index PATH`")
    with closing(Database(path)) as store, store.reading() as connection:
        return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM documents)").fetchone()[0])
