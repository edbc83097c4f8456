"""Packed files, and zip files that hold documents: unpacked in memory, and never to too much."""

from __future__ import annotations

import bz2
import gzip
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from io import BufferedIOBase, BytesIO

from index.loaders.shared.decoding import UnreadableFile
from index.sizes import describe_size

# A part of an archive, and a packed file or all that is read of an archive, unpack to at most so
# many bytes.
_LARGEST_PART, _LARGEST = 128 * 2**20, 256 * 2**20
# Text packs to a twentieth, logs to a hundredth; beyond this a file of some size does harm.
_RATIO, _HARMLESS = 250, 4 * 2**20
_MOST_PARTS = 100_000
_ENCRYPTED = 0x1
# What old Office files begin with, and new ones that are encrypted.
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "encrypted: save a copy without a password"
DAMAGED = "damaged, or of another kind than its name says"
_BOMB = "unpacks to far more than a document would: a zip bomb?"
_TOO_LARGE = "too large once it is unpacked"
# What reading a damaged part may raise; what it is packed with may be unknown (RuntimeError).
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
# What packed files begin with, and what reads them.
_KINDS: tuple[tuple[bytes, Callable[[BytesIO], BufferedIOBase]], ...] = (
    (b"\x1f\x8b", lambda data: gzip.GzipFile(fileobj=data)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)


class Archive:
    """The parts of a zip file. Nothing of it is ever written anywhere.

    Raises:
        UnreadableFile: it is not one, or it is damaged.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_COMPOUND_FILE):
            if "EncryptedPackage".encode("utf-16-le") in data:
                raise UnreadableFile(ENCRYPTED)
            raise UnreadableFile("an old Office file under another name: save it in today's format")
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise UnreadableFile(DAMAGED) from error
        if len(self._file.filelist) > _MOST_PARTS:
            raise UnreadableFile(f"holds more than {_MOST_PARTS:,} parts")
        self._read = 0

    def __contains__(self, name: str) -> bool:
        return name in self._file.NameToInfo

    @property
    def parts(self) -> list[zipfile.ZipInfo]:
        """All entries, in their order, folders included."""
        return self._file.filelist

    def read(self, name: str) -> bytes | None:
        """A part; None if there is none of this name.

        Raises:
            UnreadableFile: it is encrypted, damaged or unpacks to too much.
        """
        part = self._file.NameToInfo.get(name)
        return None if part is None else self.read_part(part)

    def read_part(self, part: zipfile.ZipInfo) -> bytes:
        """What an entry holds.

        Raises:
            UnreadableFile: it is encrypted, damaged or unpacks to too much.
        """
        if part.flag_bits & _ENCRYPTED:
            raise UnreadableFile(ENCRYPTED)
        most = min(_LARGEST_PART, _LARGEST - self._read)
        if part.file_size > max(_HARMLESS, _RATIO * part.compress_size):
            raise UnreadableFile(_BOMB)
        if part.file_size > most:
            raise UnreadableFile(_TOO_LARGE)
        try:
            with self._file.open(part) as opened:
                data = opened.read(most + 1)
        except _DAMAGE as error:
            raise UnreadableFile(f"damaged: {posixpath.basename(part.filename)} in it") from error
        if len(data) > most:
            raise UnreadableFile(_TOO_LARGE)
        self._read += len(data)
        return data

    def check_sizes(self, largest: int) -> None:
        """Refuse an archive that says it unpacks to too much, before a library unpacks it.

        Args:
            largest: bytes that all of its parts may have together.

        Raises:
            UnreadableFile: they would have more, or one of them is packed too well.
        """
        parts = self._file.filelist
        if any(part.file_size > max(_HARMLESS, _RATIO * part.compress_size) for part in parts):
            raise UnreadableFile(_BOMB)
        if sum(part.file_size for part in parts) > largest:
            raise UnreadableFile(_TOO_LARGE)


def refuse_encrypted(archive: Archive) -> None:
    """Raises `UnreadableFile` for an OpenDocument file whose list of parts says it is encrypted."""
    if b"encryption-data" in (archive.read("META-INF/manifest.xml") or b""):
        raise UnreadableFile(ENCRYPTED)


def resolve_name(name: str, reference: str) -> str:
    """The name of the part that the part `name` refers to; one outside names no part."""
    if reference.startswith("/"):
        return posixpath.normpath(reference).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), reference))


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
