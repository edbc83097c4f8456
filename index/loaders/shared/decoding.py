"""Bytes to text: by the character set that a file names, or by what the bytes look like.

A name from a file is looked up here and nowhere else: Python knows codecs that are no character
sets, and some whose time grows with the square of the length (punycode, idna). Without a name, the
byte order mark tells, the NUL pattern of UTF-16, UTF-8 (a few of its characters may be damaged),
then legacy encodings (`legacy.py`). `load_in_charset` does it for a page from the web, in the
process that parses.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from encodings.aliases import aliases

from index.documents import Content, replace_surrogates
from index.loaders.shared.legacy import WINDOWS_1252, recognise_encoding

# Codecs of Python whose time grows with the length.
CODECS = frozenset(
    "ascii utf_7 utf_8 utf_8_sig utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le "
    "cp037 cp273 cp424 cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 "
    "cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp875 cp1006 cp1026 cp1125 cp1140 cp1250 "
    "cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 hp_roman8 koi8_r koi8_t koi8_u kz1048 "
    "latin_1 iso8859_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 "
    "iso8859_9 iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 mac_arabic "
    "mac_croatian mac_cyrillic mac_farsi mac_greek mac_iceland mac_latin2 mac_roman mac_romanian "
    "mac_turkish palmos ptcp154 tis_620 big5 big5hkscs cp932 cp949 cp950 euc_jis_2004 euc_jisx0213 "
    "euc_jp euc_kr gb18030 gb2312 gbk hz iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 "
    "iso2022_jp_3 iso2022_jp_ext iso2022_kr johab shift_jis shift_jis_2004 shift_jisx0213".split()
)
# Names of the web that Python does not know, without the signs in them (Encoding Standard).
_NAMES_OF_THE_WEB = {
    **dict.fromkeys(("unicode11utf8", "unicode20utf8"), "utf_8"),
    **dict.fromkeys(("csunicode", "iso10646ucs2", "ucs2", "unicode", "unicodefeff"), "utf_16_le"),
    "unicodefffe": "utf_16_be",
    **dict.fromkeys(("csiso88596e", "csiso88596i", "iso88596e", "iso88596i"), "iso8859_6"),
    "suneugreek": "iso8859_7",
    **dict.fromkeys(("csiso88598e", "csiso88598i", "iso88598e", "iso88598i"), "iso8859_8"),
    **dict.fromkeys(("visual", "logical"), "iso8859_8"),
    "csisolatin9": "iso8859_15",
    **dict.fromkeys(("koi", "koi8"), "koi8_r"),
    "koi8ru": "koi8_u",
    **dict.fromkeys(("mac", "csmacintosh"), "mac_roman"),
    "macukrainian": "mac_cyrillic",
    **dict.fromkeys(("dos874", "windows874"), "cp874"),
    **dict.fromkeys(("csgb2312", "gb231280"), "gb2312"),
    "cnbig5": "big5",
    "cseucpkdfmtjapanese": "euc_jp",
    "windows31j": "cp932",
    **dict.fromkeys(("cseuckr", "csksc56011987", "isoir149", "ksc56011989"), "euc_kr"),
    "windows949": "cp949",
}
# Text that declares these is written in their supersets, as browsers know.
_SUPERSETS = {
    **dict.fromkeys(("latin_1", "iso8859_1"), "cp1252"),
    "iso8859_9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
}
# In characters: no name is longer.
_LONGEST_NAME = 40
_SIGNS = re.compile(r"[^a-z0-9]")
# How many bytes are looked at to tell UTF-16 and binary files from text.
_SAMPLE_BYTES = 65_536
_CONTROLS_OF_BINARY = bytes(sorted(set(range(1, 32)) - set(b"\t\n\v\f\r\x1b")))
# Of a thousand bytes, how many may be NULs, and how many other controls, in text that
# is not UTF-8. Valid UTF-8 is hardly ever anything but text, and gets more leeway.
_NULS, _CONTROLS, _LEEWAY = 1, 50, 250
# In UTF-8 with damage: how many characters beyond ASCII there are at least, for each damaged one.
# Text in other encodings has hardly any by chance.
_FEWEST_GOOD, _GOOD_PER_DAMAGED = 3, 20
# How many bytes there may be of a character whose first is cut off.
_LONGEST_CUT = 3
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Reasons that are acted upon.
NOT_TEXT = "not text (binary data)"
SCANNED = "no text in it: scanned? install the part ocr, or run OCR over it first"


def _fold(name: str) -> str:
    """A name without its signs, as they are written in many ways."""
    return _SIGNS.sub("", name.lower()).lstrip("x")


_BY_NAME = (
    {_fold(name): codec for name, codec in aliases.items() if codec in CODECS}
    | {_fold(codec): codec for codec in CODECS}
    | _NAMES_OF_THE_WEB
)


def find_codec(name: str) -> str | None:
    """The codec of Python for a character set, by any of its names; None for an unknown one."""
    if len(name) > _LONGEST_NAME:
        return None
    codec = _BY_NAME.get(_fold(name))
    return _SUPERSETS.get(codec, codec) if codec is not None else None


def decode_as(data: bytes, name: str | None) -> str | None:
    """Text in a character set that a file names; None if it is unknown, or the text is not in it.

    Its time grows with the length of the data, whatever the name.
    """
    codec = find_codec(name or "")
    try:
        return None if codec is None else replace_surrogates(data.decode(codec))
    except UnicodeError:
        return None


class UnreadableFile(Exception):
    """A file that cannot be read as text; the message is the reason, in a few words."""


class TookTooLong(UnreadableFile):
    """A file took more time than it was allowed; given more, it might be read."""


@contextmanager
def refuse_deep_nesting() -> Iterator[None]:
    """Let what goes down into parts of parts raise `UnreadableFile` if it goes too deep."""
    try:
        yield
    except RecursionError as error:
        raise UnreadableFile("its parts are nested too deeply") from error


def decode(data: bytes) -> str:
    """Decode a file; newlines stay as they are, a byte order mark is dropped.

    Raises:
        UnreadableFile: the bytes are not text in any encoding known here.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableFile(f"damaged {encoding.upper()} text") from error
    # UTF-16 of plain English is valid UTF-8 too, with a NUL after every letter.
    text = _decode_utf16(data)
    if text is None:
        text = _decode_utf8(data)
    if text is not None:
        return text
    # A script may begin as text and carry a program.
    if _is_binary(data, _NULS, _CONTROLS):
        raise UnreadableFile(NOT_TEXT)
    if (text := _decode_damaged_utf8(data)) is not None:
        return text
    legacy = recognise_encoding(data)
    # Windows-1252 leaves five bytes undefined; they become C1 controls, as in browsers.
    return data.decode(legacy, errors="c1_controls" if legacy == WINDOWS_1252 else "replace")


def decode_part(data: bytes, name: str | None) -> str:
    """The text of a part of a file, in a character set that may be named; "" if it is not text."""
    text = decode_as(data, name)
    if text is None:
        with suppress(UnreadableFile):
            text = decode(data)
    return text or ""


def _decode_utf8(data: bytes) -> str | None:
    if _is_binary(data[:_SAMPLE_BYTES], _LEEWAY, _LEEWAY):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode_damaged_utf8(data: bytes) -> str | None:
    """UTF-8 with few damaged characters, which become U+FFFD; None if it may be anything else.

    The first and the last character may be cut besides, as those of a part of a log are.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    at = len(data[:_LONGEST_CUT]) - len(data[:_LONGEST_CUT].lstrip(bytes(range(0x80, 0xC0))))
    good = damaged = 0
    # Little of it is held twice.
    while at < len(data):
        piece = data[at : at + _SAMPLE_BYTES]
        text = decoder.decode(piece)
        replaced = text.count("\ufffd")
        damaged += replaced
        good += len(text) - replaced - len(piece.translate(None, bytes(range(0x80, 0x100))))
        at += len(piece)
    if good < max(_FEWEST_GOOD, _GOOD_PER_DAMAGED * damaged):
        return None
    return data.decode("utf-8", errors="replace")


def _decode_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: mostly Latin text has a NUL in every second byte, never two."""
    sample = data[:_SAMPLE_BYTES]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        encoding, words = "utf-16-le", sample[0::2]
    elif even > 0.4 * pairs and odd < 0.05 * pairs:
        encoding, words = "utf-16-be", sample[1::2]
    else:
        return None
    if _is_binary(words, _LEEWAY, _LEEWAY):
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_binary(sample: bytes, nuls: int, controls: int) -> bool:
    """Whether more of a thousand bytes than these are NULs or other controls of no text."""
    control_count = len(sample) - len(sample.translate(None, _CONTROLS_OF_BINARY))
    return 1000 * sample.count(0) > nuls * len(sample) or 1000 * control_count > controls * len(
        sample
    )


def _keep_as_controls(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error("c1_controls", _keep_as_controls)


def import_encodings() -> None:
    """Import all that decoding may need, for a process that can open no file later."""
    for name in CODECS:
        codecs.lookup(name)
    recognise_encoding("Добрый день, как дела? ".encode("cp1251"))


def load_in_charset(data: bytes) -> Content:
    """Text from the web, after a line with the character set that its server names.

    Raises:
        UnreadableFile: that is unknown, or the text is not in it.
    """
    name, _, words = data.partition(b"\n")
    text = decode_as(words, name.decode("latin-1"))
    if text is None:
        raise UnreadableFile("not in the character set that its server names")
    return Content(text.removeprefix("\ufeff"))
