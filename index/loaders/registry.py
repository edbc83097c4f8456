"""Which loader reads a file, by the table of formats or as a library user has registered it.

And what is said of files that are not read: why, and what would help.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from index.documents import Content
from index.formats import BY_SUFFIX, FORMATS, GZIP, Format, Library, find_conversion, read_suffix
from index.plugins import explain_installation, list_plugins

Loader = Callable[[bytes], Content]

_registered: dict[str, tuple[Loader, bool]] = {}
UNSUPPORTED = "of an unsupported kind"
ARCHIVE = "an archive, which is opened with --archives"


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


def find_registered(suffix: str) -> tuple[Loader | None, bool]:
    """The registered loader for a suffix, if there is one, and whether it is sandboxed."""
    return _registered.get(suffix, (None, True))


def suffix_of(path: Path) -> str:
    """The suffix that tells a file's format; for a packed file, with the one before."""
    return read_suffix(path.name, is_known)


def find_built_in(suffix: str) -> Format | None:
    """The format of files with a suffix, if no loader of another takes its place."""
    if suffix in _registered or suffix in list_plugins("loaders"):
        return None
    return BY_SUFFIX.get(suffix)


def is_known(suffix: str) -> bool:
    """Whether there is a loader for a suffix."""
    return suffix in _registered or suffix in BY_SUFFIX or suffix in list_plugins("loaders")


def is_archive(suffix: str) -> bool:
    """Whether files with a suffix are archives, which are opened if a person wants that."""
    found = find_built_in(suffix.removesuffix(GZIP))
    return found is not None and found.container == "archive"


def may_be_packed(suffix: str) -> bool:
    """Whether files with a suffix are read if they are packed."""
    found = find_built_in(suffix)
    return found is None or not found.is_packed


def list_kinds(archives: bool) -> frozenset[str]:
    """The suffixes of the files that are taken up from a container.

    Args:
        archives: whether archives in it are opened.
    """
    known = (*BY_SUFFIX, *_registered, *list_plugins("loaders"))
    kinds = {each for each in known if is_supported(Path(f"x{each}"))}
    kinds |= {each + GZIP for each in kinds if may_be_packed(each)}
    return frozenset(each for each in kinds if archives or not is_archive(each))


def is_supported(path: Path) -> bool:
    """Whether a file found in a folder is taken up, by its suffix."""
    suffix = suffix_of(path)
    inner = suffix.removesuffix(GZIP)
    if inner != suffix and suffix not in _registered:
        return is_known(inner) and may_be_packed(inner)
    return is_known(suffix) and find_missing_part(path) is None


def find_missing_part(path: Path) -> str | None:
    """The part that is needed to read a file, by its suffix, and is not installed."""
    found = find_built_in(suffix_of(path))
    if found is None or found.library is None or found.is_installed:
        return None
    return found.library.part or None


def find_loader(suffix: str) -> tuple[str, str]:
    """The module and the name of the loader for a suffix, so that another process can import it."""
    if suffix in _registered:
        loader = _registered[suffix][0]
        return loader.__module__, loader.__qualname__
    if (plugin := list_plugins("loaders").get(suffix)) is not None:
        return plugin.module, plugin.attr
    return f"index.loaders.{BY_SUFFIX.get(suffix, BY_SUFFIX['']).module}", "load"


def list_formats() -> list[Format]:
    """All formats, those of registered loaders last."""
    formats = [
        replace(each, suffixes=own)
        for each in FORMATS
        if (own := tuple(suffix for suffix in each.suffixes if suffix not in _registered))
    ]
    modules: dict[str, tuple[str, ...]] = {}
    for suffix, (loader, _) in _registered.items():
        modules[loader.__module__] = (*modules.get(loader.__module__, ()), suffix)
    return formats + [
        Format(f"registered by {module}", own, module, Library(module, ""))
        for module, own in modules.items()
    ]


def list_conversions() -> dict[str, tuple[str, ...]]:
    """Suffixes that are not read, by the one of the kind to save such files in."""
    return {each.suffixes[0]: tuple(each.save_as) for each in FORMATS if each.save_as}


def explain_conversion(suffix: str) -> str:
    """How a file of a kind that is not read is converted; "" if that is plain."""
    found = find_conversion(suffix)
    return found[1] if found else ""


def explain_unsupported(path: PurePath | str, part: str | None = None) -> str:
    """Why a file found in a folder is left out, by its suffix.

    Args:
        part: the part with which it would be read.
    """
    if part is not None:
        return f"of a kind that needs the part {part}"
    advice = _advise(PurePath(path).suffix.lower())
    return f"{UNSUPPORTED} ({advice})" if advice else UNSUPPORTED


def explain_unread(suffix: str) -> str:
    """Why a file that was given by its name, and is no text, cannot be read, by its suffix."""
    advice = _advise(suffix)
    return f"{suffix} files are not read{f': {advice}' if advice else ', and it is no text'}"


def _advise(suffix: str) -> str:
    found = find_conversion(suffix)
    return f"save it as {found[0].suffixes[0]}{found[1] and f': {found[1]}'}" if found else ""


def explain_missing(suffix: str, part: str) -> str:
    """Why a file that was given by its name cannot be read yet."""
    return (
        f"{suffix} files are read with the part {part}, which is not installed: "
        f"{explain_installation(part)}"
    )
