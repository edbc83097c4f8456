"""Roots: the folders and files that were given to be indexed, each with its patterns."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property

from index.filesystem.path_patterns import PathPatterns
from index.reports import ChosenSkip


@dataclass(frozen=True)
class Root:
    """A folder or a file that was given to be indexed.

    Attributes:
        path: absolute.
        include: patterns as in `.gitignore`, relative to this folder. Where there are any,
            only files that match one are indexed.
        exclude: patterns of what is left out.
    """

    path: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def has_patterns(self) -> bool:
        """Whether it has patterns of its own."""
        return bool(self.include or self.exclude)

    def reason_to_skip(self, path: str, is_folder: bool) -> str | None:
        """Why its patterns leave out something in this folder; None if they do not."""
        if self.excludes(path, is_folder):
            return ChosenSkip.EXCLUDED
        if self.include and not is_folder and not self._include.matches(self._relate(path)):
            return ChosenSkip.NOT_INCLUDED
        return None

    def excludes(self, path: str, is_folder: bool = False) -> bool:
        """Whether its `exclude` patterns leave out something in this folder."""
        return bool(self.exclude) and self._exclude.matches(self._relate(path) + "/" * is_folder)

    def _relate(self, path: str) -> str:
        return path[len(self.path.rstrip(os.sep)) + 1 :]

    @cached_property
    def _include(self) -> PathPatterns:
        return PathPatterns(self.include)

    @cached_property
    def _exclude(self) -> PathPatterns:
        return PathPatterns(self.exclude)
