"""Opening the engine of an index, after making or restoring the index if that is wanted."""

from __future__ import annotations

from pathlib import Path

from index.defaults import DEFAULT_MODEL
from index.engines import local
from index.engines.protocol import Engine
from index.engines.registry import find_engine
from index.errors import OtherModel
from index.locations import EngineUrl, Location
from index.models.encoder import Encoder
from index.models.load import full_name, load_encoder
from index.reports import ProgressCallback, as_stage_callback


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


def restore_index(folder: Path, encoder: Encoder | None, progress: ProgressCallback) -> None:
    """Make a damaged index in a folder open again; errors are those of `Index.restore`."""
    local.restore_index(folder, encoder, progress)


def refuse_model(engine: Engine, model: str) -> OtherModel:
    """The error of an index that was made with another model than this one."""
    is_remote = isinstance(engine.location, EngineUrl)
    alternative = "" if is_remote else ", or remove that folder to start again"
    return OtherModel(
        f"{engine.location} was made with the model {engine.model}, not {model}: "
        f"choose another --index{alternative}"
    )


def _check_model(engine: Engine, model: str | None) -> None:
    if model is not None and full_name(model) != full_name(engine.model):
        raise refuse_model(engine, model)
