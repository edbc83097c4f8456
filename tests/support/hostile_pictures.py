"""Pictures made to cost much or to confuse: what their headers say, what they hold, how they lie."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from itertools import product

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WORDS = "The harbour lamp burns oil"


@dataclass(frozen=True, slots=True)
class HostilePicture:
    """A picture, and what must come of it.

    Attributes:
        suffix: that of its file.
        make: its bytes.
        text: what is read of it; None where nothing has to be.
        reason: part of why it is refused; "" where it need not be.
        cheap: whether that takes less than some two seconds.
    """

    suffix: str
    make: Callable[[], bytes]
    text: str | None = None
    reason: str = ""
    cheap: bool = True


def encode(image: Image.Image, kind: str, **more: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def picture(size: tuple[int, int] = (620, 150), words: str = WORDS) -> Image.Image:
    image = Image.new("RGB", size, "white")
    font = ImageFont.load_default(26)
    ImageDraw.Draw(image).text((30, 30), words, fill=(60, 60, 60), font=font)
    return image


def make_png(
    width: int, height: int, pixels: bytes, *, depth: int = 8, colour: int = 2, more: bytes = b""
) -> bytes:
    """A PNG with a header that says anything; `pixels` are packed already."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = make_chunk(b"IHDR", head) + more + make_chunk(b"IDAT", pixels)
    return b"\x89PNG\r\n\x1a\n" + chunks + make_chunk(b"IEND", b"")


def make_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_white(width: int, height: int, bits: int) -> bytes:
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((width * bits + 7) // 8)
    return b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])


def make_tiff(pages: int, side: int = 200) -> bytes:
    """A TIFF of white pages that share their pixels."""
    out = bytearray(b"II*\0" + struct.pack("<I", 8))
    entries = (
        *((256, 3, side), (257, 3, side), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8)),
        *((277, 3, 1), (278, 3, side), (279, 4, side * side)),
    )
    size = 2 + 12 * len(entries) + 4
    for page in range(pages):
        following = len(out) + size if page < pages - 1 else 0
        out += struct.pack("<H", len(entries))
        for tag, kind, value in entries:
            out += struct.pack("<HHII", tag, kind, 1, value)
        out += struct.pack("<I", following)
    return bytes(out) + b"\xff" * (side * side)


def make_webp(width: int, height: int, frames: int = 1) -> bytes:
    """An animation whose canvas is far larger than its frames."""
    frame = encode(Image.new("RGB", (16, 16), "red"), "WEBP", lossless=True)[12:]
    sides = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    head = b"VP8X" + struct.pack("<I", 10) + struct.pack("<I", 2) + sides
    shown = bytes(6) + b"\x0f\0\0\x0f\0\0\x0a\0\0\0" + frame
    body = head + b"ANIM" + struct.pack("<I", 6) + bytes(6)
    body += (b"ANMF" + struct.pack("<I", len(shown)) + shown) * frames
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def make_gif(width: int, height: int, frames: int = 1) -> bytes:
    data = encode(Image.new("P", (200, 200)), "GIF")
    at = data.index(b"\x2c")
    head = data[:6] + struct.pack("<HH", width, height) + data[10:at]
    return head + data[at:-1] * frames + b";"


def make_bmp(width: int, height: int) -> bytes:
    data = encode(picture(), "BMP")
    return data[:18] + struct.pack("<ii", width, height) + data[26:]


def make_layers(side: int, layers: int) -> bytes:
    """A progressive JPEG whose last layer comes again and again."""
    data = encode(Image.new("L", (side, side), 255), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * layers + b"\xff\xd9"


def make_grey(kind: str) -> bytes:
    """Words in grey of 16 bits, in either order of bytes."""
    values = np.asarray(picture().convert("L")).astype(f"{kind}u2") * 257
    mode = "I;16" if kind == "<" else "I;16B"
    return encode(Image.frombytes(mode, (620, 150), values.astype(f"{kind}u2").tobytes()), "TIFF")


def make_noted(note: bytes) -> bytes:
    """A JPEG with a note of its camera that lies."""
    return encode(picture(), "JPEG", exif=b"Exif\0\0II*\0" + struct.pack("<I", 8) + note)


def make_noise(side: int) -> bytes:
    """A page of words without meaning, as many as there is room for."""
    image, chance = Image.new("RGB", (side, side), "white"), random.Random(1)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(14)
    for across, down in product(range(0, side, 60), range(0, side, 20)):
        word = "".join(chance.choices("abcdefgh01234", k=5))
        draw.text((across, down), word, fill="black", font=font)
    return encode(image, "PNG")


def make_strip(width: int, height: int) -> bytes:
    return encode(Image.new("RGB", (width, height), "black"), "PNG")


def make_turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encode(picture().rotate(90, expand=True), "JPEG", exif=exif)


def _text_chunk(kind: bytes, size: int) -> bytes:
    more = make_chunk(kind, b"a\0\0" + zlib.compress(b"a" * size))
    return make_png(200, 200, pack_white(200, 200, 24), more=more)


_HUGE, _DAMAGED = "more than 100,000,000 pixels", "a damaged image"
_BAD_NOTE = struct.pack("<HHHII", 1, 0x112, 3, 2**32 - 1, 2**32 - 1) + bytes(4)
_ODD_NOTE = struct.pack("<HHHII", 1, 0x112, 2, 4, 0x41414141) + bytes(4)
CASES: dict[str, HostilePicture] = {
    "50,000 by 50,000": HostilePicture(
        ".png", lambda: make_png(50_000, 50_000, pack_white(50_000, 9, 24)), reason=_HUGE
    ),
    "as large as can be said": HostilePicture(
        ".png", lambda: make_png(2**31 - 1, 2**31 - 1, b""), reason=_HUGE
    ),
    "no pixels": HostilePicture(".png", lambda: make_png(0, 0, b""), reason=_DAMAGED),
    "fewer pixels than said": HostilePicture(
        ".png", lambda: make_png(9_999, 9_999, zlib.compress(b"\0")), reason=_DAMAGED
    ),
    "as large as is read": HostilePicture(
        ".png", lambda: make_png(9_999, 9_999, pack_white(9_999, 9_999, 24)), "", cheap=False
    ),
    "transparent, as large as is read": HostilePicture(
        ".png",
        lambda: make_png(9_999, 9_999, pack_white(9_999, 9_999, 64), depth=16, colour=6),
        "",
        cheap=False,
    ),
    "one pixel wide": HostilePicture(".png", lambda: make_strip(1, 100_000), ""),
    "one pixel high": HostilePicture(".png", lambda: make_strip(100_000, 1), ""),
    "a strip": HostilePicture(".png", lambda: make_strip(50, 50_000), ""),
    "a text that unpacks to much": HostilePicture(
        ".png", lambda: _text_chunk(b"zTXt", 99_000_000), reason=_DAMAGED
    ),
    "a profile that unpacks to much": HostilePicture(
        ".png", lambda: _text_chunk(b"iCCP", 99_000_000), reason=_DAMAGED
    ),
    "far more pixels than said": HostilePicture(
        ".png", lambda: make_png(200, 200, zlib.compress(bytes(300_000_000))), ""
    ),
    "100,000 pages": HostilePicture(".tiff", lambda: make_tiff(100_000, 50), ""),
    "pages in a circle": HostilePicture(
        ".tiff",
        lambda: make_tiff(1, 50).replace(bytes(4) + b"\xff", struct.pack("<I", 8) + b"\xff"),
        "",
    ),
    "a canvas of 16,383": HostilePicture(".webp", lambda: make_webp(16_383, 16_383), reason=_HUGE),
    "a canvas larger than can be": HostilePicture(
        ".webp", lambda: make_webp(2**24, 2**24), reason=_DAMAGED
    ),
    "a canvas as large as is read": HostilePicture(
        ".webp", lambda: make_webp(9_999, 9_999), "", cheap=False
    ),
    "100,000 moving pictures": HostilePicture(".webp", lambda: make_webp(200, 200, 100_000), ""),
    "a screen of 65,535": HostilePicture(".gif", lambda: make_gif(65_535, 65_535), reason=_HUGE),
    "100,000 frames": HostilePicture(".gif", lambda: make_gif(200, 200, 100_000), ""),
    "a bitmap of 50,000": HostilePicture(".bmp", lambda: make_bmp(50_000, 50_000), reason=_HUGE),
    "a bitmap of less than nothing": HostilePicture(
        ".bmp", lambda: make_bmp(-620, -150), reason=_HUGE
    ),
    "1,000 layers": HostilePicture(".jpg", lambda: make_layers(900, 1_000), reason="200 layers"),
    "words without end": HostilePicture(".png", lambda: make_noise(1_600), cheap=False),
    "inks": HostilePicture(".jpg", lambda: encode(picture().convert("CMYK"), "JPEG"), WORDS),
    "a palette": HostilePicture(".png", lambda: encode(picture().convert("P"), "PNG"), WORDS),
    "one bit": HostilePicture(".png", lambda: encode(picture().convert("1"), "PNG"), WORDS),
    "grey of 16 bits": HostilePicture(".tiff", lambda: make_grey("<"), WORDS),
    "grey of 16 bits, turned round": HostilePicture(".tiff", lambda: make_grey(">"), WORDS),
    "turned by its camera": HostilePicture(".jpg", make_turned, WORDS),
    "a note that leads nowhere": HostilePicture(".jpg", lambda: make_noted(_BAD_NOTE), WORDS),
    "a note of the wrong kind": HostilePicture(".jpg", lambda: make_noted(_ODD_NOTE), WORDS),
    "colours that need what cannot be loaded": HostilePicture(
        ".tiff", lambda: encode(picture().convert("LAB"), "TIFF"), reason=_DAMAGED
    ),
}
