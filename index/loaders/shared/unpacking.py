"""Packed files, unpacked in memory, and never to far more than text packs to."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from io import BufferedIOBase, BytesIO

from index.loaders.shared.decoding import UnreadableFile
from index.sizes import describe_size

# Text packs to a twentieth, logs to a hundredth; beyond this a file of some size is there to
# do harm.
_RATIO, _HARMLESS, _LARGEST = 250, 4 * 2**20, 256 * 2**20
# What packed files begin with, and what reads them.
_KINDS: tuple[tuple[bytes, Callable[[BytesIO], BufferedIOBase]], ...] = (
    (b"\x1f\x8b", lambda data: gzip.GzipFile(fileobj=data)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)


def most_unpacked(size: int) -> int:
    """How many bytes a packed file of so many bytes may unpack to."""
    return min(_LARGEST, max(_HARMLESS, _RATIO * size))


def unpack(data: bytes) -> bytes:
    """The bytes that gzip has packed; raises `UnreadableFile` if they are damaged, or too many."""
    return _read(gzip.GzipFile(fileobj=BytesIO(data)), most_unpacked(len(data)))


def unpack_any(data: bytes) -> bytes:
    """The bytes that gzip, bzip2 or xz has packed; bytes that are not packed, as they are.

    Raises:
        UnreadableFile: it is damaged, or too much.
    """
    for beginning, make_file in _KINDS:
        if data.startswith(beginning):
            return _read(make_file(BytesIO(data)), most_unpacked(len(data)))
    return data


def _read(packed: BufferedIOBase, most: int) -> bytes:
    try:
        with packed as file:
            unpacked = file.read(most + 1)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise UnreadableFile("damaged: it cannot be unpacked") from error
    if len(unpacked) > most:
        if most == _LARGEST:
            raise UnreadableFile(f"unpacks to more than {describe_size(_LARGEST)}")
        raise UnreadableFile("unpacks to far more than a document would: a bomb?")
    return unpacked
