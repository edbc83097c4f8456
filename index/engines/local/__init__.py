"""The engine of an index in a folder: the store in SQLite, with vectors and keywords beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index.engines.local.engine import LocalEngine as LocalEngine, open_engine as open_engine
    from index.engines.local.storage.database import (
        holds_documents as holds_documents,
        identify_store as identify_store,
    )
    from index.engines.local.storage.restore import restore_index as restore_index
    from index.engines.local.storage.schema import (
        create_index as create_index,
        is_index as is_index,
    )
else:
    # What tells of an index before it is opened needs little of all this.
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index.engines.local.engine": "LocalEngine open_engine",
            "index.engines.local.storage.schema": "create_index is_index",
            "index.engines.local.storage.database": "holds_documents identify_store",
            "index.engines.local.storage.restore": "restore_index",
        },
    )
