"""TAR archives, packed or not: what is in them, read in memory."""

from __future__ import annotations

import tarfile
from io import BytesIO

from index.documents import Content
from index.loaders.shared.archive import DAMAGED
from index.loaders.shared.container import Container, MemberList, clean_name, list_names
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.unpacking import unpack_any

_MOST_ENTRIES = 100_000


def load(data: bytes) -> Content:
    """The names of what is in an archive, a line each; raises `UnreadableFile`."""
    return open_container(data, frozenset()).content


def open_container(data: bytes, kinds: frozenset[str]) -> Container:
    """What is in an archive.

    Args:
        kinds: the suffixes of files that are to be read.

    Raises:
        UnreadableFile: it is not one, is damaged, or holds too much.
    """
    members = MemberList(kinds)
    try:
        with tarfile.open(
            fileobj=BytesIO(unpack_any(data)), mode="r:", encoding="utf-8", errors="replace"
        ) as archive:
            at = -1
            for count, entry in enumerate(archive):
                if count >= _MOST_ENTRIES:
                    raise UnreadableFile(f"holds more than {_MOST_ENTRIES:,} files: unpack it")
                if entry.offset <= at or entry.size < 0:
                    # Older libraries go round in a circle.
                    raise UnreadableFile(DAMAGED)
                at = entry.offset
                name = clean_name(entry.name)
                if entry.isdir():
                    continue
                if entry.islnk() or entry.issym():
                    members.leave_out(name, "a link")
                elif not entry.isreg() or entry.issparse():
                    members.leave_out(name, "not a regular file")
                elif members.wants(name):
                    file = archive.extractfile(entry)
                    members.add(name, file.read() if file is not None else b"")
    except (tarfile.TarError, ValueError, OverflowError, OSError, RecursionError) as error:
        raise UnreadableFile(DAMAGED) from error
    return members.finish(list_names(members.names))
