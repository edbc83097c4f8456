"""What a run of indexing did, what it left out, and where it failed."""

from __future__ import annotations

from dataclasses import dataclass, field

# Skipped files and folders that are listed; all are counted.
_MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why in a few words."""

    path: str
    reason: str


@dataclass(slots=True)
class Skipped:
    """What a walk through the files has skipped.

    Attributes:
        reasons: how many files and folders, by reason.
        listed: the first thousand of them; a folder stands for everything in it.
    """

    reasons: dict[str, int] = field(default_factory=dict)
    listed: list[Failure] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(self.reasons.values())

    def add(self, path: str, reason: str) -> None:
        """Note a file or folder."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.listed) < _MOST_LISTED:
            self.listed.append(Failure(path, reason))

    def add_all(self, other: Skipped) -> None:
        """Add what another walk has skipped."""
        for reason, count in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count
        self.listed += other.listed[: _MOST_LISTED - len(self.listed)]


@dataclass(slots=True)
class Report:
    """What a run of indexing did.

    Attributes:
        added, updated, removed, unchanged: numbers of files.
        moved: files that were indexed under another path, where they are no longer.
        skipped: what was left out, and why.
        failed: files that could not be read, and folders.
    """

    added: int = 0
    updated: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: Skipped = field(default_factory=Skipped)
    failed: list[Failure] = field(default_factory=list)

    def add_all(self, other: Report) -> None:
        """Add what another run did."""
        self.added += other.added
        self.updated += other.updated
        self.moved += other.moved
        self.removed += other.removed
        self.unchanged += other.unchanged
        self.skipped.add_all(other.skipped)
        self.failed += other.failed

    @property
    def changed(self) -> bool:
        """Whether anything in the index has changed."""
        return bool(self.added or self.updated or self.moved or self.removed)
