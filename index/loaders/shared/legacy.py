"""Which legacy encoding a text is in that is not UTF-8.

Most bytes can be decoded in many encodings. Text in Latin letters reads as letters of one language
in the right one; in a wrong one there are letters that the language does not have, capitals within
words, and symbols between letters. Of other scripts charset-normalizer knows the encodings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

WINDOWS_1252 = "cp1252"
_SINGLE_BYTE = (
    WINDOWS_1252,
    *"cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 koi8_r koi8_u cp866 mac_cyrillic".split(),
    *"iso8859_2 iso8859_5 iso8859_7".split(),
)
_MULTI_BYTE = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
# How many bytes are looked at, from the first line beyond ASCII on; how many of such lines; how
# many before the first byte beyond ASCII in its line.
_MOST_BYTES, _RECOGNISED_BYTES, _BYTES_BEFORE = 65_536, 8_192, 200
# Fewer different bytes beyond ASCII tell nothing of other scripts, and fewer different words with
# such bytes nothing of Latin letters.
_FEWEST_BYTES, _FEWEST_WORDS = 10, 2
# Signs of units, sums and prices in Windows-1252. They alone tell nothing, and one of them, however
# often it stands where it does not belong, is not enough: "age±sd, a±b".
_SIGN_BYTES = bytes(range(0xA0, 0xC0)) + b"\xd7\xf7"
_SIGNS_OF_UNITS = frozenset(_SIGN_BYTES.decode("latin-1"))
_ONE_SIGN = 5.0
# The share of bytes beyond ASCII above which text is not Latin.
_OTHER_SCRIPT = 0.25
# How much disorder there may be, and how much of a language must be recognised.
_MOST_CHAOS, _LEAST_COHERENCE = 0.1, 0.2

# The letters beyond ASCII of languages.
_WESTERN = (
    "äöüßéàè", "éèàêçôîùâûœïëüæÿ", "óíáñéúüç", "èòàéìùî", "ãéáçóêàíúõâôü", "éëóöèïüêáç", "åøæéöäàü",
    "áíðéóúöæþý", "éàóèíòçúïü", "äöåéšž", "äõüöšž",
)  # fmt: skip
_CENTRAL = ("łęążśóćńźé", "íářčěžšéýůúňťďóľô", "áéőóöíüúű", "ăşţîâ", "čšžćđ")
_TURKISH = ("ıüşçğöİâîû",)
# By encoding, how unlikely it is, as a logarithm, and the languages that were written in it.
_LATIN: dict[str, tuple[float, Sequence[str]]] = {
    WINDOWS_1252: (0, _WESTERN),
    "cp1250": (5, _CENTRAL),
    "cp1254": (5, _TURKISH),
    "iso8859_2": (6, _CENTRAL),
    "iso8859_15": (6, _WESTERN),
    "cp852": (8, _CENTRAL),
    "cp850": (7, _WESTERN),
    "cp437": (7, _WESTERN),
    "mac_roman": (7, _WESTERN),
}
# What draws a line: it tells nothing. An even number of bytes is left out, as a character may have
# two.
_REPEATED = re.compile(rb"([\x80-\xff])(?:\1\1)+")
_WORD_BEYOND_ASCII = re.compile(rb"(?<![^\s,;|])[^\s,;|\x80-\xff]*+[\x80-\xff][^\s,;|]*+")
# Lone signs and letters tell nothing.
_NEIGHBOURS = re.compile(rb"[A-Za-z\x80-\xff]{2}")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
# Characters of UTF-8 beyond ASCII. If most bytes are in some, it is UTF-8 with damage.
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UTF8_SHARE = 0.5
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Signs that stand in texts of any language; those that may stand between two letters; those that
# no letter follows or precedes.
_SIGNS = frozenset("’“”–—…„‚‘«»‹›€°§£©®™·•¡¿½¼¾²³¹µºª±×÷´†‡‰¶\xa0\xad")
_BETWEEN_LETTERS = frozenset("’‘´–—…·”»\xad\xa0")
_NOT_BEFORE_LETTERS = frozenset("²³¹ºª")
_NOT_AFTER_LETTERS = frozenset("¿¡£„‚")
_ONE_LETTER_WORDS = frozenset("àáèéíóôåöøæòìőê")
# These, and what is said of encodings above, were chosen on 6,525 pieces of documents in 22
# languages, from 80 characters on. Of 757 in English, in Windows-1252, none is read otherwise.
# How unlikely a character beyond ASCII is, as a logarithm, beside a sign or a letter of the
# language: a letter of another one, if names of many are in a text; any other letter or sign; what
# stands where it does not belong; what is not a character.
_FOREIGN, _OTHER, _MISPLACED, _NO_CHARACTER = 2.0, 5.0, 7.0, 9.0


def recognise_encoding(data: bytes) -> str:
    """The name of the encoding of a text that is not UTF-8; Windows-1252 if that is not certain.

    Its time is bounded: only a sample is looked at.
    """
    first = len(data) - len(data.lstrip(bytes(range(128))))
    start = max(data.rfind(b"\n", 0, first) + 1, first - _BYTES_BEFORE)
    lines = data[start : start + _MOST_BYTES].splitlines(keepends=True)
    unlike = dict.fromkeys(_REPEATED.sub(rb"\1", line) for line in lines if not line.isascii())
    sample = b"".join(unlike)[:_RECOGNISED_BYTES]
    beyond = sample.translate(None, bytes(range(128)))
    # Of a word that is repeated, one tells as much as all.
    words = list(dict.fromkeys(_WORD_BEYOND_ASCII.findall(sample)))
    if not any(map(_NEIGHBOURS.search, words)):
        return WINDOWS_1252
    if len(set(beyond)) >= _FEWEST_BYTES:
        is_latin = len(beyond) < _OTHER_SCRIPT * len(sample)
        # The sample may end within a character.
        for end in (len(sample), len(sample) - 1):
            if name := _match(sample[:end], is_latin):
                return name
    may_be_latin = (
        len(words) >= _FEWEST_WORDS
        and any(_ASCII_LETTER.search(word) and _NEIGHBOURS.search(word) for word in words)
        and beyond.translate(None, _SIGN_BYTES)
        and sum(map(len, _UTF8.findall(sample))) < _UTF8_SHARE * len(beyond)
    )
    if not may_be_latin:
        return WINDOWS_1252
    return min(_LATIN, key=lambda name: _weigh(name, b" ".join(words)))


def _match(sample: bytes, is_latin: bool) -> str | None:
    # It takes a while to import, and few files need it.
    from charset_normalizer import from_bytes

    candidates = _SINGLE_BYTE if is_latin else _SINGLE_BYTE + _MULTI_BYTE
    matches = from_bytes(sample, cp_isolation=list(candidates), preemptive_behaviour=False)
    best = matches.best()
    if best is None or best.chaos > _MOST_CHAOS:
        return None
    if is_latin and any(WINDOWS_1252 in match.could_be_from_charset for match in matches):
        return None
    if best.encoding in _SINGLE_BYTE and best.coherence < _LEAST_COHERENCE:
        return None
    return None if best.encoding in _LATIN else best.encoding


def _weigh(name: str, words: bytes) -> float:
    """How unlikely what an encoding makes of words is, in the language that suits them best."""
    unlikely, alphabets = _LATIN[name]
    text = words.decode(name, "replace")
    letters: Counter[str] = Counter()
    signs: dict[str, float] = {}
    for found in _BEYOND_ASCII.finditer(text):
        at, character = found.start(), found[0]
        cost = _weigh_place(character, text[max(0, at - 1) : at], text[at + 1 : at + 2])
        if cost is None:
            letters[character if character == "İ" else character.lower()] += 1
        elif cost and character in _SIGNS_OF_UNITS:
            signs[character] = signs.get(character, 0) + cost
        else:
            unlikely += cost
    misplaced = sum(signs.values())
    unlikely += min(misplaced, _ONE_SIGN) if len(signs) == 1 else misplaced
    foreign = "".join(_WESTERN) if name == WINDOWS_1252 else ""
    costs = {letter: _FOREIGN if letter in foreign else _OTHER for letter in letters}
    return unlikely + min(
        sum(count * costs[letter] for letter, count in letters.items() if letter not in alphabet)
        for alphabet in alphabets
    )


def _weigh_place(character: str, before: str, after: str) -> float | None:
    """How unlikely a sign is, or a letter where no letter stands; None of letters in words."""
    if character == "\ufffd" or "\x80" <= character < "\xa0":
        return _NO_CHARACTER
    if character in _SIGNS and before.isdecimal():
        return 0
    is_after, is_before = before.isalpha(), after.isalpha()
    if not character.isalpha() or character in _SIGNS:
        is_misplaced = (
            (is_after and is_before and character not in _BETWEEN_LETTERS)
            or (is_before and character in _NOT_BEFORE_LETTERS)
            or (is_after and character in _NOT_AFTER_LETTERS)
        )
        return _MISPLACED if is_misplaced else 0 if character in _SIGNS else _OTHER
    if (character.isupper() and before.islower()) or (character.islower() and after.isupper()):
        return _MISPLACED
    is_alone = not is_after and not is_before
    return _OTHER if is_alone and character.lower() not in _ONE_LETTER_WORDS else None
