"""What a pronoun surely stands for, where that is no phrase that was said but a whole turn.

"Who founded it?" is taken up by "she": the answer, if it was given and short, or else "the
person who founded it". "How do I descale it?" is taken up by "that": "descaling it".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.conversation.phrases import Phrase
from qa.conversation.turns import Said, Text
from qa.conversation.words import BE, RELATIONAL, Word, gerund, singular

_LONGEST_ANSWER = 6


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


def person_asked_for(question: Text) -> str | None:
    """ "Who founded the museum?" is about the person who founded the museum."""
    words = question.words
    if len(words) < 3 or words[0].lower != "who" or question.refers_by:
        return None
    if words[1].is_content:
        return f"the person who {_rest(question, 1)}"
    # "Who was the chair?", "who is Phil Lesh?"
    return _rest(question, 2) if words[1].lower in {"is", "was", "'s"} else None


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


def thing_asked_for(question: Text) -> str | None:
    """ "Which country lies between ...?" is about the country that lies between ..."""
    words = question.words
    if not words or words[0].lower not in {"which", "what"} or _has_auxiliary(words):
        return None
    verb = next((at for at, word in enumerate(words) if word.kind == "verb"), 0)
    if verb < 2 or words[1].kind != "content":
        return None
    noun = question.text[words[1].start : words[verb - 1].end]
    return f"the {noun} that {_rest(question, verb)}"


def counted(said: Sequence[Said]) -> str | None:
    """ "Which rooms ...?", "how many stations ...?" ask for rooms, and for stations."""
    for turn in reversed(said):
        words = turn.question.words
        for one, two in pairwise(words):
            if one.lower in {"which", "many"} and two.kind == "content":
                return two.text
    return None


def action_asked_for(question: Text) -> tuple[str, str] | None:
    """ "How often should I descale the machine?" is about: descale, the machine."""
    words = question.words
    for at, word in enumerate(words[:-1]):
        if word.lower in {"i", "you", "we"}:
            verb = at + 1
            if [each.lower for each in words[verb : verb + 2]] == ["have", "to"]:
                verb += 2
            if verb < len(words) and words[verb].is_content:
                return words[verb].lower, _rest(question, verb + 1)
    return None


def doing(action: tuple[str, str]) -> str:
    """ "Descaling the machine"."""
    return f"{gerund(action[0])} {action[1]}".strip()


def _rest(question: Text, at: int) -> str:
    if at >= len(question.words):
        return ""
    return question.text[question.words[at].start :].rstrip(" ?.!")


def _has_auxiliary(words: Sequence[Word]) -> bool:
    return any(word.kind == "auxiliary" for word in words)
