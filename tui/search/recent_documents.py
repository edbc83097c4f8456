"""The documents that were read last in each index, kept between sessions in a small file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from index.filesystem import make_private_folder, read_file
from tui.common.files import atomic_write

# Documents kept of an index, and indexes.
_MOST_DOCUMENTS, _MOST_INDEXES = 50, 20
# More than so many paths can take.
_MOST_BYTES = 2**25

# The paths of documents by the index that has them, both the latest first.
_Recent = dict[str, list[str]]


class RecentDocuments:
    """The documents that were read in this session, and before. Thread-safe.

    A file that is damaged or too large counts as an empty one. If it cannot be written, what
    was read is known until the session ends: that is not worth a message.
    """

    def __init__(self, path: Path | None = None) -> None:
        """The file is made with the first document; None keeps nothing for later sessions."""
        self._path = path
        self._lock = Lock()
        self._session: _Recent = {}

    def list_session(self, index: str) -> list[str]:
        """Those that were read in this session alone: known at once."""
        return list(self._session.get(index, ()))

    def recall(self, index: str) -> list[str]:
        """The documents of an index that were read last, the latest first.

        They need not be in it any more.
        """
        with self._lock:
            session = self._session.get(index, [])
            return _merge(session, self._read().get(index, []))

    def add(self, index: str, path: str) -> None:
        """Note that a document of an index is read now."""
        with self._lock:
            self._session[index] = _merge([path], self._session.get(index, []))
            kept = self._read()
            documents = _merge([path], kept.pop(index, []))
            with suppress(OSError):
                self._write({index: documents, **kept})

    def _read(self) -> _Recent:
        if self._path is None:
            return {}
        try:
            kept = json.loads(read_file(self._path, _MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(kept, dict):
            return {}
        return {
            index: [path for path in paths if isinstance(path, str)]
            for index, paths in kept.items()
            if isinstance(paths, list)
        }

    def _write(self, recent: _Recent) -> None:
        if self._path is None:
            return
        kept = dict(list(recent.items())[:_MOST_INDEXES])
        make_private_folder(self._path.parent)
        with atomic_write(self._path) as file:
            # Names that are not UTF-8 stay as they are: all is written in ASCII.
            file.write(json.dumps(kept, indent=0))


def _merge(latest: Sequence[str], earlier: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*latest, *earlier]))[:_MOST_DOCUMENTS]
