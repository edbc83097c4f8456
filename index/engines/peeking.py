"""What can be told of an index before it is opened, and sooner."""

from __future__ import annotations

from index.engines.kinds import find_engine
from index.locations import EngineUrl, Location
from index.reports import ignore_progress


def holds_documents(location: Location) -> bool:
    """Whether there are documents in an index, or will be once it is restored.

    Raises:
        NotAnIndex: there is no index.
        QuotebackError: it cannot be reached, or be read.
    """
    if not isinstance(location, EngineUrl):
        # Imported here, as it needs little of the local engine.
        from index.engines.local.storage.database import holds_documents

        return holds_documents(location)
    engine = find_engine(location).open_engine(location, ignore_progress)
    try:
        return not engine.is_empty
    finally:
        engine.close()


def identify_index(location: Location) -> object:
    """An identity, which another index in the same place would not have.

    An engine finds out by itself that its index was replaced: see `Engine.check`.

    Raises:
        NotAnIndex: there is no index in the folder, or no longer.
        CannotRead: the folder may not be read.
    """
    if not isinstance(location, EngineUrl):
        from index.engines.local.storage.file_identity import identify_store

        return identify_store(location)
    return location
