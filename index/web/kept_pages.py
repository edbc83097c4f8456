"""Pages from the web, with their bytes in a folder beside the store: no file can be read again.

A page is written before the store knows it: so the store's pages have their bytes. It is deleted
before the store forgets it: so a page that was removed does not come back when the store is
restored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from index.filesystem.freshness import hash_bytes
from index.filesystem.private_files import make_private_folder, write_file
from index.filesystem.safe_opening import read_file

FOLDER_NAME = "pages"
_SUFFIX = ".page"


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page from the web as it was fetched.

    Attributes:
        address: the one that was named, in its usual form.
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


def keep_page(folder: Path, page: WebPage) -> None:
    """Keep a page in an index, in place of an earlier one of its address."""
    make_private_folder(folder / FOLDER_NAME)
    head = {
        "address": page.address,
        "suffix": page.suffix,
        "time_ns": page.time_ns,
        "hash": hash_bytes(page.data).hex(),
    }
    write_file(_find_file(folder, page.address), json.dumps(head).encode() + b"\n" + page.data)


def read_page(folder: Path, address: str) -> WebPage | None:
    """A page as it was fetched; None if it is not kept, or is damaged."""
    page = _read_page_file(_find_file(folder, address))
    return page if page is not None and page.address == address else None


def list_pages(folder: Path) -> list[str]:
    """The addresses of the pages that are kept in an index, and are not damaged."""
    pages = map(_read_page_file, sorted((folder / FOLDER_NAME).glob(f"*{_SUFFIX}")))
    return [page.address for page in pages if page is not None]


def has_pages(folder: Path) -> bool:
    """Whether pages are kept in an index."""
    return next((folder / FOLDER_NAME).glob(f"*{_SUFFIX}"), None) is not None


def forget_page(folder: Path, address: str) -> None:
    """Delete the bytes of a page; nothing if none are kept."""
    _find_file(folder, address).unlink(missing_ok=True)


def copy_pages(source: Path, target: Path) -> None:
    """Copy the pages that are kept in one index to another."""
    for address in list_pages(source):
        if (page := read_page(source, address)) is not None:
            keep_page(target, page)


def _find_file(folder: Path, address: str) -> Path:
    name = blake2b(address.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()
    return folder / FOLDER_NAME / f"{name}{_SUFFIX}"


def _read_page_file(file: Path) -> WebPage | None:
    try:
        head, _, data = read_file(file).partition(b"\n")
        fields = json.loads(head)
        if fields["hash"] != hash_bytes(data).hex():
            return None
        return WebPage(str(fields["address"]), data, str(fields["suffix"]), int(fields["time_ns"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
