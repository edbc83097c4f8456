"""The documents in which a quotation may stand: found by its words, and read around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rapidfuzz import fuzz, process

from index import Document, Filter, Index, Passage, Span
from qa.quotations.words import (
    Pieces,
    SeenText,
    Words,
    are_unspaced,
    is_punctuation,
    split_seen_words,
)

# The searches for a quotation: for how many of its words, how many passages are found, and how many
# of these are read. The first finds most quotations.
_SEARCHES = ((10, 12, 3), (40, 60, 6))
# One more for a quotation of so few words at most, which may be common ones.
_LAST_SEARCH, _FEW_WORDS = (40, 400, 6), 12
# So many passages that were found are compared letter by letter: those with the most of the words.
_MOST_COMPARED = 40
# Only so many words of a quotation are looked for, and characters compared with each passage.
_FIRST_WORDS, _FIRST_CHARACTERS = 80, 600
# Characters of a document that are read beside a passage and the length of the quotation; if the
# quotation leaves something out, that as well.
_BESIDE_CHARACTERS, _LEFT_OUT_CHARACTERS = 200, 3_000
# Characters of a document that is read as a whole, as it is named beside a quotation.
_MOST_CHARACTERS = 1_000_000
# Texts are kept for the next quotations until they have so many characters together. A text that
# is split into words takes the memory of so many.
_KEPT_CHARACTERS, _SPLIT_TIMES = 60_000_000, 25


@dataclass(frozen=True, slots=True)
class Source:
    """A part of a document in which a quotation may stand.

    The words are those of the part; the passages those of the document: the one that was found, or
    all of them, in reading order. It is stale if the file has changed since it was indexed.
    """

    document: Document
    text: SeenText
    words: Words
    passages: Sequence[Passage]
    stale: bool = False

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
        self._index, self._engine = index, index.engine
        self._among = self._engine.select(filter) if filter else None
        self._texts: dict[str, SeenText] = {}
        self._split: dict[str, Words] = {}
        self._kept_characters = 0
        # By path: None for a document whose file is gone, and for the text that is checked.
        self._current: dict[str, bool | None] = {}

    def find(self, pieces: Pieces) -> Iterator[Iterator[Source]]:
        """Where a quotation may stand: what each search finds, the likeliest first.

        A search is made, and a source read, when the caller asks for the next one.
        """
        longest = max((part.words for part in pieces.parts), key=len)[:_FIRST_WORDS]
        forms = list(chain.from_iterable(part.words.forms for part in pieces.parts))[:_FIRST_WORDS]
        text = " ".join(longest.written)[:_FIRST_CHARACTERS].casefold()
        looked_at: set[int] = set()
        more = (_LAST_SEARCH,) if len(forms) <= _FEW_WORDS else ()
        for words, found, read in (*_SEARCHES, *more):
            ids = self._engine.search_keywords(_choose_words(forms, words), found, self._among)
            passages = self._engine.passages([each for each in ids if each not in looked_at])
            texts = {number: passage.text.casefold() for number, (passage, _) in passages.items()}
            likeliest = [passages[at] for at in _order_by_likeness(text, forms, texts)]
            yield islice(self._read_each(likeliest, pieces, looked_at), read)

    def _read_each(
        self, passages: Iterable[tuple[Passage, Document]], pieces: Pieces, looked_at: set[int]
    ) -> Iterator[Source]:
        for passage, document in passages:
            looked_at.add(passage.id)
            if (source := self._read_around(document, passage, pieces)) is not None:
                yield source

    def find_in(self, document: Document) -> Source | None:
        """All of a document, if it is not too long to be read for one quotation."""
        text = self._read(document)
        if text is None or not 0 < len(text.text) <= _MOST_CHARACTERS:
            return None
        passages = self._engine.passages_of(document)
        if not passages:
            return None
        path, length = document.path, len(text.text)
        if (words := self._split.get(path)) is None:
            self._make_room(_SPLIT_TIMES * length)
            words = self._split[path] = split_seen_words(text, Span(0, length))
        return Source(document, text, words, passages, stale=not self._current[path])

    def _read_around(self, document: Document, passage: Passage, pieces: Pieces) -> Source | None:
        text = self._read(document)
        if text is None:
            return None
        reach = len(pieces.whole.words.span) + _BESIDE_CHARACTERS
        reach += _LEFT_OUT_CHARACTERS * (len(pieces.parts) - 1)
        whole = Span(0, len(text.text))
        around = Span(passage.span.start - reach, passage.span.end + reach).clip(whole)
        stale = not self._current[document.path]
        return Source(document, text, split_seen_words(text, around), (passage,), stale=stale)

    def _read(self, document: Document) -> SeenText | None:
        """The text of a document; None if its file is gone, or if it is what is checked."""
        path = document.path
        if path not in self._current:
            self._current[path] = None if path == self._path else self._index.is_current(document)
        if self._current[path] is None:
            return None
        if (text := self._texts.get(path)) is not None:
            return text
        stored = self._engine.find_text(path)
        if stored is None or stored.text == self._checked:
            self._current[path] = None
            return None
        self._make_room(len(stored.text))
        text = self._texts[path] = SeenText.of(stored.text, stored.structure.marks)
        return text

    def _make_room(self, characters: int) -> None:
        """Let go of what is kept if it would be too much with so many characters more."""
        self._kept_characters += characters
        if self._kept_characters > _KEPT_CHARACTERS:
            self._texts.clear()
            self._split.clear()
            self._kept_characters = characters


def _order_by_likeness(text: str, forms: Sequence[str], passages: dict[int, str]) -> list[int]:
    """The numbers of the passages that are most like a text of some words, the likeliest first."""
    wanted = {form for form in forms if not is_punctuation(form)}
    counts = {at: sum(form in passage for form in wanted) for at, passage in passages.items()}
    most = sorted(passages, key=lambda at: -counts[at])[:_MOST_COMPARED]
    compared = {at: passages[at] for at in most}
    ranked = process.extract(text, compared, scorer=fuzz.partial_ratio, limit=None)
    return [at for _, _, at in ranked]


def _choose_words(forms: Sequence[str], most: int) -> str:
    """The words to look for: the longest ones, which are mostly rare."""
    named = [form for form in forms if not is_punctuation(form)]
    if are_unspaced(named):
        return "".join(named[: 2 * most])
    return " ".join(sorted(dict.fromkeys(named), key=len, reverse=True)[:most])
