"""Changes to the documents of an index, as they are handed to an engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.arrays import Floats
from index.documents import ENGLISH, Content, Document, Structure, join_title
from index.filesystem.freshness import FileState, Stamp
from index.filesystem.paths import Root
from index.reports import Failure
from index.text.passages import NewPassage

# The errors of a change whose document cannot be stored.
UNFIT = (ValueError, TypeError, ArithmeticError)


def make_content(document: Document, text: str, structure: Structure) -> Content:
    """The content of a document from what is stored of it; its pages are no longer known."""
    return Content(
        text,
        document.title,
        structure.headings,
        tables=structure.tables,
        properties=document.properties,
        blocks=structure.blocks or None,
        marks=structure.marks,
    )


@dataclass(frozen=True, slots=True)
class Put:
    """Add a document, or change the one at its path.

    Attributes:
        state: of its file; None for a text that has no file.
        passages: its passages, in reading order.
        vectors: a row for each passage, float32 of length 1; None until it is embedded.
    """

    path: str
    content: Content
    state: FileState | None
    passages: Sequence[NewPassage]
    vectors: Floats | None = None

    def __post_init__(self) -> None:
        """The languages of its passages become those of the document."""
        letters: Counter[str] = Counter()
        for passage in self.passages:
            letters[passage.language] += len(passage.span)
        languages = tuple(language for language, _ in letters.most_common()) or (ENGLISH,)
        if languages != self.content.properties.languages:
            properties = replace(self.content.properties, languages=languages)
            content = replace(self.content, properties=properties)
            object.__setattr__(self, "content", content)

    def texts_in_context(self) -> list[tuple[str, str]]:
        """For each passage, the title and headings above it in one line, and its text.

        Both together are embedded, and found by keyword.
        """
        content = self.content
        return [
            (
                join_title(content.title, passage.headings, passage.columns),
                passage.span.of(content.text),
            )
            for passage in self.passages
        ]


@dataclass(frozen=True, slots=True)
class Touch:
    """Note the new stamp of a file whose content is the same."""

    path: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Move:
    """Give a document another path; a document that has that path is removed."""

    source: str
    path: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Copy:
    """Add a document with the text, the passages and the vectors of another."""

    source: str
    path: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove the document or the failure at a path; nothing if there is neither."""

    path: str


@dataclass(frozen=True, slots=True)
class PutFailure:
    """Note a file that could not be read, and remove its document.

    Attributes:
        stamp: of the file, if trying again is useless until that changes.
    """

    path: str
    reason: str
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class ChangeGiven:
    """Note what a person has given to be indexed, or has taken out: see `Given`.

    Attributes:
        roots: to be remembered; each replaces an earlier one of its path.
        forgotten: roots that are remembered no longer.
        removed: paths that stay out from now on.
        restored: paths that stay out no longer.
        read: unread roots that have been read again.
    """

    roots: Sequence[Root] = ()
    forgotten: Sequence[str] = ()
    removed: Sequence[str] = ()
    restored: Sequence[str] = ()
    read: Sequence[str] = ()

    @property
    def path(self) -> str:
        """No document."""
        return ""


def reject(change: Change, error: BaseException) -> Failure:
    """The failure of a document that cannot be stored because of its content."""
    return Failure(change.path, f"cannot be stored ({error!r})")


Change = Put | Touch | Move | Copy | Remove | PutFailure | ChangeGiven
