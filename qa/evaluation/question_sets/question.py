"""One question of a question set with its labels, and the documents that a set brings along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from index import Content

Match = Literal["any", "all"]

_HOW_MUCH = re.compile(
    r"\bhow (?:many|much|long|old|far|tall|high|big|often|large|deep|fast|wide|heavy)\b", re.I
)
_QUESTION_WORDS = (
    ("who", re.compile(r"\b(?:who|whom|whose)\b", re.I)),
    ("when", re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|time|month|century))\b", re.I)),
    ("where", re.compile(r"\bwhere\b", re.I)),
    ("why", re.compile(r"\b(?:why|how come|what (?:was|is) the reason)\b", re.I)),
    ("how", re.compile(r"\bhow\b", re.I)),
    ("which", re.compile(r"\bwhich\b", re.I)),
    ("what", re.compile(r"\bwhat\b", re.I)),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is labelled of it.

    Attributes:
        answers: the right ones; empty if the documents hold none; None if it is not labelled.
        evidence: the sentences, steps or rows that answer, as they stand in the document; empty
            if they are not labelled.
        match: "any" of the answers will do, or "all" are wanted: the members of a list.
        history: the earlier questions of the conversation, oldest first.
        document: the one that holds the answer, as the set names it.
        relevant: document → grade (more than 0 is relevant); None if it is not labelled.
        labelled_kind: kind of question, if the set gives one.
        where: its place in its file, for messages ("line 3").
    """

    id: str
    text: str
    answers: tuple[str, ...] | None = None
    evidence: tuple[str, ...] = ()
    match: Match = "any"
    history: tuple[str, ...] = ()
    document: str | None = None
    relevant: Mapping[str, int] | None = None
    labelled_kind: str | None = None
    where: str = ""

    @property
    def kind(self) -> str:
        """The sort of question, by which figures are grouped."""
        if self.labelled_kind:
            return self.labelled_kind
        if self.answers == ():
            return "unanswerable"
        if self.match == "all":
            return "list"
        if self.history:
            return "follow-up"
        if _HOW_MUCH.search(self.text):
            return "how many"
        return next((kind for kind, word in _QUESTION_WORDS if word.search(self.text)), "other")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents that a question set brings along, as names and contents.

    By the digest of their content an index of them is known again.
    """

    digest: str
    read: Callable[[], Iterator[tuple[str, Content]]]
