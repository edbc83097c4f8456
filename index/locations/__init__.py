"""Where things are: the index, in a folder or an engine, and the folders of the user."""

from index.locations.index_location import default_index, describe_to_process
from index.locations.index_location import (
    EngineUrl,
    Location,
    name_location,
    not_local,
    read_location,
    require_folder,
)
from index.locations.passwords import hide_passwords
from index.locations.user_folders import (
    cache_folder,
    configuration_folder,
    data_folder,
    home_folder,
    runtime_folder,
)

__all__ = [
    "EngineUrl",
    "Location",
    "cache_folder",
    "configuration_folder",
    "data_folder",
    "default_index",
    "describe_to_process",
    "hide_passwords",
    "home_folder",
    "name_location",
    "not_local",
    "read_location",
    "require_folder",
    "runtime_folder",
]
