"""Parts of Quoteback that read more kinds of files, where they are installed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is installed by itself, and the library that it brings."""

    name: str
    library: str


OCR = Part("ocr", "rapidocr")
# For modules of loaders, the part without which they cannot be imported.
PARTS = {"ocr.images": OCR}


@cache
def is_installed(part: Part) -> bool:
    """Whether a part can be used; looked for once in a process."""
    return find_spec(part.library) is not None
