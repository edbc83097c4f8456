"""What tells whether a question leaves something out, and which words of the earlier turns.

Features are short readable names; each is there or not. Their weights are fitted
(see `qa.training.follow_ups`) and kept in `weights.json`. A term is a content word by its
stem, wherever it was said; a pair of features ("person & name") is one, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.conversation.english import Word
from qa.conversation.turns import Said, Text

# Small words that are told apart where they stand next to another.
_TOLD_APART = frozenset("the a an about of in by with and".split())
_ELSE = frozenset("else other another others more any anything".split())
_PRONOUNS = frozenset({"person", "thing", "several"})
# Words of an answer that are looked at.
_MOST_WORDS = 60
_ENDINGS = ("ing", "ed", "ly", "s", "er", "ion")
# Features of a term that mean different things for different questions.
_OF_TERM = frozenset(
    """first said:1 said:2 name number answer-only answer:1 once plural-ending last-word subject
    no-verb topic short-answer""".split()
)


# Whether something is left out


def of_question(question: Text, said: Sequence[Said], frequency: Mapping[str, int]) -> set[str]:
    """The features of a question in its conversation.

    Args:
        frequency: rank of the most frequent words' stems, 0 for the first.
    """
    words = [word for word in question.words if word.kind != "mark"]
    content = [word for word in words if word.is_content]
    names, known = _names(words), _known(said)
    questions = frozenset().union(*(turn.question.stems for turn in said))
    answers = frozenset().union(*(turn.answer.stems for turn in said))
    told = {
        "a name said before": names & known,
        "a new name": names - known,
        "word of the last question": said and question.stems & said[-1].question.stems,
        "word of a question": question.stems & questions,
        "word of an answer": question.stems & answers,
        "several sentences": any(word.text in {".", "?", "!"} for word in question.words[:-1]),
    }
    found = {name for name, holds in told.items() if holds}
    found |= {f"refers by {sort}" for sort in question.refers_by or {"nothing"}}
    found |= {f"content words: {min(len(content), 6)}", f"turns: {min(len(said), 6)}"}
    for at, word in enumerate(words):
        found.add(f"word: {word.stem}")
        if word.is_content:
            before, after = _around(words, at)
            found.add(f"between: {before} _ {after}")
            state = "known" if word.stem in known else "new"
            found.add(f"rarity: {_rarity(word.stem, frequency)}, {state}")
    ranks = [_rarity(word.stem, frequency) for word in content]
    for least in (2, 3, 4):
        found.add(f"words of rarity {least}+: {min(sum(rank >= least for rank in ranks), 3)}")
    tokens = ["^", *(word.lower if not word.is_content else "…" for word in words), "$"]
    return found | {f"pair: {one} {two}" for one, two in pairwise(tokens)}


def _names(words: Sequence[Word]) -> set[str]:
    return {word.stem for word in words[1:] if word.is_content and word.is_capital}


def _known(said: Sequence[Said]) -> frozenset[str]:
    return frozenset().union(*(turn.question.stems | turn.answer.stems for turn in said))


def _around(words: Sequence[Word], at: int) -> tuple[str, str]:
    """What stands before and after a word: a frequent small word itself, else its class."""
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    return (
        "start" if before is None else _kind(before),
        "end" if after is None or after.kind == "mark" else _kind(after),
    )


def _kind(word: Word) -> str:
    return word.lower if word.lower in _TOLD_APART else word.kind


def _rarity(stem: str, frequency: Mapping[str, int]) -> int:
    """0 for the most frequent words to 4 for those that hardly anyone asks about."""
    rank = frequency.get(stem, 10_000)
    return sum(rank >= limit for limit in (300, 1000, 3000, 6000))


# Which words are left out


@dataclass(frozen=True, slots=True)
class _Mention:
    """Word `at` of the question, or of the answer, of turn `turn`."""

    turn: int
    words: Sequence[Word]
    at: int

    @property
    def word(self) -> Word:
        return self.words[self.at]


def of_terms(
    question: Text, said: Sequence[Said], frequency: Mapping[str, int]
) -> Iterator[tuple[str, set[str]]]:
    """Each content word that was said and that the question lacks, with its features."""
    asked: dict[str, list[_Mention]] = defaultdict(list)
    answered: dict[str, list[_Mention]] = defaultdict(list)
    for turn, each in enumerate(said):
        for text, mentions in ((each.question, asked), (each.answer, answered)):
            for at, word in enumerate(text.words[:_MOST_WORDS]):
                if word.is_content and word.stem not in question.stems:
                    mentions[word.stem].append(_Mention(turn, text.words, at))
    sorts = question.refers_by or {"nothing"}
    flags, general = _asked_how(question, said)
    for stem in {**asked, **answered}:
        found = _of_form([*asked[stem], *answered[stem]])
        found |= _of_questions(asked[stem], said) if asked[stem] else {"answer-only"}
        if answered[stem]:
            last = answered[stem][-1]
            found.add(f"answer:{_distance(len(said) - last.turn)}")
            if len(last.words) <= 6:
                found.add("short-answer")
        crossed = {f"{one} & {two}" for one in (*sorts, *flags) for two in found & _OF_TERM}
        if {"first", "name"} <= found:
            crossed.add("first & name")
        found |= {f"rarity: {_rarity(stem, frequency)}", f"term: {stem}"}
        yield stem, found | crossed | flags | general


def _asked_how(question: Text, said: Sequence[Said]) -> tuple[set[str], set[str]]:
    """What may change the meaning of a term's features, and what may not."""
    words = [word for word in question.words if word.kind != "mark"]
    lowers = [word.lower for word in words]
    content = sum(word.is_content for word in words)
    names, known = _names(words), _known(said)
    told = {
        "what-about": lowers[:2] in (["what", "about"], ["how", "about"]),
        "new-name": names - known,
        "known-name": names & known,
        "else": _ELSE & set(lowers),
        "one-content": content == 1,
        "last-overlap": said and question.stems & said[-1].question.stems,
        "second-turn": len(said) == 1,
    }
    general = {f"content words: {min(content, 5)}", f"turns: {min(len(said), 6)}"}
    if words and not words[0].is_content:
        general.add(f"first word: {lowers[0]}")
    return {name for name, holds in told.items() if holds}, general


def _distance(turns: int) -> str:
    return str(turns) if turns <= 3 else "4+" if turns <= 6 else "7+"


def _of_form(where: Sequence[_Mention]) -> set[str]:
    last = where[-1].word
    told = {
        "name": any(each.word.is_capital and each.at for each in where),
        "verb": last.kind == "verb",
        "number": last.lower[0].isdigit(),
        "plural-ending": last.lower.endswith("s") and not last.lower.endswith("ss"),
    }
    found = {name for name, holds in told.items() if holds}
    found |= {f"{ending}-ending" for ending in _ENDINGS if last.lower.endswith(ending)}
    return found | {f"letters: {min(len(last.lower), 10)}"}


def _of_questions(asked: Sequence[_Mention], said: Sequence[Said]) -> set[str]:
    last, turns = asked[-1], {each.turn for each in asked}
    referring = [turn.question.refers_by & _PRONOUNS for turn in said]
    before, after = _around(last.words, last.at)
    found = {
        f"said:{_distance(len(said) - last.turn)}",
        f"share: {round(4 * len(turns) / len(said))}",
        f"after: {before}",
        f"before: {after}",
        "once" if len(turns) == 1 else f"turns with it: {min(len(turns), 3)}",
    }
    if asked[0].turn == 0:
        found.add("first")
    since = referring[last.turn + 1 :]
    if since:
        found.add(f"pronouns since: {round(4 * sum(map(bool, since)) / len(since))}")
    if referring[last.turn]:
        found.add("beside a pronoun")
    return found | _of_place(last.words, last.at)


def _of_place(words: Sequence[Word], at: int) -> set[str]:
    content = [n for n, word in enumerate(words) if word.is_content]
    auxiliary = next((n for n, word in enumerate(words) if word.kind == "auxiliary"), None)
    found = {f"place: {min(content.index(at), 3)}"}
    if at == content[-1]:
        found.add("last-word")
    if auxiliary is None:
        found.add("no-verb")
        if len(content) <= 4 and words[0].kind not in {"question", "command"}:
            found.add("topic")
    elif at > auxiliary and all(
        each.kind in {"content", "determiner", "possessive"} for each in words[auxiliary + 1 : at]
    ):
        found.add("subject")
    return found
