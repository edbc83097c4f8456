"""Whether what Quoteback keeps can be written, is for its owner alone, and has room."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from index.filesystem import describe_danger, is_private
from index.locations import cache_folder, data_folder
from tui.cli.commands.doctor.findings import Finding, show_place

# A model that is compiled, and an index that is made anew, take some hundred megabytes.
_LEAST_FREE_BYTES = 500_000_000
_SHOW_ROOM = "du -xh -d 2 ~ | sort -h | tail"


def check_cache() -> Iterator[Finding]:
    """Whether compiled models can be kept, and trusted."""
    cache = cache_folder()
    if problem := find_unwritable("cache", cache, "export QUOTEBACK_CACHE=FOLDER"):
        yield problem
    elif cache.exists() and (danger := describe_danger(cache)):
        text = f"{show_place(cache)} {danger}: models in it are not trusted"
        yield Finding.wrong("cache", text, f"chmod -R go-rwx {show_place(cache)}")
    else:
        yield Finding("cache", f"{show_place(cache)} can be written, by you alone")


def check_data() -> Iterator[Finding]:
    """Whether conversations, the token and indexes can be kept, and nobody else reads them."""
    yield check_own_folder("data", data_folder(), "export XDG_DATA_HOME=FOLDER")


def check_own_folder(name: str, folder: Path, elsewhere: str, shown: str = "") -> Finding:
    """Whether a folder can be written, and others can do nothing with it.

    Args:
        name: of the finding.
        elsewhere: the command that chooses another folder.
        shown: what the folder is called; "" for its place.
    """
    shown = shown or show_place(folder)
    if problem := find_unwritable(name, folder, elsewhere, shown):
        return problem
    if folder.exists() and not is_private(folder.resolve()):
        text = f"others than you have rights on {shown}"
        return Finding.wrong(name, text, f"chmod -R go-rwx {shown}")
    return Finding(name, f"{shown} can be written, by you alone")


def find_unwritable(name: str, folder: Path, elsewhere: str, shown: str = "") -> Finding | None:
    """What is wrong if a folder cannot be written or made; arguments as above."""
    existing = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    shown = show_place(existing) if existing != folder or not shown else shown
    try:
        with tempfile.TemporaryFile(dir=existing):
            return None
    except OSError as error:
        text = f"{shown} cannot be written ({error.strerror})"
        if not existing.is_dir():
            return Finding.wrong(name, f"{shown} is not a folder", f"mv {shown} {shown}.old")
        if error.errno == errno.ENOSPC:
            return Finding.wrong(name, text, _SHOW_ROOM)
        if error.errno not in (errno.EACCES, errno.EPERM):
            return Finding.wrong(name, text, elsewhere)
        is_ours = not hasattr(os, "geteuid") or existing.stat().st_uid == os.geteuid()
        mend = f"chmod u+rwx {shown}" if is_ours else f'sudo chown -R "$USER" {shown}'
        return Finding.wrong(name, text, mend)


def check_room() -> Iterator[Finding]:
    """Whether there is room on the disks."""
    free = {}
    for folder in (data_folder(), cache_folder()):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free[existing.stat().st_dev] = shutil.disk_usage(existing).free
    from index import describe_size

    least = min(free.values())
    if least < _LEAST_FREE_BYTES:
        text = f"only {describe_size(least)} are free; see what takes the room, and remove some"
        yield Finding.wrong("disk", text, _SHOW_ROOM)
    else:
        yield Finding("disk", f"{describe_size(least)} are free")
