"""Images: the text in them, a page for each picture of a file."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from index.documents import Content
from index.loaders.ocr.recognition import prepare_parser as prepare_parser
from index.loaders.ocr.recognition import read_picture
from index.loaders.pdf.columns import read_columns
from index.loaders.pdf.lines import Line
from index.loaders.pdf.text_writer import write_text
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.pages_read import tell_page

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
# Neither smaller nor larger pictures are of text; longer sides are made smaller.
_FEWEST_PIXELS, _MOST_PIXELS, _LONGEST_SIDE = 10_000, 100_000_000, 4_000
_MOST_PAGES = 200
# As pages are scanned: the size of type counts only beside that of other lines.
_POINTS_A_PIXEL = 72 / 200
# All that it imports is imported now: no file can be opened later.
Image.init()


def load(data: bytes) -> Content:
    """The text of an image; "" where none is found in it.

    Raises:
        UnreadableFile: it is damaged, too large or of another kind.
    """
    Image.MAX_IMAGE_PIXELS = None
    pages: list[list[list[Line]]] = []
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            count = min(_MOST_PAGES, getattr(image, "n_frames", 1) if image.format == "TIFF" else 1)
            for number in range(count):
                if count > 1:
                    tell_page(number + 1, count)
                image.seek(number)
                if image.width * image.height > _MOST_PIXELS:
                    raise UnreadableFile(f"more than {_MOST_PIXELS:,} pixels")
                if image.width * image.height < _FEWEST_PIXELS:
                    # An icon.
                    pages.append([])
                    continue
                upright = ImageOps.exif_transpose(image)
                picture = _flatten(upright)
                picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                pages.append(read_columns(read_picture(np.asarray(picture), _POINTS_A_PIXEL)))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise UnreadableFile("a damaged image, or of another kind") from error
    return write_text(pages)


def _flatten(image: Image.Image) -> Image.Image:
    """The image in red, green and blue, on white where it is transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")
