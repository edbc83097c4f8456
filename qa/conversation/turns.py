"""The earlier turns of a conversation, cleaned, shortened and parsed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.conversation.words import DEMONSTRATIVES, PERSON, SEVERAL, THING, Word, parse_words

Turn = str | tuple[str, str]
"""An earlier question, or (question, answer)."""

# Turns that are parsed: the first, which says what the conversation is about, and the last ones.
_MOST_TURNS = 12
# Characters. A longer question is a pasted page; an answer says early what it is about.
LONGEST_QUESTION = 400
_LONGEST_ANSWER = 400


@dataclass(frozen=True)
class ParsedText:
    """A text and its words."""

    text: str
    words: tuple[Word, ...]

    @classmethod
    def parse(cls, text: str) -> ParsedText:
        return cls(text, parse_words(text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(word.stem for word in self.words if word.is_content)

    @cached_property
    def reference_kinds(self) -> frozenset[str]:
        """The kinds of words in it that may refer to something else."""
        kinds = set()
        for position, word in enumerate(self.words):
            following = self.words[position + 1] if position + 1 < len(self.words) else None
            if word.lower in PERSON:
                kinds.add("person")
            elif word.lower in THING:
                kinds.add("thing")
            elif word.lower in SEVERAL:
                kinds.add("several")
            elif word.lower in DEMONSTRATIVES:
                has_noun = following is not None and following.is_content
                kinds.add("this noun" if has_noun else "this")
            elif word.lower in {"one", "ones"} and not (following and following.is_content):
                kinds.add("one")  # Not "one hour".
        return frozenset(kinds)


@dataclass(frozen=True, slots=True)
class ParsedTurn:
    """An earlier question, and its answer, which is empty if it is unknown."""

    question: ParsedText
    answer: ParsedText


def parse_history(history: Sequence[Turn]) -> tuple[ParsedTurn, ...]:
    """The turns that matter, oldest first, without control characters and pasted pages."""
    if len(history) > _MOST_TURNS:
        history = [history[0], *history[1 - _MOST_TURNS :]]
    pairs = ((turn, "") if isinstance(turn, str) else turn for turn in history)
    turns = (
        ParsedTurn(_parse_question(question), ParsedText.parse(_clean(answer[:_LONGEST_ANSWER])))
        for question, answer in pairs
    )
    return tuple(turn for turn in turns if turn.question.words or turn.answer.words)


def _parse_question(question: str) -> ParsedText:
    if len(question) <= LONGEST_QUESTION:
        return ParsedText.parse(_clean(question))
    # A long turn holds a pasted page: its last question counts, or else its beginning.
    sentences = re.split(r"(?<=[.!?])\s+|\n+", question[-LONGEST_QUESTION:])
    questions = [sentence for sentence in sentences[1:] if sentence.rstrip().endswith("?")]
    beginning = re.split(r"(?<=[.!?])\s", question[:LONGEST_QUESTION])[0]
    return ParsedText.parse(_clean(questions[-1] if questions else beginning))


def _clean(text: str) -> str:
    """A text without control characters, and with one space for each run of spaces."""
    visible = (" " if unicodedata.category(char)[0] == "C" else char for char in text)
    return " ".join("".join(visible).split())
