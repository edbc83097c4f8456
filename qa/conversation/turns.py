"""The earlier turns of a conversation, cleaned and cut to what still matters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.conversation.english import DEMONSTRATIVES, PERSON, SEVERAL, THING, Word, read

Turn = str | tuple[str, str]
"""An earlier question, or (question, answer)."""

# Turns that are read: the first, which says what it is all about, and the last ones.
_MOST_TURNS = 12
# Characters: a pasted page is not a question, and an answer says early what it is about.
LONGEST_QUESTION = 400
_LONGEST_ANSWER = 400


@dataclass(frozen=True)
class Text:
    """A text in its words."""

    text: str
    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str) -> Text:
        return cls(text, read(text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of its content words."""
        return frozenset(word.stem for word in self.words if word.is_content)

    @cached_property
    def refers_by(self) -> frozenset[str]:
        """The sorts of words in it that stand for something said elsewhere."""
        sorts = set()
        for at, word in enumerate(self.words):
            following = self.words[at + 1] if at + 1 < len(self.words) else None
            if word.lower in PERSON:
                sorts.add("person")
            elif word.lower in THING:
                sorts.add("thing")
            elif word.lower in SEVERAL:
                sorts.add("several")
            elif word.lower in DEMONSTRATIVES:
                noun = following is not None and following.is_content
                sorts.add("this noun" if noun else "this")
            elif word.lower in {"one", "ones"}:
                sorts.add("one")
        return frozenset(sorts)


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier turn: the question, and the answer or nothing."""

    question: Text
    answer: Text


def heard(history: Sequence[Turn]) -> tuple[Said, ...]:
    """The turns that matter, oldest first, without control characters and pasted pages."""
    if len(history) > _MOST_TURNS:
        history = [history[0], *history[1 - _MOST_TURNS :]]
    pairs = ((turn, "") if isinstance(turn, str) else turn for turn in history)
    said = (Said(_question(asked), _answer(answer)) for asked, answer in pairs)
    return tuple(turn for turn in said if turn.question.words or turn.answer.words)


def _question(asked: str) -> Text:
    if len(asked) <= LONGEST_QUESTION:
        return Text.of(_clean(asked))
    # Of a turn that holds a pasted page as well, the last question, or else its beginning.
    sentences = re.split(r"(?<=[.!?])\s+|\n+", asked[-LONGEST_QUESTION:])
    questions = [each for each in sentences[1:] if each.rstrip().endswith("?")]
    beginning = re.split(r"(?<=[.!?])\s", asked[:LONGEST_QUESTION])[0]
    return Text.of(_clean(questions[-1] if questions else beginning))


def _answer(answer: str) -> Text:
    return Text.of(_clean(answer[:_LONGEST_ANSWER]))


def _clean(text: str) -> str:
    visible = (" " if unicodedata.category(each)[0] == "C" else each for each in text)
    return " ".join("".join(visible).split())
