"""Repairing a local index: documents from their files or texts, derived parts from the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from index.documents import Content
from index.engines.local import LocalEngine
from index.engines.local.catch_up import rebuild_keywords
from index.engines.local.storage.damage import DamagedDocument, find_document
from index.engines.local.storage.repair import repair_rows
from index.filesystem.freshness import find_file, is_gone
from index.filesystem.paths import paths_within
from index.filesystem.root import Root
from index.sync.recut import recut_passages
from index.sync.writer import Writer


def repair_index(writer: Writer, engine: LocalEngine) -> list[str]:
    """Repair what is damaged; returns what was lost from the store, a line each.

    A damaged document stays until its file has been read again, or its text cut again.
    """
    damaged = repair_rows(engine.store, writer.progress)
    engine.vectors.verify(writer.progress)
    roots = engine.roots()
    paths = [document.path for document in damaged]
    files = [str(find_file(Path(path))) for path in paths if _is_file(path)]
    wanted = [*files, *writer.find_unread()]
    if any(document.entry_is_damaged for document in damaged):
        # A damaged entry may name the wrong file.
        wanted += [path for path in roots if not writer.is_missing(path)]
    new = {path: Root(path) for path in files if path not in roots}
    writer.sync_files(wanted, writer.walk(wanted, roots | new))
    lost = _repair_from_texts(writer, engine, damaged)
    rebuild_keywords(engine.store, engine.keywords, writer.progress)
    return lost


def _repair_from_texts(
    writer: Writer, engine: LocalEngine, damaged: Sequence[DamagedDocument]
) -> list[str]:
    """Cut the texts of documents whose files could not be read; drop those without a text."""
    lost = []
    for before in damaged:
        entry = find_document(engine.store, before.id)
        if entry is None:
            continue
        document, state, damage = entry
        if damage is None:
            if before.entry_is_damaged and (state is None or state.loader_version is None):
                lost.append(f"store: the entry of {document.path} was damaged: check its name")
        elif damage.text is not None:
            content = Content(damage.text, document.title)
            # Only before they were deleted was it known where the damaged passages began.
            damage = before if before.text == damage.text else damage
            writer.batch.put(document.path, content, state, recut_passages(damage, writer.cut))
        elif state is None or _is_lost(writer, document.path):
            writer.batch.remove(document.path)
            lost.append(f"store: {document.path} was damaged and is no longer in the index")
    writer.batch.commit()
    return lost


def _is_lost(writer: Writer, path: str) -> bool:
    """Whether a file is gone for good: its root is there, without it."""
    missing = [root for root in writer.engine.roots() if writer.is_missing(root)]
    return is_gone(path) and not paths_within([path], missing)


def _is_file(path: str) -> bool:
    """Whether a document has a file that is there; the name of a text is no absolute path."""
    return Path(path).is_absolute() and not is_gone(path)
