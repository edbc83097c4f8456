"""Pictures read as text: images, a page for each picture of a file; scanned pages of PDF files.

What stands in a picture is read line by line, with its place; the models come with RapidOCR.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import rapidocr
from PIL import Image, ImageOps, UnidentifiedImageError
from rapidocr import RapidOCR
from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

from index.documents import Content
from index.loaders.pdf import load_document
from index.loaders.pdf.fragments import Fragment
from index.loaders.pdf.lines import Line, read_columns
from index.loaders.pdf.text_writer import write_text
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.pages_read import tell_page

# A line that is read less surely is most often none, and one that is read no more surely is
# doubtful.
_LEAST_SCORE, _SURE_SCORE = 0.3, 0.8
# In pixels: a longer side is made smaller before lines are looked for.
_LONGEST_LOOKED_AT = 1_600
# A picture that is so many times longer than wide has no line in it once it is made smaller.
_LONGEST_SHAPE = 90
# Shares of the height of a line's box: its type, and what hangs below the baseline.
_TYPE, _BELOW = 0.75, 0.22
# Lines whose heights differ by less than this share have one size of type.
_ALIKE = 0.3
_MOST_THREADS = 4
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
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    struct.error,
    # It cannot load what only rare modes need.
    ImportError,
)
# As pages are scanned: the size of type counts only beside that of other lines.
_POINTS_A_PIXEL = 72 / 200
# All that it imports is imported now: no file can be opened later.
Image.init()


def _find_model(kind: str) -> str:
    """The file of a model; none is ever fetched."""
    models = sorted((Path(rapidocr.__file__).parent / "models").glob(f"*_{kind}_*.onnx"))
    if not models:
        raise ImportError(f"rapidocr came without its model ({kind})")
    return str(models[0])


def _load_engine() -> RapidOCR:
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    engine = RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Global.text_score": _LEAST_SCORE,
            "Det.model_path": _find_model("det"),
            "Rec.model_path": _find_model("rec"),
            "Det.limit_type": "max",
            "Det.limit_side_len": _LONGEST_LOOKED_AT,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    # Models are loaded when they are first needed.
    sample = np.full((64, 320, 3), 255, np.uint8)
    cv2.putText(sample, "Quoteback", (10, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 3)
    engine(sample)
    return engine


_engines: list[RapidOCR] = []


def prepare_parser() -> None:
    """Load the models in the process that reads pictures, while it can still open files.

    They work in threads, which no process inherits when it is forked.
    """
    _engines[:] = [_load_engine()]


def read_picture(picture: Any, points_a_pixel: float) -> list[Fragment]:
    """The lines in a picture, each as a fragment of a page.

    Args:
        picture: rows of pixels: red, green and blue.
        points_a_pixel: how large a pixel is.
    """
    shorter, longer = sorted(picture.shape[:2])
    if longer > _LONGEST_SHAPE * shorter:
        return []
    try:
        found = _engines[0](np.ascontiguousarray(picture[:, :, ::-1]))
    except (ONNXRuntimeError, cv2.error) as error:
        # Nothing else fails: the pictures are all of one kind, and their sizes have bounds.
        raise MemoryError from error
    if found.boxes is None or found.txts is None or found.scores is None:
        return []
    height = picture.shape[0] * points_a_pixel
    fragments = []
    for corners, words, score in zip(found.boxes, found.txts, found.scores, strict=True):
        text = " ".join(words.split())
        if not text or score < _LEAST_SCORE:
            continue
        left, top, right, bottom = (float(each) * points_a_pixel for each in _find_edges(corners))
        tall = bottom - top
        base = height - bottom + _BELOW * tall
        size = max(1.0, _TYPE * tall)
        is_doubtful = score < _SURE_SCORE
        fragments.append(Fragment(text, left, right, base, size, bold=False, doubtful=is_doubtful))
    return _even_sizes(fragments)


def _find_edges(corners: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom; a box may be aslant."""
    across, down = sorted(corners[:, 0]), sorted(corners[:, 1])
    return across[0], (down[0] + down[1]) / 2, across[3], (down[2] + down[3]) / 2


def _even_sizes(fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments with sizes of type that differ only where those of the page do."""
    if not fragments:
        return []
    usual = median(fragment.size for fragment in fragments)
    return [
        replace(each, size=usual) if abs(each.size - usual) <= _ALIKE * usual else each
        for each in fragments
    ]


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
