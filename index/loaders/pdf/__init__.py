"""PDF: the text as a person reads it, column by column, with its pages."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from index.documents import Content
from index.loaders.pdf.columns import regions
from index.loaders.pdf.fragments import Fragment, fragments
from index.loaders.pdf.page_furniture import without_furniture
from index.loaders.pdf.prose import prose
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.titles import title_in

_MOST_BOOKMARKS = 10_000


def load(data: bytes) -> Content:
    document = _opened(data)
    try:
        pages, turned = _read(document)
        if not any(pages):
            raise UnreadableFile("no text in it: scanned? run OCR over it first")
        content = prose(
            [
                regions(upright) + [lines for group in aside for lines in regions(group)]
                for upright, aside in zip(without_furniture(pages), turned, strict=True)
            ],
            _outline(document),
        )
        title = title_in(document.get_metadata_value("Title"))
    finally:
        document.close()
    return replace(content, title=title or _printed_title(content))


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise UnreadableFile("encrypted: save a copy without a password") from error
        raise UnreadableFile("damaged, or not a PDF") from error


def _read(
    document: pdfium.PdfDocument,
) -> tuple[list[list[Fragment]], list[list[list[Fragment]]]]:
    """What is written on each page: in its main direction, and in each other one."""
    upright, turned = [], []
    for number in range(len(document)):
        groups: list[list[Fragment]] = []
        # The other pages of a damaged file can still be read.
        with suppress(pdfium.PdfiumError), closing(_page(document, number)) as page:
            groups = fragments(page)
        upright.append(groups[0] if groups else [])
        turned.append(groups[1:])
    return upright, turned


def _page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """A page; what was filled into its form, or typed onto it, is made part of it."""
    page = document[number]
    if _has_typing(page):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page.close()
        page = document[number]
    return page


def _has_typing(page: pdfium.PdfPage) -> bool:
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT):
            return True
    return False


def _outline(document: pdfium.PdfDocument) -> list[tuple[int, int, str]]:
    """The bookmarks: page (from 0), level (from 1) and words."""
    found: list[tuple[int, int, str]] = []
    for mark in document.get_toc():
        if len(found) == _MOST_BOOKMARKS:
            break
        destination = mark.get_dest()
        page = destination.get_index() if destination else None
        if page is not None:
            found.append((page, mark.level + 1, mark.get_title()))
    return found


def _printed_title(content: Content) -> str | None:
    """The one heading above all others, if the document begins with it."""
    highest = [heading for heading in content.headings if heading.level == 1]
    if len(highest) != 1 or highest[0] is not content.headings[0]:
        return None
    starts = content.page_starts
    if len(starts) > 1 and highest[0].span.start >= starts[1]:
        return None
    return title_in(highest[0].text.rstrip("*∗†‡¹"))
