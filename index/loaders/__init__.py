"""Loaders turn the bytes of a file into its canonical text; one module a format.

A loader is any function from bytes to `Content`. It raises `UnreadableFile`
with a short reason where the bytes are not what the suffix promises. Register
your own with `register`:

    from index.loaders import register
    register((".org",), lambda data: Content(text=decode(data)))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from index.documents import Content
from index.loaders.decoding import UnreadableFile, decode

__all__ = ["Loader", "UnreadableFile", "decode", "is_supported", "load", "read", "register"]

Loader = Callable[[bytes], Content]

MAX_BYTES = 256 * 2**20

# Suffix → module, so that a format's library is imported when its first file is met.
_MODULES = {
    "text": (".txt", ".text", ".log", ".tex", ".org", ".adoc", ".srt", ".vtt", ""),
    "markdown": (".md", ".markdown"),
    "restructuredtext": (".rst",),
    "html": (".html", ".htm", ".xhtml"),
    "table": (".csv", ".tsv", ".tab"),
    "notebook": (".ipynb",),
    "code": tuple(
        ".py .pyi .js .mjs .cjs .jsx .ts .tsx .vue .c .h .cc .cpp .cxx .hpp .hh .cs .m .java .kt "
        ".scala .groovy .go .rs .swift .dart .rb .php .pl .pm .lua .r .jl .hs .ml .ex .exs .erl "
        ".clj .el .lisp .scm .f90 .pas .asm .s .vb .sh .bash .zsh .fish .ps1 .bat .sql .proto "
        ".css .scss .less .toml .yaml .yml .json .jsonl .xml .ini .cfg .conf .properties .cmake "
        ".mk .tf".split()
    ),
}
_BUILT_IN = {suffix: module for module, suffixes in _MODULES.items() for suffix in suffixes}
_registered: dict[str, Loader] = {}


def register(suffixes: Sequence[str], loader: Loader) -> None:
    """Use `loader` for files with these suffixes (with the dot, in lower case)."""
    for suffix in suffixes:
        _registered[suffix.lower()] = loader


def is_supported(path: Path) -> bool:
    """Whether a file found in a folder is taken up, by its suffix."""
    return path.suffix.lower() in _registered or path.suffix.lower() in _BUILT_IN


def load(path: Path) -> Content:
    """Read a file. A suffix without a loader is read as plain text.

    Raises:
        UnreadableFile: with a reason in a few words.
    """
    return parse(path.suffix, read(path))


def read(path: Path) -> bytes:
    """The bytes of a file; raises `UnreadableFile`."""
    try:
        status = path.stat()
        # Reading a pipe or a terminal would wait for ever.
        if not S_ISREG(status.st_mode) and not S_ISDIR(status.st_mode):
            raise UnreadableFile("not a regular file")
        if status.st_size > MAX_BYTES:
            raise UnreadableFile(f"larger than {MAX_BYTES // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error)) from error


def parse(suffix: str, data: bytes) -> Content:
    """The content of a file's bytes, by its suffix; raises `UnreadableFile`."""
    loader = _loader(suffix.lower())
    try:
        return loader(data)
    except UnreadableFile:
        raise
    except Exception as error:
        # Whatever a format's library trips over, the other files must not suffer.
        raise UnreadableFile(f"not readable as {suffix or 'text'} ({error!r})") from error


def _loader(suffix: str) -> Loader:
    if suffix in _registered:
        return _registered[suffix]
    module = _BUILT_IN.get(suffix, "text")
    if find_spec(f"index.loaders.{module}") is None:
        module = "text"
    loader: Loader = import_module(f"index.loaders.{module}").load
    return loader
