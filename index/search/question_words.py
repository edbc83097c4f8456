"""The words that make a text a question, which keyword search leaves out.

"How do I undo my last commit?" looks for passages about undoing the last commit; in a manual,
which asks nothing and speaks to nobody, "how", "do", "I" and "my" are so rare that BM25 would
take them for the topic. Articles and prepositions stay: they are frequent everywhere, and count
for little.
"""

from __future__ import annotations

import re

_WORDS = (
    "how what which who when where why is are was were do does did can should i me my you your we"
).split()
# What is written together with such a word: "what's", "don't", "I've".
_ENDING = r"(?:n['’]?t|['’](?:s|re|m|ve|d|ll|t))?"
# A word by itself. In quotes, and as part of a name, a path, an option or an address, it is meant.
_QUESTION_WORD = re.compile(
    rf"""(?P<kept>"[^"]*"|“[^”]{{0,500}}”|`[^`]*`)
       | (?<![\w./@#$+'’-]) (?:{"|".join(_WORDS)}) {_ENDING} (?! [\w/@'’-] | [.:]\w )""",
    re.IGNORECASE | re.VERBOSE,
)
# "What does autolyse mean?" is about autolyse alone.
_ASKED = re.compile(r"\bwhat\s+(?:does|do|did)\s", re.IGNORECASE)
_MEANING = re.compile(r"\smeans?(?=\W*\Z)", re.IGNORECASE)


def drop_question_words(question: str) -> str:
    """The question without the words that make it one; unchanged if nothing else is left.

    A word in capitals is a name ("WHO", "CAN") unless the whole question is in capitals.
    """
    has_small_letters = question.upper() != question

    def keep(match: re.Match[str]) -> str:
        word = match[0]
        is_name = has_small_letters and len(word) > 1 and word.isupper()
        return word if match["kept"] or is_name else " "

    topic = _QUESTION_WORD.sub(keep, _drop_meaning(question))
    return topic if re.search(r"\w", topic) else question


def _drop_meaning(question: str) -> str:
    meaning = _MEANING.search(question)
    if meaning is None or not _ASKED.search(question, 0, meaning.start()):
        return question
    return question[: meaning.start()] + question[meaning.end() :]
