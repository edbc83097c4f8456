"""Questions asked already, kept on disk: an interrupted evaluation goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import TextIO

import msgspec

from index import QuotebackError
from qa.evaluation.measuring.asking import Outcome
from qa.evaluation.question_sets.question import Question
from qa.evaluation.question_sets.reading import read_bytes

_FORMAT = 2


class NotACache(QuotebackError):
    """The file named for the cache is something else, or cannot be written."""


class Cache:
    """A file with a line for each question asked.

    Lines are found by content: a question is asked anew if it, the index or the configuration
    has changed.
    """

    def __init__(self, path: Path) -> None:
        """Open a cache, and make an empty one if there is none.

        Raises:
            NotACache: the file is something else, or cannot be read or written.
        """
        self._known: dict[str, Outcome] = {}
        try:
            if path.exists():
                if not path.is_file():
                    # Reading a pipe or a device could go on for ever.
                    raise NotACache(
                        f"{path} is not a regular file: name another file for the cache"
                    )
                self._load(path)
            self._stream: TextIO = path.open("a", encoding="utf-8")
        except OSError as error:
            raise NotACache(
                f"{path}: the cache cannot be used ({error.strerror}): name another file"
            ) from error
        # A line that was cut short must not swallow the next one.
        self._stream.write("\n")

    def _load(self, path: Path) -> None:
        lines = read_bytes(path).decode(errors="replace").split("\n")
        loaded = 0
        for line in filter(str.strip, lines):
            try:
                row = json.loads(line)
                self._known[str(row["key"])] = msgspec.convert(row["asked"], Outcome)
                loaded += 1
            except (ValueError, KeyError, TypeError, RecursionError):
                # The last line of a run that was killed.
                continue
        if not loaded and any(map(str.strip, lines)):
            raise NotACache(f"{path} is not a cache of evaluations: name another file")

    def get(self, key: str) -> Outcome | None:
        return self._known.get(key)

    def put(self, key: str, outcome: Outcome) -> None:
        """Keep what came back for a question, safe from all but a power cut.

        Raises:
            NotACache: it cannot be written, such as when the disk is full.
        """
        self._known[key] = outcome
        try:
            self._stream.write(json.dumps({"key": key, "asked": asdict(outcome)}) + "\n")
            self._stream.flush()
        except OSError as error:
            raise NotACache(
                f"{self._stream.name}: the cache cannot be written ({error.strerror}); "
                f"what is in it stays"
            ) from error

    def close(self) -> None:
        # What could not be written was reported when it was put.
        with suppress(OSError):
            self._stream.close()


def make_key(question: Question, relevant: object, config: Mapping[str, object]) -> str:
    """The key of a question in one configuration."""
    parts = [_FORMAT, question.text, question.history, question.answers, relevant, dict(config)]
    return blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()
