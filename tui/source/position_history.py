"""The positions one has read, with back and forward as in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tui.source.quoted_place import QuotedPlace

# Places kept; the oldest are forgotten.
_MOST_POSITIONS = 200


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a document: its path, an offset in its text, and what is quoted there."""

    path: str
    offset: int
    place: QuotedPlace | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PositionHistory:
    """The positions visited, oldest first, and the number of the current one; -1 while empty."""

    positions: tuple[Position, ...] = ()
    at: int = -1

    @property
    def current(self) -> Position | None:
        """The position one is at; None while there is none."""
        return self.positions[self.at] if self.positions else None

    def visit(self, position: Position) -> PositionHistory:
        """Go to a position. Those that were ahead are forgotten."""
        if position == self.current:
            return self
        positions = (*self.positions[: self.at + 1], position)[-_MOST_POSITIONS:]
        return PositionHistory(positions, len(positions) - 1)

    def scroll_to(self, offset: int) -> PositionHistory:
        """Move within the current document, so that one comes back to where one left it."""
        if not self.positions:
            return self
        here = replace(self.positions[self.at], offset=offset)
        positions = (*self.positions[: self.at], here, *self.positions[self.at + 1 :])
        return PositionHistory(positions, self.at)

    def can_step(self, by: int) -> bool:
        """Whether there is a position so many steps ahead (or back, if `by` is negative)."""
        return 0 <= self.at + by < len(self.positions)

    def step(self, by: int) -> PositionHistory:
        """Go so many steps ahead or back; stay if there is no such position."""
        return replace(self, at=self.at + by) if self.can_step(by) else self
