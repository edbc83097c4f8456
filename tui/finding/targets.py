"""Documents and headings that can be opened by name, ranked against what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.fuzzy import FuzzySearch

from index import Passage
from tui.common.presentation.wording import one_line

# Documents whose headings are listed: reading those of many more takes too long.
MOST_WITH_HEADINGS = 1_000
# Characters of a label that are compared letter by letter, and of a word that is.
_COMPARED, _LONGEST_WORD = 60, 12
# Targets that hold all words, from which on no others are listed.
_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Target:
    """A document, or a heading in one.

    Attributes:
        heading: "" for the document itself.
        offset: where it starts in the document's text.
    """

    path: str
    heading: str = ""
    offset: int = 0

    @property
    def name(self) -> str:
        """The name of the document, without its folder."""
        return one_line(Path(self.path).name or self.path)

    @property
    def label(self) -> str:
        """What is compared with what is typed."""
        return f"{one_line(self.heading)} {self.name}" if self.heading else self.name


def list_headings(
    paths: Iterable[str], passages_of: Callable[[str], Sequence[Passage]]
) -> Iterator[Target]:
    """The headings of documents, in reading order."""
    for path in paths:
        seen: set[tuple[str, ...]] = set()
        for passage in passages_of(path):
            if passage.headings and passage.headings not in seen:
                seen.add(passage.headings)
                yield Target(path, passage.headings[-1], passage.span.start)


def rank_targets(typed: str, targets: Iterable[Target], most: int) -> list[Target]:
    """The targets that match all words that are typed, best first.

    A word matches where it stands. Where few targets hold all words, it matches also where its
    letters follow each other with others between.
    """
    words = typed.casefold().split()
    search = FuzzySearch(cache_size=1)
    literal: list[tuple[bool, float, int, Target]] = []
    loose: list[tuple[bool, float, int, Target]] = []
    for number, target in enumerate(targets):
        label = target.label.casefold()
        scores = [_score_word(search, word, label) for word in words]
        if all(scores):
            listed = literal if all(word in label for word in words) else loose
            heading = target.heading.casefold()
            # Headings of a document that was meant come after those that were meant themselves.
            is_meant = not heading or any(_is_subsequence(word, heading) for word in words)
            # Of equals the shorter comes first: more of it was typed.
            listed.append((not is_meant, -sum(scores) + len(label) / 1000, number, target))
    if len(literal) < _ENOUGH:
        literal += loose
    return [target for *_, target in sorted(literal)[:most]]


def _score_word(search: FuzzySearch, word: str, label: str) -> float:
    if word in label:
        return 2 * search.match(word, label)[0]
    if len(word) < 3 or len(word) > _LONGEST_WORD or not _is_subsequence(word, label[:_COMPARED]):
        return 0.0
    return search.match(word, label[:_COMPARED])[0]


def _is_subsequence(word: str, label: str) -> bool:
    letters = iter(label)
    return all(letter in letters for letter in word)
