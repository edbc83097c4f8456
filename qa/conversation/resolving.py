"""A follow-up question made self-contained.

A part of a question ("And when?") is asked with the question before it. Of all others two small
logistic regressions decide whether they leave something out, and which terms of the earlier turns
that is. A question that leaves nothing out stays exactly as typed. Rules for the antecedents of
pronouns lower the F1 of the added terms (CANARD .600 without, .595 with them): there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.conversation.courtesy import strip_courtesy
from qa.conversation.ellipsis import is_elliptical
from qa.conversation.features import extract_question_features, extract_term_features
from qa.conversation.language import is_english
from qa.conversation.model import FollowUpModel, load_model
from qa.conversation.phrases import extract_phrases
from qa.conversation.pronouns import find_pronouns
from qa.conversation.rewriting import Rewrite, insert_phrases
from qa.conversation.turns import (
    LONGEST_QUESTION,
    ParsedText,
    ParsedTurn,
    Turn,
    parse_history,
)

# A question with a pronoun needs its history even at this margin, in log odds. With 0 the F1 of
# the added terms is lower on CAsT 2019 and 2020 (.681 for .685, .495 for .497).
_LEAST_MARGIN = -0.6


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """A question as it is searched for.

    Attributes:
        text: without courtesy, a follow-up made self-contained: see `resolve_question`.
        previous: the question before it, likewise; None if there is none.
    """

    text: str
    previous: str | None = None

    @property
    def in_context(self) -> str | None:
        """The question after the one before it; None if there is none."""
        return None if self.previous is None else f"{self.previous} {self.text}"


def resolve_in_context(question: str, history: Sequence[Turn]) -> ResolvedQuestion:
    """The question as it is searched for, with the one before it.

    Args: as for `resolve_question`.
    """
    return ResolvedQuestion(resolve_question(question, history), _resolve_previous(history))


def _resolve_previous(history: Sequence[Turn]) -> str | None:
    turns = parse_history(history[-1:])
    question = turns[0].question.text if turns else ""
    if not any(character.isalnum() for character in question):
        return None
    return resolve_question(question, history[:-1])


def resolve_question(question: str, history: Sequence[Turn]) -> str:
    """What is searched for: the question without courtesy, a follow-up made self-contained.

    Args:
        question: as asked.
        history: the earlier turns, oldest first: a question, or (question, answer).

    Returns:
        The question with what it leaves out, in the words of the earlier turns: in the
        place of a pronoun, or in brackets after it. Without its courtesy it stays as it is,
        character for character, if it is self-contained, is not in English, or has no history.
    """
    question = strip_courtesy(question)
    if not history or len(question) > LONGEST_QUESTION:
        return question
    parsed = ParsedText.parse(question)
    return _resolve(parsed, parse_history(history)) if is_english(parsed.words) else question


def _resolve(question: ParsedText, turns: Sequence[ParsedTurn]) -> str:
    if not turns:
        return question.text
    if turns[-1].question.words and is_elliptical(question):
        return f"{question.text} ({_resolve(turns[-1].question, turns[:-1]).rstrip(' ?.!')})"
    model = load_model()
    if not _needs_history(question, turns, model):
        return question.text
    scores = {
        term: model.term.margin(features)
        for term, features in extract_term_features(question, turns, model.frequency)
    }
    rewrite = Rewrite(question)
    insert_phrases(rewrite, extract_phrases(question, turns, scores), turns)
    return rewrite.apply()


def _needs_history(question: ParsedText, turns: Sequence[ParsedTurn], model: FollowUpModel) -> bool:
    margin = model.need.margin(extract_question_features(question, turns, model.frequency))
    return margin >= (_LEAST_MARGIN if any(find_pronouns(question)) else 0.0)
