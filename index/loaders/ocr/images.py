"""Pictures read as text: images, a page for each picture of a file; scanned pages of PDF files."""

from __future__ import annotations

import struct
from contextlib import closing, suppress
from io import BytesIO

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageOps, UnidentifiedImageError

from index.documents import Content
from index.loaders.ocr.recognition import prepare_parser as prepare_parser
from index.loaders.ocr.recognition import read_picture
from index.loaders.pdf import load_document
from index.loaders.pdf.columns import read_columns
from index.loaders.pdf.fragments import Fragment
from index.loaders.pdf.lines import Line
from index.loaders.pdf.text_writer import write_text
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.pages_read import tell_page

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
# Neither smaller nor larger pictures are of text; longer sides are made smaller, of pages too.
_FEWEST_PIXELS, _MOST_PIXELS, _LONGEST_SIDE = 10_000, 100_000_000, 4_000
_MOST_PAGES = 200
# A page of a PDF file is drawn so finely, unless it is very large.
_DOTS_AN_INCH = 200
# A JPEG that grows sharper as it is fetched comes in some ten layers, each as large as the whole
# once it is unpacked.
_JPEG, _JPEG_SCAN, _MOST_SCANS = b"\xff\xd8", b"\xff\xda", 200
# Modes in which pixels can be mixed.
_MIXED = ("L", "LA", "RGB", "RGBA")
# What Pillow raises for a damaged image, or for what a camera noted in it.
_DAMAGE = (
    *(OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, struct.error),
    # It cannot load what only rare modes need.
    ImportError,
)
# As pages are scanned: the size of type counts only beside that of other lines.
_POINTS_A_PIXEL = 72 / 200
# All that it imports is imported now: no file can be opened later.
Image.init()


def load(data: bytes) -> Content:
    """The text of an image; "" if none is found in it.

    Raises:
        UnreadableFile: it is damaged, too large or of another kind.
    """
    Image.MAX_IMAGE_PIXELS = None
    if data.startswith(_JPEG) and data.count(_JPEG_SCAN) > _MOST_SCANS:
        raise UnreadableFile(f"more than {_MOST_SCANS:,} layers of one picture")
    pages: list[list[list[Line]]] = []
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            _check_size(image)
            count = _count_pages(image) if image.format == "TIFF" else 1
            for number in range(count):
                if count > 1:
                    tell_page(number + 1, count)
                image.seek(number)
                _check_size(image)
                pages.append(_read_page(image))
    except (*_DAMAGE, UnidentifiedImageError) as error:
        raise UnreadableFile("a damaged image, or of another kind") from error
    return write_text(pages)


def _check_size(image: Image.Image) -> None:
    """Before any pixel is unpacked: a small file may hold a huge picture."""
    if image.width * image.height > _MOST_PIXELS:
        raise UnreadableFile(f"more than {_MOST_PIXELS:,} pixels")


def _count_pages(image: Image.Image) -> int:
    """How many pages are read; the file is not asked for all, which may be millions."""
    for number in range(1, _MOST_PAGES):
        try:
            image.seek(number)
        except EOFError:
            return number
    return _MOST_PAGES


def _read_page(image: Image.Image) -> list[list[Line]]:
    """The lines of a page, column by column; none in an icon."""
    if image.width * image.height < _FEWEST_PIXELS:
        return []
    # What a camera noted beside a picture may be damaged; the picture is read as it lies.
    with suppress(*_DAMAGE):
        ImageOps.exif_transpose(image, in_place=True)
    picture = _flatten(_shrink(image))
    return read_columns(read_picture(np.asarray(picture), _POINTS_A_PIXEL))


def _shrink(image: Image.Image) -> Image.Image:
    """The image with no longer side than is read; a copy of all of it would take much memory."""
    if image.mode.startswith("I;16"):
        # Of two bytes a pixel the higher: else all but black would be white.
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    elif image.mode not in _MIXED:
        # Neighbours in a palette cannot be mixed.
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    scale = _LONGEST_SIDE / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(scale * image.width)), max(1, round(scale * image.height)))
    return image.resize(size, reducing_gap=2.0)


def _flatten(image: Image.Image) -> Image.Image:
    """The image in red, green and blue, on white if it is transparent."""
    if image.mode in ("RGBA", "LA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")


def load_scanned(data: bytes) -> Content:
    """The content of a PDF file with pages that were scanned; raises `UnreadableFile`."""
    return load_document(data, _read_scan)


def _read_scan(page: pdfium.PdfPage) -> list[Fragment]:
    """What stands on a page, by its picture."""
    longest = max(page.get_size())
    scale = min(_DOTS_AN_INCH / 72, _LONGEST_SIDE / max(1.0, longest))
    with closing(page.render(scale=scale, rev_byteorder=True)) as drawn:
        picture = np.array(drawn.to_numpy()[:, :, :3])
    return read_picture(picture, 1 / scale)
