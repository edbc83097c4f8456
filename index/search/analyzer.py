"""Words as keyword search knows them: one form for all ways to write a character, and stems.

Chinese and Japanese are written without spaces and Korean with long words; runs
of them count as single characters and as overlapping pairs.
"""

from __future__ import annotations

import re
import unicodedata

import tantivy

_CJK_RUN = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
# Soft hyphens, joiners and the like: unseen inside a word, which they would cut in two.
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def prepared(text: str) -> str:
    """Text as the engine is to see it: characters in one form, and CJK in words."""
    if text.isascii():
        return text
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _CJK_RUN.sub(lambda run: f" {' '.join(_grams(run[0]))} ", text)


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
