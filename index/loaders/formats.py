"""What can be read, and by which library."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from index.loaders import list_suffixes
from index.loaders.optional import PARTS
from index.loaders.unsupported import SAVE_AS

# For each module its formats' name, and the library that parses them: the name under which it
# is installed and the one under which it is imported. Where there is none, we read it ourselves.
_OURS = ("", "")
_XML = ("defusedxml", "defusedxml")
_NAMES = {
    "text": ("plain text", _OURS),
    "markdown": ("Markdown", ("markdown-it-py", "markdown_it")),
    "restructuredtext": ("reStructuredText", _OURS),
    "org": ("Org", _OURS),
    "asciidoc": ("AsciiDoc", _OURS),
    "roff": ("manual pages", _OURS),
    "texinfo": ("Texinfo", _OURS),
    "latex": ("LaTeX", _OURS),
    "html": ("HTML", ("selectolax", "selectolax")),
    "web_archive": ("saved pages", ("selectolax", "selectolax")),
    "docbook": ("DocBook, FictionBook", _XML),
    "xml_file": ("XML", _XML),
    "pdf": ("PDF", ("pypdfium2", "pypdfium2")),
    "ocr.images": ("images", ("rapidocr", "rapidocr")),
    "docx": ("Word", _XML),
    "opendocument": ("OpenDocument", _XML),
    "pptx": ("PowerPoint", _XML),
    "rtf": ("RTF", ("striprtf", "striprtf")),
    "epub": ("EPUB", _XML),
    "spreadsheet": ("spreadsheets", ("python-calamine", "python_calamine")),
    "table": ("tables of text", _OURS),
    "mail": ("mail", _OURS),
    "mailbox": ("mailboxes", _OURS),
    "outlook": ("mail of Outlook", ("olefile", "olefile")),
    "calendar_file": ("calendars", _OURS),
    "contacts": ("contacts", _OURS),
    "bibtex": ("BibTeX", _OURS),
    "subtitles": ("subtitles", _OURS),
    "json_lines": ("JSON Lines", _OURS),
    "json_file": ("JSON", _OURS),
    "notebook": ("Jupyter notebooks", _OURS),
    "code": ("code, data and logs", _OURS),
}


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that can be read.

    Attributes:
        name: what people call it.
        suffixes: with the dot; "" for names without one.
        library: what parses it; "" where Quoteback does so itself.
        is_installed: whether that library is there.
        part: the part of Quoteback that brings it; "" where it comes with Quoteback.
    """

    name: str
    suffixes: tuple[str, ...]
    library: str
    is_installed: bool
    part: str = ""


def list_formats() -> list[Format]:
    """All formats, those of registered loaders last."""
    suffixes = list_suffixes()
    formats = []
    for module, (name, (library, imported)) in _NAMES.items():
        if own := suffixes.pop(module, ()):
            is_installed = not imported or find_spec(imported) is not None
            part = PARTS[module].name if module in PARTS else ""
            formats.append(Format(name, own, library, is_installed, part))
    return formats + [
        Format(f"registered by {module}", own, module, True) for module, own in suffixes.items()
    ]


def list_conversions() -> dict[str, tuple[str, ...]]:
    """Suffixes that are not read, by the one of the kind to save such files in."""
    conversions: dict[str, tuple[str, ...]] = {}
    for suffix, other in SAVE_AS.items():
        conversions[other] = (*conversions.get(other, ()), suffix)
    return conversions
