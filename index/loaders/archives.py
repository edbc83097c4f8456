"""Archives (ZIP, TAR), opened as folders if a person wants that: what is in them, in memory."""

from __future__ import annotations

import tarfile
from contextlib import suppress
from io import BytesIO

from index.documents import Content
from index.loaders.shared.archive import DAMAGED, Archive, unpack_any
from index.loaders.shared.container import (
    SAME_NAME,
    Container,
    MemberList,
    clean_name,
    list_names,
)
from index.loaders.shared.decoding import UnreadableFile

# What the parts of a ZIP archive begin with.
_ZIP = b"PK"
# What a name is written in, if its entry does not say UTF-8.
_OLD_ENCODING = "cp437"
_UTF_8, _UNIX, _KIND, _LINK, _REGULAR = 0x800, 3, 0o170000, 0o120000, 0o100000
_MOST_ENTRIES = 100_000


def load(data: bytes) -> Content:
    """The names of what is in an archive, a line each; raises `UnreadableFile`."""
    return open_container(data, frozenset()).content


def open_container(data: bytes, kinds: frozenset[str]) -> Container:
    """The files of some kinds in an archive, packed or not; raises `UnreadableFile`."""
    members = MemberList(kinds)
    if data.startswith(_ZIP):
        _open_zip(data, members)
    else:
        _open_tar(data, members)
    return members.finish(list_names(members.names))


def _open_zip(data: bytes, members: MemberList) -> None:
    archive = Archive(data)
    for part in archive.parts:
        name = part.filename
        if name.endswith(("/", "\\")):
            continue
        if not part.flag_bits & _UTF_8:
            with suppress(UnicodeError):
                name = name.encode(_OLD_ENCODING).decode()
        # Older programs write names as Windows does.
        name = clean_name(name.replace("\\", "/"))
        kind = part.external_attr >> 16 & _KIND if part.create_system == _UNIX else 0
        if kind not in (0, _REGULAR):
            members.leave_out(name, "a link" if kind == _LINK else "not a regular file")
        elif members.wants(name):
            try:
                inner = archive.read_part(part)
            except UnreadableFile as error:
                members.leave_out(name, str(error), failed=True)
            else:
                members.add(name, inner)


def _open_tar(data: bytes, members: MemberList) -> None:
    try:
        with tarfile.open(
            fileobj=BytesIO(unpack_any(data)), mode="r:", encoding="utf-8", errors="replace"
        ) as archive:
            entries: dict[str, tarfile.TarInfo] = {}
            at = -1
            for count, entry in enumerate(archive):
                if count >= _MOST_ENTRIES:
                    raise UnreadableFile(f"holds more than {_MOST_ENTRIES:,} files: unpack it")
                if entry.offset <= at or entry.size < 0:
                    # Older libraries go round in a circle.
                    raise UnreadableFile(DAMAGED)
                at = entry.offset
                if entry.isdir():
                    continue
                name = clean_name(entry.name)
                # A file with two names that is given twice by one of them is a link to itself.
                if entry.islnk() and name in entries and clean_name(entry.linkname) == name:
                    members.leave_out(name, "a link")
                    continue
                # What `tar -u` adds of a file takes the place of what is there.
                if name in entries:
                    members.leave_out(name, SAME_NAME)
                entries[name] = entry
            for name, entry in entries.items():
                if entry.islnk() or entry.issym():
                    members.leave_out(name, "a link")
                elif not entry.isreg() or entry.issparse():
                    members.leave_out(name, "not a regular file")
                elif members.wants(name):
                    file = archive.extractfile(entry)
                    members.add(name, file.read() if file is not None else b"")
    except (tarfile.TarError, ValueError, OverflowError, OSError, RecursionError) as error:
        raise UnreadableFile(DAMAGED) from error
