"""Names in a question that no passage mentions.

Passages that never speak of Lyon seldom tell how many people work there, however well the rest of
the question fits them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from index import Hit
from qa.conversation.words import CALENDAR_NAMES

_WORD = re.compile(r"[^\W_]+")
# A word with what may be joined to it: "O'Brien", "PostgreSQL-17", "C++".
_TOKEN = re.compile(r"[^\W_][\w'’.+#-]*")
_POSSESSIVE = re.compile(r"['’]s?$")
# After these, a capital letter begins a sentence, a title or a quotation.
_BEGINNING = tuple(".?!:\"'“‘")
# What is always written with a capital letter, and no name.
_PRONOUN = re.compile(r"I(?:['’](?:m|ve|d|ll))?")
# A name may differ in its last two letters ("Germany", "German"); its first four must agree.
_SHORTEST_STEM, _LONGEST_ENDING = 4, 2


def find_unmentioned_names(question: str, hits: Iterable[Hit]) -> tuple[str, ...]:
    """The names in a question that stand in no passage, nor above one, nor in its path.

    A name is a word with a capital letter that does not begin a sentence. If most words have
    one, as in a title, nobody can tell, and there are none.
    """
    names = _find_names(question)
    if not names:
        return ()
    words: set[str] = set()
    for hit in hits:
        for text in (hit.passage.text, hit.above, hit.document.path):
            words.update(_WORD.findall(text.lower()))
    return tuple(name for name in names if not _is_mentioned(name, words))


def _find_names(question: str) -> list[str]:
    tokens = [token for token in _TOKEN.finditer(question) if not _PRONOUN.fullmatch(token[0])][1:]
    capitalized = [token for token in tokens if token[0][0].isupper()]
    if 2 * len(capitalized) > len(tokens):
        return []
    names = [
        _POSSESSIVE.sub("", token[0].rstrip("."))
        for token in capitalized
        if not question[: token.start()].rstrip(" (").endswith(_BEGINNING)
    ]
    # Passages often say when in other words: "at weekends", "Mon to Sat".
    return [
        name for name in names if re.search(r"\w\w", name) and name.lower() not in CALENDAR_NAMES
    ]


def _is_mentioned(name: str, words: Set[str]) -> bool:
    return all(_stands_in(part, words) for part in _WORD.findall(name.lower()))


def _stands_in(part: str, words: Set[str]) -> bool:
    if part in words or len(part) < _SHORTEST_STEM:
        return part in words
    stem = part[: max(_SHORTEST_STEM, len(part) - _LONGEST_ENDING)]
    return any(word.startswith(stem) for word in words)
