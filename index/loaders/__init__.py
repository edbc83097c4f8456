"""Loaders turn the bytes of a file into its canonical text; one module a format.

A loader is any function from bytes to `Content`. It raises `UnreadableFile`
with a short reason if the bytes are not what the suffix promises. Register
your own with `register_loader`, or name it as an entry point (see index/plugins.py):

    from index import Content, decode, register_loader
    register_loader((".wiki",), lambda data: Content(text=decode(data)))

All files are parsed in another process, a `Sandbox`, since whoever made them may mean harm. So
they are by your loader with `sandboxed=True`: it must then be a function that can be imported,
as the process knows it by its name, and its module must import at once all that it needs, as
the process can open no file and reach no network. If it must open a file or start a thread, its
module has a function `prepare_parser`, which each process calls before it gives up its rights.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents import Content
from index.filesystem.freshness import find_file
from index.filesystem.safe_opening import read_regular
from index.formats import GZIP, MARKDOWN, OCR
from index.loaders.registry import (
    Loader,
    explain_missing,
    explain_unread,
    find_built_in,
    find_loader,
    find_missing_part,
    find_registered,
    is_archive,
    is_known,
    is_supported,
    list_formats,
    list_kinds,
    may_be_packed,
    register_loader,
    suffix_of,
)
from index.loaders.shared.archive import unpack
from index.loaders.shared.container import Container
from index.loaders.shared.decoding import NOT_TEXT, SCANNED, UnreadableFile, decode
from index.text.plain_blocks import complete_blocks

if TYPE_CHECKING:
    from index.loaders.sandbox.parent import Sandbox

__all__ = [
    "Loader",
    "UnreadableFile",
    "decode",
    "find_loader",
    "find_missing_part",
    "is_archive",
    "is_supported",
    "list_formats",
    "list_kinds",
    "load_file",
    "load_text",
    "load_texts",
    "open_container",
    "parse",
    "register_loader",
    "suffix_of",
]

MAX_BYTES = 256 * 2**20
_PICTURES = "index.loaders.ocr.images"


def load_file(path: str | os.PathLike[str]) -> Content:
    """Read a file, or what is in one (`notes.zip/rain.md`).

    A suffix without a loader is read as plain text.

    Raises:
        UnreadableFile: with a reason in a few words.
    """
    path = Path(path)
    file = find_file(path)
    try:
        data, _ = read_regular(file, most=MAX_BYTES)
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error)) from error
    suffix, name = suffix_of(file), path.relative_to(file).as_posix()
    while name != ".":
        container = open_container(suffix, data, list_kinds(archives=True))
        within = [each for each in container.members if f"{name}/".startswith(f"{each.name}/")]
        if not within:
            raise UnreadableFile("there is nothing of this name in it, or nothing that is read")
        data, suffix, name = (
            within[0].data,
            within[0].suffix,
            name[len(within[0].name) + 1 :] or ".",
        )
    return parse(suffix, data)


def load_text(text: str, suffix: str = MARKDOWN) -> Content:
    """Read a text as a file with such a suffix is read; spans refer to the text as it is given.

    Raises:
        UnreadableFile: it is not text, but control characters.
    """
    return next(load_texts([text], suffix))


def load_texts(texts: Iterable[str], suffix: str = MARKDOWN) -> Iterator[Content]:
    """Read texts as `load_text` does, in one sandbox: many times faster than one by one.

    Raises:
        UnreadableFile: one of them is not text; those after it are not read.
    """
    from index.loaders.sandbox.parent import Sandbox

    with Sandbox() as sandbox:
        for text in texts:
            # A mark of byte order does not belong to what is read: a space takes its place.
            read = f" {text[1:]}" if text.startswith("\ufeff") else text
            content = parse(suffix, read.encode("utf-8", "replace"), sandbox)
            if len(content.text) != len(text):
                yield complete_blocks(Content(text))
            else:
                yield replace(content, text=text)


def parse(suffix: str, data: bytes, sandbox: Sandbox | None = None) -> Content:
    """The content of a file's bytes, by its suffix as `suffix_of` gives it.

    Args:
        suffix: ".pdf", or ".txt.gz".
        data: the file.
        sandbox: where it is parsed; if not given, one is started for this file alone,
            which takes a fifth of a second.

    Raises:
        UnreadableFile: with a reason in a few words.
        index.loaders.sandbox.parent.SandboxClosed: the sandbox was closed meanwhile.
    """
    return open_container(suffix, data, frozenset(), sandbox).content


def open_container(
    suffix: str, data: bytes, kinds: frozenset[str], sandbox: Sandbox | None = None
) -> Container:
    """The content of a file's bytes, and the files that are in it.

    Args:
        suffix, data, sandbox: as in `parse`.
        kinds: the suffixes of what is wanted of the files in it; see `list_kinds`.

    Raises:
        UnreadableFile, index.loaders.sandbox.parent.SandboxClosed: as `parse` does.
    """
    suffix = suffix.lower()
    packed = suffix.endswith(GZIP) and find_registered(suffix)[0] is None
    if packed:
        suffix = suffix.removesuffix(GZIP)
        if suffix == GZIP or not may_be_packed(suffix):
            raise UnreadableFile(f"a {suffix} file packed once more: unpack it first")
    loader, is_sandboxed = find_registered(suffix)
    if loader is None or is_sandboxed:
        return _open_in_sandbox(suffix, data, packed, kinds, sandbox)
    try:
        content = loader(unpack(data) if packed else data)
    except UnreadableFile:
        raise
    except Exception as error:
        # Whatever a format's library trips over, the other files must not suffer.
        raise _report_failure(suffix, repr(error)) from error
    if not isinstance(content, Content):
        raise _report_failure(suffix, f"its loader gives {type(content).__name__}, not Content")
    return Container(complete_blocks(content))


def _open_in_sandbox(
    suffix: str, data: bytes, packed: bool, kinds: frozenset[str], sandbox: Sandbox | None
) -> Container:
    # It needs modules that reading text does not.
    from index.loaders.sandbox.parent import LoaderFailed, Sandbox

    module, name = find_loader(suffix)
    if (part := find_missing_part(Path(f"x{suffix}"))) is not None:
        raise UnreadableFile(explain_missing(suffix, part))
    with nullcontext(sandbox) if sandbox else Sandbox() as parser:
        try:
            if (found := find_built_in(suffix)) is not None and found.container:
                return parser.open_container(module, "open_container", data, kinds, packed=packed)
            try:
                return Container(parser.parse(module, name, data, packed=packed))
            except UnreadableFile as error:
                if str(error) != SCANNED or not OCR.is_installed:
                    raise
                return Container(parser.parse(_PICTURES, "load_scanned", data))
        except LoaderFailed as error:
            raise _report_failure(suffix, str(error)) from error
        except UnreadableFile as error:
            if str(error) == NOT_TEXT and not is_known(suffix):
                raise UnreadableFile(explain_unread(suffix)) from error
            raise


def _report_failure(suffix: str, error: str) -> UnreadableFile:
    return UnreadableFile(f"not readable as {suffix or 'text'} ({error})")
