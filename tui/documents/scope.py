"""What questions are confined to: all documents, one folder or one document, some tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Filter


@dataclass(frozen=True, slots=True)
class Scope:
    """The folder or document that questions are confined to; all documents if `path` is empty.

    Attributes:
        tags, authors: of a folder, only documents with all the tags, and by one of the authors.
    """

    path: str = ""
    is_folder: bool = True
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    def to_filter(self) -> Filter | None:
        """The filter for a search; None for all documents."""
        # Loading the search takes long: the screen is drawn first.
        from index import Filter

        if not self.path:
            return None
        # The path is literal: wildcards in it are escaped.
        literal = "".join(f"\\{c}" if c in "\\*?[] " else c for c in self.path.rstrip("/"))
        paths = (literal + "/" * self.is_folder,)
        return Filter(paths, tags=self.tags, authors=self.authors)


ALL_DOCUMENTS = Scope()
