"""A page from the web."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page from the web as it was fetched.

    Attributes:
        address: the one that was named, in its usual form.
        data: its bytes.
        suffix: that of a file of its kind, such as `.html`.
        time_ns: when it was fetched.
        charset: what the server calls the character set of a text; None if it names none, or the
            text is in UTF-8 with a byte order mark by now.
    """

    address: str
    data: bytes
    suffix: str
    time_ns: int
    charset: str | None = None
