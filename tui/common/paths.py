"""Paths typed by a person."""

from __future__ import annotations

import os
from pathlib import Path

from textual.suggester import Suggester

from index import QuotebackError
from tui.common.screens.background import in_background


class PathSuggester(Suggester):
    """Suggests the path of a file or folder."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first path, by name, that begins with `value`; a folder ends in `/`."""
        return await in_background(lambda: complete_path(value))


def complete_path(typed: str) -> str | None:
    """The path that a typed one may go on to; None if there is no such file or folder."""
    folder, slash, start = typed.rpartition("/")
    try:
        entries = sorted(os.scandir(Path(folder + slash).expanduser()), key=lambda e: e.name)
        for entry in entries:
            hidden = entry.name.startswith(".") and not start.startswith(".")
            if entry.name.startswith(start) and not hidden and entry.name.isprintable():
                return folder + slash + entry.name + "/" * entry.is_dir()
    except (OSError, RuntimeError, ValueError):
        pass
    return None


def resolve_path(typed: str) -> Path:
    """The absolute path of a file or folder that was typed, or dropped on the terminal.

    Raises:
        QuotebackError: there is no such file or folder.
    """
    # Terminals put what is dropped in quotes.
    bare = typed.strip().strip("'\"")
    try:
        path = Path(os.path.abspath(Path(bare).expanduser()))
        if path.exists():
            return path
    except (OSError, RuntimeError, ValueError):
        pass
    raise QuotebackError(f"{bare}: no such file or folder")
