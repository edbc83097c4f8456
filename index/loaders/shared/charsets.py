"""Character sets, by the names that files and servers give them.

A name from a file is looked up here and nowhere else: Python knows codecs that are no character
sets, and some whose time grows with the square of the length (punycode, idna).
"""

from __future__ import annotations

import re
from encodings.aliases import aliases

from index.documents import replace_surrogates

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
