"""Web pages among the paths to be indexed: their addresses, and their content.

What fetches pages is imported only if there is an address, as few runs have one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.filesystem.paths import is_address
from index.reports import Progress, ProgressCallback
from index.web.kept_pages import WebPage


def normalise_addresses(paths: Iterable[str]) -> list[str]:
    """The paths, each once, with addresses in their usual form."""
    unique = dict.fromkeys(paths)
    if any(map(is_address, unique)):
        from index.web.fetching import normalise_address

        unique = dict.fromkeys(normalise_address(p) if is_address(p) else p for p in unique)
    return list(unique)


def fetch_pages(addresses: Sequence[str], progress: ProgressCallback) -> list[WebPage]:
    """Fetch pages, one after the other.

    Raises:
        CannotFetch: one of them cannot be fetched.
    """
    if not addresses:
        return []
    from index.web.fetching import fetch_page

    pages = []
    for number, address in enumerate(addresses):
        progress(Progress("fetching", number, len(addresses), address))
        pages.append(fetch_page(address))
    return pages
