"""A follow-up question made self-contained.

Rules do what is certain: a part of a question ("And when?", "And if I pay late?") is completed from
the question before, and a pronoun by the answer or topic that it certainly stands for. Two small
logistic regressions decide the rest: whether a question leaves something out, and which terms of
the earlier turns that is. A question that leaves nothing out stays exactly as typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.conversation.antecedents import extract_topic, find_antecedent
from qa.conversation.courtesy import strip_courtesy
from qa.conversation.features import extract_question_features, extract_term_features
from qa.conversation.fragments import complete_condition, complete_fragment, complete_how_many
from qa.conversation.language import is_english
from qa.conversation.model import FollowUpModel, load_model
from qa.conversation.phrases import extract_phrases
from qa.conversation.pronouns import explains_its_pronouns, find_pronouns, lacks_owner
from qa.conversation.rewriting import Rewrite, insert_phrase, insert_phrases
from qa.conversation.statements import ask_what_to_do
from qa.conversation.turns import (
    LONGEST_QUESTION,
    ParsedText,
    ParsedTurn,
    Turn,
    parse_history,
)
from qa.conversation.vocabulary import DEMONSTRATIVES, TEXTS

# A question with a pronoun needs its history even at this margin, in log odds.
_LEAST_MARGIN = -0.6


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """A question as it is searched for.

    Attributes:
        text: without courtesy, a follow-up made self-contained: see `resolve_question`.
        previous: the question before it, likewise; None where there is none.
    """

    text: str
    previous: str | None = None

    @property
    def in_context(self) -> str | None:
        """The question after the one before it; None where there is none."""
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

    A problem that is only stated ("I lost my card") is completed with the question what to do.

    Args:
        question: as asked.
        history: the earlier turns, oldest first: a question, or (question, answer).

    Returns:
        The question with what it leaves out, in the words of the earlier turns: in the
        place of a pronoun, or in brackets after it. Without its courtesy it stays as it is,
        character for character, if it is self-contained, is not in English, or has no history.
    """
    question = ask_what_to_do(strip_courtesy(question))
    if not history or len(question) > LONGEST_QUESTION:
        return question
    parsed = ParsedText.parse(question)
    if not is_english(parsed.words) or _asks_about_document(parsed):
        return question
    return _resolve(parsed, parse_history(history), load_model())


def _resolve(question: ParsedText, turns: Sequence[ParsedTurn], model: FollowUpModel) -> str:
    if not turns:
        return question.text
    if turns[-1].question.words:
        completed = complete_fragment(question, turns[-1])
        if completed is None and not any(find_pronouns(question)):
            completed = complete_condition(question, turns[-1])
        if completed is not None:
            return _resolve(ParsedText.parse(completed), turns[:-1], model)
    counting = complete_how_many(question, turns)
    if counting is not None:
        return _resolve(counting, turns, model)
    if explains_its_pronouns(question) or not _needs_history(question, turns, model):
        return question.text
    rewrite = Rewrite(question)
    if not _insert_antecedent(rewrite, turns):
        scores = {
            term: model.term.margin(features)
            for term, features in extract_term_features(question, turns, model.frequency)
        }
        insert_phrases(rewrite, extract_phrases(question, turns, scores), turns)
    return rewrite.apply()


def _needs_history(question: ParsedText, turns: Sequence[ParsedTurn], model: FollowUpModel) -> bool:
    margin = model.need.margin(extract_question_features(question, turns, model.frequency))
    refers = lacks_owner(question) or any(
        each.kind != "noun" or find_antecedent(question, each, turns) is not None
        for each in find_pronouns(question)
    )
    return margin >= (_LEAST_MARGIN if refers else 0.0)


def _insert_antecedent(rewrite: Rewrite, turns: Sequence[ParsedTurn]) -> bool:
    """Replace a pronoun that certainly stands for something; whether there was one."""
    topic = None if turns[-1].answer.words else extract_topic(turns[-1].question)
    for pronoun in find_pronouns(rewrite.question):
        if topic is not None and pronoun.kind in {"thing", "several"}:
            insert_phrase(rewrite, topic, pronoun)
            return True
        antecedent = find_antecedent(rewrite.question, pronoun, turns)
        if antecedent is not None:
            rewrite.replace_pronoun(pronoun, antecedent)
            return True
    return False


def _asks_about_document(question: ParsedText) -> bool:
    """Whether it is about the documents themselves: "What does this document say about …?"."""
    asks_for_content = any(
        word.stem in {"say", "mention", "tell", "contain", "cover"} for word in question.words
    )
    return asks_for_content and any(
        word.lower in DEMONSTRATIVES and following.lower in TEXTS
        for word, following in pairwise(question.words)
    )
