"""PDF: the text as a person reads it, column by column, with its pages.

The steps, a module each: `fragments` reads pieces of lines with their positions, and orders words
of scripts such as Hebrew, `page_furniture` removes numbers of lines and pages, and running heads,
`lines` puts them into reading order, where `wrapped_cells` makes one of those that are one row of a
table, `paragraphs` joins them, and `text_writer` tells which are headings, and writes the text,
with tables.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.documents import Content
from index.formats import OCR
from index.loaders.pdf.fragments import Fragment, read_fragments
from index.loaders.pdf.lines import read_columns
from index.loaders.pdf.page_furniture import remove_furniture, remove_line_numbers
from index.loaders.pdf.text_writer import Bookmark, write_text
from index.loaders.shared.contents_list import exclude_contents_lists
from index.loaders.shared.decoding import SCANNED, UnreadableFile
from index.loaders.shared.metadata import choose_title, make_properties
from index.loaders.shared.pages_read import tell_page

# What stands on a page, read from its picture.
ReadScan = Callable[[pdfium.PdfPage], list[Fragment]]
# It cannot be looked for when a file is parsed.
_READS_SCANS = OCR.is_installed
_MOST_BOOKMARKS = 10_000
# The marks of footnotes that may follow a title.
_NOTE_MARKS = "*∗†‡¹"


def load(data: bytes) -> Content:
    """The content of a PDF file.

    Raises:
        UnreadableFile: it is encrypted, damaged or has no text; `SCANNED` if a page has a
            picture in place of text, and such pages can be read.
    """
    return load_document(data, None)


def load_document(data: bytes, read_scan: ReadScan | None) -> Content:
    """The content of a PDF file.

    Args:
        read_scan: reads a page without text by its picture.

    Raises:
        UnreadableFile: as `load`.
    """
    with closing(_open(data)) as document:
        upright, turned = _read_pages(document, read_scan)
        if not any(upright):
            raise UnreadableFile("no text in it, nor in its pictures" if read_scan else SCANNED)
        pages = remove_furniture(remove_line_numbers(upright))
        columns = [
            read_columns(page) + [column for group in groups for column in read_columns(group)]
            for page, groups in zip(pages, turned, strict=True)
        ]
        content = exclude_contents_lists(write_text(columns, _read_bookmarks(document)))
        title = choose_title(document.get_metadata_value("Title"))
        properties = make_properties(
            [document.get_metadata_value("Author")],
            [document.get_metadata_value("Keywords")],
            [document.get_metadata_value("CreationDate"), document.get_metadata_value("ModDate")],
        )
    title = title or choose_title((content.title or "").rstrip(_NOTE_MARKS))
    properties = replace(properties, doubtful=content.properties.doubtful)
    return replace(content, title=title, properties=properties)


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise UnreadableFile("encrypted: save a copy without a password") from error
        raise UnreadableFile("damaged, or not a PDF") from error


def _read_pages(
    document: pdfium.PdfDocument, read_scan: ReadScan | None
) -> tuple[list[list[Fragment]], list[list[list[Fragment]]]]:
    """The fragments of each page: those in its main direction, and those in each other one."""
    upright, turned = [], []
    for number in range(len(document)):
        groups: list[list[Fragment]] = []
        # The other pages of a damaged file can still be read.
        with suppress(pdfium.PdfiumError), closing(_open_page(document, number)) as page:
            groups = read_fragments(page)
            if not groups and any(page.get_objects((raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3)):
                if read_scan is not None:
                    tell_page(number + 1, len(document))
                    groups = [read_scan(page)]
                elif _READS_SCANS:
                    raise UnreadableFile(SCANNED)
        upright.append(groups[0] if groups else [])
        turned.append(groups[1:])
    return upright, turned


def _open_page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """A page with the text that was filled into its form or typed onto it."""
    page = document[number]
    if _has_typed_text(page):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page.close()
        page = document[number]
    return page


def _has_typed_text(page: pdfium.PdfPage) -> bool:
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT):
            return True
    return False


def _read_bookmarks(document: pdfium.PdfDocument) -> list[Bookmark]:
    bookmarks: list[Bookmark] = []
    for entry in document.get_toc():
        if len(bookmarks) == _MOST_BOOKMARKS:
            break
        destination = entry.get_dest()
        page = destination.get_index() if destination else None
        if page is not None:
            bookmarks.append(Bookmark(page, entry.level + 1, entry.get_title()))
    return bookmarks
