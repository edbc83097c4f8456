"""A person's judgement of a reply: right, wrong or missing, and what the right answer is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from index.documents import replace_surrogates
from qa import Answer, Reply
from tui.source.text_search import find_words

Verdict = Literal["right", "wrong", "missing"]

# Characters of the question in the id of a judgement.
_ID_LENGTH = 40


@dataclass(frozen=True, slots=True)
class RightAnswer:
    """The right answer to a question.

    Attributes:
        answers: any one of them is right, or all together if `whole`; empty if the documents
            hold no answer.
        whole: the answers are the members of a list, and all of them are wanted.
        document: path of the document that holds it, if known.
        evidence: the whole sentences, steps or rows that answer, if known.
    """

    answers: tuple[str, ...]
    whole: bool = False
    document: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's judgement of the reply to a question.

    Attributes:
        history: the earlier questions that the question builds on, oldest first.
        right: the right answer; None if the person does not know it.
        wrong: the answers that were shown and are wrong.
    """

    question: str
    history: tuple[str, ...]
    verdict: Verdict
    right: RightAnswer | None
    wrong: tuple[str, ...] = ()

    def includes(self, other: Judgement) -> bool:
        """Whether this judgement says all that the other one does."""
        if self.verdict != other.verdict:
            return False
        if self.verdict != "right" or self.right is None or other.right is None:
            return True
        mine, others = set(self.right.answers), set(other.right.answers)
        return mine == others if not others else others <= mine

    @property
    def id(self) -> str:
        """The id of the question: a second judgement of it replaces the first."""
        return make_judgement_id(self.question, self.history)


def make_judgement_id(question: str, history: Sequence[str]) -> str:
    """The id of a question together with the earlier ones that it builds on."""
    parts = [replace_surrogates(part) for part in (question, *history)]
    words = re.sub(r"\W+", "-", parts[0].casefold())[:_ID_LENGTH].strip("-")
    digest = blake2b("\0".join(parts).encode(), digest_size=4)
    return f"{words}-{digest.hexdigest()}".lstrip("-")


def make_right_answer(answer: Answer) -> RightAnswer:
    """The right answer, from an answer of the reply; of a list, all its members."""
    evidence = tuple(map(answer.hit.passage.quote, answer.evidence))
    path = answer.document.path
    if len(answer.spans) < 2:
        return RightAnswer((answer.text,), document=path, evidence=evidence)
    members = tuple(map(answer.hit.passage.quote, answer.spans))
    return RightAnswer(members, whole=True, document=path, evidence=evidence)


def join_right_answers(right: Sequence[RightAnswer]) -> RightAnswer:
    """Several right answers as one, any of which will do.

    The members of a list stay together only where the list is the only answer. A document is
    named only where all of them are from it.
    """
    if len(right) == 1:
        return right[0]
    documents = {each.document for each in right}
    return RightAnswer(
        tuple(dict.fromkeys(text for each in right for text in each.answers)),
        document=documents.pop() if len(documents) == 1 else None,
        evidence=tuple(dict.fromkeys(text for each in right for text in each.evidence)),
    )


def locate_words(words: str, reply: Reply, text_of: Callable[[str], str]) -> tuple[str, str] | None:
    """The first document of the reply that holds the words, and the words as written there."""
    for path in dict.fromkeys(hit.document.path for hit in reply.hits):
        text = text_of(path)
        matches = find_words(text, words)
        if len(matches):
            return path, matches[0].of(text)
    return None
