"""A follow-up question made self-contained.

Rules see to what is sure: a part of a question ("And when?") is completed from the question
before, and a pronoun gives its place to what it stands for. Two small logistic regressions
tell the rest: whether something is left out, and which words of the earlier turns that is.
Where nothing is left out the question stays exactly as it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.conversation import fragments, need, standing, terms
from qa.conversation.model import Model, shipped
from qa.conversation.phrases import phrases
from qa.conversation.rewriting import Edits, put, written
from qa.conversation.slots import Slot, slots, stands_for_nothing
from qa.conversation.turns import LONGEST_QUESTION, Said, Text, Turn, heard
from qa.conversation.words import DEMONSTRATIVES, TEXTS, is_english

# Log odds below the threshold from which on a pronoun rather stays as it is.
_LEAST = -1.2
# Log odds below the threshold from which on a question with a pronoun needs its history.
_LEAST_NEED = {"person": -1.0, "thing": -1.0, "several": -1.0, "place": -3.0}


def resolve(question: str, history: Sequence[Turn]) -> str:
    """Make a follow-up question self-contained.

    Args:
        question: as asked.
        history: the earlier turns, oldest first: a question, or (question, answer).

    Returns:
        The question with what it leaves out put in, in the user's own words: in the
        place of a pronoun, or in brackets after it; the question itself, character for
        character, where it stands on its own, is not in English, or has no history.
    """
    if not history or len(question) > LONGEST_QUESTION:
        return question
    read = Text.of(question)
    if not is_english(read.words) or _is_about_the_document(read):
        return question
    return _resolved(read, heard(history), shipped())


def _resolved(question: Text, said: Sequence[Said], model: Model) -> str:
    if not said:
        return question.text
    if said[-1].question.words:
        whole = fragments.completed(question, said[-1])
        if whole is not None:
            return _resolved(Text.of(whole), said[:-1], model)
    if stands_for_nothing(question) or _explains_itself(question):
        return question.text
    needed = model.need.excess(need.features(question, said, model.frequency))
    if needed < min((_LEAST_NEED.get(slot.sort, 0.0) for slot in slots(question)), default=0.0):
        return question.text
    edits = Edits(question)
    if not _put_in_turn(question, said, edits):
        scores = _scores(question, said, model)
        written(question, phrases(question, said, scores), _is_cased(said), edits)
    return edits.text() if edits else question.text


def _scores(question: Text, said: Sequence[Said], model: Model) -> dict[str, float]:
    """How surely each term is left out; of the surest one at least, if a pronoun needs it."""
    scores = {
        stem: model.term.excess(each)
        for stem, each in terms.features(question, said, model.frequency)
    }
    best = max(scores.values(), default=0.0)
    if _LEAST < best <= 0 and any(slot.sort != "event" for slot in slots(question)):
        scores = {stem: score - best + 0.1 for stem, score in scores.items()}
    return scores


def _put_in_turn(question: Text, said: Sequence[Said], edits: Edits) -> bool:
    """Put in what a pronoun surely stands for, of the last turn as a whole."""
    words, last = question.words, said[-1]
    for at, word in enumerate(words[:-1]):
        if word.lower == "many" and words[at + 1].kind == "auxiliary":
            noun = standing.counted(said)
            return noun is not None and edits.replace(word.end, word.end, f" {noun}")
    for slot in slots(question):
        word, before = words[slot.at], words[slot.at - 1]
        action = standing.action_asked_for(last.question)
        if slot.sort == "event" and before.lower == "do" and action is not None:
            return edits.replace(before.start, word.end, " ".join(action).strip())
        after = words[slot.at + 1 : slot.at + 2]
        if slot.sort == "event" and after and after[0].stem in {"happen", "occurr"}:
            edits.notes.append(fragments.told(last))
            return True
        if slot.sort == "noun" and before.kind == "question":
            noun = standing.counted(said)
            return noun is not None and edits.replace(word.start, word.end, noun)
        if slot.sort == "several" and before.lower == "of" and standing.counted([last]):
            return edits.replace(word.start, word.end, f"the {standing.counted([last])}")
        topic = None if last.answer.words else standing.topic_of(last.question)
        if topic is not None and slot.sort in {"thing", "several"}:
            put(topic, slot, edits)
            return True
        text = _antecedent(question, slot, said)
        if text is not None:
            edits.fill(slot, text)
            return True
    return False


def _antecedent(question: Text, slot: Slot, said: Sequence[Said]) -> str | None:
    words, last = question.words, said[-1]
    following = words[slot.at + 1].lower if slot.at + 1 < len(words) else ""
    answer = None if _asks_who(last) else standing.answer_of(last)
    if slot.sort == "person":
        return _person(said)
    if slot.sort in {"event", "thing"} and following in {"take", "takes"}:
        action = standing.action_asked_for(last.question)
        return standing.doing(action) if action else None
    if slot.owns and not last.answer.words:
        return standing.thing_asked_for(last.question)
    subject = slot.at > 0 and words[slot.at - 1].kind == "auxiliary"
    return answer.text if answer is not None and (slot.owns or subject) else None


def _person(said: Sequence[Said]) -> str | None:
    """Who was asked for last, unless the conversation is about somebody already."""
    if any("person" in turn.question.refers_by for turn in said):
        return None
    for turn in reversed(said):
        answer = standing.answer_of(turn) if _asks_who(turn) else None
        if answer is not None:
            return answer.text
    return standing.person_asked_for(said[-1].question)


def _asks_who(turn: Said) -> bool:
    return bool(turn.question.words) and turn.question.words[0].lower == "who"


def _explains_itself(question: Text) -> bool:
    """ "Kefir? What's that?"."""
    words = question.words
    marks = [at for at, word in enumerate(words[:-1]) if word.text == "?"]
    if not marks or not any(word.is_content for word in words[: marks[0]]):
        return False
    small = {"auxiliary", "pronoun", "determiner"}
    return not any(word.kind in small for word in words[: marks[0]]) and not any(
        word.is_content for word in words[marks[0] :]
    )


def _is_cased(said: Sequence[Said]) -> bool:
    """Whether names are told by their capitals in this conversation."""
    return any(
        word.is_capital
        for turn in said
        for text in (turn.question, turn.answer)
        for word in text.words[1:]
    )


def _is_about_the_document(question: Text) -> bool:
    """ "What does this document say about penguins?" asks of what is searched."""
    words = question.words
    says = any(word.stem in {"say", "mention", "tell", "contain", "cover"} for word in words)
    return says and any(
        one.lower in DEMONSTRATIVES and two.lower in TEXTS for one, two in pairwise(words)
    )
