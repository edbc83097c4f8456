"""The words of a question that stand for something said before, and of which sort."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.conversation.english import PERSON, RELATIONAL, SEVERAL, THING, Word, singular
from qa.conversation.turns import Text

Sort = Literal["person", "thing", "several", "place", "noun"]

_POSSESSIVE = frozenset({"his", "her", "its", "their"})
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
    words = [word for word in question.words if word.kind != "mark"]
    pronouns = any(word.kind == "pronoun" for word in words)
    if words and words[-1].lower in {"this", "that"}:
        # "E-Discovery? What's that?"
        pronouns = pronouns or _is_explained(words, len(words) - 1, "thing")
    return pronouns and next(slots(question), None) is None


def lacks_owner(question: Text) -> bool:
    """ "How many species are there?" does not say of what."""
    words = [word.lower for word in question.words if word.kind != "mark"]
    return words[-1:] == ["there"] and any({w, singular(w)} & RELATIONAL for w in words[-3:-2])


def _owns(words: Sequence[Word], at: int, lower: str) -> bool:
    """ "Her book", "her most famous book", not "meet her"."""
    after = words[at + 1 : at + 2]
    return lower in _POSSESSIVE and (
        lower != "her" or (bool(after) and (after[0].is_content or after[0].kind == "adverb"))
    )


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
    if lower in {"one", "ones"}:
        return "noun" if _is_pro_form(words, at) else None
    return "place" if lower == "there" and _is_place(words, at) else None


def _is_place(words: Sequence[Word], at: int) -> bool:
    """ "Held there", "been there", not "is there a discount"."""
    beside = (words[at - 1], *words[at + 1 : at + 2])
    return not any(w.kind in {"auxiliary", "question"} and w.lower != "been" for w in beside)


def _is_pro_form(words: Sequence[Word], at: int) -> bool:
    """ "The official one", "which ones", not "one hour" or "one of them"."""
    after = words[at + 1 : at + 2]
    return not after or not (after[0].is_content or after[0].lower == "of")


def _is_explained(words: Sequence[Word], at: int, sort: Sort) -> bool:
    """Whether the question itself says what its pronoun stands for."""
    before = words[:at]
    opens = at == 1 and words[0].kind in {"conjunction", "preposition"}
    near = words if opens else before[1:]
    if sort == "person" and any(each.is_capital and each.is_content for each in near):
        # "How did Cook persuade his sailors", "before he died, what did Tesla"
        return True
    if words[at].lower in _POSSESSIVE and before and before[-1].kind == "verb":
        # "Why did Boise get its name"
        return any(each.kind == "content" for each in before[:-1])
    # "Feijoada and its significance", "whether it will expand", "when they run in parallel"
    joins = [n for n, each in enumerate(before) if each.kind in {"conjunction", "question"}]
    return bool(joins) and any(each.kind == "content" for each in before[: joins[-1]])
