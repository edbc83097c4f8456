"""From words that are left out to phrases that say them, as they were said.

A phrase is the run of words in one turn that scores highest, where a word's score is how
surely it is left out, small words between cost a little, and a verb or a mark ends it.
So "the new definition of the kilogram" is taken whole if its nouns are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.conversation.english import TIMES, Word, looks_plural, singular
from qa.conversation.turns import Said, Text

_MOST_PHRASES = 3
# Small words inside a phrase, and what each costs it.
_JOINING = frozenset("of the and in for on at to from with &".split())
_COST = 0.3
_ARTICLES = frozenset({"the", "a", "an", "my", "our", "your"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a turn, and how they read: an article before them is theirs.

    `score` tells how surely they are left out, `turn` the number of their turn.
    """

    text: str
    words: tuple[Word, ...]
    score: float = 0.0
    turn: int = 0

    @classmethod
    def of(cls, text: str, words: Sequence[Word], score: float = 0.0, turn: int = 0) -> Phrase:
        return cls(text[words[0].start : words[-1].end], tuple(words), score, turn)

    @property
    def bare(self) -> Phrase:
        """Without its article."""
        if self.words[0].lower not in _ARTICLES or len(self.words) == 1:
            return self
        return replace(self, text=self.text.partition(" ")[2], words=self.words[1:])

    @property
    def head(self) -> Word:
        """The noun that says what it is: the last one before "of" and the like."""
        words = self.bare.words
        ends = (n for n, word in enumerate(words) if n and word.kind == "preposition")
        return words[next(ends, len(words)) - 1]

    @property
    def is_name(self) -> bool:
        return any(word.is_content and word.is_capital for word in self.words)

    @property
    def is_person(self) -> bool:
        """A name without an article."""
        return all(w.is_capital and w.is_content for w in (self.words[0], self.words[-1]))

    @property
    def is_time(self) -> bool:
        """Nothing but a time: "February", "the summer of 1990"."""
        content = [word.lower for word in self.words if word.is_content]
        return all(singular(word) in TIMES or word.isdigit() for word in content)

    @property
    def is_verb(self) -> bool:
        return self.words[0].kind == "verb"

    @property
    def is_plural(self) -> bool:
        joined = any(word.lower == "and" for word in self.words)
        return joined or (looks_plural(self.head.text) and not self.is_name)


def phrases(question: Text, said: Sequence[Said], scores: Mapping[str, float]) -> list[Phrase]:
    """The phrases that say what is left out, surest first.

    Args:
        scores: by stem, how surely a word is left out; positive if it is.
    """
    # Words of the question may hold a phrase together.
    left = dict.fromkeys(question.stems, 0.0) | dict(scores)
    texts = [(at, text) for at, turn in enumerate(said) for text in (turn.question, turn.answer)]
    found: list[Phrase] = []
    for _ in range(_MOST_PHRASES):
        (score, begin, end), turn, text = max(
            ((_best_run(text.words, left), turn, text) for turn, text in texts),
            key=lambda run: run[0][0],
        )
        if score <= 0:
            break
        begin, end = _whole(text.words, begin, end, question.stems)
        for word in text.words[begin:end]:
            left.pop(word.stem, None)
        phrase = Phrase.of(text.text, text.words[begin:end], score, turn)
        before = text.words[begin - 1] if begin else None
        if before is not None and before.lower in {"which", "many"} and not phrase.is_verb:
            # The country that was asked for is "the country" from then on.
            the = replace(before, text="the", lower="the", kind="determiner")
            phrase = Phrase(f"the {phrase.text}", (the, *phrase.words), score, turn)
        found.append(phrase)
    return found


def _best_run(words: Sequence[Word], scores: Mapping[str, float]) -> tuple[float, int, int]:
    """Score, beginning and end of the run of highest score, by Kadane's rule."""
    best = (0.0, 0, 0)
    total, begin = 0.0, 0
    for at, word in enumerate(words):
        if word.kind == "verb":
            total = 0.0
            best = max(best, (scores.get(word.stem, 0.0), at, at + 1), key=lambda run: run[0])
        elif total > 0 and (word.lower in _JOINING or word.kind == "possessive"):
            total -= _COST
        elif not word.is_content or word.stem not in scores:
            total = 0.0
        else:
            # "Sauerkraut", not "sauerkraut in 1768".
            if total <= 0 or (word.text.isdigit() and not words[at - 1].is_content):
                total, begin = 0.0, at
            total += scores[word.stem]
            if total > best[0]:
                best = (total, begin, at + 1)
    return best


def _whole(words: Sequence[Word], begin: int, end: int, asked: frozenset[str]) -> tuple[int, int]:
    """With the rest of a name, and with the article."""
    while begin > 1 and words[begin].is_capital and _is_joined(words[begin - 1], words[begin]):
        begin -= 1
    while end < len(words) and _is_joined(words[end - 1], words[end]):
        end += 1
    if begin > 2 and words[begin].is_capital:
        # "The Bank of England", "the Church of the Holy Cross" are one name.
        of = begin - 2 if words[begin - 1].lower == "the" else begin - 1
        before = words[of - 1]
        if of > 1 and words[of].lower == "of" and before.is_content and before.is_capital:
            return _whole(words, of - 1, end, asked)
    if begin and words[begin - 1].lower in _ARTICLES:
        begin -= 1
    # "The museum" of the question, and "of rain".
    if begin > 1 and words[begin - 1].lower == "of" and words[begin - 2].stem in asked:
        begin -= 2
        if begin and words[begin - 1].lower in _ARTICLES:
            begin -= 1
    return begin, end


def _is_joined(one: Word, two: Word) -> bool:
    """Whether words beside each other are of one name, or neither is of a name."""
    return one.kind == two.kind == "content" and one.is_capital == two.is_capital
