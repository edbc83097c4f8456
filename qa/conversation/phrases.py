"""From the terms that a question leaves out to the phrases of earlier turns that hold them.

A term is a content word by its stem. The best phrase is the run of words in one turn with
the highest score: every term adds how surely it is left out, a small word between two terms
costs a little, and a verb or a mark ends the run. So "the new definition of the kilogram"
is taken whole when its nouns are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.conversation.inflection import is_plural, make_singular
from qa.conversation.turns import ParsedText, ParsedTurn
from qa.conversation.vocabulary import TIMES
from qa.conversation.words import Word

_MOST_PHRASES = 3
# Small words that may stand inside a phrase, and what each costs, in log odds.
_JOINING = frozenset("of the and in for on at to from with &".split())
_JOINING_COST = 0.3
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "your"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of an earlier turn.

    Attributes:
        text: the words as they read, with the article before them.
        words: the words, parsed.
        score: how surely they are left out, in log odds.
        turn: the number of their turn.
    """

    text: str
    words: tuple[Word, ...]
    score: float = 0.0
    turn: int = 0

    @classmethod
    def cut(cls, text: str, words: Sequence[Word], score: float = 0.0, turn: int = 0) -> Phrase:
        """The phrase of some consecutive words of a text."""
        return cls(text[words[0].start : words[-1].end], tuple(words), score, turn)

    @property
    def bare(self) -> Phrase:
        """The phrase without its article."""
        if self.words[0].lower not in _ARTICLES or len(self.words) == 1:
            return self
        return replace(self, text=self.text.partition(" ")[2], words=self.words[1:])

    @property
    def head(self) -> Word:
        """The noun that says what it is: the last one before "of" and the like."""
        words = self.bare.words
        ends = (n for n, word in enumerate(words) if n and word.word_class == "preposition")
        return words[next(ends, len(words)) - 1]

    @property
    def is_name(self) -> bool:
        return any(word.is_content and word.is_capitalized for word in self.words)

    @property
    def is_person(self) -> bool:
        """Whether it may be a person: a name without an article, and no acronym."""
        ends = (self.words[0], self.words[-1])
        is_acronym = len(self.text) > 1 and self.text.isupper()
        return not is_acronym and all(word.is_capitalized and word.is_content for word in ends)

    @property
    def is_time(self) -> bool:
        """Whether it is nothing but a time: "February", "the summer of 1990"."""
        content = [word.lower for word in self.words if word.is_content]
        return all(make_singular(word) in TIMES or word.isdigit() for word in content)

    @property
    def is_verb(self) -> bool:
        return self.words[0].word_class == "verb"

    @property
    def is_group(self) -> bool:
        """Whether "they" may stand for it: "Acme", "an Irish Wolfhound", but not "the E2"."""
        is_group_name = self.head.is_capitalized and not any(map(str.isdigit, self.head.text))
        return self.is_plural or is_group_name or self.words[0].lower in {"a", "an"}

    @property
    def is_plural(self) -> bool:
        is_joined = any(word.lower == "and" for word in self.words)
        return is_joined or (is_plural(self.head.text) and not self.is_name)


def extract_phrases(
    question: ParsedText, turns: Sequence[ParsedTurn], scores: Mapping[str, float]
) -> list[Phrase]:
    """The phrases of earlier turns that a question leaves out, surest first.

    Args:
        question: as asked.
        turns: the earlier turns, oldest first.
        scores: by term, how surely it is left out; positive if it is.
    """
    # Terms of the question score nothing, but may hold a phrase together.
    remaining = dict.fromkeys(question.stems, 0.0) | dict(scores)
    texts = [(n, text) for n, turn in enumerate(turns) for text in (turn.question, turn.answer)]
    phrases: list[Phrase] = []
    for _ in range(_MOST_PHRASES):
        (score, begin, end), turn, text = max(
            ((_find_best_run(text.words, remaining), turn, text) for turn, text in texts),
            key=lambda best: best[0][0],
        )
        if score <= 0:
            break
        begin, end = _widen(text.words, begin, end, question.stems)
        for word in text.words[begin:end]:
            remaining.pop(word.stem, None)
        before = text.words[begin - 1] if begin else None
        phrase = Phrase.cut(text.text, text.words[begin:end], score, turn)
        if before is not None and before.lower in {"which", "many"} and not phrase.is_verb:
            # "Which country ...?" makes it "the country" from then on.
            article = replace(before, text="the", lower="the", word_class="determiner")
            phrase = Phrase(f"the {phrase.text}", (article, *phrase.words), score, turn)
        phrases.append(phrase)
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
    """A run with the rest of its name, and with its article.

    Args:
        words: the words of the turn.
        begin: position of the run's first word.
        end: position after its last.
        question_terms: the terms of the question.
    """
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
