"""The index that the environment names, for us and for processes that we start."""

from __future__ import annotations

import os

from index.locations.index_location import EngineUrl, Location, read_location
from index.locations.user_folders import data_folder


def default_index() -> Location:
    """The index to use if no other is given: `$QUOTEBACK_INDEX`, else one in the data folder.

    Raises:
        BadLocation: the variable holds an invalid URL.
    """
    chosen = os.environ.get("QUOTEBACK_INDEX")
    return read_location(chosen) if chosen else data_folder() / "index"


def describe_to_process(index: Location) -> dict[str, str]:
    """Environment variables that make this the default index of a process that we start.

    A URL may hold a password, which arguments would show in a list of processes.
    """
    return {"QUOTEBACK_INDEX": index.raw if isinstance(index, EngineUrl) else str(index)}
