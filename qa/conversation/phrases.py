"""From the terms that a question leaves out to the phrases of earlier turns that hold them.

A term is a content word by its stem. The best phrase is the run of words in one turn with
the highest score: every term adds how surely it is left out, a small word between two terms
costs a little, and a verb or a mark ends the run. So "the new definition of the kilogram"
is taken whole when its nouns are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.conversation.turns import ParsedText, ParsedTurn
from qa.conversation.words import Word

_MOST_PHRASES = 3
# Small words that may stand inside a phrase, and what each costs, in log odds.
_JOINING = frozenset("of the and in for on at to from with &".split())
_JOINING_COST = 0.3
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "your"})


def extract_phrases(
    question: ParsedText, turns: Sequence[ParsedTurn], scores: Mapping[str, float]
) -> list[str]:
    """The phrases of earlier turns that a question leaves out, surest first.

    `scores` say by term how surely it is left out; positive if it is.
    """
    # Terms of the question score nothing, but may hold a phrase together.
    remaining = dict.fromkeys(question.stems, 0.0) | dict(scores)
    texts = [text for turn in reversed(turns) for text in (turn.question, turn.answer)]
    phrases: list[str] = []
    for _ in range(_MOST_PHRASES):
        # Of equal runs the latest is taken.
        (score, begin, end), text = max(
            ((_find_best_run(text.words, remaining), text) for text in texts),
            key=lambda best: best[0][0],
        )
        if score <= 0:
            break
        begin, end = _widen(text.words, begin, end, question.stems)
        words = text.words[begin:end]
        for word in words:
            remaining.pop(word.stem, None)
        phrases.append(text.text[words[0].start : words[-1].end])
    return phrases


def _find_best_run(words: Sequence[Word], scores: Mapping[str, float]) -> tuple[float, int, int]:
    """Score, beginning and end of the run with the highest score, by Kadane's algorithm."""
    best = (0.0, 0, 0)
    total, begin = 0.0, 0
    for position, word in enumerate(words):
        if word.word_class == "verb":
            total = 0.0
            alone = (scores.get(word.stem, 0.0), position, position + 1)
            best = max(best, alone, key=lambda run: run[0])
        elif total > 0 and (word.lower in _JOINING or word.word_class == "possessive"):
            total -= _JOINING_COST
        elif not word.is_content or word.stem not in scores:
            total = 0.0
        else:
            # A number after a small word begins anew: "sauerkraut in 1768".
            if total <= 0 or (word.text.isdigit() and not words[position - 1].is_content):
                total, begin = 0.0, position
            total += scores[word.stem]
            if total > best[0]:
                best = (total, begin, position + 1)
    return best


def _widen(
    words: Sequence[Word], begin: int, end: int, question_terms: frozenset[str]
) -> tuple[int, int]:
    """A run with the rest of its name, and with its article."""
    while begin > 1 and words[begin].is_capitalized and _is_joined(words[begin - 1], words[begin]):
        begin -= 1
    while end < len(words) and _is_joined(words[end - 1], words[end]):
        end += 1
    if begin > 2 and words[begin].is_capitalized:
        # "The Bank of England" and "the Church of the Holy Cross" are single names.
        middle = begin - 2 if words[begin - 1].lower == "the" else begin - 1
        before, is_of = words[middle - 1], words[middle].lower == "of"
        if middle > 1 and is_of and before.is_content and before.is_capitalized:
            return _widen(words, middle - 1, end, question_terms)
    if begin and words[begin - 1].lower in _ARTICLES:
        begin -= 1
    # If the question asks about "the museum", then "rain" was "the museum of rain".
    if begin > 1 and words[begin - 1].lower == "of" and words[begin - 2].stem in question_terms:
        begin -= 2
        if begin and words[begin - 1].lower in _ARTICLES:
            begin -= 1
    return begin, end


def _is_joined(word: Word, following: Word) -> bool:
    """Whether two neighbours belong together: both are parts of a name, or neither is."""
    both_content = word.word_class == following.word_class == "content"
    return both_content and word.is_capitalized == following.is_capitalized
