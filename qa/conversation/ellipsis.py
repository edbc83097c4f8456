"""Questions that are only a part of one: "And when?", "What about Oslo?", "And in winter?".

What they leave out stands in the question before them. A part that names something changes that in
it and keeps the rest: a name takes the place of the last name, and what follows a preposition that
of what follows the same one. Of 100 such parts among the written questions BM25 finds the evidence
of 55 first, and of 39 if all of the question before is added. Other parts are asked with all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from qa.conversation.turns import ParsedText
from qa.conversation.words import CALENDAR_NAMES, Word, drop_marks

# A longer question says what it is about.
_MOST_WORDS = 7
_MOST_WORDS_AFTER_PREPOSITION = 2
_ABOUT = (["what", "about"], ["how", "about"])

_Kind = Literal["name", "time", "other"]


def is_elliptical(question: ParsedText) -> bool:
    """Whether a question is only a part of one."""
    words = drop_marks(question.words)
    begin = next((n for n, w in enumerate(words) if w.word_class != "conjunction"), len(words))
    rest = words[begin:]
    if not 0 < len(rest) <= _MOST_WORDS:
        return False
    if any(word.lower in {"if", "unless"} for word in words[1:begin]):
        # "And if I pay late?", not "And if I pay late, do I lose my place?"
        return not any(
            word.word_class == "question" or word.lower == "," for word in question.words
        )
    if any(word.word_class in {"auxiliary", "pronoun"} for word in rest):
        return False
    if [word.lower for word in rest[:2]] in _ABOUT:
        return len(rest) > 2
    if rest[0].word_class == "question":
        # "When", "how often", not "what causes it", "who else".
        is_alone = all(word.word_class in {"question", "adverb"} for word in rest)
        return is_alone and rest[-1].lower != "else"
    is_phrase = (
        rest[0].word_class == "preposition" and len(rest) <= 1 + _MOST_WORDS_AFTER_PREPOSITION
    )
    return begin > 0 or is_phrase


def change_question(question: ParsedText, part: ParsedText) -> str | None:
    """A question with a part in the place of what is like it; None if nothing is.

    "When does the ferry leave in summer?" and "And in winter?" are "When does the ferry leave in
    winter?".
    """
    named = _find_named(part)
    content = [word for word in named if word.is_content]
    if not content:
        return None
    kind = _find_kind(content)
    runs = list(_find_runs(question.words, kind))
    if named[0].word_class == "preposition":
        preposition, *named = named
        runs_after = [run for run in runs if _follows(question.words, run[0], preposition)]
        if runs_after and (kind != "other" or len(content) == 1):
            return _replace(question, runs_after[-1], part, named)
    return _replace(question, runs[-1], part, named) if kind == "name" and runs else None


def _find_named(part: ParsedText) -> list[Word]:
    """The words of a part without "and", "what about" and the like."""
    words = drop_marks(part.words)
    while words and words[0].word_class == "conjunction":
        words = words[1:]
    return words[2:] if [word.lower for word in words[:2]] in _ABOUT else words


def _find_kind(words: Sequence[Word]) -> _Kind:
    """What kind of thing some content words name; numbers are taken for times."""
    if any(word.text[0].isdigit() or word.lower in CALENDAR_NAMES for word in words):
        return "time"
    # A capital at the beginning of a text does not make its word a name.
    return "name" if any(word.is_capitalized and word.start for word in words) else "other"


def _find_runs(words: Sequence[Word], kind: _Kind) -> Iterator[range]:
    """The longest runs of names or of times; or other words that stand alone."""
    start = 1
    for end in range(1, len(words) + 1):
        is_in = end < len(words) and words[end].is_content
        if is_in and kind in {"other", _find_kind([words[end]])}:
            continue
        is_alone = end - start == 1 and _find_kind([words[start]]) == "other"
        if start < end and (is_alone or kind != "other"):
            yield range(start, end)
        start = end + 1


def _follows(words: Sequence[Word], position: int, preposition: Word) -> bool:
    """Whether a preposition stands before a word, or before its article."""
    if words[position - 1].word_class == "determiner" and position > 1:
        position -= 1
    return words[position - 1].lower == preposition.lower


def _replace(question: ParsedText, run: range, part: ParsedText, named: Sequence[Word]) -> str:
    """The question with the words that a part names in the place of a run and its article."""
    start = run[0]
    if question.words[start - 1].word_class == "determiner":
        start -= 1
    before = question.text[: question.words[start].start]
    after = question.text[question.words[run[-1]].end :]
    return f"{before}{part.text[named[0].start : named[-1].end]}{after}"
