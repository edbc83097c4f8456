"""The rewrite of a question: phrases in the place of its pronouns, or after it in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.conversation.inflection import is_plural, make_plural
from qa.conversation.phrases import Phrase
from qa.conversation.pronouns import Pronoun, find_pronouns
from qa.conversation.turns import ParsedText, ParsedTurn

_PLURAL_OF = {"is": "are", "was": "were", "has": "have", "does": "do"}
_DEFINITE = frozenset({"the", "this", "that", "these", "those"})
# A phrase beyond those that replace pronouns must score at least this, in log odds.
_LEAST_SCORE = 2.5


@dataclass(slots=True)
class Rewrite:
    """A question and the changes to make to it, made together by `apply`.

    Attributes:
        question: as asked.
        bracketed: what follows it in brackets.
    """

    question: ParsedText
    bracketed: list[str] = field(default_factory=list)
    _replacements: list[tuple[int, int, str]] = field(default_factory=list)

    def replace(self, start: int, end: int, replacement: str) -> bool:
        """Replace `text[start:end]`, unless a part of that is replaced already."""
        if any(start < last and first < end for first, last, _ in self._replacements):
            return False
        self._replacements.append((start, end, replacement))
        return True

    def replace_pronoun(self, pronoun: Pronoun, antecedent: str, is_several: bool = False) -> None:
        """Replace a pronoun by its antecedent; the verb before it follows its number."""
        words = self.question.words
        word = words[pronoun.position]
        before = words[pronoun.position - 1] if pronoun.position else None
        if pronoun.is_possessive:
            antecedent += "'" if is_plural(antecedent) else "'s"
        if pronoun.kind == "place" and before and before.word_class != "preposition":
            is_goal = before.lower in {"been", "come", "get", "go", "travel"}
            antecedent = f"{'to' if is_goal else 'in'} {antecedent}"
        self.replace(word.start, word.end, antecedent if before else _capitalize(antecedent))
        if is_several and pronoun.kind == "thing" and before and before.lower in _PLURAL_OF:
            self.replace(before.start, before.end, _PLURAL_OF[before.lower])

    def apply(self) -> str:
        """The question with all changes made; as asked if there are none."""
        pieces, end_of_last = [], 0
        for start, end, replacement in sorted(self._replacements):
            pieces += [self.question.text[end_of_last:start], replacement]
            end_of_last = end
        text = "".join(pieces) + self.question.text[end_of_last:]
        new = [phrase for phrase in self.bracketed if phrase.lower() not in text.lower()]
        return f"{text} ({', '.join(new)})" if new else text


def insert_phrases(
    rewrite: Rewrite, phrases: Sequence[Phrase], turns: Sequence[ParsedTurn]
) -> None:
    """Put phrases into a question, each where it fits best.

    Args:
        rewrite: takes the changes.
        phrases: what the question leaves out, surest first.
        turns: the earlier turns, oldest first.
    """
    question = rewrite.question
    is_cased = _is_cased(turns)
    remaining = list(phrases)
    least_score = 0.0
    for pronoun in find_pronouns(question):
        phrase = _choose_phrase(remaining, pronoun, is_cased)
        if phrase is None:
            if _is_unknown_person(pronoun, turns):
                remaining = []
            elif pronoun.kind == "person" and not phrases:
                # "How do I lock a user out?", "And how do I let him in?"
                rewrite.bracketed.append(turns[-1].question.text.rstrip(" ?.!"))
            continue
        remaining.remove(phrase)
        least_score = _LEAST_SCORE
        rewrite.replace_pronoun(pronoun, _agree(phrase, pronoun), phrase.is_plural)
    for phrase in remaining:
        if phrase.score < least_score or _complete_noun(rewrite, phrase):
            continue
        if phrase.head.stem in question.stems:
            continue  # A question on throat cancer is not about lung cancer.
        rewrite.bracketed.append(phrase.text)


def _choose_phrase(phrases: Sequence[Phrase], pronoun: Pronoun, is_cased: bool) -> Phrase | None:
    """The surest phrase that a pronoun may stand for, preferably one of its number."""
    fitting = [phrase for phrase in phrases if _fits(phrase, pronoun, is_cased)]
    agreeing = [phrase for phrase in fitting if phrase.is_plural is (pronoun.kind == "several")]
    fitting = agreeing or fitting
    if pronoun.kind == "place":
        # "There" is the place mentioned last.
        return max(fitting, key=lambda phrase: phrase.turn, default=None)
    return next(iter(fitting), None)


def _fits(phrase: Phrase, pronoun: Pronoun, is_cased: bool) -> bool:
    if phrase.is_verb or phrase.is_time:
        return False
    if pronoun.kind == "several":
        return phrase.is_group
    if pronoun.kind == "person":
        return phrase.is_person or not (is_cased or phrase.bare is not phrase)
    return pronoun.kind != "event"


def _agree(phrase: Phrase, pronoun: Pronoun) -> str:
    """A phrase in the number of a pronoun: "a shark" is "sharks" in the place of "they"."""
    article, _, rest = phrase.text.partition(" ")
    if pronoun.kind == "several" and article.lower() in {"a", "an"} and rest:
        return rest if phrase.head is not phrase.words[-1] else make_plural(rest)
    return phrase.text


def _complete_noun(rewrite: Rewrite, phrase: Phrase) -> bool:
    """Whether a noun could be completed: "the museum" to "the Museum of Rain"."""
    words = rewrite.question.words
    for position, word in enumerate(words):
        before = words[position - 1] if position else None
        after = words[position + 1] if position + 1 < len(words) else None
        if word.stem != phrase.head.stem or not word.is_content:
            continue
        if after is not None and after.lower == "of":
            continue
        if before is not None and (before.is_content or before.word_class == "possessive"):
            continue
        bare = phrase.bare.text
        if before is not None and before.lower in _DEFINITE:
            return rewrite.replace(before.start, word.end, f"the {bare}")
        return rewrite.replace(word.start, word.end, bare)
    return False


def _is_cased(turns: Sequence[ParsedTurn]) -> bool:
    """Whether names are written with capitals in this conversation."""
    return any(
        word.is_capitalized
        for turn in turns
        for text in (turn.question, turn.answer)
        for word in text.words[1:]
    )


def _is_unknown_person(pronoun: Pronoun, turns: Sequence[ParsedTurn]) -> bool:
    """Whether a pronoun is a person, and no earlier question asks who or refers to a person."""
    return pronoun.kind == "person" and not any(
        "person" in turn.question.reference_kinds
        or any(word.lower == "who" for word in turn.question.words)
        for turn in turns
    )


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
