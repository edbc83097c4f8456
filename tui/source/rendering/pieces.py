"""What is drawn of a stretch of a document, piece by piece."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Writer(Protocol):
    """Takes what is drawn of a document, in order; what it is not given is hidden."""

    document: str

    def copy(self, start: int, end: int, styles: Iterable[str] = ()) -> None:
        """Draw a part of the document as it is."""

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw something for a part of the document."""

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw what is not in the document."""


class Piece(NamedTuple):
    """Something that is drawn for a part of the document; for none where it is empty.

    Where both are of one length, characters stand for each other one by one.
    """

    start: int
    end: int
    drawn: str
    styles: tuple[str, ...]

    def cut(self, start: int, end: int) -> Piece:
        """What of it stands for the characters between two offsets; a replacement is whole."""
        if len(self.drawn) != self.end - self.start:
            return self
        start, end = max(start, self.start), min(end, self.end)
        return Piece(start, end, self.drawn[start - self.start : end - self.start], self.styles)


class PieceWriter:
    """Collects the pieces of a short stretch, without regard to lines and tables."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.pieces: list[Piece] = []
        self._at = 0

    def copy(self, start: int, end: int, styles: Iterable[str] = ()) -> None:
        """Draw a part of the document as it is."""
        self.replace(start, end, self.document[start:end], styles)

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw something for a part of the document."""
        if drawn:
            self.pieces.append(Piece(start, end, drawn, tuple(styles)))
            self._at = end

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw what is not in the document."""
        self.replace(self._at, self._at, drawn, styles)
