"""How far a loader has come with a file whose pages take seconds each."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[int, int], object]] = []


def listen_to_pages(listener: Callable[[int, int], object]) -> None:
    """Have a function called with the number of each page, from 1, and how many there are."""
    _listeners[:] = [listener]


def tell_page(number: int, of: int) -> None:
    """Say that a page is read next, from 1."""
    for listener in _listeners:
        listener(number, of)
