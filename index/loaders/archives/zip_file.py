"""ZIP archives: what is in them, read in memory."""

from __future__ import annotations

from index.documents import Content
from index.loaders.shared.archive import Archive
from index.loaders.shared.container import Container, MemberList, clean_name, list_names
from index.loaders.shared.decoding import UnreadableFile

# What a name is written in, if its entry does not say UTF-8.
_OLD_ENCODING = "cp437"
_UTF_8, _UNIX, _KIND, _LINK, _REGULAR = 0x800, 3, 0o170000, 0o120000, 0o100000


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
    archive = Archive(data)
    members = MemberList(kinds)
    for part in archive.parts:
        name = part.filename
        if name.endswith(("/", "\\")):
            continue
        if not part.flag_bits & _UTF_8:
            name = _decode(name)
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
    return members.finish(list_names(members.names))


def _decode(name: str) -> str:
    try:
        return name.encode(_OLD_ENCODING).decode()
    except UnicodeError:
        return name
