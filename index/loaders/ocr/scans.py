"""PDF files with pages that were scanned: these are read from their pictures."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pypdfium2 as pdfium

from index.documents import Content
from index.loaders.ocr.recognition import prepare_parser as prepare_parser
from index.loaders.ocr.recognition import read_picture
from index.loaders.pdf import load_document
from index.loaders.pdf.fragments import Fragment

# A page is drawn so finely, unless it is very large.
_DOTS_AN_INCH, _LONGEST_SIDE = 200, 4_000


def load(data: bytes) -> Content:
    """The content of a PDF file; raises `UnreadableFile`."""
    return load_document(data, _read_scan)


def _read_scan(page: pdfium.PdfPage) -> list[Fragment]:
    """What stands on a page, by its picture."""
    longest = max(page.get_size())
    scale = min(_DOTS_AN_INCH / 72, _LONGEST_SIDE / max(1.0, longest))
    with closing(page.render(scale=scale, rev_byteorder=True)) as drawn:
        picture = np.array(drawn.to_numpy()[:, :, :3])
    return read_picture(picture, 1 / scale)
