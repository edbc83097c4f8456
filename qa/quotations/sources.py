"""The documents in which a quotation may stand: found by its words, and read around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rapidfuzz import fuzz, process

from index import Document, Filter, Index, Passage, Span
from qa.quotations.pieces import Pieces
from qa.quotations.words import SeenText, Words, are_unspaced, is_punctuation, split_words

# How many passages are found and looked at: for some rare words first, then for more words.
_FEW_FOUND, _FEW_READ = 12, 3
_MANY_FOUND, _MANY_READ = 60, 6
_RARE_WORDS, _MORE_WORDS = 10, 40
# Only so many words of a quotation are looked for, and characters compared with each passage.
_FIRST_WORDS, _FIRST_CHARACTERS = 80, 600
# Characters of a document that are read beside a passage and the length of the quotation; if the
# quotation leaves something out, that as well.
_BESIDE_CHARACTERS, _LEFT_OUT_CHARACTERS = 200, 3_000
_DOCUMENTS_KEPT = 64
# Characters of a document that is read as a whole, as it is named beside a quotation.
_MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """A part of a document in which a quotation may stand.

    Attributes:
        text: of the document.
        words: of the part.
        passages: of the document: the one that was found, or all of them, in reading order.
    """

    document: Document
    text: SeenText
    words: Words
    passages: Sequence[Passage]

    def find_passage(self, span: Span) -> Passage:
        """The passage in which a stretch of the document begins, or the nearest that is known."""
        after = (each for each in self.passages if each.span.end > span.start)
        return next(after, self.passages[-1])


class Sources:
    """Finds and reads sources in an index."""

    def __init__(self, index: Index, filter: Filter | None, *, text: str, path: str | None) -> None:
        """Look in the documents that a filter lets through, or in all.

        Args:
            text: the one that is checked: a document that has the same is no source.
            path: of the file that is checked, which is none either.
        """
        self._checked, self._path = text, path
        self._engine = index.engine
        self._among = self._engine.select(filter) if filter else None
        self.read = lru_cache(_DOCUMENTS_KEPT)(self._read)
        self._split_whole = lru_cache(_DOCUMENTS_KEPT)(self._split_all)

    def find(self, pieces: Pieces) -> Iterator[Source]:
        """Where a quotation may stand, the likeliest first, as long as they are asked for."""
        longest = max((part.words for part in pieces.parts), key=len)[:_FIRST_WORDS]
        forms = list(chain.from_iterable(part.words.forms for part in pieces.parts))[:_FIRST_WORDS]
        text = " ".join(longest.written)[:_FIRST_CHARACTERS]
        looked_at: set[int] = set()
        for words, found, read in (
            (_RARE_WORDS, _FEW_FOUND, _FEW_READ),
            (_MORE_WORDS, _MANY_FOUND, _MANY_READ),
        ):
            ids = self._engine.search_keywords(_choose_words(forms, words), found, self._among)
            passages = self._engine.passages([each for each in ids if each not in looked_at])
            likeliest = process.extract(
                text.casefold(),
                {number: passage.text.casefold() for number, (passage, _) in passages.items()},
                scorer=fuzz.partial_ratio,
                limit=None,
            )
            for _, _, number in likeliest:
                if read == 0:
                    break
                looked_at.add(number)
                passage, document = passages[number]
                if (source := self._read_around(document, passage, pieces)) is not None:
                    read -= 1
                    yield source

    def find_in(self, document: Document) -> Source | None:
        """All of a document, if it is not too long to be read for one quotation."""
        text = self.read(document.path)
        if text is None or not 0 < len(text.text) <= _MOST_CHARACTERS:
            return None
        passages = self._engine.passages_of(document)
        if not passages:
            return None
        return Source(document, text, self._split_whole(document.path), passages)

    def _split_all(self, path: str) -> Words:
        text = self.read(path)
        assert text is not None
        return split_words(text, Span(0, len(text.text)))

    def _read_around(self, document: Document, passage: Passage, pieces: Pieces) -> Source | None:
        text = self.read(document.path)
        if text is None:
            return None
        reach = len(pieces.whole.words.span) + _BESIDE_CHARACTERS
        reach += _LEFT_OUT_CHARACTERS * (len(pieces.parts) - 1)
        whole = Span(0, len(text.text))
        around = Span(passage.span.start - reach, passage.span.end + reach).clip(whole)
        return Source(document, text, split_words(text, around), (passage,))

    def _read(self, path: str) -> SeenText | None:
        """The text of a document; None if it has gone meanwhile, or is what is checked."""
        stored = self._engine.find_text(path)
        if stored is None or path == self._path or stored.text == self._checked:
            return None
        return SeenText.of(stored.text, stored.structure.marks)


def _choose_words(forms: Sequence[str], most: int) -> str:
    """The words to look for: the longest ones, which are mostly rare."""
    named = [form for form in forms if not is_punctuation(form)]
    if are_unspaced(named):
        return "".join(named[: 2 * most])
    return " ".join(sorted(dict.fromkeys(named), key=len, reverse=True)[:most])
