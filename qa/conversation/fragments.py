"""Questions that are a part of one: "And when?", "What about the ferry?", "in winter?".

The rest is taken from the question before: the part takes the place of one of its kind
there, or, where none is, goes before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.conversation.antecedents import answer_of
from qa.conversation.english import Word, looks_plural, singular
from qa.conversation.turns import Said, Text

# Words of a fragment.
_LONGEST = 7


def completed(fragment: Text, last: Said) -> str | None:
    """The fragment as a whole question after the last turn, or nothing if it is none."""
    previous = last.question
    words = [word for word in fragment.words if word.kind != "mark"]
    lead = 0
    while lead < len(words) and words[lead].kind == "conjunction":
        lead += 1
    about = [word.lower for word in words[lead : lead + 2]] in (["what", "about"], ["how", "about"])
    rest = words[lead + 2 :] if about else words[lead:]
    if not 0 < len(rest) <= _LONGEST or any(word.kind in {"auxiliary", "pronoun"} for word in rest):
        return None
    if rest[0].kind == "question" and not about:
        if not _only_asks(rest):
            return None
        again = _asked_again(fragment, rest, previous)
    elif lead or about or (rest[0].kind == "preposition" and len(rest) <= 3):
        again = _of_another(fragment, rest, previous)
    else:
        return None
    return again or f"{fragment.text} ({_told(last)})"


def _only_asks(rest: Sequence[Word]) -> bool:
    """ "When", "how often", not "what causes it" or "who else"."""
    return rest[-1].lower != "else" and all(word.kind in {"question", "adverb"} for word in rest)


def _told(last: Said) -> str:
    """The last question, or what its answer makes of it."""
    words = last.question.words
    who = len(words) > 1 and words[0].lower == "who" and words[1].is_content
    asked = last.question.text.rstrip(" ?.!")
    answer = answer_of(last) if who else None
    return asked if answer is None else f"{answer.text} {asked[words[1].start :]}"


def _asked_again(fragment: Text, rest: Sequence[Word], previous: Text) -> str | None:
    """Another question word for the previous question: "And where?"."""
    verb = _auxiliary(previous.words)
    # "What is ...?" and "who did ...?" have no room for another question word.
    if verb is None or {word.lower for word in previous.words[:verb]} & _DEFINING:
        return None
    word = previous.words[verb]
    copula = {"'s": "is", "'re": "are"}.get(word.lower, word.lower)
    return f"{fragment.text[: rest[-1].end]} {copula}{previous.text[word.end :]}"


_DEFINING = frozenset({"what", "who", "whom", "which"})


def _auxiliary(words: Sequence[Word]) -> int | None:
    return next((at for at, word in enumerate(words) if word.kind == "auxiliary"), None)


def _of_another(fragment: Text, rest: Sequence[Word], previous: Text) -> str | None:
    """The previous question with a part exchanged: "What about the fast boat?"."""
    new = fragment.text[rest[0].start : rest[-1].end]
    if not any(word.kind in {"auxiliary", "question"} for word in previous.words):
        return None
    if rest[0].kind == "preposition":
        return _after_preposition(rest, new, previous)
    for begin, end in reversed(_noun_phrases(previous.words)):
        old = previous.words[begin:end]
        if _alike(rest, old):
            return previous.text[: old[0].start] + new + previous.text[old[-1].end :]
    return None


def _after_preposition(rest: Sequence[Word], new: str, previous: Text) -> str:
    words = previous.words
    for begin, end in reversed(_noun_phrases(words)):
        before = words[begin - 1] if begin else None
        if before is not None and before.lower == rest[0].lower:
            return previous.text[: before.start] + new + previous.text[words[end - 1].end :]
    whole = previous.text.rstrip(" ?.!")
    return f"{whole} {new}{previous.text[len(whole) :]}"


def _alike(new: Sequence[Word], old: Sequence[Word]) -> bool:
    """Whether one may stand in the other's place: of one noun, both names, or both "the ..."."""
    if singular(new[-1].lower) == singular(old[-1].lower):
        return True
    if all(word.is_content and word.is_capital for word in (*new, *old)):
        return True
    return new[0].lower == old[0].lower == "the" and (
        looks_plural(new[-1].lower) == looks_plural(old[-1].lower)
    )


def _noun_phrases(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Runs of content words with their determiner, verbs left out."""
    found: list[tuple[int, int]] = []
    begin = 0
    for at in range(len(words) + 1):
        inside = at < len(words) and words[at].kind in {"content", "determiner", "possessive"}
        starts = inside and words[at].kind == "determiner" and at > begin
        if inside and not (starts and words[at - 1].is_content):
            continue
        if any(word.is_content for word in words[begin:at]):
            found.append((begin, at))
        begin = at if inside else at + 1
    return found
