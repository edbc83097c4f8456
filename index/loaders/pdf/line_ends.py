"""Words and web addresses that are broken at the end of a line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
# The two parts of a word between which a hyphen ends a line.
_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
# In characters: a longer one is not a word.
_LONGEST_WORD = 200
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# After "pre-" at the end of a line, "and" is not the second part of a word.
_CONJUNCTIONS = frozenset("and or nor und oder et ou y o e og och en of".split())
# Scripts that put no space between words.
_UNSPACED = re.compile("[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_ADDRESS = re.compile(r"(?:https?|ftp|file)://\S|www\.\S")
_AFTER_ADDRESS = ".,;:!?)]>»”\"'"
# What ends a line in an address, and what the next line then begins with: a part of one.
_ADDRESS_SIGNS = tuple("/-_=&?#%~+")
_ADDRESS_PART = re.compile(r"[\w~%-]*(?:[/_=&#%?~]|\.(?=\w))|\S*\d")
_FIRST_TOKEN = re.compile(r"\S+")
_ABBREVIATIONS = frozenset(("e.g", "i.e", "z.b", "d.h", "u.a", "and/or", "a.k.a"))


def count_words(texts: Iterable[str]) -> Counter[str]:
    """The words within lines; those at their ends may be parts of words, and do not count."""
    counts: Counter[str] = Counter()
    for text in texts:
        words = _WORD.findall(text.lower())
        counts.update(words[1 : -1 if text.endswith("-") else None])
    return counts


def is_broken_word(above: str, below: str) -> bool:
    """Whether a line ends with the hyphen of a word that the next line continues.

    The second part begins with a small letter, or with a capital if the first is in capitals.
    """
    last, first = _find_last_word(above), _FIRST_WORD.match(below)
    if last is None or first is None:
        return False
    return first[0].islower() or (len(last[1]) > 1 and last[1].isupper() and first[0].isupper())


def join_lines(above: str, below: str, words: Container[str]) -> tuple[str, str]:
    """A line as it is continued, and what comes between it and the next one.

    Args:
        words: those of the document, in small letters: they tell how a broken word is written.

    Returns:
        `above`, maybe without its last hyphen, and " " or "".
    """
    if _ends_in_address(above):
        return above, "" if _continues_address(above, below) else " "
    last, first = _find_last_word(above), _FIRST_WORD.match(below)
    if last is None or first is None:
        is_compound = above.endswith(("-", "–", "/")) and below[0].isalnum() and above[-2:-1] != " "
        is_unspaced = _UNSPACED.match(above[-1]) and _UNSPACED.match(below)
        return above, "" if is_compound or is_unspaced else " "
    if not _keeps_hyphen(last[1], first[0], words):
        return above[:-1], ""
    return above, " " if first[0] in _CONJUNCTIONS else ""


def _find_last_word(line: str) -> re.Match[str] | None:
    """The word that the hyphen at the end of a line breaks; None if there is none."""
    return _LAST_WORD.search(line, max(0, len(line) - _LONGEST_WORD))


def _ends_in_address(line: str) -> bool:
    """Whether a line ends within an address of the web, and in no sign that comes after one."""
    token = line[-1:].strip() and line.rsplit(maxsplit=1)[-1]
    return not token.endswith(tuple(_AFTER_ADDRESS)) and _ADDRESS.search(token) is not None


def _continues_address(above: str, below: str) -> bool:
    """Whether a line that begins with `below` continues the address at the end of the other."""
    token = _FIRST_TOKEN.match(below)
    if token is None:
        return False
    if token[0].startswith((")", "]", ">", "”", "»")):
        return True
    part = token[0].rstrip(_AFTER_ADDRESS)
    if part.lower() in _ABBREVIATIONS or _ADDRESS.match(part):
        return False
    if above.endswith(_ADDRESS_SIGNS):
        return above.endswith("-") or _ADDRESS_PART.match(part) is not None
    return part.startswith(("/", "?", "#", "&", "="))


def _keeps_hyphen(start: str, end: str, words: Container[str]) -> bool:
    """Whether the hyphen between two parts of a word belongs to the word."""
    if not is_broken_word(f"{start}-", end):
        return True
    start, end = start.lower(), end.lower()
    if start + end in words:
        return False
    if end in _CONJUNCTIONS or "-" in start or f"{start}-{end}" in words:
        return True
    return min(len(start), len(end)) > 2 and start in words and end in words
