"""Which legacy encoding a text is in: the one in which it reads most like a language.

Most bytes can be decoded in many encodings. In the wrong one, letters come that the language does
not have, capitals within words, and symbols between letters. So each encoding is given the
likelihood of what it makes of the bytes beyond ASCII, in the language that suits them best.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from index.text import weigh_languages

WINDOWS_1252 = "cp1252"
# How many bytes are looked at: of lines with bytes beyond ASCII, each with so many before the first
# of them.
_MOST_BYTES, _MOST_BEFORE = 3_000, 200
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_CHARACTER_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_RUN_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")

# The letters beyond ASCII of each language, the commonest first.
_LATIN = {
    "en": "éèïñöüçáóêàôâëíäæ",
    "de": "üäößéàè",
    "fr": "éèàêçôîùâûœïëüæÿ",
    "es": "óíáñéúüºªç",
    "it": "èòàéìùîºª",
    "pt": "ãéáçóêàíúõâôºªü",
    "nl": "éëóöèïüêáíç",
    "pl": "łęążśóćńźé",
    "cs": "íářčěžšéýůúňťďóöüä",
    "da": "åøæéöä",
    "no": "åøæéòôóöä",
    "sv": "äåöéüà",
    "fi": "äöåéšž",
    "hu": "áéőóöíüúűäô",
    "ro": "ăşţîâșțéöüá",
    "tr": "ıüşçğöİâîû",
    # Without a model of their words.
    "is": "áíðéóúöæþýü",
    "lt": "šėųžįčąęū",
    "lv": "āīēšūļņķžčģ",
    "et": "äõüöšž",
    "sk": "áíčéýžúšľťňôäďóĺŕěř",
    "hr": "čšžćđ",
    "ca": "éàóèíòçúïü·",
}
_CYRILLIC = {
    "ru": "оаетинрсвлдпкмуязьыбчгйжюшхцёщфэъ",
    "uk": "оанитірведкслпумязьгбчюшйхцжєїщфґ",
    "bg": "аиоетнрсвдлпкмъузящгбчйжцхшфюьѝ",
    "sr": "аоиенрстјуквдпмлзбгшцчжћхњђфљџ",
}
_GREEK = {"el": "ατοεινρσκμπηυάίςλόδέγήωχύφθώβζξψϊϋΐΰ"}
_HEBREW = {"he": "יוהלרתאשבמנםדחקעפטגזסכןצךףץְִֵַָׁ"}
_ARABIC = {
    "ar": "اليمرنوتبعةدفسقأحهكجشصطخىثإزضغذءئظآؤًّ،؛؟",
    "fa": "اينرمتدهوشبسکزگلخفقعجآحپصطچضظثژكئ\u200c،؛؟",
    "ur": "اےکینرہمسوتلدبپجگںشھعحقٹفخچآئصزطضڑغظذثڈيكه،؛؟",
}
_THAI = {"th": "านอรงเก่มล้ัดีหยวิทบสต็คะปแไุใจืชข์พำโผูถฟศญซภธษฝฉณฮฐฆฬฎฏฒึ"}
# Of encodings with many thousands of characters: the commonest ones.
_SIMPLIFIED = (
    "的一是不了在有人我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之"
    "年过发后作里三用天月日元二每五分次水四小前公八期成工两点收手本停开"
)
_TRADITIONAL = (
    "的一是不了在有人我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之"
    "年過發後作裡三用天月日元二每五分次水四小前公八期成工兩點收手本停開"
)
_HANGUL = (
    "다이니에는지은을가고시로면기만를원수어하한으나서오일리사습전물있아주입부보두자도까대터장"
    "간안합때해않내려인무비세마십분월게의문상과야금동며소년그신회달번정반드료바들약와음거없열"
)

# By encoding, how unlikely it is, and the languages that are written in it.
_SINGLE_BYTE: dict[str, tuple[float, Mapping[str, str]]] = {
    WINDOWS_1252: (0, _LATIN),
    **dict.fromkeys(("cp1250", "cp1254", "cp1257", "iso8859_2"), (5, _LATIN)),
    **dict.fromkeys(("cp850", "cp852", "cp437", "mac_roman"), (7, _LATIN)),
    **dict.fromkeys(("cp1251", "koi8_r", "koi8_u", "cp866"), (5, _CYRILLIC)),
    **dict.fromkeys(("iso8859_5", "mac_cyrillic"), (7, _CYRILLIC)),
    **dict.fromkeys(("cp1253", "iso8859_7"), (5, _GREEK)),
    "cp737": (6, _GREEK),
    "cp1255": (5, _HEBREW),
    "cp1256": (5, _ARABIC),
    "cp874": (5, _THAI),
}
# The encoding, how unlikely it is, its commonest characters, and the encoding and the first bytes
# of its common ones: less common ones stand behind them.
_MULTI_BYTE = {
    "cp932": (4, "", "shift_jis", range(0x81, 0x98)),
    "euc_jp": (4, "", "shift_jis", range(0x81, 0x98)),
    "gb18030": (4, _SIMPLIFIED, "gb2312", range(0xA1, 0xD8)),
    "big5": (4, _TRADITIONAL, "big5", range(0xA1, 0xC7)),
    "cp949": (4, _HANGUL, "euc_kr", range(0xA1, 0xC9)),
}
_JAPANESE = frozenset(("cp932", "euc_jp"))

# Signs and punctuation that stand in texts of any language.
_SIGNS = frozenset("’“”–—…„‘«»€°§£©®™·•¡¿½¼²³µº\xaaª±×\xa0№")
# Those that may stand between two letters, and those that a letter cannot follow or precede.
_BETWEEN_LETTERS = frozenset("’‘–—…·\xad\xa0•×")
_NOT_BEFORE_LETTERS = frozenset("²³¹½¼¾€£§…”»")
_NOT_AFTER_LETTERS = frozenset("¿¡£„")
# Words of one letter, in any language with Latin letters.
_ONE_LETTER_WORDS = frozenset("àáèéíóôåöøæőòì")
# Logarithms of how likely a character beyond ASCII is: a sign among letters, and each of them; an
# uncommon sign; a letter of another language; what stands in a wrong place; what is no character.
_SIGN, _UNCOMMON_SIGN, _OTHER_LETTER, _MISPLACED, _NO_CHARACTER = -5.0, -8.0, -8.0, -10.0, -12.0
# As logarithms too: each of the commonest characters of thousands, the common ones, the others.
_COMMONEST, _COMMON, _UNCOMMON, _KANA = -5.0, -7.6, -11.5, -4.8
_SPACE, _OTHER_SCRIPT = -3.0, -20.0
_DENSE_SIGNS = frozenset("、。，．：；？！「」『』（）《》〈〉【】・ー　〜～“”")
# A language that has no model.
_UNKNOWN_LANGUAGE = -6.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sample in one encoding.

    Attributes:
        by_language: the likelihood of its characters beyond ASCII, as a logarithm.
        most: the highest of them.
    """

    encoding: str
    text: str
    by_language: Mapping[str, float]
    most: float


def recognise_encoding(data: bytes) -> str:
    """The name of the encoding that a text is in that is not UTF-8; Windows-1252 if in doubt.

    Its time is bounded: only a sample is looked at.
    """
    sample = _take_sample(data)
    usual = sample.decode(WINDOWS_1252, "replace")
    readings = [
        _read(name, text)
        for name in (*_SINGLE_BYTE, *_MULTI_BYTE)
        if (text := sample.decode(name, "replace")) != usual or name == WINDOWS_1252
    ]
    best, most = WINDOWS_1252, -math.inf
    # The language costs the most time: where it would change nothing, it is not asked for.
    for reading in sorted(readings, key=lambda each: each.most, reverse=True):
        if reading.most <= most:
            break
        if (likelihood := _weigh_with_language(reading)) > most:
            best, most = reading.encoding, likelihood
    return best


def _take_sample(data: bytes) -> bytes:
    """Lines with bytes beyond ASCII; of long ones, what stands around the first of these."""
    lines, length, end = [], 0, 0
    while length < _MOST_BYTES and (found := _BEYOND_ASCII.search(data, end)):
        at = found.start()
        start = max(data.rfind(b"\n", end, at) + 1, at - _MOST_BEFORE, end)
        limit = max(at + 1, start + _MOST_BYTES - length)
        end = data.find(b"\n", at, limit)
        end = min(limit, len(data)) if end < 0 else end
        lines.append(data[start:end])
        length += end - start
    return b"\n".join(lines)


def _read(encoding: str, text: str) -> _Reading:
    if encoding in _MULTI_BYTE:
        return _Reading(encoding, text, {}, _weigh_thousands(encoding, text))
    unlikely, languages = _SINGLE_BYTE[encoding]
    is_latin = languages is _LATIN
    letters: Counter[str] = Counter()
    fixed = -unlikely
    for found in _CHARACTER_BEYOND_ASCII.finditer(text):
        at, character = found.start(), found[0]
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if not _is_letter(character) or character in _SIGNS:
            fixed += _weigh_sign(character, before, after)
        elif unlikely := _weigh_place(character, before, after, is_latin):
            fixed += unlikely
        else:
            letters[character if character == "İ" else character.lower()] += 1
    by_language = {
        language: fixed
        + sum(
            count * _weigh_letters(alphabet, language).get(letter, _OTHER_LETTER)
            for letter, count in letters.items()
        )
        for language, alphabet in languages.items()
    }
    return _Reading(encoding, text, by_language, max(by_language.values()))


def _weigh_with_language(reading: _Reading) -> float:
    """The likelihood of a reading, with that of the language by its words."""
    if not reading.by_language.keys() & _LATIN.keys():
        return reading.most
    known = weigh_languages(reading.text)
    return max(
        likelihood + known.get(language, _UNKNOWN_LANGUAGE)
        for language, likelihood in reading.by_language.items()
    )


@cache
def _weigh_letters(alphabet: str, language: str) -> dict[str, float]:
    """The logarithms of how likely letters are among the characters beyond ASCII of a language."""
    shares = [1 / (rank + 3) for rank in range(len(alphabet))]
    # Half of these are signs in English, which borrows its letters.
    total = sum(shares) * (4 if language == "en" else 1.2)
    return {letter: math.log(share / total) for letter, share in zip(alphabet, shares, strict=True)}


def _weigh_place(letter: str, before: str, after: str, is_latin: bool) -> float:
    """How unlikely a letter is where it stands, as a logarithm: 0 where letters stand.

    Unlikely are a capital within a word, most letters alone, and those of two scripts in one word.
    """
    if (letter.isupper() and before.islower()) or (letter.islower() and after.isupper()):
        return _MISPLACED
    beside = [each for each in (before, after) if _is_letter(each)]
    if beside:
        return _OTHER_SCRIPT if not is_latin and any(map(str.isascii, beside)) else 0
    # Alone, a letter of another script is rather a sign.
    if not is_latin or before.isdigit() or after.isdigit():
        return _MISPLACED
    return 0 if letter.lower() in _ONE_LETTER_WORDS else _OTHER_LETTER


def _is_letter(character: str) -> bool:
    """Whether it is a letter, or a mark on one."""
    return character.isalpha() or (character != "" and unicodedata.category(character)[0] == "M")


def _weigh_sign(sign: str, before: str, after: str) -> float:
    if sign == "\ufffd" or "\x80" <= sign < "\xa0":
        return _NO_CHARACTER
    is_after, is_before = before.isalpha(), after.isalpha()
    if (
        (is_after and is_before and sign not in _BETWEEN_LETTERS)
        or (is_before and sign in _NOT_BEFORE_LETTERS)
        or (is_after and sign in _NOT_AFTER_LETTERS)
    ):
        return _MISPLACED
    if sign == "\xa0":
        return _SPACE
    return _SIGN if sign in _SIGNS else _UNCOMMON_SIGN


def _weigh_thousands(name: str, text: str) -> float:
    runs = _RUN_BEYOND_ASCII.findall(text)
    # One character alone is rather a sign of another encoding.
    alone = sum(len(run) == 1 and run not in _DENSE_SIGNS for run in runs)
    return (
        sum(n * _weigh_dense(name, each) for each, n in Counter("".join(runs)).items())
        + alone * _MISPLACED
        - _MULTI_BYTE[name][0]
    )


def _weigh_dense(name: str, character: str) -> float:
    """The logarithm of how likely a character is in an encoding of thousands."""
    _, commonest, base, common = _MULTI_BYTE[name]
    if character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc"):
        return _NO_CHARACTER - 4
    if character in _DENSE_SIGNS or character in commonest:
        return _COMMONEST
    if "\u3041" <= character <= "\u30fe":
        return _KANA if name in _JAPANESE else _UNCOMMON
    first = character.encode(base, "replace")[0]
    return _COMMON if first in common and character.isalpha() else _UNCOMMON
