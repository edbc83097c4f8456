"""Loaders turn the bytes of a file into its canonical text; one module a format.

A loader is any function from bytes to `Content`. It raises `UnreadableFile`
with a short reason where the bytes are not what the suffix promises. Register
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

import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.documents import Content
from index.filesystem.freshness import find_file
from index.filesystem.safe_opening import read_regular
from index.loaders.optional import OCR, PARTS, Part, is_installed
from index.loaders.shared.container import Container, read_suffix
from index.loaders.shared.decoding import NOT_TEXT, SCANNED, UnreadableFile, decode
from index.loaders.shared.unpacking import unpack
from index.loaders.unsupported import explain_missing, explain_unread
from index.plugins import list_plugins

if TYPE_CHECKING:
    from index.loaders.sandbox.parent import Sandbox

__all__ = [
    "Loader",
    "Sandbox",
    "UnreadableFile",
    "decode",
    "find_loader",
    "find_missing_part",
    "is_archive",
    "is_supported",
    "list_kinds",
    "list_suffixes",
    "load_file",
    "open_container",
    "parse",
    "register_loader",
    "suffix_of",
]

Loader = Callable[[bytes], Content]

GZIP = ".gz"
# The end of a name that tells no kind: "CC-BY-SA-4.0", "notes.v2"; but libz.so.1.0 is no text.
_VERSION, _LIBRARY = re.compile(r"\.v?\d{1,4}"), ".so."
_PART_OF_INFO = re.compile(r"\.info-\d{1,3}")
MAX_BYTES = 256 * 2**20
_SCANS = "index.loaders.ocr.scans"

# Suffix → module, so that a format's library is imported when its first file is met.
_MODULES = {
    "plain.text": (".txt", ".text", ".info", ""),
    "markup.markdown": (".md", ".markdown"),
    "markup.restructuredtext": (".rst",),
    "pages.html": (".html", ".htm", ".xhtml"),
    "pages.web_archive": (".mhtml", ".mht"),
    "pages.docbook": (".docbook", ".dbk", ".fb2"),
    "records.xml_file": (".xml",),
    "pdf": (".pdf",),
    "office.docx": (".docx", ".docm"),
    "office.pptx": (".pptx", ".pptm", ".ppsx", ".ppsm"),
    "office.opendocument": (".odt", ".odp"),
    "pages.epub": (".epub",),
    "ocr.images": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"),
    "office.spreadsheet": (".xlsx", ".xlsm", ".xlsb", ".ods", ".xls"),
    "office.rtf": (".rtf",),
    "markup.org": (".org",),
    "markup.asciidoc": (".adoc", ".asciidoc"),
    "plain.subtitles": (".srt", ".vtt"),
    "records.json_lines": (".jsonl", ".ndjson"),
    "records.json_file": (".json",),
    "mail": (".eml",),
    "mail.mailbox": (".mbox",),
    "mail.outlook": (".msg",),
    "markup.roff": tuple(
        ".1 .2 .3 .4 .5 .6 .7 .8 .9 .1p .3p .3pm .3perl .3posix .3x .1ssl .3ssl .5ssl .7ssl .1m "
        ".5x .man .mdoc".split()
    ),
    "markup.texinfo": (".texi", ".texinfo", ".txi"),
    "markup.pod": (".pod",),
    "markup.latex": (".tex", ".latex", ".ltx"),
    "records.bibtex": (".bib",),
    "records.calendar_file": (".ics", ".ical", ".ifb"),
    "records.contacts": (".vcf", ".vcard"),
    "archives.zip_file": (".zip",),
    "archives.tar_file": (".tar", ".tgz", ".tbz2", ".txz", ".tar.bz2", ".tar.xz"),
    "records.table": (".csv", ".tsv", ".tab"),
    "markup.notebook": (".ipynb",),
    "plain.code": tuple(
        ".py .pyi .js .mjs .cjs .jsx .ts .tsx .vue .c .h .cc .cpp .cxx .hpp .hh .cs .m .java .kt "
        ".scala .groovy .go .rs .swift .dart .rb .php .pl .pm .lua .r .jl .hs .ml .ex .exs .erl "
        ".clj .el .lisp .scm .f90 .pas .asm .s .vb .sh .bash .zsh .fish .ps1 .bat .sql .proto "
        ".css .scss .less .toml .yaml .yml .ini .cfg .conf .properties .cmake "
        ".mk .tf .log".split()
    ),
}
# Modules that also have an `open_container`: of these, some only where a person wants that.
_ARCHIVES = frozenset(("archives.zip_file", "archives.tar_file"))
_CONTAINERS = _ARCHIVES | {"mail", "mail.mailbox", "mail.outlook"}
_BUILT_IN = {suffix: module for module, suffixes in _MODULES.items() for suffix in suffixes}
# These are packed by themselves: gzip makes nothing else of them.
_NOT_PACKED = frozenset(
    "pdf office.docx office.pptx office.opendocument office.spreadsheet pages.epub mail.outlook "
    "ocr.images archives.zip_file".split()
)
_registered: dict[str, tuple[Loader, bool]] = {}


def register_loader(suffixes: Sequence[str], loader: Loader, *, sandboxed: bool = False) -> None:
    """Use `loader` for files with these suffixes (with the dot, in lower case).

    Args:
        suffixes: what the names of the files end with.
        loader: from bytes to `Content`.
        sandboxed: parse in another process, with limits on time, memory and output, that can
            open no file. Otherwise it is trusted with whatever a file holds.

    Raises:
        ValueError: it is to be sandboxed and cannot be imported by its name.
    """
    if sandboxed and (loader.__module__ == "__main__" or "<" in loader.__qualname__):
        raise ValueError(f"{loader.__qualname__} cannot be imported: define it in a module")
    for suffix in suffixes:
        _registered[suffix.lower()] = loader, sandboxed


def suffix_of(path: Path) -> str:
    """What tells a file's format: its suffix, and for a compressed file the one before, too.

    "" for README.Debian, which is a text as README is, and where a version ends the name of one,
    as in MPL-2.0. A part of an Info file, `wget.info-2`, is one, too.
    """
    suffix = read_suffix(path.name, _is_known)
    kind = suffix.removesuffix(GZIP)
    if _is_known(kind):
        return suffix
    packing = suffix[len(kind) :]
    if _PART_OF_INFO.fullmatch(kind):
        return ".info" + packing
    is_version = _VERSION.fullmatch(kind) and _LIBRARY not in path.name.lower()
    return packing if is_version else suffix


def is_archive(suffix: str) -> bool:
    """Whether files with a suffix are archives, which are opened where a person wants that."""
    return _is_among(suffix, _ARCHIVES)


def _is_among(suffix: str, modules: frozenset[str]) -> bool:
    kind = suffix.removesuffix(GZIP)
    return kind not in _registered and _BUILT_IN.get(kind) in modules


def list_kinds(archives: bool) -> frozenset[str]:
    """The suffixes of the files that are taken up from a container.

    Args:
        archives: whether archives in it are opened.
    """
    known = (*_BUILT_IN, *_registered, *list_plugins("loaders"))
    kinds = {each for each in known if is_supported(Path(f"x{each}"))}
    kinds |= {each + GZIP for each in kinds if _may_be_packed(each)}
    return frozenset(each for each in kinds if archives or not is_archive(each))


def is_supported(path: Path) -> bool:
    """Whether a file found in a folder is taken up, by its suffix."""
    suffix = suffix_of(path)
    inner = suffix.removesuffix(GZIP)
    if inner != suffix and suffix not in _registered:
        return _is_known(inner) and _may_be_packed(inner)
    return _is_known(suffix) and _find_missing_part(suffix) is None


def load_file(path: Path) -> Content:
    """Read a file, or what is in one (`notes.zip/rain.md`).

    A suffix without a loader is read as plain text.

    Raises:
        UnreadableFile: with a reason in a few words.
    """
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


def parse(suffix: str, data: bytes, sandbox: Sandbox | None = None) -> Content:
    """The content of a file's bytes, by its suffix as `suffix_of` gives it.

    Args:
        suffix: ".pdf", or ".txt.gz".
        data: the file.
        sandbox: where it is parsed; where not given, one is started for this file alone,
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
    packed = suffix.endswith(GZIP) and suffix not in _registered
    if packed:
        suffix = suffix.removesuffix(GZIP)
        if suffix == GZIP or not _may_be_packed(suffix):
            raise UnreadableFile(f"a {suffix} file packed once more: unpack it first")
    loader, is_sandboxed = _registered.get(suffix, (None, True))
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
    return Container(content)


def _open_in_sandbox(
    suffix: str, data: bytes, packed: bool, kinds: frozenset[str], sandbox: Sandbox | None
) -> Container:
    # It needs modules that reading text does not.
    from index.loaders.sandbox.parent import LoaderFailed, Sandbox

    module, name = find_loader(suffix)
    if (part := _find_missing_part(suffix)) is not None:
        raise UnreadableFile(explain_missing(suffix, part))
    with nullcontext(sandbox) if sandbox else Sandbox() as parser:
        try:
            if _is_among(suffix, _CONTAINERS):
                return parser.open_container(module, "open_container", data, kinds, packed=packed)
            try:
                return Container(parser.parse(module, name, data, packed=packed))
            except UnreadableFile as error:
                if str(error) != SCANNED or not is_installed(OCR):
                    raise
                return Container(parser.parse(_SCANS, "load", data))
        except LoaderFailed as error:
            raise _report_failure(suffix, str(error)) from error
        except UnreadableFile as error:
            if str(error) == NOT_TEXT and not _is_known(suffix):
                raise UnreadableFile(explain_unread(suffix)) from error
            raise


def _report_failure(suffix: str, error: str) -> UnreadableFile:
    return UnreadableFile(f"not readable as {suffix or 'text'} ({error})")


def _is_known(suffix: str) -> bool:
    return suffix in _registered or suffix in _BUILT_IN or suffix in list_plugins("loaders")


def _find_missing_part(suffix: str) -> Part | None:
    """The part that is needed for files with a suffix, and is not installed."""
    if suffix in _registered or suffix in list_plugins("loaders"):
        return None
    part = PARTS.get(_BUILT_IN.get(suffix, ""))
    return part if part and not is_installed(part) else None


def find_missing_part(path: Path) -> Part | None:
    """The part that is needed to read a file, by its suffix, and is not installed."""
    return _find_missing_part(suffix_of(path))


def _may_be_packed(suffix: str) -> bool:
    return suffix in _registered or _BUILT_IN.get(suffix) not in _NOT_PACKED


def list_suffixes() -> dict[str, tuple[str, ...]]:
    """The suffixes that each module reads; those of registered loaders by their modules' names."""
    modules: dict[str, tuple[str, ...]] = {}
    for suffix, module in _BUILT_IN.items():
        if suffix not in _registered:
            modules[module] = (*modules.get(module, ()), suffix)
    for suffix, (loader, _) in _registered.items():
        modules[loader.__module__] = (*modules.get(loader.__module__, ()), suffix)
    return modules


def find_loader(suffix: str) -> tuple[str, str]:
    """The module and the name of the loader for a suffix, so that another process can import it."""
    if suffix in _registered:
        loader = _registered[suffix][0]
        return loader.__module__, loader.__qualname__
    if (plugin := list_plugins("loaders").get(suffix)) is not None:
        return plugin.module, plugin.attr
    return f"index.loaders.{_BUILT_IN.get(suffix, 'plain.text')}", "load"


def __getattr__(name: str) -> Any:
    # It needs modules that reading text does not.
    if name == "Sandbox":
        return import_module("index.loaders.sandbox.parent").Sandbox
    raise AttributeError(f"module 'index.loaders' has no attribute {name!r}")
