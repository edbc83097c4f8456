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
    "plain.text": ("plain text", _OURS),
    "markup.markdown": ("Markdown", ("markdown-it-py", "markdown_it")),
    "markup.restructuredtext": ("reStructuredText", _OURS),
    "markup.org": ("Org", _OURS),
    "markup.asciidoc": ("AsciiDoc", _OURS),
    "markup.roff": ("manual pages", _OURS),
    "markup.texinfo": ("Texinfo", _OURS),
    "markup.pod": ("POD", _OURS),
    "markup.latex": ("LaTeX", _OURS),
    "pages.html": ("HTML", ("selectolax", "selectolax")),
    "pages.web_archive": ("saved pages", ("selectolax", "selectolax")),
    "pages.docbook": ("DocBook, FictionBook", _XML),
    "records.xml_file": ("XML", _XML),
    "pdf": ("PDF", ("pypdfium2", "pypdfium2")),
    "ocr.images": ("images", ("rapidocr", "rapidocr")),
    "office.docx": ("Word", _XML),
    "office.opendocument": ("OpenDocument", _XML),
    "office.pptx": ("PowerPoint", _XML),
    "office.rtf": ("RTF", ("striprtf", "striprtf")),
    "pages.epub": ("EPUB", _XML),
    "office.spreadsheet": ("spreadsheets", ("python-calamine", "python_calamine")),
    "records.table": ("tables of text", _OURS),
    "mail": ("mail", _OURS),
    "mail.mailbox": ("mailboxes", _OURS),
    "mail.outlook": ("mail of Outlook", ("olefile", "olefile")),
    "archives.zip_file": ("ZIP archives", _OURS),
    "archives.tar_file": ("TAR archives", _OURS),
    "records.calendar_file": ("calendars", _OURS),
    "records.contacts": ("contacts", _OURS),
    "records.bibtex": ("BibTeX", _OURS),
    "plain.subtitles": ("subtitles", _OURS),
    "records.json_lines": ("JSON Lines", _OURS),
    "records.json_file": ("JSON", _OURS),
    "markup.notebook": ("Jupyter notebooks", _OURS),
    "plain.code": ("code, data and logs", _OURS),
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
