"""Which rendering is that of a document, by its format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from index import Passage
from index.filesystem import is_address
from tui.source.rendering.delimited import render_delimited
from tui.source.rendering.extracted import render_extracted
from tui.source.rendering.markdown import render_markdown
from tui.source.rendering.markup.asciidoc import ASCIIDOC
from tui.source.rendering.markup.blocks import render_markup
from tui.source.rendering.markup.org import ORG
from tui.source.rendering.markup.restructuredtext import RESTRUCTUREDTEXT
from tui.source.rendering.notebook import find_code_cells
from tui.source.rendering.rendering import Rendering
from tui.source.rendering.source_code import render_code

_MARKDOWN = frozenset((".md", ".markdown"))
_DELIMITED = frozenset((".csv", ".tsv", ".tab"))
# These are best read as they are.
_PLAIN = frozenset(("", ".txt", ".text"))
# Of the web, all else is taken for HTML, whatever its address ends with.
_TEXT_PAGES = frozenset((".txt", *_MARKDOWN, *_DELIMITED))
_MARKUP = {
    ".adoc": ASCIIDOC,
    ".asciidoc": ASCIIDOC,
    ".org": ORG,
    ".rst": RESTRUCTUREDTEXT,
}
# Their text is what a loader has extracted.
_EXTRACTED = frozenset(
    ".html .htm .xhtml .pdf .docx .docm .pptx .pptm .ppsx .ppsm .odt .odp .ods .xlsx .xlsm .xlsb "
    ".xls .epub .rtf .eml .mbox .msg .srt .vtt .man .mdoc .tex .latex .ltx .bib .ics .ical .ifb "
    ".texi .texinfo .txi .vcf .vcard .mhtml .mht .docbook .dbk .fb2 .png .jpg .jpeg "
    ".tif .tiff .webp .bmp .gif".split()
)
# A message of a mailbox is called by its number.
_MESSAGE = re.compile(r"\.mbox(\.gz)?[/\\]\d+$", re.IGNORECASE)
# The section of a manual: ls.1, crypt.3ssl.
_MANUAL = re.compile(r"\.[1-9][a-z]{0,5}")


def render_document(path: str, text: str, passages: Sequence[Passage]) -> Rendering | None:
    """The rendering of a document; None where it is best read as it is.

    Args:
        path: of the document; its suffix tells the format.
        text: its canonical text.
        passages: all its passages, in reading order.
    """
    name = path.removesuffix(".gz")
    suffix = PurePath(re.sub(r"\.rst\.txt\Z", ".rst", name.lower())).suffix
    if not text:
        return None
    if _MESSAGE.search(name) or (is_address(path) and suffix not in _TEXT_PAGES):
        return render_extracted(text, passages)
    if suffix in _PLAIN:
        return None
    if suffix in _MARKDOWN:
        return render_markdown(text)
    if suffix in _MARKUP:
        return render_markup(text, _MARKUP[suffix])
    if suffix in _DELIMITED:
        return render_delimited(text, passages)
    if suffix == ".ipynb":
        return render_extracted(text, passages, find_code_cells(path, text))
    if suffix in _EXTRACTED or _MANUAL.fullmatch(suffix):
        return render_extracted(text, passages)
    if suffix == ".xml" and not text.lstrip().startswith("<"):
        # A document, of which the words were taken.
        return render_extracted(text, passages)
    return render_code(name, text)
