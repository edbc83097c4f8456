"""A follow-up question made self-contained.

Rules see to what is sure: a part of a question ("And when?") is completed from the question
before, and a pronoun gives its place to what it stands for. Two small logistic regressions
tell the rest: whether something is left out, and which words of the earlier turns that is.
Where nothing is left out the question stays exactly as it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.conversation import antecedents, features, fragments
from qa.conversation.english import DEMONSTRATIVES, TEXTS, is_english
from qa.conversation.model import Model, shipped
from qa.conversation.phrases import phrases
from qa.conversation.rewriting import Edits, put, written
from qa.conversation.slots import lacks_owner, slots, stands_for_nothing
from qa.conversation.turns import LONGEST_QUESTION, Said, Text, Turn, heard

# So many log odds below the threshold a question that leans on its history needs it still.
_LEAST_NEED = -1.0


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
    counting = antecedents.with_noun(question, said)
    if counting is not None:
        return _resolved(counting, said, model)
    if stands_for_nothing(question):
        return question.text
    needed = model.need.excess(features.of_question(question, said, model.frequency))
    leans = lacks_owner(question) or any(slot.sort != "noun" for slot in slots(question))
    if needed < (_LEAST_NEED if leans else 0.0):
        return question.text
    edits = Edits(question)
    if not _put_whole(question, said, edits):
        scores = {
            stem: model.term.excess(each)
            for stem, each in features.of_terms(question, said, model.frequency)
        }
        written(question, phrases(question, said, scores), _is_cased(said), edits)
    return edits.text() if edits else question.text


def _put_whole(question: Text, said: Sequence[Said], edits: Edits) -> bool:
    """Put in what a pronoun surely stands for, of the last turn as a whole."""
    topic = None if said[-1].answer.words else antecedents.topic_of(said[-1].question)
    for slot in slots(question):
        if topic is not None and slot.sort in {"thing", "several"}:
            put(topic, slot, edits)
            return True
        text = antecedents.meant(question, slot, said)
        if text is not None:
            edits.fill(slot, text)
            return True
    return False


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
    says = any(
        word.stem in {"say", "mention", "tell", "contain", "cover"} for word in question.words
    )
    return says and any(
        one.lower in DEMONSTRATIVES and two.lower in TEXTS for one, two in pairwise(question.words)
    )
