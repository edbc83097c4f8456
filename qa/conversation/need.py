"""What tells whether a question can be understood without the earlier turns.

Features are short readable names; each is there or not. Their weights are fitted
(see `qa.conversation.training`) and kept in `weights.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from qa.conversation.slots import slots, stands_for_nothing
from qa.conversation.turns import Said, Text
from qa.conversation.words import DEMONSTRATIVES, PERSON, Word

# Words that are told apart where they stand next to another.
_TOLD_APART = frozenset("the a an of about in by with and".split())


def around(words: Sequence[Word], at: int) -> tuple[str, str]:
    """What stands before and after a word: a frequent small word itself, else its class."""
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    return (
        "start" if before is None else _kind(before),
        "end" if after is None or after.kind == "mark" else _kind(after),
    )


def _kind(word: Word) -> str:
    return word.lower if word.lower in _TOLD_APART else word.kind


def rarity(stem: str, frequency: Mapping[str, int]) -> int:
    """0 for the most frequent words to 4 for those that hardly anyone asks about."""
    rank = frequency.get(stem, 10_000)
    return sum(rank >= limit for limit in (300, 1000, 3000, 6000))


def features(question: Text, said: Sequence[Said], frequency: Mapping[str, int]) -> set[str]:
    """The features of a question in its conversation.

    Args:
        frequency: rank of the most frequent words' stems, 0 for the first.
    """
    words = [word for word in question.words if word.kind != "mark"]
    found = {f"refers by {sort}" for sort in question.refers_by or {"nothing"}}
    found |= {f"open: {slot.sort}" for slot in slots(question)}
    if stands_for_nothing(question):
        found.add("pronouns for nothing")
    content = [word for word in words if word.is_content]
    found.add(f"content words: {min(len(content), 6)}")
    found.add(f"words: {min(len(words) // 3 * 3, 15)}")
    found.add(f"turns: {min(len(said), 6)}")
    found |= _names(words, said)
    found |= _said_before(question, said)
    found |= _pronouns(words)
    found |= _words(words, said, frequency)
    tokens = ["^", *(word.lower if not word.is_content else "…" for word in words), "$"]
    found |= {f"pair: {one} {two}" for one, two in pairwise(tokens)}
    marks = [word for word in question.words[:-1] if word.text in {".", "?", "!"}]
    if marks:
        found.add("several sentences")
    return found


def _names(words: Sequence[Word], said: Sequence[Said]) -> set[str]:
    names = {word.stem for word in words[1:] if word.is_content and word.is_capital}
    known = _stems(said)
    found = {f"names: {min(len(names), 3)}"}
    if names & known:
        found.add("a name said before")
    if names - known:
        found.add("a new name")
    return found


def _pronouns(words: Sequence[Word]) -> set[str]:
    """Where pronouns stand: one after a noun may be explained by the question itself."""
    found = set()
    for at, word in enumerate(words):
        if word.kind != "pronoun" and word.lower not in DEMONSTRATIVES:
            continue
        before = words[:at]
        content = [n for n, each in enumerate(before) if each.is_content]
        if not content:
            place = "nothing"
        else:
            between = words[content[-1] + 1 : at]
            joined = any(each.kind in {"conjunction", "question"} for each in between)
            name = any(words[n].is_capital and n for n in content)
            place = f"{'a name' if name else 'words'}{', joined' if joined else ''}"
        sort = "person" if word.lower in PERSON else word.kind
        found |= {
            f"{word.lower} after {place}",
            f"{sort} after {place}",
            f"{sort} after {place}, before {around(words, at)[1]}",
        }
        break
    return found


def _said_before(question: Text, said: Sequence[Said]) -> set[str]:
    stems, found = question.stems, set()
    if said and stems & said[-1].question.stems:
        found.add("word of the last question")
    if any(stems & turn.question.stems for turn in said):
        found.add("word of a question")
    if any(stems & turn.answer.stems for turn in said):
        found.add("word of an answer")
    return found


def _words(words: Sequence[Word], said: Sequence[Said], frequency: Mapping[str, int]) -> set[str]:
    known = _stems(said)
    found, ranks = set(), []
    for at, word in enumerate(words):
        if not word.is_content:
            found.add(f"word: {word.lower}")
            continue
        rank = rarity(word.stem, frequency)
        ranks.append(rank)
        before, after = around(words, at)
        found.add(f"word: {word.stem}")
        found.add(f"between: {before} _ {after}")
        found.add(f"rarity: {rank}, {'known' if word.stem in known else 'new'}")
        if at + 1 == len(words):
            found.add("ends in a content word")
    for least in (2, 3, 4):
        found.add(f"words of rarity {least}+: {min(sum(rank >= least for rank in ranks), 3)}")
    found.add(f"rarest: {max(ranks, default=-1)}")
    return found


def _stems(said: Sequence[Said]) -> frozenset[str]:
    return frozenset().union(*(turn.question.stems | turn.answer.stems for turn in said))
