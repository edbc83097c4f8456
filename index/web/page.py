"""A page from the web."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page from the web as it was fetched.

    Attributes:
        address: the one that was named, in its usual form.
        data: its bytes; text whose encoding the server has named is converted to UTF-8.
        suffix: that of a file of its kind, such as `.html`.
        time_ns: when it was fetched.
    """

    address: str
    data: bytes
    suffix: str
    time_ns: int
