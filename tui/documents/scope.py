"""What questions are confined to: all documents, one folder or one document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Filter


@dataclass(frozen=True, slots=True)
class Scope:
    """The folder or document that questions are confined to; all documents if `path` is empty."""

    path: str = ""
    is_folder: bool = True

    def to_filter(self) -> Filter | None:
        """The filter for a search; None for all documents."""
        # Loading the search takes long: the screen is drawn first.
        from index import Filter

        if not self.path:
            return None
        # The path is literal: wildcards in it are escaped.
        literal = "".join(f"\\{c}" if c in "\\*?[] " else c for c in self.path.rstrip("/"))
        return Filter(paths=(literal + "/" * self.is_folder,))


ALL_DOCUMENTS = Scope()
