"""The pronouns of a question that stand for something in an earlier turn.

"There" for a place counts as a pronoun here. "Itself" and the like do not: they stand for something
in the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.conversation.turns import ParsedText
from qa.conversation.vocabulary import PERSON, SEVERAL, THING
from qa.conversation.words import Word

PronounKind = Literal["person", "thing", "several", "event", "place"]

_POSSESSIVE = frozenset({"his", "her", "its", "their"})
_REFLEXIVE = frozenset({"himself", "herself", "itself", "themselves"})
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
class Pronoun:
    """A pronoun of a question.

    Attributes:
        position: its number among the question's words.
        kind: what it may stand for.
        is_possessive: whether it owns the noun that follows.
    """

    position: int
    kind: PronounKind
    is_possessive: bool = False


def find_pronouns(question: ParsedText) -> Iterator[Pronoun]:
    """The first pronoun of each kind whose antecedent is not in the question itself."""
    seen: set[PronounKind] = set()
    for position in range(len(question.words)):
        kind = _classify(question, position)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        if not _has_antecedent(question.words, position, kind):
            is_possessive = _is_possessive(question.words, position)
            yield Pronoun(position, kind, is_possessive)


def _is_possessive(words: Sequence[Word], position: int) -> bool:
    """Whether it owns a noun: "her book", "her most famous book", but not "meet her"."""
    lower = words[position].lower
    if lower == "her":
        after = words[position + 1 : position + 2]
        return bool(after) and (after[0].is_content or after[0].word_class == "adverb")
    return lower in _POSSESSIVE


def _classify(question: ParsedText, position: int) -> PronounKind | None:
    words = question.words
    lower = words[position].lower
    if lower in _REFLEXIVE:
        return None
    if lower in PERSON:
        return "person"
    if lower in SEVERAL:
        return "several"
    if lower in THING:
        if _EXPLETIVE.search(question.text):
            return None
        return "event" if _is_event(words, position) else "thing"
    if not position:
        return None
    return "place" if lower == "there" and _is_place(words, position) else None


def _is_place(words: Sequence[Word], position: int) -> bool:
    """Whether "there" is a place: "held there", but not "is there a discount"."""
    neighbours = (words[position - 1], *words[position + 1 : position + 2])
    return not any(
        word.word_class in {"auxiliary", "question"} and word.lower != "been" for word in neighbours
    )


def _is_event(words: Sequence[Word], position: int) -> bool:
    """Whether "it" is what somebody does: "who did it", but not "when did it open"."""
    after = words[position + 1 : position + 2]
    does = position > 0 and words[position - 1].lower in {"do", "does", "did"}
    return does and not (after and (after[0].is_content or after[0].word_class == "auxiliary"))


def _has_antecedent(words: Sequence[Word], position: int, kind: PronounKind) -> bool:
    """Whether the question itself says what its pronoun stands for."""
    before = words[:position]
    opens = position == 1 and words[0].word_class in {"conjunction", "preposition"}
    near = words if opens else before[1:]
    if kind == "person" and any(word.is_capitalized and word.is_content for word in near):
        # "How did Cook persuade his sailors", "before he died, what did Tesla"
        return True
    if words[position].lower in _POSSESSIVE and before and before[-1].word_class == "verb":
        # "Why did Boise get its name"
        return any(word.word_class == "content" for word in before[:-1])
    # "Feijoada and its significance", "whether it will expand", "when they run in parallel"
    joints = [n for n, word in enumerate(before) if word.word_class in {"conjunction", "question"}]
    return bool(joints) and any(word.word_class == "content" for word in before[: joints[-1]])
