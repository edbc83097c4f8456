"""Files packed by gzip, unpacked in memory, and never to far more than text packs to."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO

from index.loaders.shared.decoding import UnreadableFile

# Text packs to a twentieth, logs to a hundredth; beyond this a file of some size is there to
# do harm.
_RATIO, _HARMLESS, _LARGEST = 250, 4 * 2**20, 256 * 2**20


def most_unpacked(size: int) -> int:
    """How many bytes a packed file of so many bytes may unpack to."""
    return min(_LARGEST, max(_HARMLESS, _RATIO * size))


def unpack(data: bytes) -> bytes:
    """What is packed; raises `UnreadableFile` where it is damaged, or too much."""
    most = most_unpacked(len(data))
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            unpacked = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile("damaged: it cannot be unpacked") from error
    if len(unpacked) > most:
        if most == _LARGEST:
            raise UnreadableFile(f"unpacks to more than {_LARGEST // 2**20} MB")
        raise UnreadableFile("unpacks to far more than a document would: a bomb?")
    return unpacked
