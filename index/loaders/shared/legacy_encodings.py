"""The encoding of text that is neither Unicode nor Windows-1252, where it can be recognised.

Text in another script than the Latin one gives itself away: it has far more bytes beyond
ASCII. Of Latin text only that is recognised which as Windows-1252 would be no text at all.
"""

from __future__ import annotations

import codecs

from index.loaders.shared.charsets import CODECS

_WINDOWS_1252 = "cp1252"
_SINGLE_BYTE = (
    _WINDOWS_1252,
    *"cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 koi8_r cp866 mac_cyrillic".split(),
    *"iso8859_2 iso8859_5 iso8859_7".split(),
)
_MULTI_BYTE = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
# How many bytes are looked at, from the first beyond ASCII on; fewer such bytes tell nothing.
_SAMPLE, _FEWEST = 8_192, 12
# The share of bytes beyond ASCII above which text is not Latin.
_OTHER_SCRIPT = 0.25
# How much disorder there may be, and how much of a language must be recognised.
_MOST_CHAOS, _LEAST_COHERENCE = 0.1, 0.2


def import_encodings() -> None:
    """Import all that decoding may need, for a process that can open no file later."""
    for name in CODECS:
        codecs.lookup(name)
    recognise_encoding("Добрый день, как дела? ".encode("cp1251"))


def recognise_encoding(data: bytes) -> str | None:
    """The name of the encoding of a text that is not UTF-8; None where that is not certain.

    Its time is bounded: only a sample is looked at.
    """
    start = len(data) - len(data.lstrip(bytes(range(128))))
    sample = data[start : start + _SAMPLE]
    beyond = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    if beyond < _FEWEST:
        return None
    is_latin = beyond < _OTHER_SCRIPT * len(sample)
    # The sample may end within a character.
    for end in (len(sample), len(sample) - 1):
        if name := _match(sample[:end], is_latin):
            return name
    return None


def _match(sample: bytes, is_latin: bool) -> str | None:
    # It takes a while to import, and few files need it.
    from charset_normalizer import from_bytes

    candidates = _SINGLE_BYTE if is_latin else _SINGLE_BYTE + _MULTI_BYTE
    matches = from_bytes(sample, cp_isolation=list(candidates), preemptive_behaviour=False)
    best = matches.best()
    if best is None or best.chaos > _MOST_CHAOS:
        return None
    if is_latin and any(_WINDOWS_1252 in match.could_be_from_charset for match in matches):
        return None
    if best.encoding in _SINGLE_BYTE and best.coherence < _LEAST_COHERENCE:
        return None
    return None if best.encoding == _WINDOWS_1252 else best.encoding
