"""What is said of files that are not read: why, and what would help."""

from __future__ import annotations

from pathlib import PurePath

from index.loaders.optional import Part
from index.parts import explain_installation

UNSUPPORTED = "of an unsupported kind"
ARCHIVE = "an archive, which is opened with --archives"
# Kinds that people keep their words in, and the one to save them in.
SAVE_AS = {
    **dict.fromkeys((".doc", ".dot", ".wpd", ".wps", ".sxw", ".pages"), ".docx"),
    **dict.fromkeys((".ppt", ".pps", ".sxi", ".key"), ".pptx"),
    **dict.fromkeys((".sxc", ".numbers"), ".xlsx"),
    **dict.fromkeys((".mobi", ".azw", ".azw3", ".lit"), ".epub"),
    **dict.fromkeys((".ps", ".eps", ".djvu", ".xps", ".odg", ".vsd", ".vsdx", ".pub"), ".pdf"),
    **dict.fromkeys((".pst", ".ost"), ".mbox"),
    ".zim": ".html",
}
# How, where it is not plain. What reads ZIM itself is under the GPL.
_HOW = {".zim": "`zimdump dump --dir=FOLDER FILE` unpacks it"}


def explain_conversion(suffix: str) -> str:
    """How a file of a kind that is not read is converted; "" where that is plain."""
    return _HOW.get(suffix, "")


def explain_unsupported(path: PurePath | str, part: Part | None = None) -> str:
    """Why a file found in a folder is left out, by its suffix.

    Args:
        path: of the file.
        part: the part with which it would be read.
    """
    if part is not None:
        return f"of a kind that needs the part {part.name}"
    advice = _advise(PurePath(path).suffix.lower())
    return f"{UNSUPPORTED} ({advice})" if advice else UNSUPPORTED


def explain_unread(suffix: str) -> str:
    """Why a file that was given by its name, and is no text, cannot be read, by its suffix."""
    advice = _advise(suffix)
    return f"{suffix} files are not read{f': {advice}' if advice else ', and it is no text'}"


def _advise(suffix: str) -> str:
    other = SAVE_AS.get(suffix)
    return f"save it as {other}{f': {_HOW[suffix]}' if suffix in _HOW else ''}" if other else ""


def explain_missing(suffix: str, part: Part) -> str:
    """Why a file that was given by its name cannot be read yet."""
    return (
        f"{suffix} files are read with the part {part.name}, which is not installed: "
        f"{explain_installation(part.name)}"
    )
