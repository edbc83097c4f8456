"""Pages among what is given to be indexed: their addresses, and what they hold.

What it takes to fetch pages is imported where there is one; few need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from index.filesystem.paths import is_address
from index.reports import Progress, ProgressCallback

if TYPE_CHECKING:
    from index.fetching import Page


def normalise_addresses(paths: Iterable[str]) -> list[str]:
    """The paths, each once, with addresses in their usual form."""
    every = dict.fromkeys(paths)
    if any(map(is_address, every)):
        from index.fetching import normalise_address

        every = dict.fromkeys(normalise_address(p) if is_address(p) else p for p in every)
    return list(every)


def fetch_pages(addresses: Sequence[str], progress: ProgressCallback) -> list[Page]:
    """Fetch pages, one after the other.

    Raises:
        CannotFetch: one of them cannot be had.
    """
    if not addresses:
        return []
    from index.fetching import fetch_page

    pages = []
    for number, address in enumerate(addresses):
        progress(Progress("fetching", number, len(addresses), address))
        pages.append(fetch_page(address))
    return pages
