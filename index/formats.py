"""The table of the formats that are read: what is known of one stands in its row, and nowhere else.

A new format is its loader, a module in index/loaders, and its row in `FORMATS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import PurePath
from typing import Literal

# Text of any kind may be packed.
GZIP = ".gz"
# As which text is read that comes from no file.
MARKDOWN = ".md"
# A file of such a name is a text, whatever follows.
_TEXT_NAME = re.compile(r"(?:README|FAQ|HOWTO|NEWS|CHANGES|TODO)\.")
# The end of a name that tells no kind: "CC-BY-SA-4.0", "notes.v2"; but libz.so.1.0 is not a text.
_VERSION, _LIBRARY = re.compile(r"\.v?\d{1,4}"), ".so"
# A long manual comes in parts: `wget.info-2`.
_PART_OF_INFO = re.compile(r"(\.info)-\d{1,3}")


@dataclass(frozen=True, slots=True)
class Library:
    """The library that parses a format.

    Attributes:
        name: under which it is installed.
        imported: the module that is imported; "" if it is surely there.
        part: the part of Quoteback that brings it; "" if it comes with Quoteback.
    """

    name: str
    imported: str
    part: str = ""

    @property
    def is_installed(self) -> bool:
        """Whether it can be imported; looked for once in a process."""
        return not self.imported or is_importable(self.imported)


@cache
def is_importable(module: str) -> bool:
    """Whether there is a module of this name."""
    return find_spec(module) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """A kind of file that is read.

    Attributes:
        name: what people call it.
        suffixes: with the dot, in lower case; "" for names without one.
        module: of its loader, in `index.loaders`: its function `load` reads a file. That of a
            container also has `open_container`.
        library: what parses it; None if Quoteback does so itself.
        kind: what a single file is called, with its suffix in place of `{}`.
        is_decoded: whether its text is the decoded file, else what the loader extracts.
        as_written: whether a file is best read as it is written; if its text is not always that of
            the file, then only where it is source.
        is_packed: whether its files are packed already, so that gzip makes nothing of them.
        says_encoding: whether a file says itself how its text is encoded.
        container: what its files hold: "members" (mail with what is attached), "messages" (each
            a document that is called by its number), or "archive", which is opened if a person
            wants that; "" if nothing.
        has_pages: whether programs open it at a page.
        has_folder: whether browsers save a folder of parts beside it.
        viewed: the suffixes of files that are opened in the system's viewer, as it runs no
            program that is in them.
        media_types: the suffix for each name that servers call it by.
        save_as: suffixes of files that are not read, but can be saved as one of this format; and
            how, if that is not plain.
    """

    name: str
    suffixes: tuple[str, ...]
    module: str
    library: Library | None = None
    kind: str = "{}"
    is_decoded: bool = False
    as_written: bool = False
    is_packed: bool = False
    says_encoding: bool = False
    container: Literal["", "members", "messages", "archive"] = ""
    has_pages: bool = False
    has_folder: bool = False
    viewed: tuple[str, ...] = ()
    media_types: Mapping[str, str] = field(default_factory=dict)
    save_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_installed(self) -> bool:
        """Whether what parses it is there."""
        return self.library is None or self.library.is_installed


OCR = Library("rapidocr", "rapidocr", part="ocr")
_XML = Library("defusedxml", "defusedxml")
_HTML = Library("selectolax", "selectolax")


def _need_no_advice(words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), "")


_OPENXML = "application/vnd.openxmlformats-officedocument"
_OASIS = "application/vnd.oasis.opendocument"

FORMATS = (
    Format(
        name="plain text",
        # The last are sources of manuals, in which the words stand as they are.
        suffixes=(".txt", ".text", "", ".info", ".pod", ".texi", ".texinfo", ".txi"),
        module="plain.text",
        kind="plain text",
        is_decoded=True,
        as_written=True,
        viewed=(".txt",),
    ),
    Format(
        name="Markdown",
        suffixes=(".md", ".markdown"),
        module="markup.markdown",
        library=Library("markdown-it-py", "markdown_it"),
        kind="Markdown",
        is_decoded=True,
        viewed=(".md",),
        media_types={"text/markdown": ".md"},
    ),
    Format(
        name="reStructuredText",
        # The sources of a page have the longer name if Sphinx has made it.
        suffixes=(".rst", ".rst.txt"),
        module="markup.restructuredtext",
        kind="reStructuredText",
        is_decoded=True,
        media_types={"text/x-rst": ".rst"},
    ),
    Format("Org", (".org",), "markup.org", is_decoded=True),
    Format("AsciiDoc", (".adoc", ".asciidoc"), "markup.asciidoc", is_decoded=True),
    Format(
        name="manual pages",
        suffixes=tuple(
            ".1 .2 .3 .4 .5 .6 .7 .8 .9 .1p .3p .3pm .3perl .3posix .3x .1ssl .3ssl .5ssl .7ssl "
            ".1m .5x .man .mdoc".split()
        ),
        module="markup.roff",
    ),
    Format("LaTeX", (".tex", ".latex", ".ltx"), "markup.latex"),
    Format(
        name="HTML",
        suffixes=(".html", ".htm", ".xhtml"),
        module="pages.html",
        library=_HTML,
        kind="HTML",
        has_folder=True,
        viewed=(".html", ".htm", ".xhtml"),
        media_types={"text/html": ".html", "application/xhtml+xml": ".html"},
        # What reads ZIM itself is under the GPL.
        save_as={".zim": "`zimdump dump --dir=FOLDER FILE` unpacks it"},
    ),
    Format("saved pages", (".mhtml", ".mht"), "pages.web_archive", _HTML),
    Format(
        name="DocBook, FictionBook",
        suffixes=(".docbook", ".dbk", ".fb2"),
        module="pages.docbook",
        library=_XML,
        says_encoding=True,
    ),
    Format(
        name="OPML",
        suffixes=(".opml",),
        module="records.opml",
        library=_XML,
        says_encoding=True,
        media_types={"text/x-opml": ".opml"},
    ),
    Format(
        name="XML",
        suffixes=(".xml",),
        module="records.xml_file",
        library=_XML,
        as_written=True,
        says_encoding=True,
        media_types={"application/xml": ".xml", "text/xml": ".xml"},
    ),
    Format(
        name="PDF",
        suffixes=(".pdf",),
        module="pdf",
        library=Library("pypdfium2", "pypdfium2"),
        is_packed=True,
        has_pages=True,
        viewed=(".pdf",),
        media_types={"application/pdf": ".pdf"},
        save_as=_need_no_advice(".ps .eps .djvu .xps .odg .vsd .vsdx .pub"),
    ),
    Format(
        name="images",
        suffixes=(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"),
        module="ocr.images",
        library=OCR,
        is_packed=True,
        viewed=(".png", ".jpg", ".jpeg", ".tif", ".tiff"),
    ),
    Format(
        name="Word",
        suffixes=(".docx", ".docm"),
        module="office.docx",
        library=_XML,
        kind="Word",
        is_packed=True,
        viewed=(".docx",),
        media_types={f"{_OPENXML}.wordprocessingml.document": ".docx"},
        save_as=_need_no_advice(".doc .dot .wpd .wps .sxw .pages"),
    ),
    Format(
        name="OpenDocument",
        suffixes=(".odt", ".odp"),
        module="office.opendocument",
        library=_XML,
        is_packed=True,
        viewed=(".odt", ".odp"),
        media_types={f"{_OASIS}.text": ".odt"},
    ),
    Format(
        name="PowerPoint",
        suffixes=(".pptx", ".pptm", ".ppsx", ".ppsm"),
        module="office.pptx",
        library=_XML,
        is_packed=True,
        viewed=(".pptx", ".ppsx"),
        media_types={f"{_OPENXML}.presentationml.presentation": ".pptx"},
        save_as=_need_no_advice(".ppt .pps .sxi .key"),
    ),
    Format(
        name="RTF",
        suffixes=(".rtf",),
        module="office.rtf",
        library=Library("striprtf", "striprtf"),
        says_encoding=True,
        viewed=(".rtf",),
        media_types={"application/rtf": ".rtf"},
    ),
    Format(
        name="EPUB",
        suffixes=(".epub",),
        module="pages.epub",
        library=_XML,
        is_packed=True,
        viewed=(".epub",),
        media_types={"application/epub+zip": ".epub"},
        save_as=_need_no_advice(".mobi .azw .azw3 .lit"),
    ),
    Format(
        name="spreadsheets",
        suffixes=(".xlsx", ".xlsm", ".xlsb", ".ods", ".xls"),
        module="office.spreadsheet",
        library=Library("python-calamine", "python_calamine"),
        is_packed=True,
        viewed=(".xlsx", ".ods", ".xls"),
        media_types={
            f"{_OPENXML}.spreadsheetml.sheet": ".xlsx",
            f"{_OASIS}.spreadsheet": ".ods",
        },
        save_as=_need_no_advice(".sxc .numbers"),
    ),
    Format(
        name="tables of text",
        suffixes=(".csv", ".tsv", ".tab"),
        module="records.table",
        kind="table ({})",
        is_decoded=True,
        viewed=(".csv", ".tsv"),
        media_types={"text/csv": ".csv", "text/tab-separated-values": ".tsv"},
    ),
    Format("mail", (".eml",), "mail", container="members", viewed=(".eml",)),
    Format(
        name="mailboxes",
        suffixes=(".mbox",),
        module="mail.mailbox",
        kind="MBOX",
        container="messages",
        viewed=(".mbox",),
        save_as=_need_no_advice(".pst .ost"),
    ),
    Format(
        name="mail of Outlook",
        suffixes=(".msg",),
        module="mail.outlook",
        library=Library("olefile", "olefile"),
        is_packed=True,
        container="members",
        viewed=(".msg",),
    ),
    Format(
        name="ZIP archives",
        suffixes=(".zip",),
        module="archives",
        is_packed=True,
        container="archive",
        viewed=(".zip",),
    ),
    Format(
        name="TAR archives",
        suffixes=(".tar", ".tgz", ".tbz2", ".txz", ".tar.bz2", ".tar.xz"),
        module="archives",
        container="archive",
        viewed=(".tar", ".tgz"),
    ),
    Format(
        name="calendars",
        suffixes=(".ics", ".ical"),
        module="records.calendar_file",
        media_types={"text/calendar": ".ics"},
    ),
    Format("contacts", (".vcf", ".vcard"), "records.contacts"),
    Format("BibTeX", (".bib",), "records.bibtex"),
    Format("subtitles", (".srt", ".vtt"), "plain.subtitles"),
    Format("JSON Lines", (".jsonl", ".ndjson"), "records.json_records", as_written=True),
    Format(
        name="JSON",
        suffixes=(".json",),
        module="records.json_records",
        as_written=True,
        media_types={"application/json": ".json"},
    ),
    Format("Jupyter notebooks", (".ipynb",), "markup.notebook", kind="notebook"),
    Format(
        "Python", (".py", ".pyi"), "plain.code", None, "Python", is_decoded=True, as_written=True
    ),
    Format(
        name="code, data and logs",
        suffixes=tuple(
            ".js .mjs .cjs .jsx .ts .tsx .vue .c .h .cc .cpp .cxx .hpp .hh .cs .m .java .kt "
            ".scala .groovy .go .rs .swift .dart .rb .php .pl .pm .lua .r .jl .hs .ml .ex .exs "
            ".erl .clj .el .lisp .scm .f90 .pas .asm .s .vb .sh .bash .zsh .fish .ps1 .bat .sql "
            ".proto .css .scss .less .toml .yaml .yml .ini .cfg .conf .properties .cmake .mk .tf "
            ".log".split()
        ),
        module="plain.code",
        is_decoded=True,
        as_written=True,
    ),
)

BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}
_SAVED_AS = {suffix: each for each in FORMATS for suffix in each.save_as}
_MEDIA_TYPES = {name: suffix for each in FORMATS for name, suffix in each.media_types.items()}


def read_suffix(name: str, is_known: Callable[[str], bool]) -> str:
    """The suffix that tells a file's format; for a packed file, with the one before.

    "" for README.Debian, which is a text as README is, and if a version ends the name of one, as
    in MPL-2.0.

    Args:
        name: of the file, or its path.
        is_known: whether files of a suffix are read.
    """
    path = PurePath(name)
    packing = GZIP if path.suffix.lower() == GZIP else ""
    ends = [end.lower() for end in PurePath(path.stem if packing else path.name).suffixes[-2:]]
    suffix, both = "".join(ends[-1:]), "".join(ends)
    # libz.so.1 is not a page of a manual.
    if both in BY_SUFFIX or ends[0:-1] == [_LIBRARY]:
        suffix = both
    if is_known(suffix):
        return suffix + packing
    if part := _PART_OF_INFO.fullmatch(suffix):
        return part[1] + packing
    is_text = _TEXT_NAME.match(path.name) and not (suffix in BY_SUFFIX or suffix in _SAVED_AS)
    is_version = _VERSION.fullmatch(suffix) and f"{_LIBRARY}." not in path.name.lower()
    return packing if is_text or is_version else suffix + packing


def find_format(path: str) -> Format | None:
    """The format of a document, by its path; None if it is not in the table.

    A message of a mailbox is called by its number: `mail.mbox/12`.
    """
    *_, above, name = ["", *path.replace("\\", "/").rsplit("/", 2)]
    box = _find_by_name(above) if name.isdecimal() else None
    return box if box is not None and box.container == "messages" else _find_by_name(name)


def holds_documents(path: str) -> bool:
    """Whether a document is of a format whose files hold others, by its path."""
    known = find_format(path)
    return known is not None and bool(known.container)


def _find_by_name(name: str) -> Format | None:
    return BY_SUFFIX.get(_read_own_suffix(name).removesuffix(GZIP))


def _read_own_suffix(name: str) -> str:
    return read_suffix(name, BY_SUFFIX.__contains__)


def describe_kind(path: str) -> str:
    """The kind of a document in words, by its path: "Markdown", "PDF", "packed HTML"."""
    found, suffix = find_format(path), _read_own_suffix(PurePath(path).name)
    letters = suffix.removesuffix(GZIP).removeprefix(".").upper()
    kind = found.kind.format(letters) if found else letters
    return f"packed {kind}" if suffix.endswith(GZIP) else kind


def find_conversion(suffix: str) -> tuple[Format, str] | None:
    """The format that files of a suffix which is not read are to be saved in, and how, if that is
    not plain."""
    saved = _SAVED_AS.get(suffix)
    return None if saved is None else (saved, saved.save_as[suffix])


def find_suffix(media_type: str) -> str | None:
    """The suffix of what a server calls by a name, such as "text/html"; None if it is not known."""
    return _MEDIA_TYPES.get(media_type)
