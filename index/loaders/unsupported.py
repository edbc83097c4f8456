"""What is said of files that are not read: why, and what would help."""

from __future__ import annotations

from pathlib import PurePath

from index.formats import FORMATS, find_conversion
from index.parts import explain_installation

UNSUPPORTED = "of an unsupported kind"
ARCHIVE = "an archive, which is opened with --archives"


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
        path: of the file.
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
