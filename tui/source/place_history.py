"""The places one has read, with back and forward as in a browser."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Places kept; the oldest are forgotten.
_MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document: its path, and an offset in its text."""

    path: str
    offset: int


@dataclass(frozen=True, slots=True)
class PlaceHistory:
    """The places visited, oldest first, and the number of the current one; -1 while empty."""

    places: tuple[Place, ...] = ()
    at: int = -1

    @property
    def current(self) -> Place | None:
        """The place one is at; None while there is none."""
        return self.places[self.at] if self.places else None

    def visit(self, place: Place) -> PlaceHistory:
        """Go to a place. Those that were ahead are forgotten."""
        if place == self.current:
            return self
        places = (*self.places[: self.at + 1], place)[-_MOST_PLACES:]
        return PlaceHistory(places, len(places) - 1)

    def scroll_to(self, offset: int) -> PlaceHistory:
        """Move within the current document, so that one comes back to where one left it."""
        if not self.places:
            return self
        here = replace(self.places[self.at], offset=offset)
        places = (*self.places[: self.at], here, *self.places[self.at + 1 :])
        return PlaceHistory(places, self.at)

    def can_step(self, by: int) -> bool:
        """Whether there is a place so many steps ahead (or back, if `by` is negative)."""
        return 0 <= self.at + by < len(self.places)

    def step(self, by: int) -> PlaceHistory:
        """Go so many steps ahead or back; stays where there is no such place."""
        return replace(self, at=self.at + by) if self.can_step(by) else self
