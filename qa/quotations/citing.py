"""Which documents a text names beside a quotation: by file, address, title, author and year."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from index import Document, Span
from index.documents import fold
from index.filesystem import is_address
from qa.quotations.finding import Quotation

# Characters beside a quotation in which its source is named.
_MOST_CHARACTERS = 300
_IN_FILE_NAME = r"[^\s/\\()\[\]<>\"'“”«»#?:]"
_FILE_NAME = re.compile(rf"(?<!{_IN_FILE_NAME}){_IN_FILE_NAME}+\.\w{{1,8}}(?!\w)")
_ADDRESS = re.compile(r"https?://[^\s<>\"()]+")
_SENTENCE_END = re.compile(r"[.!?)\]][\s]")
_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
# Characters between the name of an author and the year.
_BETWEEN_CHARACTERS = 40
# A shorter title may be any words of a sentence.
_LEAST_TITLE_WORDS, _LEAST_TITLE_LETTERS = 2, 8


class CitedDocuments:
    """Finds the documents of an index that are named beside quotations."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Know some documents by their names."""
        self._by_name: dict[str, list[Document]] = defaultdict(list)
        # By the first two words of a title: all of its words.
        self._by_title: dict[tuple[str, ...], list[tuple[list[str], Document]]] = defaultdict(list)
        self._by_author: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for document in documents:
            name = document.path if is_address(document.path) else PurePath(document.path).name
            self._by_name[fold(name)].append(document)
            title = _WORD.findall(fold(document.title or ""))
            if len(title) >= _LEAST_TITLE_WORDS and sum(map(len, title)) >= _LEAST_TITLE_LETTERS:
                self._by_title[tuple(title[:2])].append((title, document))
            if document.properties.date is not None:
                for author in document.properties.authors:
                    surname = (_WORD.findall(fold(author.partition(",")[0])) or [""])[-1]
                    year = str(document.properties.date.year)
                    self._by_author[surname, year].append(document)

    def find(self, text: str, quotations: Sequence[Quotation], at: int) -> tuple[Document, ...]:
        """The documents that a text names beside one of its quotations: after it, else before."""
        quotation = quotations[at]
        span, beside = quotation.span, quotation.beside
        start = quotations[at - 1].span.end if at else 0
        end = quotations[at + 1].span.start if at + 1 < len(quotations) else len(text)
        after = Span(span.end, min(beside.end, end, span.end + _MOST_CHARACTERS))
        before = Span(max(beside.start, start, span.start - _MOST_CHARACTERS), span.start)
        if before.start == start and (ends := list(_SENTENCE_END.finditer(before.of(text)))):
            # What stands before that belongs to the quotation before.
            before = Span(start + ends[-1].end(), before.end)
        return tuple(self._find_named(after.of(text)) or self._find_named(before.of(text)))

    def _find_named(self, text: str) -> list[Document]:
        """The documents that a stretch of text names first."""
        return next((found for found in self._list_named(text) if found), [])

    def _list_named(self, text: str) -> Iterator[list[Document]]:
        for pattern in (_ADDRESS, _FILE_NAME):
            for match in pattern.finditer(text):
                yield self._by_name.get(fold(match[0].rstrip(".,;")), [])
        words = _WORD.findall(fold(text))
        for number in range(len(words) - 1):
            named = self._by_title.get((words[number], words[number + 1]), ())
            yield [each for title, each in named if words[number : number + len(title)] == title]
        for year in _YEAR.finditer(text):
            names = _WORD.findall(
                fold(text[max(0, year.start() - _BETWEEN_CHARACTERS) : year.start()])
            )
            for name in reversed(names):
                yield self._by_author.get((name, year[0]), [])
