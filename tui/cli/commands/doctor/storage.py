"""Whether what Quoteback keeps can be written, is for its owner alone, has room, and is in step."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index import (
    CannotRead,
    CannotWrite,
    DamagedIndex,
    MissingEngine,
    NotAnIndex,
    OtherFormat,
    QuotebackError,
    describe_not_compared,
    name_reinstallation,
)
from index.filesystem import describe_danger, is_private
from index.locations import (
    EngineUrl,
    cache_folder,
    data_folder,
    default_index,
    read_location,
)
from tui.cli.commands.doctor import ABOVE, Finding, show_place

if TYPE_CHECKING:
    from index import Index, Status

# A model that is compiled, and an index that is made anew, take some hundred megabytes.
_LEAST_FREE_BYTES = 500_000_000
_SHOW_ROOM = "du -xh -d 2 ~ | sort -h | tail"
# Documents of which a glance reads the text and the passages.
_READ = 20


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
    folder = Path(os.path.abspath(folder))
    existing = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    shown = shown or show_place(folder)
    if existing != folder:
        is_chosen, shown = shown.startswith('"$'), show_place(existing)
        # Whoever has chosen a folder may have named those that lead to it, too.
        if is_chosen and shown.startswith("~/"):
            shown = ABOVE
    try:
        with tempfile.TemporaryFile(dir=existing):
            return None
    except OSError as error:
        text = f"{shown} cannot be written ({error.strerror})"
        if not existing.is_dir():
            if shown == ABOVE:
                return Finding.wrong(name, "a file lies above it", elsewhere)
            return Finding.wrong(name, f"{shown} is not a folder", f"mv {shown} {shown}.old")
        if error.errno == errno.ENOSPC:
            return Finding.wrong(name, text, _SHOW_ROOM)
        if shown == ABOVE or error.errno not in (errno.EACCES, errno.EPERM):
            return Finding.wrong(name, text, elsewhere)
        is_ours = existing.stat().st_uid == os.geteuid()
        mend = f"chmod u+rwx {shown}" if is_ours else f'sudo chown -R "$USER" {shown}'
        return Finding.wrong(name, text, mend)


def check_room() -> Iterator[Finding]:
    """Whether there is room on the disks."""
    from index import describe_size

    free = {}
    for folder in (data_folder(), cache_folder()):
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free[existing.stat().st_dev] = shutil.disk_usage(existing).free
    least = min(free.values())
    if least < _LEAST_FREE_BYTES:
        text = f"only {describe_size(least)} are free; see what takes the room, and remove some"
        yield Finding.wrong("disk", text, _SHOW_ROOM)
    else:
        yield Finding("disk", f"{describe_size(least)} are free")


def check_index(named: str | None) -> Iterator[Finding]:
    """Whether the index is there, private, sound and in step.

    Args:
        named: the folder or URL that a person names; the default one if None.
    """
    from index import Index

    location = read_location(named) if named is not None else default_index()
    option = " --index DIR" if named is not None else ""
    # A name that was typed may be private.
    shown = "DIR"
    if isinstance(location, EngineUrl):
        shown = f"the index in {location.scheme.removesuffix('+file')}"
    elif named is None:
        shown = show_place(location)
    if isinstance(location, Path):
        if named is None and not location.exists() and location == data_folder() / "index":
            text = "nothing is indexed yet: the sample documents are asked"
            yield Finding.note("index", text, "quoteback index FOLDER")
            return
        if location.is_dir():
            private = check_own_folder("index", location, "export QUOTEBACK_INDEX=FOLDER", shown)
            if private.state != "fine":
                yield private
    try:
        with Index.open(location) as index:
            _glance(index)
            status = index.status()
    except QuotebackError as error:
        yield _explain_error(error, shown, option)
        return
    kind = location.scheme if isinstance(location, EngineUrl) else "a folder"
    text = f"{shown} is sound at a glance: {status.documents:,} documents in {kind}"
    yield Finding("index", text)
    yield _check_vectors(status, option)
    yield _check_files(status, option)
    if status.not_compared:
        # An index in a database keeps its model.
        other = " --index FOLDER" if isinstance(location, EngineUrl) else option
        yield _describe_languages(status.not_compared, other)


def _glance(index: Index) -> None:
    """Read a little of everything; raises `QuotebackError`."""
    from index import Retriever

    documents = index.documents()
    for document in documents[:: max(1, len(documents) // _READ)]:
        index.text(document.path)
        for passage in index.passages(document.path)[:1]:
            Retriever(index).search(passage.text[:100], mode="bm25", k=1)


def _explain_error(error: QuotebackError, shown: str, option: str) -> Finding:
    """What is wrong with an index that cannot be used; its message may name what is private."""
    again = f"mv {shown} {shown}.old && quoteback index FOLDER{option}"
    text, remedy = {
        NotAnIndex: (f"{shown} is not an index", f"quoteback index FOLDER{option}"),
        OtherFormat: (f"{shown} was made by another version of Quoteback", again),
        DamagedIndex: (f"{shown} is damaged", f"quoteback verify --repair{option}"),
        CannotRead: (f"{shown} may not be read", f"chmod -R u+rwX {shown}"),
        CannotWrite: (f"{shown} cannot be written, which opening it takes", again),
        MissingEngine: (f"what {shown} needs is not installed", name_reinstallation("PART")),
    }.get(type(error), (f"{shown} cannot be used", f"quoteback status{option}"))
    return Finding.wrong("index", text, remedy)


def _check_vectors(status: Status, option: str) -> Finding:
    if status.outdated and status.refuses:
        text = "another version of the model, or another kind of processor, has made its vectors"
        return Finding.wrong("vectors", text, f"quoteback status{option}")
    if status.outdated:
        text = "another version of the model has made its vectors, so that they are not used"
    elif status.waiting:
        text = f"{status.waiting:,} of {status.passages:,} passages are not embedded yet"
    else:
        return Finding("vectors", f"all {status.passages:,} passages are embedded")
    return Finding.wrong("vectors", text, f"quoteback verify --repair{option}")


def _check_files(status: Status, option: str) -> Finding:
    """Whether the files are as they were indexed; their names are left to `quoteback status`."""
    gone = len(status.gone)
    counts = {
        "changed": len(status.stale) - gone,
        "gone": gone,
        "new": len(status.new),
        "to be read anew": status.to_reread,
    }
    changes = [f"{count:,} {what}" for what, count in counts.items() if count]
    if changes:
        text = f"out of step: {', '.join(changes)}; `quoteback status{option}` lists them"
        return Finding.wrong("files", text, f"quoteback index FOLDER{option}")
    if status.failed:
        text = f"in step; {len(status.failed):,} could not be read, each for a reason"
        return Finding.note("files", text, f"quoteback status{option}")
    return Finding("files", "the index is in step with them")


def _describe_languages(others: int, option: str) -> Finding:
    """That documents are found by their words alone; the part `languages` changes that."""
    from index.models import has_languages_model

    remedy = f"quoteback index --model languages FOLDER{option}"
    if not has_languages_model():
        remedy = name_reinstallation("languages")
    return Finding.note("languages", describe_not_compared(others), remedy)
