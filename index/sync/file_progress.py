"""How far a run has come with the files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from index.reports import Progress, ProgressCallback


@dataclass(slots=True)
class FileProgress:
    """Shows which file is read. What the callback raises stops the run, also within a file.

    Attributes:
        progress: called with each step.
        total: how many files there are.
    """

    progress: ProgressCallback
    total: int
    _step: Progress = field(default_factory=lambda: Progress("reading", 0, 0))
    _path: str = ""

    def begin(self, number: int, path: str) -> None:
        """Show that a file is read next."""
        self._step = Progress("reading", number, self.total)
        self.show(path)

    def show(self, path: str) -> None:
        """Show the path of a document in the file at hand."""
        self._path = path
        self._step = replace(self._step, current=path)
        self.repeat()

    def show_page(self, number: int, of: int) -> None:
        """Show which page of the document is read next."""
        self._step = replace(self._step, current=f"{self._path}, page {number} of {of}")
        self.repeat()

    def repeat(self) -> None:
        """Show the same step again: it takes long."""
        self.progress(self._step)

    def end(self) -> None:
        """Show that all files are read."""
        self.progress(Progress("reading", self.total, self.total))
