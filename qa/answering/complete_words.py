"""Whether quoted words are a complete answer, so that they may be shown without their sentence.

What stands alone must be true as it stands there: "20 seconds" is not, if the sentence says "at
least 20 seconds", nor "smoke on the balcony", if it says "do not smoke on the balcony". These are
rules of honesty: they need no gain in any measure. If in doubt, the sentence is shown.
"""

from __future__ import annotations

import re

from index import Span
from index.text import MONTH, NUMBER_WORDS

# What turns or limits all that follows it in its clause.
_GOVERNS = re.compile(
    r"\b(?:not|no|nor|neither|never|none|nobody|nothing|without|cannot|hardly|rarely|only|unless"
    r"|except|until|if|instead|than|less|formerly|used)\b|n['’]t\b|\bno longer\b",
    re.IGNORECASE,
)
# What ends a clause, so that nothing before it governs what follows.
_CLAUSE_END = re.compile(r"[.;:!?—]\s|,\s(?:but|and|so|which|while|whereas)\s", re.IGNORECASE)
# What bounds the words that follow it; and what bounds them if they begin with a number.
_BOUND = re.compile(
    r"(?:\bat (?:least|most|the (?:latest|earliest))|\bup to|\b(?:every|per|minimum|maximum|nearly"
    r"|almost|roughly|approximately|half|circa)|(?<![.\w])(?-i:ca?|approx)\.|[~≈≤≥<>±])\s*\Z",
    re.IGNORECASE,
)
_BOUND_OF_NUMBER = re.compile(
    r"\b(?:about|around|over|under|above|below|before|after|from|between|by|since|within)\s+\Z",
    re.IGNORECASE,
)
# How an amount or a date begins: "20", "£20", "twenty-one", "March 1931".
_NUMBER = re.compile(
    rf"[£$€]?\s?\d|(?:{'|'.join(NUMBER_WORDS)}|(?:thir|for|fif|six|seven|eigh|nine)ty|hundreds?)\b"
    rf"|{MONTH}\b(?=\W*(?:\d|\Z))"
)
# What goes on with an amount: its unit, a fraction, another amount.
_GOES_ON = re.compile(r"\s*(?:[%‰°/×–-]|(?:or|to|and|of|per|for|each|a|an)\b|[^\W\d_])")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\Z")
# What takes back, in the rest of a sentence.
_TAKES_BACK = re.compile(
    r"\b(?:unless|except|but|however|if|only|provided|although|though|not)\b|n['’]t\b",
    re.IGNORECASE,
)
# Of these, what turns a whole statement into another one; and what does so right after it.
_TURNS = re.compile(
    r"\b(?:not|no|nor|neither|never|nobody|nothing|without|cannot|hardly|rarely|unless|except|if"
    r"|rather than|instead of)\b|n['’]t\b",
    re.IGNORECASE,
)
_TURNS_BEFORE = re.compile(
    r"[\s,;:(—–-]*(?:(?:but\s+)?only\s+(?:if|when|where)|unless|except|provided|if|but not)\b",
    re.IGNORECASE,
)
# What is inserted into a sentence, and where its clauses may end.
_INSERTED = re.compile(r"\s*[,(—–].*[,)—–]\s*", re.DOTALL)
_COMMA = re.compile(r"[,.;:!?()—–]")
# How a sentence begins that takes back what the one before it says.
_LIMITS = re.compile(
    r"\W*(?:(?:but|yet|however|nevertheless|nonetheless|otherwise|except|unless|exceptions?)\b"
    r"|th(?:is|at|[eo]se)\b[^.!?]{0,60}\bnot apply\b)",
    re.IGNORECASE,
)


def takes_back(sentence: str) -> bool:
    """Whether a sentence takes back what the one before it says, for some cases or for all."""
    return _LIMITS.match(sentence) is not None


def are_complete(text: str, sentence: Span, words: Span) -> bool:
    """Whether words say alone what they say in their sentence."""
    if words.holds(sentence):
        return True
    before = text[sentence.start : words.start]
    clause = _CLAUSE_END.split(before)[-1]
    after = text[words.end : sentence.end]
    quoted = words.of(text)
    is_open_amount = quoted[-1:].isdecimal() and not _YEAR.search(quoted) and _GOES_ON.match(after)
    return not (
        _GOVERNS.search(clause)
        or _BOUND.search(before)
        or (_NUMBER.match(quoted) and _BOUND_OF_NUMBER.search(before))
        or is_open_amount
        or _TAKES_BACK.search(after)
    )


def are_joined_wrongly(left_out: str, instead: str) -> bool:
    """Whether what is left out between two stretches of words turns one of them.

    What stands there `instead` may say "not" itself.
    """
    # What stands between commas may be left out: "the cat, which does not like dogs, likes fish".
    clause = (_COMMA if _INSERTED.fullmatch(left_out) else _CLAUSE_END).split(left_out)[-1]
    if _TURNS.search(clause) and not _TURNS.search(instead):
        return True
    return _TURNS_BEFORE.match(left_out) is not None


def are_turned(text: str, sentence: Span, words: Span, said_before: str = "") -> bool:
    """Whether words that are quoted from a sentence are cut from its "not" or "unless".

    Who says "not" before the words, too, has not cut it off.
    """
    clause = _CLAUSE_END.split(text[sentence.start : words.start])[-1]
    if _TURNS.search(clause) and not _TURNS.search(said_before):
        return True
    return _TURNS_BEFORE.match(text, words.end, sentence.end) is not None
