"""What is in an index, and what is out of date."""

from __future__ import annotations

from dataclasses import dataclass

from index.reports.run_report import Failure


@dataclass(frozen=True, slots=True)
class Status:
    """What is in an index, and what is out of date.

    Attributes:
        documents, passages: how many there are.
        vectors: how many passages are embedded; see `waiting` for the others.
        model: name of the embedding model.
        outdated: whether another version of that model has embedded the passages. None counts
            as embedded then. False also where finding out would mean compiling the model.
        refuses: whether the next run then refuses to write, as that of an engine does. In a
            folder, it embeds all anew.
        bytes: size of the index on disk.
        folders: the folders that were given to be indexed, and single files.
        stale: indexed files that have changed or no longer exist.
        gone: those of `stale` that no longer exist.
        new: files in the folders that are not indexed yet.
        failed: files that could not be read at the last run.
        threshold: the index's own abstention threshold, if set.
        removed: files and folders that a person has removed from these folders. They stay
            out until they are given to be indexed themselves.
        to_reread: how many files were read by an earlier version of the loaders; the next
            run reads them again.
        unread: those of `folders` that were not read again since the index was restored.
        skipped: the first thousand files and folders that are left out, and why.
        hosts: other machines that have read files of this index. Whether these files have
            changed is not seen here: they are as of the last run on their machine.
        advice: which engine would suit the index better, and how to move it there, in one line;
            None where none would.
    """

    path: str
    documents: int
    passages: int
    vectors: int
    model: str
    bytes: int
    folders: tuple[str, ...]
    stale: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    failed: tuple[Failure, ...]
    threshold: float | None
    removed: tuple[str, ...] = ()
    outdated: bool = False
    to_reread: int = 0
    unread: tuple[str, ...] = ()
    skipped: tuple[Failure, ...] = ()
    hosts: tuple[str, ...] = ()
    advice: str | None = None
    refuses: bool = False

    @property
    def waiting(self) -> int:
        """How many passages the next run embeds."""
        return 0 if self.refuses else self.passages - self.vectors
