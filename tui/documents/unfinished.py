"""Whether indexing is finished, and what is left of it, in words."""

from __future__ import annotations

from qa import counted
from tui.documents.document_tree import DocumentTree


def describe_unfinished(tree: DocumentTree) -> str:
    """What is still to be indexed, in a sentence; "" if nothing is."""
    files, passages = tree.counts["waiting"], tree.waiting
    parts = []
    if files:
        parts.append(f"{counted(files, 'file')} in your folders {_be(files)} not indexed yet")
    if passages:
        parts.append(
            f"{counted(passages, 'passage')} {_be(passages)} found by "
            f"{'their' if passages > 1 else 'its'} words alone so far"
        )
    return f"Indexing is not finished: {', and '.join(parts)}." if parts else ""


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
