"""The engine of a location: the local one for a folder, else that of the URL's scheme; opening it.

Engines are imported when they are needed, as a plain installation lacks their packages. Other
packages add engines as entry points: see `index.plugins`.
"""

from __future__ import annotations

import shlex
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from index.defaults import DEFAULT_MODEL
from index.engines import local
from index.errors import MissingEngine, OtherModel
from index.filesystem.safe_opening import close_on_error
from index.locations import EngineUrl, Location
from index.plugins import explain_installation, list_plugins, load_plugin
from index.reports import ProgressCallback, as_stage_callback, ignore_progress

if TYPE_CHECKING:
    from index.engines.protocol import Engine
    from index.models.encoder import Encoder

# By scheme, the module of an engine and the extra that installs what it needs.
_ENGINES = {
    "postgresql": ("index.engines.postgres", "postgres"),
    "postgres": ("index.engines.postgres", "postgres"),
    "milvus": ("index.engines.milvus", "milvus"),
    "milvus+file": ("index.engines.milvus", "milvus"),
}

# A folder with more passages than the first is slow to search and to keep up to date; with more
# than the second, so is one server.
MANY_PASSAGES, _TOO_MANY_FOR_A_SERVER = 5_000_000, 50_000_000


class EngineModule(Protocol):
    """The functions that the module of an engine must have.

    The location is a `Path` for the local engine, and an `EngineUrl` for all others.
    """

    def is_index(self, location: Location) -> bool:
        """Whether there is an index, in whatever state; raises `QuotebackError`."""
        ...

    def create_index(self, location: Location, model: str) -> None:
        """Make an empty index, whole or not at all; nothing if another process was first.

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
            IndexInUse: it takes one process at a time.
            QuotebackError: it cannot be reached, or be read.
        """
        ...


def find_engine(location: Location) -> EngineModule:
    """The module of the engine of a location; raises `MissingEngine`, or `PluginError`."""
    if not isinstance(location, EngineUrl):
        return cast("EngineModule", local)
    if location.scheme not in _ENGINES:
        if location.scheme in list_plugins("engines"):
            return cast("EngineModule", load_plugin("engines", location.scheme))
        known = ", ".join(
            f"{scheme}://" for scheme in sorted({*_ENGINES, *list_plugins("engines")})
        )
        raise MissingEngine(
            f"there is no engine for {location.scheme}://: name a folder, or one of {known}"
        )
    module, extra = _ENGINES[location.scheme]
    try:
        return cast("EngineModule", import_module(module))
    except ImportError as error:
        raise MissingEngine(
            f"{location.scheme}:// needs more packages ({error}): {explain_installation(extra)}"
        ) from error


def holds_documents(location: Location) -> bool:
    """Whether there are documents in an index, or will be once it is restored.

    Raises:
        NotAnIndex: there is no index.
        QuotebackError: it cannot be reached, or be read.
    """
    if not isinstance(location, EngineUrl):
        return local.holds_documents(location)
    with closing(find_engine(location).open_engine(location, ignore_progress)) as engine:
        return not engine.is_empty


def identify_index(location: Location) -> object:
    """An identity, which another index in the same place would not have.

    An engine finds out by itself that its index was replaced: see `Engine.check`.

    Raises:
        NotAnIndex: there is no index in the folder, or no longer.
        CannotRead: the folder may not be read.
    """
    return location if isinstance(location, EngineUrl) else local.identify_store(location)


def recommend_engine(folder: Path | None, passages: int) -> str | None:
    """Advice, in one line, to move an index in a folder to an engine; None if it may stay."""
    if folder is None or passages <= MANY_PASSAGES:
        return None
    name, url = "PostgreSQL", "postgresql://HOST/DATABASE"
    if passages > _TOO_MANY_FOR_A_SERVER:
        name, url = "Milvus", "milvus://HOST:PORT/NAME"
    return (
        f"{passages:,} passages are many for a folder: move them to {name} with "
        f"`quoteback copy {shlex.quote(str(folder))} {url}`"
    )


def open_engine(
    location: Location,
    create: bool,
    model: str | None,
    encoder: Encoder | None,
    progress: ProgressCallback,
) -> tuple[Engine, Encoder | None]:
    """The engine of an index, and the encoder that is given, or was loaded to make the index.

    Arguments and errors are those of `Index.open`.
    """
    # Others ask only where an index is, and need no numpy.
    from index.models.load import full_name, load_encoder

    kind = find_engine(location)
    if create and not kind.is_index(location):
        if encoder is None and model is not None:
            # A model that cannot be loaded must leave no index behind.
            encoder = load_encoder(model, progress=as_stage_callback(progress))
        kind.create_index(location, encoder.name if encoder else DEFAULT_MODEL)
    engine = kind.open_engine(location, progress)
    with close_on_error(engine):
        wanted = encoder.name if encoder else model
        if wanted is not None and full_name(wanted) != full_name(engine.model):
            raise refuse_model(engine, wanted)
    return engine, encoder


def refuse_model(engine: Engine, model: str) -> OtherModel:
    """The error of an index that was made with another model than this one."""
    is_remote = isinstance(engine.location, EngineUrl)
    alternative = "" if is_remote else ", or remove that folder to start again"
    return OtherModel(
        f"{engine.location} was made with the model {engine.model}, not {model}: "
        f"choose another --index{alternative}"
    )
