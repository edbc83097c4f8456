"""Readers and rerankers of other packages, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from index import PluginError
from index.plugins import PluginKind, load_plugin
from qa.answering.calibration import Calibration
from qa.reader.reading import Reader
from qa.reranking import Reranker


def make_reader(name: str) -> tuple[Reader, Calibration]:
    """The reader that a package names under `quoteback.readers`, with its calibration.

    Raises:
        PluginError: there is none, it fails, or it makes something else.
    """
    made = _make("readers", name)
    if not (isinstance(made, tuple) and len(made) == 2 and isinstance(made[1], Calibration)):
        raise PluginError(f"the reader {name!r} must come as a pair: a reader and its calibration")
    reader: Reader = made[0]
    return reader, made[1]


def make_reranker(name: str) -> Reranker:
    """The reranker that a package names under `quoteback.rerankers`.

    Raises:
        PluginError: there is none, or it fails.
    """
    made: Reranker = _make("rerankers", name)
    return made


def _make(kind: PluginKind, name: str) -> Any:
    make: Callable[[], Any] = load_plugin(kind, name)
    try:
        return make()
    except Exception as error:
        raise PluginError(f"the {kind.removesuffix('s')} {name!r} fails: {error!r}") from error
