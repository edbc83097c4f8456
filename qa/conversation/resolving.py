"""A follow-up question made self-contained.

The person's own words stay as they are; what they leave out follows in brackets. A part of a
question ("And when?") is asked with the question before it. Of all others two small logistic
regressions decide whether they leave something out, and which terms of the earlier turns that is.
Turns before the topic last changed are forgotten. A question that leaves nothing out stays exactly
as typed. Nothing is put in the place of a pronoun: rules for what a pronoun stands for lower the F1
of the added terms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import ENGLISH
from index.text import detect_language
from qa.conversation.ellipsis import change_question, is_elliptical
from qa.conversation.model import extract_question_features, extract_term_features, load_model
from qa.conversation.phrases import extract_phrases
from qa.conversation.turns import LONGEST_QUESTION, ParsedText, ParsedTurn, Turn, parse_history
from qa.conversation.words import SMALL_WORDS, drop_marks

_QUESTION_WORD = (
    r"(?:(?:about|at|by|for|from|in|on|to|with)\s+)?"
    r"(?:what|which|who|whom|whose|when|where|why|how|if|whether)\b"
)
_PLEASE = r"(?:please|kindly|pls|plz)"
_SOMEBODY = r"(?:you|anyone|anybody|someone|somebody)"
_BEFORE = re.compile(
    rf"""\s*(?:
        (?:hi|hello|hey|good\s(?:morning|afternoon|evening))(?:\s(?:there|all|again|everyone))?
            (?:\s*[,.!:–]+\s*|\s+(?={_QUESTION_WORD}))
      | i(?:\shave|['’]ve\sgot|\sgot)\s(?:a|one|another)\s(?:\w+\s)?question\s*[,.:!–]+\s*
      | (?:(?:quick|short|simple|another)\s)?question\s*[,.:!–]+\s*
      | {_PLEASE}[\s,:]+(?!(?:{_PLEASE}|me)\b)
      | (?:(?:can|could|would|will)\s{_SOMEBODY}\s(?:{_PLEASE}\s)?)?(?:tell|remind|show)\s(?:me|us)
            (?:,?\s{_PLEASE})?(?:\s*[,:–]+\s*|\s+(?={_QUESTION_WORD}))
      | (?:can|could|would|will)\s{_SOMEBODY}\s(?:{_PLEASE}\s)?(?=(?:explain|describe|list|name)\b)
      | i(?:['’]d|\swould)?\s(?:really\s|just\s)?(?:like|love|want|need)\sto\s
            (?:know|learn|find\sout|understand|ask)(?:\s*[,:–]+\s*|\s+(?={_QUESTION_WORD}))
      | i(?:\swonder|(?:\swas|\sam|['’]m)\s(?:just\s)?wondering),?\s+(?={_QUESTION_WORD})
      | (?:do|does|can)\s{_SOMEBODY}\s(?:happen\sto\s)?(?:know|remember)\s+(?={_QUESTION_WORD})
      | any\s(?:idea|clue)\s+(?={_QUESTION_WORD})
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    rf"""(?<![\s,.!?–])(?:\s*+[,.!?–][\s,.!?–]*|\s+(?=thanks\b|thx\b))
        (?:(?:many\s)?thanks|thank\syou|thx|cheers|{_PLEASE})
        (?:\s(?:a\slot|so\smuch|very\smuch|again|in\sadvance|all|everyone))*[\s.!?]*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_IF = re.compile(r"\s*if\b", re.IGNORECASE)


def strip_courtesy(question: str) -> str:
    """The question without the courtesy around it.

    "Hi, do you know if dogs are allowed? Thanks!" becomes "whether dogs are allowed?". It stays as
    it is, character for character, if nothing of the kind surrounds it, or if nothing would be
    left.
    """
    start, end, mark = 0, len(question), ""
    indirect = False
    while match := _BEFORE.match(question, start, end):
        start, indirect = match.end(), True
    if match := _AFTER.search(question, start):
        end, mark = match.start(), "?" if "?" in match[0] else ""
    rest = question[start:end]
    if (start, end) == (0, len(question)) or not any(c.isalnum() for c in rest):
        return question
    if indirect and (match := _IF.match(rest)):
        rest = f"whether{rest[match.end() :]}"
    return f"{rest.strip()}{mark}"


# Below these log odds of needing its history, an earlier question has begun a new topic if it
# shares no term with the turns before it. With -2 the F1 of the added terms is lower in CANARD.
_NEW_TOPIC = -3.0


@dataclass(frozen=True, slots=True)
class ResolvedQuestion:
    """A question as it is searched for, and the one before it, if there is any.

    Both are without courtesy, and a follow-up is made self-contained: see `resolve_question`.
    """

    text: str
    previous: str | None = None

    @property
    def in_context(self) -> str | None:
        """The question after the one before it; None if there is none."""
        return None if self.previous is None else f"{self.previous} {self.text}"


def resolve_in_context(question: str, history: Sequence[Turn]) -> ResolvedQuestion:
    """The question as it is searched for, with the one before it: see `resolve_question`."""
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
        The question, followed in brackets by what it leaves out, in the words of the earlier
        turns. Without its courtesy it stays as it is, character for character, if it is
        self-contained, is not in English, or has no history.
    """
    question = strip_courtesy(question)
    if not history or len(question) > LONGEST_QUESTION:
        return question
    parsed = ParsedText.parse(question)
    if not _is_english(parsed):
        return question
    return _resolve(parsed, _drop_other_topics(parse_history(history)))


def _is_english(question: ParsedText) -> bool:
    """Whether a question has small words, which are English."""
    has_small_words = any(word.lower in SMALL_WORDS for word in drop_marks(question.words))
    return has_small_words and detect_language(question.text) == ENGLISH


def _drop_other_topics(turns: Sequence[ParsedTurn]) -> Sequence[ParsedTurn]:
    """The turns since the topic last changed."""
    for number in range(len(turns) - 1, 0, -1):
        if _changes_topic(turns[number].question, turns[:number]):
            return turns[number:]
    return turns


def _changes_topic(question: ParsedText, turns: Sequence[ParsedTurn]) -> bool:
    if not question.stems or is_elliptical(question):
        return False
    if any(question.stems & (turn.question.stems | turn.answer.stems) for turn in turns):
        return False
    return _measure_need(question, turns) < _NEW_TOPIC


def _measure_need(question: ParsedText, turns: Sequence[ParsedTurn]) -> float:
    """How surely a question leaves something out, in log odds; positive if it does."""
    model = load_model()
    return model.need.margin(extract_question_features(question, turns, model.frequency))


def _resolve(question: ParsedText, turns: Sequence[ParsedTurn]) -> str:
    if not turns:
        return question.text
    if turns[-1].question.words and is_elliptical(question):
        whole = _resolve(turns[-1].question, turns[:-1])
        changed = change_question(ParsedText.parse(whole), question)
        return changed or f"{question.text} ({whole.rstrip(' ?.!')})"
    left_out = _find_left_out(question, turns)
    return f"{question.text} ({', '.join(left_out)})" if left_out else question.text


def _find_left_out(question: ParsedText, turns: Sequence[ParsedTurn]) -> list[str]:
    """The phrases that a question leaves out, surest first."""
    if _measure_need(question, turns) < 0:
        return []
    model = load_model()
    scores = {
        term: model.term.margin(features)
        for term, features in extract_term_features(question, turns, model.frequency)
    }
    return extract_phrases(question, turns, scores)
