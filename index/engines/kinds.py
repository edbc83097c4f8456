"""The engine of a location: the local engine for a folder, else the engine of the URL's scheme.

Engines are imported when they are needed, as a plain installation lacks their packages. Other
packages add engines as entry points: see `index.plugins`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from index.errors import MissingEngine
from index.locations import EngineUrl, Location
from index.parts import explain_installation
from index.plugins import list_plugins, load_plugin
from index.reports import ProgressCallback

if TYPE_CHECKING:
    from index.engines.protocol import Engine

_LOCAL = "index.engines.local"
# By scheme, the module of an engine and the extra that installs what it needs.
_ENGINES = {
    "postgresql": ("index.engines.postgres", "postgres"),
    "postgres": ("index.engines.postgres", "postgres"),
    "milvus": ("index.engines.milvus", "milvus"),
    "milvus+file": ("index.engines.milvus", "milvus"),
}


class EngineKind(Protocol):
    """The functions that the module of an engine must have.

    The location is a `Path` for the local engine, and an `EngineUrl` for all others.
    """

    def is_index(self, location: Location) -> bool:
        """Whether there is an index, in whatever state; raises `QuotebackError`."""
        ...

    def create_index(self, location: Location, model: str) -> None:
        """Make an empty index, whole or not at all; nothing where another process was first.

        Raises:
            NotAnIndex: something else is in its place.
            CannotWrite: there is no room for it, or no permission.
        """
        ...

    def open_engine(self, location: Location, progress: ProgressCallback) -> Engine:
        """Open an index.

        Raises:
            NotAnIndex: there is none.
            OtherFormat: another version of Quoteback has made it.
            QuotebackError: it cannot be reached, or be read.
        """
        ...


def find_engine(location: Location) -> EngineKind:
    """The kind of engine of a location.

    Raises:
        MissingEngine: it is not installed, or there is none for the scheme of the URL.
        PluginError: another package's engine cannot be imported.
    """
    if not isinstance(location, EngineUrl):
        return cast("EngineKind", import_module(_LOCAL))
    if location.scheme not in _ENGINES:
        if location.scheme in list_plugins("engines"):
            return cast("EngineKind", load_plugin("engines", location.scheme))
        known = ", ".join(
            f"{scheme}://" for scheme in sorted({*_ENGINES, *list_plugins("engines")})
        )
        raise MissingEngine(
            f"there is no engine for {location.scheme}://: name a folder, or one of {known}"
        )
    module, extra = _ENGINES[location.scheme]
    try:
        return cast("EngineKind", import_module(module))
    except ImportError as error:
        if error.name == module:
            raise MissingEngine(
                f"this version of Quoteback has no engine for {location.scheme}:// yet: "
                f"name a folder"
            ) from None
        raise MissingEngine(
            f"{location.scheme}:// needs more packages ({error}): {explain_installation(extra)}"
        ) from error
