"""What a pronoun surely stands for, where that is no phrase that was said but a whole turn.

"Who founded it?" is taken up by "she": the answer, if it was given and short, or else "the
person who founded it".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.conversation.english import BE, RELATIONAL, singular
from qa.conversation.phrases import Phrase
from qa.conversation.slots import Slot
from qa.conversation.turns import Said, Text

_LONGEST_ANSWER = 6


def meant(question: Text, slot: Slot, said: Sequence[Said]) -> str | None:
    """What a word of a question stands for, if the turns say that surely."""
    before = question.words[slot.at - 1] if slot.at else None
    if slot.sort == "person":
        return _person(said)
    if slot.sort != "thing" and before and before.lower in {"of", "which"}:
        noun = _counted(said)
        return f"the {noun}" if noun and before.lower == "of" else noun
    if not slot.owns and (before is None or before.kind != "auxiliary"):
        return None
    answer = None if _asks_who(said[-1]) else answer_of(said[-1])
    return answer.text if answer is not None else None


def _person(said: Sequence[Said]) -> str | None:
    """Who was asked for last, unless the conversation is about somebody already."""
    if any("person" in turn.question.refers_by for turn in said):
        return None
    for turn in reversed(said):
        answer = answer_of(turn) if _asks_who(turn) else None
        if answer is not None:
            return answer.text
    last = said[-1].question
    if not _asks_who(said[-1]) or len(last.words) < 3 or last.refers_by:
        return None
    done = last.text.rstrip(" ?.!")
    if last.words[1].is_content:
        return f"the person who {done[last.words[1].start :]}"
    # "Who was the chair?"
    return done[last.words[2].start :] if last.words[2].lower == "the" else None


def _asks_who(turn: Said) -> bool:
    return bool(turn.question.words) and turn.question.words[0].lower == "who"


def with_noun(question: Text, said: Sequence[Said]) -> Text | None:
    """ "How many did they decide on?" with what the last question asked how many of."""
    noun = _counted(said)
    if noun is None or not Text.of(noun).stems <= said[-1].question.stems:
        return None
    words = question.words
    for how, many, verb in zip(words, words[1:], words[2:], strict=False):
        if (how.lower, many.lower, verb.kind) == ("how", "many", "auxiliary"):
            return Text.of(f"{question.text[: many.end]} {noun}{question.text[many.end :]}")
    return None


def _counted(said: Sequence[Said]) -> str | None:
    """ "Which rooms ...?", "how many stations ...?" ask for rooms, and for stations."""
    for turn in reversed(said):
        for one, two in pairwise(turn.question.words):
            if one.lower in {"which", "many"} and two.kind == "content":
                return two.text
    return None


def answer_of(turn: Said) -> Phrase | None:
    """A short answer to who, which, what or where as something to speak of; not a date."""
    words = turn.answer.words
    asked = next((w.lower for w in turn.question.words if w.kind == "question"), "")
    if asked not in {"who", "whom", "which", "what", "where"} or _asks_what_it_is(turn.question):
        return None
    text = turn.answer.text.rstrip(" .")
    words = tuple(word for word in words if word.end <= len(text))
    if not 0 < len(words) <= _LONGEST_ANSWER or words[0].lower[0].isdigit():
        return None
    joining = {"the", "a", "an", "of", "and", "de", "du", "von", "van"}
    if all(word.is_content or word.lower in joining for word in words) and words[-1].is_content:
        return Phrase.of(text, words)
    return None


def _asks_what_it_is(question: Text) -> bool:
    """ "Who is Cheiron?" is answered by a description."""
    words = [word for word in question.words if word.kind != "mark"]
    return (
        len(words) > 2
        and words[0].lower in {"who", "what"}
        and words[1].lower in BE | {"'s"}
        and words[2].is_capital
    )


def topic_of(question: Text) -> Phrase | None:
    """ "What are tiger sharks?", "tell me more about tiger sharks": a new topic, whole."""
    words = [word for word in question.words if word.kind != "mark"]
    lowers = [word.lower for word in words]
    if lowers[:1] == ["what"] and lowers[1:2] and lowers[1] in BE | {"'s"}:
        begin = 2
    elif "about" in lowers[2:4] and words[0].kind == "command":
        begin = lowers.index("about") + 1
    else:
        return None
    topic = words[begin:]
    plain = all(word.kind in {"content", "determiner"} or word.lower == "of" for word in topic)
    if not topic or not plain or not topic[-1].is_content or len(topic) > _LONGEST_ANSWER:
        return None
    phrase = Phrase.of(question.text, topic)
    return None if singular(phrase.head.lower) in RELATIONAL else phrase
