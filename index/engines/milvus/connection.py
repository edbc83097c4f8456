"""Calls to Milvus: connected when needed, in requests of some size, errors in one line."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from index.arrays import batched
from index.engines.milvus.address import TOKEN, Address, check_unused, close_file
from index.engines.milvus.schema import MOST_ROWS, make_indexes, make_schema
from index.engines.stored_rows import check_number, decode_score, refuse_nonsense
from index.errors import (
    CannotRead,
    CannotWrite,
    DamagedIndex,
    DamagedRow,
    IndexInUse,
    IndexMoved,
    QuotebackError,
)
from index.filesystem import locking

# The oldest server with sparse vectors, which hold the words of passages.
_OLDEST_SERVER = (2, 4)
# Seconds to reach a server, and for one call; what fails is tried again for so long.
CONNECT_SECONDS, CALL_SECONDS = 5.0, 30.0
# Rows of one answer; and of one whose rows may all have the longest value.
_PAGE_ROWS, _MOST_LONG_ROWS = 1_000, 512
# By file or server: how many connections of this process use it, a lock for calls (Milvus Lite
# takes one at a time), and a lock for writers.
_users: dict[str, int] = {}
_locks: dict[str, threading.RLock] = {}
_writers: dict[str, threading.Lock] = {}
_opening = threading.RLock()
# Names in one condition.
_MOST_NAMES = 4_096
# Rows and bytes of one request, of which a server takes 64 MB.
_REQUEST_ROWS, _REQUEST_BYTES = 2_000, 16 * 2**20

Row = dict[str, Any]
T = TypeVar("T")


def gather(
    values: Iterable[T], measure: Callable[[T], int], largest: int, most: int = MOST_ROWS
) -> Iterator[list[T]]:
    """Values, at most `most` at a time, and no larger together than `largest`, or a single one."""
    chunk: list[T] = []
    size = 0
    for value in values:
        added = measure(value)
        if chunk and (size + added > largest or len(chunk) == most):
            yield chunk
            chunk, size = [], 0
        chunk.append(value)
        size += added
    if chunk:
        yield chunk


def _measure_row(row: Row) -> int:
    """Bytes of a request that a row takes, roughly."""
    texts = 4 * len(row.get("value", "")) + 4 * len(row.get("vector", ()))
    return texts + 12 * len(row.get("words", ()))


@contextmanager
def hold_writer(address: Address) -> Iterator[None]:
    """Be the only thread that writes to a file; a server lets in several. Raises `IndexInUse`."""
    if not address.is_file:
        yield
        return
    with _opening:
        turn = _writers.setdefault(address.uri, threading.Lock())
    if not turn.acquire(timeout=locking.WAIT_SECONDS):
        raise IndexInUse(f"{address.shown} is being written to: try again when that is done")
    try:
        yield
    finally:
        turn.release()


def find_lock(uri: str) -> threading.RLock:
    """The lock of this process for a name, such as the file of an index."""
    with _opening:
        return _locks.setdefault(uri, threading.RLock())


class PassageHit(NamedTuple):
    """A row that a search has found: ids of the passage and its document, and their product."""

    passage: int
    document: int
    score: float


class Unreachable(CannotRead):
    """The server or the file of the index does not answer."""


class Connection:
    """The collections of one index. Thread-safe; may be used again after `close`."""

    def __init__(self, address: Address) -> None:
        """Nothing is opened yet."""
        self.address = address
        self._client: Any = None
        self._loaded: set[str] = set()
        self._turn = find_lock(address.uri) if address.is_file else None

    def close(self) -> None:
        """Disconnect; a file that nothing else in this process uses is closed."""
        with _opening:
            client, self._client = self._client, None
            self._loaded.clear()
            if client is None:
                return
            with suppress(Exception):
                client.close()
            uri = self.address.uri
            if self.address.is_file:
                _users[uri] -= 1
                if not _users[uri]:
                    close_file(uri)

    @property
    def client(self) -> Any:
        """The client, connected when first needed."""
        with _opening:
            if self._client is None:
                self._client = self._open()
            return self._client

    def _open(self) -> Any:
        address = self.address
        if address.is_file and not _users.get(address.uri):
            check_unused(Path(address.uri), address.shown)
        # Errors are raised; these libraries would write them to the screen as well.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        from pymilvus import MilvusClient

        for name in ("pymilvus", "pymilvus.milvus_client", "milvus_lite", "grpc"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        options = {} if address.is_file else {"token": address.token, "db_name": address.database}
        with self.translate_errors():
            try:
                client = MilvusClient(
                    address.uri, timeout=CONNECT_SECONDS, dedicated=True, **options
                )
            except Exception:
                if address.is_file and not _users.get(address.uri):
                    # Another process may have opened it since.
                    check_unused(Path(address.uri), address.shown)
                raise
        if address.is_file:
            _users[address.uri] = _users.get(address.uri, 0) + 1
        return client

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Turn what the client raises, and rows of nonsense, into one line without the token."""
        try:
            yield
        except QuotebackError:
            raise
        except DamagedRow as error:
            raise DamagedIndex(
                f"{self.address.shown} holds what makes no sense ({error!s:.200}): index its "
                f"documents into another index, or bring back a copy"
            ) from error
        except Exception as error:
            described = self._describe(error)
            if isinstance(described, Unreachable):
                # The next call connects anew.
                self.close()
            raise described from None

    def _describe(self, error: Exception) -> QuotebackError:
        shown = self.address.shown
        details = getattr(error, "details", None)
        message = getattr(error, "message", None) or (details() if callable(details) else None)
        message = " ".join(str(message or error).split())
        for secret in filter(None, (self.address.token, *self.address.token.split(":")[1:])):
            message = message.replace(secret, "…")
        low, message = message.lower(), message[:300]
        if "no space left" in low or "disk quota" in low or "errno 28" in low:
            return CannotWrite(
                f"{shown} cannot be written to (no space left): what is in it stays; the same "
                f"command goes on from there"
            )
        if "open local milvus failed" in low:
            return CannotRead(
                f"{shown} cannot be opened: its disk is full, or it is damaged; bring back a copy, "
                f"or index the documents into another --index"
            )
        if any(sign in low for sign in ("unauthenticated", "auth check", "permission", "denied")):
            return CannotRead(f"{shown}: Milvus refuses the token or its rights: set ${TOKEN}")
        if "database not found" in low or "database not exist" in low:
            return CannotRead(f"{shown}: Milvus has no such database: check db= in the address")
        if any(sign in low for sign in ("not exist", "not found", "can't find collection")):
            return IndexMoved(f"{shown} is no longer there: make it with `quoteback index`")
        signs = ("connect", "unavailable", "timeout", "deadline", "timed out", "retry", "closed")
        if any(sign in low for sign in signs):
            if self.address.is_file:
                return Unreachable(
                    f"{shown} has not answered for {CALL_SECONDS:.0f} seconds: try again when this "
                    f"machine has less to do"
                )
            return Unreachable(
                f"{shown} cannot be reached: check that Milvus runs there, and host and port"
            )
        return CannotRead(f"{shown}: Milvus reports: {message}")

    def _call(self, name: str, collection: str | None, *given: Any, **options: Any) -> Any:
        with self.translate_errors(), self._turn or nullcontext():
            client = self.client
            if collection is not None:
                options["collection_name"] = self.name(collection)
            return getattr(client, name)(*given, timeout=CALL_SECONDS, **options)

    def name(self, collection: str) -> str:
        """The name of a collection of this index."""
        return f"{self.address.name}_{collection}"

    def check_server(self) -> None:
        """Refuse a server that is too old; raises `CannotWrite`."""
        if self.address.is_file:
            return
        version = str(self._call("get_server_version", None)).removeprefix("v")
        numbers = re.match(r"(\d+)\.(\d+)", version)
        if numbers and tuple(map(int, numbers.groups())) < _OLDEST_SERVER:
            oldest = ".".join(map(str, _OLDEST_SERVER))
            raise CannotWrite(
                f"{self.address.shown} is a server of Milvus {version}: {oldest} or newer is needed"
            )

    # Collections

    def has(self, collection: str) -> bool:
        """Whether there is a collection."""
        return bool(self._call("has_collection", collection))

    def fields(self, collection: str) -> dict[str, Row]:
        """The fields of a collection, by name."""
        schema = self._call("describe_collection", collection)
        return {field["name"]: field for field in schema["fields"]}

    def create(self, collection: str, dimension: int = 2) -> None:
        """Make a collection; nothing if there is one."""
        if self.has(collection):
            return
        try:
            self._call(
                "create_collection",
                collection,
                schema=make_schema(collection, dimension),
                consistency_level="Strong",
                num_shards=1,
            )
            # The collection is empty: waiting for each of its indexes would take half a second.
            indexes = make_indexes(collection, self.address.is_file)
            self._call("create_index", collection, index_params=indexes, sync=False)
        except QuotebackError:
            # Another process may have been first.
            if not self.has(collection):
                raise

    def flush(self, collection: str) -> None:
        """Make Milvus Lite index new rows; a server does so by itself."""
        if self.address.is_file:
            self._call("flush", collection)

    # Rows

    def insert(self, collection: str, rows: Sequence[Row]) -> None:
        """Add rows under keys that are new."""
        for chunk in gather(rows, _measure_row, _REQUEST_BYTES, _REQUEST_ROWS):
            self._call("insert", collection, data=chunk)

    def upsert(self, collection: str, rows: Sequence[Row]) -> None:
        """Put rows in one request, each in place of any row with its key. They appear together."""
        self._call("upsert", collection, data=list(rows))

    def delete(self, collection: str, field: str, values: Iterable[int | str]) -> None:
        """Remove rows by the value of a field."""
        for chunk in batched(list(values), _MOST_NAMES):
            self._load(collection)
            self._call("delete", collection, filter=is_among(field, chunk))

    def read(self, collection: str, keys: Sequence[int | str], fields: Sequence[str]) -> list[Row]:
        """The rows that exist among some keys, in any order."""
        rows: list[Row] = []
        for chunk in batched(list(dict.fromkeys(keys)), _MOST_NAMES):
            rows += self._query(collection, fields, ids=chunk)
        return rows

    def read_groups(
        self, collection: str, groups: Iterable[Sequence[int | str]], fields: Sequence[str]
    ) -> Iterator[list[Row]]:
        """The rows that exist of each group of keys, in the order of these.

        Small groups are read together, a large one in parts. The first of the fields is the key.
        """
        for chunk in gather(groups, len, _MOST_LONG_ROWS):
            keys = chunk[0] if len(chunk) == 1 else [key for group in chunk for key in group]
            rows: dict[int | str, Row] = {}
            asked = 0
            for part in batched(keys, _MOST_LONG_ROWS):
                asked += len(part)
                found = self._query(collection, fields, ids=list(part))
                rows.update((row[fields[0]], row) for row in found)
                if not found:
                    # None is left, whatever number is said to be in the group.
                    break
            for group in chunk:
                yield [rows[key] for key in group[:asked] if key in rows]

    def find(
        self, collection: str, condition: str, fields: Sequence[str], most: int | None = None
    ) -> list[Row]:
        """The rows for which a condition holds, in any order; at most `most`, all if None."""
        if most is not None:
            return self._query(collection, fields, filter=condition, limit=most)
        self._load(collection)
        found: list[Row] = []
        rows = self._call(
            "query_iterator",
            collection,
            filter=condition,
            output_fields=list(fields),
            batch_size=_PAGE_ROWS,
            consistency_level=self.address.consistency,
        )
        try:
            while True:
                with self.translate_errors(), self._turn or nullcontext():
                    page = rows.next()
                if not page:
                    return found
                found += page
        finally:
            with suppress(Exception):
                rows.close()

    def search(
        self, field: str, collection: str, question: Any, k: int, condition: str
    ) -> list[PassageHit]:
        """The `k` passages with the highest products with a question."""
        self._load(collection)
        [hits] = self._call(
            "search",
            collection,
            data=[question],
            anns_field=field,
            limit=min(k, MOST_ROWS),
            filter=condition,
            output_fields=["id", "document"],
            search_params={"metric_type": "IP"},
            consistency_level=self.address.consistency,
        )
        with self.translate_errors():
            return [_decode_hit(hit) for hit in hits]

    def _query(self, collection: str, fields: Sequence[str], **options: Any) -> list[Row]:
        self._load(collection)
        options |= {"output_fields": list(fields), "consistency_level": self.address.consistency}
        return list(self._call("query", collection, **options))

    def _load(self, collection: str) -> None:
        if collection not in self._loaded:
            self._call("load_collection", collection)
            self._loaded.add(collection)


@refuse_nonsense
def _decode_hit(hit: Row) -> PassageHit:
    number, score = decode_score(hit["id"], hit["distance"])
    return PassageHit(number, check_number(hit["entity"]["document"]), score)


def is_among(field: str, values: Sequence[int | str]) -> str:
    """A condition on numbers, or on names of our own.

    Milvus Lite takes no parameters, so nothing else may stand in a condition: names from people
    and files are only ever compared by their hashes.
    """
    shown = []
    for value in values:
        if isinstance(value, str):
            if not (value.isascii() and value.replace(".", "").isalnum()):
                raise ValueError(f"{value!r} may not stand in a condition")
            shown.append(f'"{value}"')
        else:
            shown.append(str(int(value)))
    return f"{field} in [{', '.join(shown)}]"
