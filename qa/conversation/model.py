"""Two logistic regressions: does a question leave something out, and which terms?

They are kept as plain numbers in `weights.json`, and fitted by `qa.training.follow_ups`. A feature
is a short readable name that holds or does not. Two features that hold together ("person & name")
are a feature, too. A term is a content word by its stem, wherever it occurs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import fsum
from typing import Any

from qa.conversation.words import ParsedText, ParsedTurn, Word, drop_marks

# Small words that are neighbours in their own right; others count by their class.
_NEIGHBOURS = frozenset("the a an about of in by with and".split())
_ELSE = frozenset("else other another others more any anything".split())
_PRONOUN_KINDS = frozenset({"person", "thing", "several"})
# Words of a turn's question, and of its answer, in which terms are looked for.
_MOST_WORDS = 60
_ENDINGS = ("ing", "ed", "ly", "s", "er", "ion")
# Features of a term that mean different things for different questions.
_CROSSED = frozenset(
    """first question:1 question:2 name number answer-only answer:1 once plural-ending last-word
    subject no-verb topic short-answer""".split()
)


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over features that are there or not.

    A feature adds its weight to the log odds, one that has none adds nothing; the answer is yes
    from the threshold on.
    """

    threshold: float
    intercept: float
    weights: Mapping[str, float]

    def margin(self, features: Iterable[str]) -> float:
        """Log odds above the threshold; yes if not negative. The order changes nothing."""
        added = fsum(self.weights.get(feature, 0.0) for feature in features)
        return self.intercept + added - self.threshold


@dataclass(frozen=True, slots=True)
class FollowUpModel:
    """What is fitted: see `qa.training.follow_ups`.

    Whether a question needs its history, and whether such a question leaves out a term of it; and
    the rank of the terms most often asked about, 0 for the first.
    """

    need: Regression
    term: Regression
    frequency: Mapping[str, int]

    @classmethod
    def parse(cls, text: str) -> FollowUpModel:
        """A model from its JSON."""
        values = json.loads(text)
        frequent: list[str] = values["frequent"].split()
        return cls(
            _parse_regression(values["need"]),
            _parse_regression(values["term"]),
            {term: rank for rank, term in enumerate(frequent)},
        )


def _parse_regression(values: dict[str, Any]) -> Regression:
    return Regression(values["threshold"], values["intercept"], values["weights"])


@cache
def load_model() -> FollowUpModel:
    """The model that comes with the package."""
    return FollowUpModel.parse((files(__package__) / "weights.json").read_text(encoding="utf-8"))


def extract_question_features(
    question: ParsedText, turns: Sequence[ParsedTurn], frequency: Mapping[str, int]
) -> set[str]:
    """The features of a question, as asked, after the earlier turns."""
    words = drop_marks(question.words)
    content = [word for word in words if word.is_content]
    names, known = _collect_names(words), _collect_terms(turns)
    questions = frozenset().union(*(turn.question.stems for turn in turns))
    answers = frozenset().union(*(turn.answer.stems for turn in turns))
    conditions = {
        "a known name": names & known,
        "a new name": names - known,
        "word of the last question": turns and question.stems & turns[-1].question.stems,
        "word of a question": question.stems & questions,
        "word of an answer": question.stems & answers,
        "several sentences": any(word.text in {".", "?", "!"} for word in question.words[:-1]),
    }
    features = {name for name, holds in conditions.items() if holds}
    features |= {f"refers by {kind}" for kind in question.reference_kinds or {"nothing"}}
    features |= {f"content words: {min(len(content), 6)}", f"turns: {min(len(turns), 6)}"}
    for position, word in enumerate(words):
        features.add(f"word: {word.stem}")
        if word.is_content:
            before, after = _describe_neighbours(words, position)
            features.add(f"between: {before} _ {after}")
            state = "known" if word.stem in known else "new"
            features.add(f"rarity: {_rate_rarity(word.stem, frequency)}, {state}")
    rarities = [_rate_rarity(word.stem, frequency) for word in content]
    for least in (2, 3, 4):
        count = sum(rarity >= least for rarity in rarities)
        features.add(f"words of rarity {least}+: {min(count, 3)}")
    tokens = ["^", *(word.lower if not word.is_content else "…" for word in words), "$"]
    return features | {f"pair: {token} {following}" for token, following in pairwise(tokens)}


def _collect_names(words: Sequence[Word]) -> set[str]:
    return {word.stem for word in words[1:] if word.is_content and word.is_capitalized}


def _collect_terms(turns: Sequence[ParsedTurn]) -> frozenset[str]:
    return frozenset().union(*(turn.question.stems | turn.answer.stems for turn in turns))


def _describe_neighbours(words: Sequence[Word], position: int) -> tuple[str, str]:
    """The words before and after a word: a frequent small word itself, of others the class."""
    before = words[position - 1] if position else None
    after = words[position + 1] if position + 1 < len(words) else None
    return (
        "start" if before is None else _describe(before),
        "end" if after is None or after.word_class == "mark" else _describe(after),
    )


def _describe(word: Word) -> str:
    return word.lower if word.lower in _NEIGHBOURS else word.word_class


def _rate_rarity(term: str, frequency: Mapping[str, int]) -> int:
    """0 for the most frequent terms to 4 for those that hardly anyone asks about."""
    rank = frequency.get(term, 10_000)
    return sum(rank >= limit for limit in (300, 1000, 3000, 6000))


@dataclass(frozen=True, slots=True)
class _Mention:
    """A word, by its position in the question or the answer of an earlier turn with this number."""

    turn: int
    words: Sequence[Word]
    position: int

    @property
    def word(self) -> Word:
        return self.words[self.position]


def extract_term_features(
    question: ParsedText, turns: Sequence[ParsedTurn], frequency: Mapping[str, int]
) -> Iterator[tuple[str, set[str]]]:
    """Each term of the earlier turns that the question lacks, with its features."""
    in_questions: dict[str, list[_Mention]] = defaultdict(list)
    in_answers: dict[str, list[_Mention]] = defaultdict(list)
    for number, turn in enumerate(turns):
        for text, mentions in ((turn.question, in_questions), (turn.answer, in_answers)):
            for position, word in enumerate(text.words[:_MOST_WORDS]):
                if word.is_content and word.stem not in question.stems:
                    mentions[word.stem].append(_Mention(number, text.words, position))
    kinds = question.reference_kinds or {"nothing"}
    flags, general = _describe_question(question, turns)
    for term in {**in_questions, **in_answers}:
        of_questions, of_answers = in_questions[term], in_answers[term]
        features = _describe_form([*of_questions, *of_answers])
        features |= _describe_mentions(of_questions, turns) if of_questions else {"answer-only"}
        if of_answers:
            last = of_answers[-1]
            features.add(f"answer:{_round_distance(len(turns) - last.turn)}")
            if len(last.words) <= 6:
                features.add("short-answer")
        crossed = {f"{flag} & {each}" for flag in (*kinds, *flags) for each in features & _CROSSED}
        if {"first", "name"} <= features:
            crossed.add("first & name")
        features |= {f"rarity: {_rate_rarity(term, frequency)}", f"term: {term}"}
        yield term, features | crossed | flags | general


def _describe_question(
    question: ParsedText, turns: Sequence[ParsedTurn]
) -> tuple[set[str], set[str]]:
    """Features of the question: those to cross with a term's, and the others."""
    words = drop_marks(question.words)
    lowers = [word.lower for word in words]
    content = sum(word.is_content for word in words)
    names, known = _collect_names(words), _collect_terms(turns)
    conditions = {
        "what-about": lowers[:2] in (["what", "about"], ["how", "about"]),
        "new-name": names - known,
        "known-name": names & known,
        "else": _ELSE & set(lowers),
        "one-content": content == 1,
        "last-overlap": turns and question.stems & turns[-1].question.stems,
        "second-turn": len(turns) == 1,
    }
    general = {f"content words: {min(content, 5)}", f"turns: {min(len(turns), 6)}"}
    if words and not words[0].is_content:
        general.add(f"first word: {lowers[0]}")
    return {name for name, holds in conditions.items() if holds}, general


def _round_distance(turns: int) -> str:
    return str(turns) if turns <= 3 else "4+" if turns <= 6 else "7+"


def _describe_form(mentions: Sequence[_Mention]) -> set[str]:
    last = mentions[-1].word
    conditions = {
        "name": any(each.word.is_capitalized and each.position for each in mentions),
        "verb": last.word_class == "verb",
        "number": last.lower[0].isdigit(),
        "plural-ending": last.lower.endswith("s") and not last.lower.endswith("ss"),
    }
    features = {name for name, holds in conditions.items() if holds}
    features |= {f"{ending}-ending" for ending in _ENDINGS if last.lower.endswith(ending)}
    return features | {f"letters: {min(len(last.lower), 10)}"}


def _describe_mentions(mentions: Sequence[_Mention], turns: Sequence[ParsedTurn]) -> set[str]:
    """How a term was asked about; `mentions` are in questions only."""
    last, numbers = mentions[-1], {each.turn for each in mentions}
    refers = [bool(turn.question.reference_kinds & _PRONOUN_KINDS) for turn in turns]
    before, after = _describe_neighbours(last.words, last.position)
    features = {
        f"question:{_round_distance(len(turns) - last.turn)}",
        f"share: {round(4 * len(numbers) / len(turns))}",
        f"after: {before}",
        f"before: {after}",
        "once" if len(numbers) == 1 else f"turns with it: {min(len(numbers), 3)}",
    }
    if mentions[0].turn == 0:
        features.add("first")
    since = refers[last.turn + 1 :]
    if since:
        features.add(f"pronouns since: {round(4 * sum(since) / len(since))}")
    if refers[last.turn]:
        features.add("beside a pronoun")
    return features | _describe_position(last.words, last.position)


def _describe_position(words: Sequence[Word], position: int) -> set[str]:
    content = [n for n, word in enumerate(words) if word.is_content]
    auxiliary = next((n for n, word in enumerate(words) if word.word_class == "auxiliary"), None)
    features = {f"position: {min(content.index(position), 3)}"}
    if position == content[-1]:
        features.add("last-word")
    if auxiliary is None:
        features.add("no-verb")
        if len(content) <= 4 and words[0].word_class not in {"question", "command"}:
            features.add("topic")
    elif position > auxiliary and all(
        word.word_class in {"content", "determiner", "possessive"}
        for word in words[auxiliary + 1 : position]
    ):
        features.add("subject")
    return features
