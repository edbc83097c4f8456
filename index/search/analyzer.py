"""The words of keyword search: stems, and one form for all ways to write a character.

Text in another language than English has pieces of words in place of stems; a question has both,
as it may be asked of either.

Chinese and Japanese are written without spaces and Korean with long words; each run of them is
taken as single characters and as overlapping pairs. A date gets words that do not depend on its
notation, so that 2013/08/07 is found by "7 August 2013"; days of the week and months get one each,
in full or shortened, and an abbreviation that spells a common word gets one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import tantivy

from index.documents import ENGLISH
from index.search.letter_pieces import list_piece_words, separate_grams
from index.text.language import detect_language
from index.text.patterns import MONTH, MONTH_NUMBERS, calendar_words

# Raise it when the same text gets other words: keyword indexes with old words are rebuilt.
ANALYZER_VERSION = 5

# Words of a question that are searched for; it may be a pasted page.
_MOST_WORDS = 256
# Names and numbers, which are the same in many languages, and words of other scripts than Latin.
_TELLING_WORD = re.compile(r"\w{5,}|\w*\d\w*|[^\W\x00-\u024f\u1e00-\u1eff]+")
# As many words are keywords, whatever their language.
_FEW_WORDS = 3
# A language without stems.
_ANY_OTHER = ""

_CAPITALS = re.compile(r"\b[A-Z]{2,3}\b")
_COMMON_WORDS = frozenset(
    "ALL AM AN AND ANY AS AT BE BY CAN DO FOR GO HE HER HIS HOW IF IN IS IT ITS MAY ME MY NO NOT "
    "OF ON OR OUR OUT SO THE TO UP US WAS WE WHO WHY YOU".split()
)

_DATE = re.compile(
    rf"""(?<!\w)(?:
        (?P<year_1>\d{{4}})(?P<sign_1>[-/.])(?P<month_1>\d\d?)(?P=sign_1)(?P<day_1>\d\d?)
      | (?P<first>\d\d?)(?P<sign_2>[-/.])(?P<second>\d\d?)(?P=sign_2)(?P<year_2>\d{{4}})
      | (?P<year_3>\d{{4}})-(?P<month_3>\d\d)
      | (?P<day_4>\d\d?)(?:st|nd|rd|th)?\s(?:of\s)?(?P<month_4>{MONTH})\b\.?
            (?:,?\s(?P<year_4>\d{{4}}))?
      | (?P<month_5>{MONTH})\b\.?\s(?:(?P<day_5>\d\d?)(?:st|nd|rd|th)?(?:,?\s(?P<year_5>\d{{4}}))?
            | (?P<year_6>\d{{4}}))
    )(?:(?!\w)|(?=T\d))""",
    re.VERBOSE | re.IGNORECASE,
)


def prepare_text(text: str, language: str = ENGLISH) -> str:
    """Text as the engine gets it: characters in one form; Chinese, dates and "IT" as words.

    Of another language than English, only the words that stand for pieces and dates are left.
    """
    text = separate_grams(text)
    if language != ENGLISH:
        return " ".join((*list_piece_words(text, language), *date_words(text)))
    words = (*date_words(text), *calendar_words(text), *abbreviation_words(text))
    return " ".join((text, *words))


class Analyzer:
    """Cuts text into words, as everywhere in keyword search. Made when it is first used."""

    @cached_property
    def stems(self) -> tantivy.TextAnalyzer:
        """The analyzer that cuts prepared text into stems."""
        return (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(64))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )

    @cached_property
    def forms(self) -> tantivy.TextAnalyzer:
        """The analyzer that cuts prepared text into words as they are written; see questions.py."""
        return (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\p{L}{4,}"))
            .filter(tantivy.Filter.remove_long(64))
            .filter(tantivy.Filter.lowercase())
            .build()
        )

    def stem(self, text: str) -> list[str]:
        """The stems of a text's words, each once; of a very long text the first ones."""
        return list(dict.fromkeys(self.stem_all(text)))[:_MOST_WORDS]

    def stem_all(self, text: str, language: str = ENGLISH) -> list[str]:
        """The stems of all words of a text, or its pieces, in order."""
        stems: list[str] = self.stems.analyze(prepare_text(text, language))
        return stems

    def list_words(self, question: str) -> list[str]:
        """The words that a question is searched by: its first stems, and its first pieces.

        Of an English question, those of short words are not looked for in text of other languages,
        where they mean something else, and the other way round.
        """
        language = detect_language(question)
        telling = separate_grams(question)
        if len(telling.split()) > _FEW_WORDS:
            telling = " ".join(_TELLING_WORD.findall(telling))
        if language == ENGLISH:
            stems, pieces = self.stem(question), self.stem_all(telling, _ANY_OTHER)
        else:
            stems, pieces = self.stem(telling), self.stem_all(question, language)
        return list(dict.fromkeys((*stems, *[*dict.fromkeys(pieces)][:_MOST_WORDS])))


def abbreviation_words(text: str) -> list[str]:
    """A word for each abbreviation in a text; none if all of its letters are capitals.

    Only those that spell a common word need one: others are rare in either case.
    """
    if text.isupper():
        return []
    return [f"cap0{word.lower()}" for word in _CAPITALS.findall(text) if word in _COMMON_WORDS]


def date_words(text: str) -> list[str]:
    """A word for each date in a text, and one for its month and year, and for its day and month.

    They are the same whatever the notation. If day and month cannot be told apart
    (03/04/2024) both readings are given.
    """
    return [word for match in _DATE.finditer(text) for word in _read_date(match)]


def _read_date(match: re.Match[str]) -> Iterator[str]:
    part = match.groupdict()
    year = int(next(filter(None, (part[f"year_{n}"] for n in range(1, 7))), 0))
    day, month = (
        next(filter(None, (part.get(f"{name}_{n}") for n in range(1, 6))), "")
        for name in ("day", "month")
    )
    if part["first"]:
        yield from _make_words(year, int(part["second"]), int(part["first"]))
        # With dots, the day is always first.
        if part["sign_2"] != "." and part["first"] != part["second"]:
            yield from _make_words(year, int(part["first"]), int(part["second"]))
    elif month:
        number = int(month) if month.isdecimal() else MONTH_NUMBERS[month[:3].lower()]
        yield from _make_words(year, number, int(day or 0))


def _make_words(year: int, month: int, day: int) -> Iterator[str]:
    """The words of a date; its year or its day may be 0, that is, unknown."""
    if not 1 <= month <= 12 or day > 31:
        return
    if year and day:
        yield f"day{year:04}{month:02}{day:02}"
    if year:
        yield f"month{year:04}{month:02}"
    if day:
        yield f"day{month:02}{day:02}"
