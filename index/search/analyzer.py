"""Words as keyword search knows them: one form for all ways to write a character, and stems.

Chinese and Japanese are written without spaces and Korean with long words; runs
of them count as single characters and as overlapping pairs. A date gets words that do not
depend on its notation.
"""

from __future__ import annotations

import re
import unicodedata

import tantivy

from index.search.dates import date_words

# Raise it where the same text gets other words: a keyword index of other words is made anew.
ANALYZER = 2

_CJK_RUN = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
# Soft hyphens, joiners and the like: unseen inside a word, which they would cut in two.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


# A power of a number, and the number of a note after a word; not a unit's (km²).
_RAISED = re.compile(r"(?:(?<=\d)|(?<=[^\W\d_]{4}))(?=[⁰¹²³⁴-⁹])")


def prepared(text: str) -> str:
    """Text as the engine is to see it: characters in one form, CJK in words, dates as words."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _RAISED.sub(" ", text))
        text = _CJK_RUN.sub(lambda run: f" {' '.join(_grams(run[0]))} ", _UNSEEN.sub("", text))
    return " ".join((text, *date_words(text)))


def analyzer() -> tantivy.TextAnalyzer:
    """What makes words of prepared text."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _grams(run: str) -> list[str]:
    return [*run, *(run[at : at + 2] for at in range(len(run) - 1))]
