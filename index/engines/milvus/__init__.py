"""The engine of an index in Milvus: a cluster, one server, or a file of Milvus Lite.

What its functions do is said in `EngineModule`.
"""

from __future__ import annotations

import secrets
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from index.engines.milvus.address import Address, is_file_of_lite, read_address
from index.engines.milvus.catalog import Catalog, publish
from index.engines.milvus.connection import Connection
from index.engines.milvus.engine import MilvusEngine
from index.engines.milvus.records import SETTING, Record, key_of_setting
from index.engines.milvus.schema import AGAIN, FORMAT, RECORDS, TEXTS
from index.engines.settings import check_format
from index.errors import NotAnIndex
from index.filesystem.safe_opening import close_on_error
from index.locations import EngineUrl
from index.reports import ProgressCallback

__all__ = ["MilvusEngine", "create_index", "is_index", "open_engine"]

# A missing package is reported now, although the packages are imported only when needed.
for _package in ("pymilvus", "milvus_lite"):
    if find_spec(_package) is None:
        raise ImportError(f"No module named {_package!r}", name=_package)


def is_index(location: EngineUrl) -> bool:
    address = read_address(location)
    if address.is_file and not is_file_of_lite(Path(address.uri)):
        return False
    with closing(Connection(address)) as connection:
        return _read_format(connection, address) is not None


def create_index(location: EngineUrl, model: str) -> None:
    address = read_address(location)
    if address.is_file:
        is_file_of_lite(Path(address.uri))
    with closing(Connection(address)) as connection:
        if _read_format(connection, address) is not None:
            return
        connection.check_server()
        connection.create(TEXTS)
        connection.create(RECORDS)
        settings = {"format": str(FORMAT), "model": model, "index": secrets.token_hex(16)}
        records = [
            Record(key_of_setting(name), SETTING, value={"name": name, "value": value})
            for name, value in settings.items()
        ]
        publish(connection, Catalog(connection), records)


def open_engine(location: EngineUrl, _progress: ProgressCallback) -> MilvusEngine:
    address = read_address(location)
    missing = NotAnIndex(f"there is no index {location}: make it with `quoteback index`")
    if address.is_file and not is_file_of_lite(Path(address.uri)):
        raise missing
    engine = MilvusEngine(location, address)
    with close_on_error(engine):
        known = _read_format(engine.connection, address)
        if known is None:
            raise missing
        check_format(location, known, FORMAT, AGAIN)
        engine.check()
    return engine


def _read_format(connection: Connection, address: Address) -> str | None:
    """The format of an index; None if nothing is there. Raises `NotAnIndex` if it is not ours."""
    if not connection.has(RECORDS):
        return None
    if not set(connection.fields(RECORDS)) >= {"key", "kind", "value"}:
        raise NotAnIndex(
            f"{address.shown}: the collection {connection.name(RECORDS)} belongs to something "
            f"else: choose another name"
        )
    key = key_of_setting("format")
    record = Catalog(connection).read([key]).get(key)
    return None if record is None else str(record.value.get("value"))
