"""A SQLite file of a few pages whose tables have no end: each page names the next a hundred times."""

import sqlite3
import struct
from contextlib import closing

# Levels of a tree, of which SQLite follows twenty; cells of a page.
_LEVELS, _CELLS = 17, 100


def make_endless(path, name):
    """Replace the tree of a table or an index, which holds one row, by one that never ends."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    start = (root - 1) * size
    leaf = bytes(data[start : start + size])
    # 13: a leaf of a table; 10: of an index. Their inner pages have 5 and 2.
    kind, (count,) = leaf[0], struct.unpack_from(">H", leaf, 3)
    assert kind in (13, 10), "more than one page"
    assert count == 1, "not one row"
    cell = b"\x01"
    if kind == 10:
        (at,) = struct.unpack_from(">H", leaf, 8)
        cell = leaf[at : at + 1 + leaf[at]]
    first = len(data) // size + 1
    pages = [_make_page(kind, size, cell, first + level) for level in range(_LEVELS)]
    data[start : start + size] = pages[0]
    data += b"".join(pages[1:]) + leaf
    # The number of pages.
    struct.pack_into(">I", data, 28, len(data) // size)
    path.write_bytes(data)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def _make_page(kind, size, cell, child):
    """An inner page of which all cells name one child."""
    packed = struct.pack(">I", child) + cell
    count = min(_CELLS, (size - 12) // (len(packed) + 2))
    page = bytearray(size)
    at = size
    for number in range(count):
        at -= len(packed)
        page[at : at + len(packed)] = packed
        struct.pack_into(">H", page, 12 + 2 * number, at)
    page[:12] = struct.pack(">BHHHBI", {13: 5, 10: 2}[kind], 0, count, at, 0, child)
    return bytes(page)
