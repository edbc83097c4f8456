"""Opening the engine of an index, after making or restoring the index where that is needed."""

from __future__ import annotations

from pathlib import Path

from index.defaults import DEFAULT_MODEL
from index.engines.opening import find_engine
from index.engines.protocol import Engine
from index.errors import NotLocal, OtherModel, translate_disk_errors
from index.index_location import EngineUrl, Location
from index.models.encoder import Encoder
from index.models.load import full_name, load_encoder
from index.reports import ProgressCallback, as_stage_callback
from index.storage.locking import writer_lock
from index.storage.repair import repair_settings
from index.storage.restore import restore_store


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
    kind = find_engine(location)
    if create and not kind.is_index(location):
        if encoder is None and model is not None:
            # A model that cannot be loaded must leave no index behind.
            encoder = load_encoder(model, progress=as_stage_callback(progress))
        kind.create_index(location, encoder.name if encoder else DEFAULT_MODEL)
    engine = kind.open_engine(location, progress)
    try:
        _check_model(engine, encoder.name if encoder else model)
    except BaseException:
        engine.close()
        raise
    return engine, encoder


def _check_model(engine: Engine, model: str | None) -> None:
    made_with = engine.model
    if model is None or full_name(model) == full_name(made_with):
        return
    is_remote = isinstance(engine.location, EngineUrl)
    alternative = "" if is_remote else ", or remove that folder to start again"
    raise OtherModel(
        f"{engine.location} was made with the model {made_with}, not {model}: "
        f"choose another --index{alternative}"
    )


def restore_settings_and_store(
    folder: Path, encoder: Encoder | None, progress: ProgressCallback
) -> None:
    """Repair a damaged index so far that it opens; its documents must then be read again.

    Raises:
        DamagedIndex: there is no record of what was in it.
        IndexInUse: another process is writing, and has been for some seconds.
    """
    with writer_lock(folder, progress), translate_disk_errors(folder):
        if not repair_settings(folder, encoder.name if encoder else DEFAULT_MODEL):
            restore_store(folder)


def require_folder(location: Location, what: str) -> Path:
    """The folder of an index. Raises `NotLocal` where it has none; `what` is as in `not_local`."""
    if isinstance(location, EngineUrl):
        raise not_local(location, what)
    return location


def not_local(location: Location, what: str) -> NotLocal:
    """The error where only an index in a folder will do; `what` is a verb phrase: "has a path"."""
    return NotLocal(f"{location} is no folder: only an index in a folder {what}")
