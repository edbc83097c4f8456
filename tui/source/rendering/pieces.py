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

    Attributes:
        is_copy: it is that part as it is, and can be cut.
    """

    start: int
    end: int
    drawn: str
    styles: tuple[str, ...]
    is_copy: bool

    def cut(self, start: int, end: int) -> Piece:
        """What of it stands for the characters between two offsets; a replacement is whole."""
        if not self.is_copy:
            return self
        start, end = max(start, self.start), min(end, self.end)
        drawn = self.drawn[start - self.start : end - self.start]
        return self._replace(start=start, end=end, drawn=drawn)


class PieceWriter:
    """Collects the pieces of a short stretch, without regard to lines and tables."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.pieces: list[Piece] = []
        self._at = 0

    def copy(self, start: int, end: int, styles: Iterable[str] = ()) -> None:
        """Draw a part of the document as it is."""
        self._write(Piece(start, end, self.document[start:end], tuple(styles), True))

    def replace(self, start: int, end: int, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw something for a part of the document."""
        self._write(Piece(start, end, drawn, tuple(styles), False))

    def add(self, drawn: str, styles: Iterable[str] = ()) -> None:
        """Draw what is not in the document."""
        self.replace(self._at, self._at, drawn, styles)

    def _write(self, piece: Piece) -> None:
        if piece.drawn:
            self.pieces.append(piece)
            self._at = piece.end
