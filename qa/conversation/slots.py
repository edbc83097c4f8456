"""The words of a question that stand for something said before, and of which sort."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.conversation.turns import Text
from qa.conversation.words import DEMONSTRATIVES, PERSON, SEVERAL, THING, Word

Sort = Literal["person", "thing", "several", "place", "event", "noun"]

_POSSESSIVE = frozenset({"his", "her", "its", "their"})
_HAPPENING = frozenset("happen happened occur occurred take takes last change changed".split())
# The "it" that stands for nothing.
_EXPLETIVE = re.compile(
    r"""\b(?:time|day|date)\s+(?:is|was)\s+it\b | \bfar\s+(?:is|was)\s+it\s+(?:from|to)\b
      | \bit\s+(?:rain|snow|seem|say|mention|matter|turn|appear)s?\b
      | \bit\s+(?:take|takes|took|cost|costs)\s+(?:\w+\s+)?to\b
      | \bit\s+(?:be\s+)?\w+\s+(?:that|if|whether)\b
      | \bit\s+(?:be\s+)?(?:possible|necessary|important|worth|true|allowed|legal|safe|better|ok)
        \s+to\s+\w+\s+(?:the|a|an|my|your|to|in|at|on|with|\w{4,})""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """Word `at` of a question, of which `sort`; whether it owns what follows."""

    at: int
    sort: Sort
    owns: bool = False


def slots(question: Text) -> Iterator[Slot]:
    """The first word of each sort that the question itself does not explain."""
    done: set[Sort] = set()
    for at, word in enumerate(question.words):
        sort = _sort(question, at)
        if sort is None or sort in done:
            continue
        done.add(sort)
        if not _is_explained(question.words, at, sort):
            yield Slot(at, sort, _owns(question.words, at, word.lower))


def stands_for_nothing(question: Text) -> bool:
    """Whether it has pronouns, and none of them for anything said before."""
    pronouns = any(word.kind == "pronoun" for word in question.words)
    return pronouns and next(slots(question), None) is None


def _owns(words: Sequence[Word], at: int, lower: str) -> bool:
    """ "Her book", "her most famous book", not "meet her"."""
    if lower not in _POSSESSIVE:
        return False
    after = words[at + 1 : at + 3]
    if after and after[0].lower in {"most", "very"}:
        after = after[1:]
    return lower in {"its", "their"} or (bool(after) and after[0].is_content)


def _sort(question: Text, at: int) -> Sort | None:
    words = question.words
    lower = words[at].lower
    if lower in PERSON:
        return "person"
    if lower in SEVERAL:
        return "several"
    if lower in THING:
        return None if _EXPLETIVE.search(question.text) else "thing"
    if not at:
        return None
    if lower == "there":
        return "place" if "place" in question.refers_by else None
    if lower in {"one", "ones"}:
        return "noun" if _is_pro_form(words, at) else None
    return _of_demonstrative(words, at) if lower in DEMONSTRATIVES else None


def _is_pro_form(words: Sequence[Word], at: int) -> bool:
    """ "The official one", "which ones", not "one hour" or "one of them"."""
    before = words[at - 1]
    after = words[at + 1] if at + 1 < len(words) else None
    alone = after is None or not (after.is_content or after.lower == "of")
    return alone and (before.is_content or before.kind in {"question", "adverb"})


def _of_demonstrative(words: Sequence[Word], at: int) -> Sort | None:
    lower, before = words[at].lower, words[at - 1]
    after = words[at + 1] if at + 1 < len(words) else None
    if before.kind == "determiner" or (before.is_content and before.kind != "verb"):
        return None
    if after is not None and after.is_content:
        acts = before.kind == "auxiliary" and lower in {"this", "that"}
        return "event" if acts and after.lower in _HAPPENING else None
    if after is None or after.kind in {"mark", "conjunction", "auxiliary"}:
        if lower in {"these", "those"}:
            return "several"
        return "event" if before.lower == "do" else "thing"
    return None


def _is_explained(words: Sequence[Word], at: int, sort: Sort) -> bool:
    """Whether the question itself says what its pronoun stands for."""
    before = words[:at]
    if sort == "person" and at == 1 and words[0].kind in {"conjunction", "preposition"}:
        # "Before he died, what did Tesla ..."
        return any(each.is_capital and each.is_content for each in words)
    if sort == "person" and any(each.is_capital and each.is_content for each in before[1:]):
        return True  # "how did Cook persuade his sailors"
    asked = bool(words) and words[0].kind == "question"
    verbs = any(each.kind == "auxiliary" for each in before)
    if sort == "several" and words[at].lower == "their" and asked and not verbs:
        return True  # "which company made their ad"
    if words[at].lower in _POSSESSIVE and before and before[-1].kind == "verb":
        # "Why did Boise get its name"
        return any(each.kind == "content" for each in before[:-1])
    # "Feijoada and its significance", "whether it will expand", "when they run in parallel"
    joins = [n for n, each in enumerate(before) if each.kind in {"conjunction", "question"}]
    first = before[: joins[-1]] if joins else ()
    said = any(each.kind == "content" for each in first)
    return said and not any(each.kind == "pronoun" for each in first)
